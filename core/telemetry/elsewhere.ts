import type { Db } from '@tingzhou/db'
import type { Log } from '@tingzhou/http'
import { repeat } from '@tingzhou/timers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FieldGateway, LoggedFrame } from './field-gateway.ts'
import { askFrames, toldFrames } from './frame-ask.ts'
import { beatMs, listGateways, type GatewayRow } from './gateway-row.ts'
import { linksAfter, linksMax } from './link.ts'
import { findMachine } from './machine-row.ts'
import type { Protocol } from './protocol.ts'

export type ElsewhereDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly log: Pick<Log, 'error'>
  /** The gateway of this process, which is not elsewhere. */
  readonly ownId: string
}

/** What gateways in processes of their own know of their devices, as a server shows it. */
export type Elsewhere = Pick<FieldGateway, 'online' | 'machine' | 'gateways'> & {
  /**
   * The last frames of a device, in no order.
   * @param isPatient  waits until they are told, 0.8 s at most; otherwise they are there when they are asked for again
   */
  readonly frames: (protocol: Protocol, identity: string, isPatient: boolean) => Promise<readonly LoggedFrame[]>
  /** Looks now, which it does by itself every second. */
  readonly refresh: () => Promise<void>
  readonly close: () => Promise<void>
}

const lookMs = 1_000
// A gateway looks twice a second for what it is asked.
const toldMs = 800

/**
 * Opens what a server shows of other processes. Memory: one entry a device that is connected to one of them.
 * Source: own. One statement 5 000 devices, then one a second; of frames three when somebody looks.
 */
export async function openElsewhere({ db, zoneId, log, ownId }: ElsewhereDeps): Promise<Elsewhere> {
  const holders = new Map<string, string>()
  let epoch = 0
  let gateways: readonly GatewayRow[] = []
  let lookedMs = -Infinity

  const refreshLinks = async (): Promise<void> => {
    for (;;) {
      const rows = await linksAfter(db, zoneId, epoch)
      for (const { deviceId, gatewayId } of rows)
        if (gatewayId === null || gatewayId === ownId) holders.delete(deviceId)
        else holders.set(deviceId, gatewayId)
      epoch = rows.at(-1)?.epoch ?? epoch
      if (rows.length < linksMax) return
    }
  }
  const refresh = async (): Promise<void> => {
    await refreshLinks()
    if (performance.now() - lookedMs < beatMs / 2) return
    gateways = (await listGateways(db, zoneId)).filter(({ id }) => id !== ownId)
    lookedMs = performance.now()
  }
  await refresh()
  const stop = repeat(lookMs, refresh, (error) =>
    log.error({ err: error }, 'what is connected to other gateways could not be read'),
  )
  return {
    online: () => {
      const there = new Set(gateways.flatMap(({ id, isThere }) => (isThere ? [id] : [])))
      return [...holders].flatMap(([device, gateway]) => (there.has(gateway) ? [device] : []))
    },
    gateways: () => gateways.map(({ id: _id, ...shown }) => shown),
    machine: (protocol, identity) => findMachine(db, zoneId, protocol, identity),
    frames: async (protocol, identity, isPatient) => {
      const isAwaited = await askFrames(db, zoneId, ownId, { protocol, identity })
      if (isAwaited && isPatient) await sleep(toldMs)
      return toldFrames(db, zoneId, ownId, { protocol, identity })
    },
    refresh,
    close: stop,
  }
}
