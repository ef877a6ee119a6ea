import type { Deps } from '@tingzhou/http'
import type { EpochMs } from '@tingzhou/kernel'
import { sealerOf, type Sealer } from '@tingzhou/sealing'
import type { TimerSource } from '@tingzhou/timers'
import type { PrivateHosts, Resolve } from './address.ts'
import { keepAnswer } from './answer.ts'
import { claim, nextClaim, type Claimed } from './claim.ts'
import type { Said } from './outcome.ts'
import { post } from './post.ts'
import { signatureOf } from './signature.ts'

/** Sends what is queued: after the commit, outside every transaction, without holding other timers back. */
export type WebhookSender = {
  readonly source: TimerSource
  /** Waits until nothing is due and nothing under way. */
  readonly settled: () => Promise<void>
  /** Takes nothing more, and waits for what is under way. */
  readonly close: () => Promise<void>
}

export type SenderDeps = Pick<Deps, 'db' | 'zoneId' | 'clock' | 'log' | 'access'> & {
  readonly privateHosts: PrivateHosts
  /** How long one answer may take; ten seconds when absent. */
  readonly timeoutMs?: number
  readonly resolve?: Resolve
}

const timeoutMsDefault = 10_000
/** Deliveries of this process under way at once; sixteen endpoints that are slow leave room for others. */
const togetherMax = 64

/** What secrets of endpoints are sealed for. */
export const secretSealer = (deps: Pick<Deps, 'access' | 'zoneId'>): Promise<Sealer> => sealerOf(deps, 'webhook secret')

/** Makes the sender of a server. */
export function createWebhookSender(deps: SenderDeps): WebhookSender {
  const { db, zoneId, clock, log } = deps
  const underWay = new Set<Promise<void>>()
  let isClosed = false
  const room = () => (isClosed ? 0 : togetherMax - underWay.size)
  const launch = (claimed: Claimed) => {
    const work = deliver(deps, claimed)
      // Its place is free again: what waits for it does not wait for the next second.
      .then(() => fire(clock()))
      .then(() => {})
      .catch((error: unknown) => log.error({ err: error, deliveryId: claimed.id }, 'a webhook could not be sent'))
      .finally(() => underWay.delete(work))
    underWay.add(work)
  }
  const fire = async (now: EpochMs): Promise<number> => {
    if (room() <= 0) return 0
    const claimed = await claim(db, zoneId, now, room())
    for (const one of claimed) launch(one)
    return claimed.length
  }
  const settled = async () => {
    while (underWay.size > 0) await Promise.all(underWay)
  }
  return {
    source: {
      name: 'webhooks',
      fireDue: async (now) => ({ fired: await fire(now), failed: 0 }),
      // What is under way looks again when it is answered.
      nextDue: async () => (room() <= 0 ? null : nextClaim(db, zoneId, clock())),
    },
    settled,
    close: async () => {
      isClosed = true
      await settled()
    },
  }
}

/** Sends one delivery and writes down what came of it. */
async function deliver(deps: SenderDeps, claimed: Claimed): Promise<void> {
  await keepAnswer(deps, claimed, await said(deps, claimed))
}

async function said(deps: SenderDeps, { id, url, body, sealedSecret, sealedOldSecret }: Claimed): Promise<Said> {
  const sealer = await secretSealer(deps)
  const secret = sealer.open(sealedSecret)
  if (secret === null) {
    deps.log.error({ deliveryId: id }, 'the secret of a webhook endpoint cannot be read: rotate it')
    return { status: null, error: 'secret_unreadable', text: '', tookMs: 0 }
  }
  const old = sealedOldSecret === null ? null : sealer.open(sealedOldSecret)
  const timestampS = Math.floor(deps.clock() / 1_000)
  const { privateHosts, resolve, timeoutMs = timeoutMsDefault } = deps
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Tingzhou-Webhooks/1.0',
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': signatureOf(old === null ? [secret] : [secret, old], { id, timestampS, body }),
  }
  return post({ url, headers, body }, { privateHosts, timeoutMs, ...(resolve ? { resolve } : {}) })
}
