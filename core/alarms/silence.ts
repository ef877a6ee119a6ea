import type { Db } from '@tingzhou/db'
import type { Telemetry } from '@tingzhou/telemetry'
import { readLastTimes } from './last-times.ts'
import { phase, verdict } from './machine.ts'
import { staleMs, type Place, type Slot } from './slot.ts'
import type { Watch } from './watch.ts'

export type SilenceDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'clock' | 'last'>
  readonly watch: Pick<Watch, 'feed'>
  readonly watched: ReadonlySet<Slot>
}

const checkedPerTurn = 2_000

/**
 * Makes what looks for points that fell silent: by the clock, not by what arrives. Another process may hear what this one does
 * not, so the rows of last values are asked before anybody is told.
 * Source: plant telemetry §4, no data. O(points) in memory, one statement when there is something to ask.
 */
export function createSilence({ db, zoneId, telemetry, watch, watched }: SilenceDeps): () => Promise<void> {
  let checkFrom = 0
  const lastHeard = ({ point, lastAt }: Place): number => {
    const { id, kind } = point
    return Math.max(lastAt, (kind === 'position' ? telemetry.last.fix(id)?.at : telemetry.last.sample(id)?.at) ?? 0)
  }
  const staleAfter = ({ rule, place: { point } }: Slot): number | null =>
    staleMs(rule, point, telemetry.last.sample(point.id)?.steps ?? null)
  const isSilent = (slot: Slot, heardAt: number): boolean => {
    const after = staleAfter(slot)
    // A point that never spoke is not in use yet.
    return after !== null && heardAt > 0 && telemetry.clock() - heardAt > after
  }
  return async () => {
    const silent: Slot[] = []
    const open: Slot[] = []
    for (const slot of watched) {
      if (slot.machine.phase === phase.active) open.push(slot)
      else if (slot.machine.phase === phase.normal && isSilent(slot, lastHeard(slot.place))) silent.push(slot)
    }
    const some = open.slice(checkFrom, checkFrom + checkedPerTurn)
    checkFrom = checkFrom + checkedPerTurn >= open.length ? 0 : checkFrom + checkedPerTurn
    if (silent.length + some.length === 0) return
    const heard = await readLastTimes(
      db,
      zoneId,
      [...silent, ...some].map(({ place }) => place.point),
    )
    for (const slot of silent) {
      const at = Math.max(lastHeard(slot.place), heard.get(slot.place.point.id) ?? 0)
      const after = staleAfter(slot)
      if (after !== null && isSilent(slot, at)) watch.feed(slot, Math.round(at + after), verdict.met)
    }
    for (const slot of some) {
      const at = heard.get(slot.place.point.id) ?? 0
      if (at > slot.machine.startedAt) watch.feed(slot, at, verdict.over)
    }
  }
}
