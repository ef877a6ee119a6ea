import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Deps } from '@tingzhou/http'
import { sealerOf, type Sealer } from '@tingzhou/sealing'
import type { TimerSource } from '@tingzhou/timers'
import { keepAnswer } from './answer.ts'
import { createChannel, type Channel } from './channel.ts'
import { claim, lane, nextClaim, putOff, type Claimed } from './claim.ts'
import { findRegulator, type Regulator } from './regulator.ts'

/** Sends what the outbox holds: after the commit, outside every transaction, without holding other timers back. */
export type UploadSender = {
  readonly source: TimerSource
  readonly channel: Channel
  /** The password of a regulator; null: it cannot be read any more and must be entered anew. */
  readonly passwordOf: (regulator: Regulator) => Promise<string | null>
  /** Waits for what is under way. */
  readonly settled: () => Promise<void>
}

export type SenderDeps = Pick<Deps, 'db' | 'zoneId' | 'clock' | 'log' | 'access'> & {
  /** How long one call may take; ten seconds when absent. */
  readonly timeoutMs?: number
}

// Sealing a document costs some milliseconds of a processor, so that few are on their way at once.
const togetherMax = 8

/** What the password of the regulator is sealed for. */
export const passwordSealer = (deps: Pick<Deps, 'access' | 'zoneId'>): Promise<Sealer> =>
  sealerOf(deps, 'freight regulator password')

/** Makes the sender of a server. */
export function createUploadSender(deps: SenderDeps): UploadSender {
  const { db, zoneId, log } = deps
  const channel = createChannel(deps)
  const underWay = new Set<Promise<void>>()
  const launch = (regulator: Regulator, password: string, claimed: Claimed) => {
    const work = channel
      .send(regulator, password, claimed)
      .then((said) => keepAnswer(deps, claimed, said))
      .catch((error: unknown) => log.error({ err: error, uploadId: claimed.id }, 'an upload could not be sent'))
      .finally(() => underWay.delete(work))
    underWay.add(work)
  }
  let known: { readonly version: number; readonly password: string | null } | null = null
  const passwordOf = async ({ version, sealedPassword }: Regulator): Promise<string | null> => {
    if (known?.version === version) return known.password
    const password = (await passwordSealer(deps)).open(sealedPassword)
    if (password === null) log.error({ version }, 'the password of the regulator cannot be read: enter it anew')
    known = { version, password }
    return password
  }
  /** Who is told, by which password; null: nobody. */
  const opened = async () => {
    const regulator = await findRegulator(db, zoneId)
    if (!regulator?.isOn) return null
    const password = await passwordOf(regulator)
    return password === null ? null : { regulator, password }
  }
  type Opened = NonNullable<Awaited<ReturnType<typeof opened>>>
  // While the regulator is silent one document at a time finds out whether it still is.
  const room = () => (channel.silentSince() === null ? togetherMax : 1) - underWay.size
  const dueOf = async ({ regulator }: Opened): Promise<EpochMs | null> => {
    const due = await nextClaim(db, lane(zoneId, regulator))
    return due === null ? null : epochMs(Math.max(due, channel.restsUntil() ?? 0))
  }
  const nextDue = async (): Promise<EpochMs | null> => {
    // What is under way looks again when it is answered.
    if (room() <= 0) return null
    const told = await opened()
    return told && dueOf(told)
  }
  const fire = async (now: EpochMs): Promise<number> => {
    const told = room() > 0 ? await opened() : null
    if (told) await putOff(db, lane(zoneId, told.regulator), now)
    const due = told && (await dueOf(told))
    if (!told || due === null || due > now || !channel.mayCall()) return 0
    const claimed = await claim(db, lane(zoneId, told.regulator), now, room())
    if (claimed.length === 0) channel.leave()
    for (const one of claimed) launch(told.regulator, told.password, one)
    return claimed.length
  }
  return {
    source: { name: 'freight.uploads', fireDue: async (now) => ({ fired: await fire(now), failed: 0 }), nextDue },
    channel,
    passwordOf,
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
