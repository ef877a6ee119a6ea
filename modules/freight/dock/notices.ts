import { instantOf, localDateOf } from '@tingzhou/calendar'
import type { EpochMs } from '@tingzhou/kernel'
import type { NewNotice } from '@tingzhou/notices'
import type { PlaceEnd } from '../words.ts'
import './texts.ts'
import type { SlotLack } from './words.ts'

/** What a notice of a slot names. */
type SlotFacts = {
  readonly waybillId: string
  readonly end: PlaceEnd
  readonly number: string
  readonly plate: string
  readonly place: string
  readonly driverAccountId: string | null
}

/** A moment as people in the zone say it: the day too where it is another than now. Pure. O(1). */
export function clockText(ms: EpochMs, now: EpochMs): string {
  const day = localDateOf(ms)
  const minutes = Math.floor((ms - instantOf(day, '00:00')) / 60_000)
  const time = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')
  return day === localDateOf(now) ? time : `${day.slice(5)} ${time}`
}

/** Tells a driver when to leave. Pure. O(1). */
export function leaveNotices(slot: SlotFacts, leaveAt: EpochMs, startsAt: EpochMs, now: EpochMs): readonly NewNotice[] {
  if (slot.driverAccountId === null) return []
  const times = { leave: clockText(leaveAt, now), slot: clockText(startsAt, now) }
  return [noticeOf(slot, slot.driverAccountId, `leave_${slot.end}`, now, times)]
}

/**
 * Tells the driver, who must act, and dispatchers of another slot, or that there is none and why. Pure. O(accounts).
 * @param before, after  when the slots begin; null: none
 */
export function moveNotices(
  slot: SlotFacts,
  { before, after, lack }: { before: EpochMs | null; after: EpochMs | null; lack: SlotLack | null },
  dispatchers: readonly string[],
  now: EpochMs,
): readonly NewNotice[] {
  const said = (ms: EpochMs | null) => (ms === null ? '–' : clockText(ms, now))
  const times = { before: said(before), after: said(after) }
  const found = before === null ? 'booked' : 'moved'
  const key = lack === null ? `${found}_${slot.end}` : `lost_${lack}`
  const accounts = new Set([...(slot.driverAccountId === null ? [] : [slot.driverAccountId]), ...dispatchers])
  return [...accounts].map((accountId) => noticeOf(slot, accountId, key, now, times))
}

function noticeOf(
  slot: SlotFacts,
  accountId: string,
  key: string,
  now: EpochMs,
  times: NewNotice['params'],
): NewNotice {
  const needsMe = accountId === slot.driverAccountId
  const { waybillId, number, plate, place } = slot
  return {
    accountId,
    kind: `freight-dock.${needsMe ? 'to_do' : 'progress'}`,
    needsMe,
    titleKey: `freight-dock:${key}`,
    params: { number, plate, place, ...times },
    objectKind: 'freight_waybill',
    objectId: waybillId,
    link: `/freight-waybills/${waybillId}`,
    at: now,
  }
}
