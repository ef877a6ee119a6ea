import { randomUUID } from 'node:crypto'
import { claimLinks, lastEpoch, linksAfter, linksMax } from '@tingzhou/telemetry'
import { noteSuperseded, type Edge } from './edge.ts'
import type { Link, Speaker } from './speaker.ts'

/** A connection that is the newest of its device, as far as this process has looked. */
export type Hold = {
  readonly link: Link
  /** The number under which the database has it. */
  readonly epoch: number
  /** From when on orders that were sent by another process are sent here again, on a clock that never goes back. */
  readonly resendFromMs: number
}

/** Which connections of this process are the newest of their devices in the zone. */
export type Holding = {
  /** Names this process, from its start on. */
  readonly id: string
  /** Tells of connections that are new or gone, and ends those that were taken over elsewhere. */
  readonly follow: () => Promise<void>
  /** Takes back what was taken over by a process that has let go of it, or died, where its connection could not be ended. */
  readonly takeBack: () => Promise<void>
  /** Null for one that is not the newest, or not known to be. */
  readonly find: (deviceId: string, link: Link) => Hold | null
  /** Lets go of everything. */
  readonly release: () => Promise<void>
}

// Whoever is taken over from has seen it and noted what was answered by then.
const resendAfterMs = 2_000

type Held = { readonly link: Link; readonly speaker: Speaker }

/**
 * Begins to follow who holds which device. Not to be asked twice at once.
 * Source: own. A look costs one statement, two when a connection is new or gone; 5 000 devices a look.
 */
export async function openHolding(
  edge: Pick<Edge, 'db' | 'zoneId' | 'counters' | 'seen' | 'log'>,
  speakers: readonly Speaker[],
): Promise<Holding> {
  const { db, zoneId, counters, log } = edge
  const id = randomUUID()
  const holds = new Map<string, Hold>()
  /** Connections that were taken over elsewhere and go on all the same. */
  const lost = new WeakSet<Link>()
  // What others hold already is no matter: this process holds nothing.
  let epoch = await lastEpoch(db, zoneId)

  /** @returns the connections that are here, by the ids of their devices */
  const present = (): Map<string, Held> => {
    const found = new Map<string, Held>()
    for (const speaker of speakers)
      for (const link of speaker.links.values()) {
        const device = link.device()
        if (device) found.set(device.id, { link, speaker })
      }
    return found
  }
  const claim = async (here: ReadonlyMap<string, Held>, taken: readonly string[], left: readonly string[]) => {
    const claimed = await claimLinks(db, zoneId, id, { taken, left })
    for (const device of left) holds.delete(device)
    for (const { deviceId, ...rest } of claimed) note(here, deviceId, rest)
  }
  const note = (
    here: ReadonlyMap<string, Held>,
    deviceId: string,
    claimed: { readonly epoch: number; readonly takenFrom: string | null },
  ) => {
    const held = here.get(deviceId)
    if (!held) return
    lost.delete(held.link)
    const resendFromMs = performance.now() + (claimed.takenFrom === null ? 0 : resendAfterMs)
    holds.set(deviceId, { link: held.link, epoch: claimed.epoch, resendFromMs })
  }
  const lose = (deviceId: string, { link, speaker }: Held): void => {
    holds.delete(deviceId)
    lost.add(link)
    counters.add(`${speaker.protocol}.superseded`)
    noteSuperseded(edge, deviceId)
    try {
      link.supersede(true)
    } catch (error) {
      // One connection that cannot be ended keeps no other from it.
      counters.add(`${speaker.protocol}.faults`)
      log.error({ err: error, device: deviceId }, 'a connection that was taken over could not be ended')
    }
  }
  const followOthers = async (here: ReadonlyMap<string, Held>): Promise<void> => {
    const rows = await linksAfter(db, zoneId, epoch)
    for (const { deviceId, gatewayId, epoch: since } of rows) {
      epoch = since
      const hold = gatewayId === id ? undefined : holds.get(deviceId)
      if (!hold || hold.epoch > since) continue
      const held = here.get(deviceId)
      // A connection that is gone has nothing to be ended; one that was taken over and let go of since the last look is claimed anew.
      if (gatewayId !== null && held?.link === hold.link) lose(deviceId, held)
      else holds.delete(deviceId)
    }
  }
  return {
    id,
    follow: async () => {
      const here = present()
      const taken: string[] = []
      for (const [device, { link }] of here) {
        if (taken.length >= linksMax) break
        if (holds.get(device)?.link !== link && !lost.has(link)) taken.push(device)
      }
      const left = [...holds.keys()].filter((device) => !here.has(device)).slice(0, linksMax)
      if (taken.length + left.length > 0) await claim(here, taken, left)
      await followOthers(here)
    },
    takeBack: async () => {
      const here = present()
      const taken = [...here].flatMap(([device, { link }]) => (lost.has(link) ? [device] : [])).slice(0, linksMax)
      if (taken.length === 0) return
      const claimed = await claimLinks(db, zoneId, id, { taken, left: [], ifFree: true })
      for (const { deviceId, ...rest } of claimed) note(here, deviceId, rest)
    },
    find: (deviceId, link) => {
      const hold = holds.get(deviceId)
      return hold?.link === link ? hold : null
    },
    release: async () => {
      const left = [...holds.keys()]
      holds.clear()
      if (left.length > 0) await claimLinks(db, zoneId, id, { taken: [], left })
    },
  }
}
