import { sql, type RawBuilder } from 'kysely'
import { appendHistory } from '@tingzhou/audit'
import { at, jsonb, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import type { RequestContext } from '@tingzhou/http'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { addNotices } from '@tingzhou/notices'
import { clockwork, accountsWithRole } from '@tingzhou/parties'
import type { JobHandler } from '@tingzhou/timers'
import type { PlaceEnd, WaybillState } from '../words.ts'
import { isLate, moveSlots, type Move } from './drift.ts'
import { arrivalAt, type Arrival, type WayNumbers } from './eta.ts'
import { leaveNotices, moveNotices } from './notices.ts'
import {
  bookedOf,
  keyOf,
  leaveS,
  lockDocks,
  slotTimes,
  spotColumns,
  spotsOf,
  truckFix,
  type DockKey,
  type SpotRow,
} from './slot.ts'
import { dockSettings, wayNumbers } from './settings.ts'
import './tables.ts'
import { awaitedMax, everySeconds, lackingMax, type DockNumbers, type SlotLack } from './words.ts'

type Deps = Pick<RequestContext['deps'], 'zoneId'>

type AwaitedRow = SpotRow & {
  readonly waybillId: string
  readonly end: PlaceEnd
  readonly placeId: string
  readonly place: string
  /** Null: it found none. */
  readonly startsAt: EpochMs | null
  readonly lack: SlotLack | null
  /** It found none and may still use one; at the unloading place once it is known when it loads. */
  readonly seeks: boolean
  readonly loadFrom: number
  readonly loadUntil: number
  readonly etaAt: EpochMs | null
  readonly leaveAt: EpochMs | null
  readonly toldFor: EpochMs | null
  readonly moves: number
  readonly isChanged: boolean
  /** Revision of the docks. */
  readonly rev: number
  readonly state: WaybillState
  readonly number: string
  readonly plate: string
  readonly driverAccountId: string | null
  readonly carrierId: string
  readonly distanceM: number | null
  readonly departedAt: EpochMs | null
  readonly loadSlotAt: EpochMs | null
  readonly loadServiceS: number | null
}

/** A booking with where its truck is. */
type Seen = AwaitedRow & {
  readonly startS: number | null
  readonly opensS: number
  readonly beforeS: number
  readonly etaS: number | null
  readonly arrival: Arrival | null
  readonly leaveS: number | null
}

/**
 * Each minute: where trucks with bookings are, when they come, which bookings move, who without one finds one, who is told when to leave.
 * Four statements look, one keeps what it saw; where something moves, ten more, whatever moves; where somebody is told, one.
 */
export const slotClock = ({ zoneId }: Deps): JobHandler => ({
  kind: 'freight.slots',
  recurs: { everySeconds },
  run: (tx, { now }) => watchSlots(tx, zoneId, now),
})

async function watchSlots(tx: Tx, zoneId: string, now: EpochMs): Promise<void> {
  const numbers = await wayNumbers(tx, zoneId)
  const rows = [...(await awaitedSlots(tx, zoneId, now)), ...(await lackingSlots(tx, zoneId, now))]
  const seen = rows.map((row) => seenOf(row, numbers, now))
  const wanted = seen.filter((slot) => (slot.startS === null ? slot.seeks : slot.isChanged || isLate(slot)))
  const moves = await moveAll(tx, zoneId, numbers, now, wanted)
  const moved = new Set(moves.map(({ slot }) => slot))
  const told = await keepSeen(
    tx,
    zoneId,
    seen.filter((slot) => !moved.has(slot)),
  )
  const dispatchers = moves.length > 0 ? await accountsWithRole(tx, zoneId, ['freight_dispatcher'], null) : []
  await addNotices(tx, zoneId, [
    ...told.flatMap((slot) =>
      slot.leaveS === null || slot.startsAt === null ? [] : leaveNotices(slot, msOf(slot.leaveS), slot.startsAt, now),
    ),
    ...moves.flatMap(({ slot, startS, lack }) =>
      moveNotices(
        slot,
        { before: slot.startsAt, after: startS === null ? null : msOf(startS), lack },
        slot.startsAt === null ? [] : dispatchers,
        now,
      ),
    ),
  ])
}

const msOf = (s: number): EpochMs => epochMs(Math.floor(s) * 1_000)

/** Bookings whose truck has not come, the first before the rest. One statement, by freight_dock_slot_awaited and keys. */
const awaitedSlots = (tx: Tx, zoneId: string, now: EpochMs) =>
  readSlots(
    tx,
    zoneId,
    now,
    sql`s.arrived_at is null and s.starts_at is not null order by s.starts_at, s.waybill_id limit ${awaitedMax}`,
  )

/**
 * Trucks that are awaited without a slot: of each of the docks one, then of each another, those that still seek a slot and asked first
 * before the rest. However many one place keeps waiting, no other waits for them. One statement, by freight_dock_slot_at for each of the
 * docks, and keys.
 */
const lackingSlots = (tx: Tx, zoneId: string, now: EpochMs) =>
  readSlots(
    tx,
    zoneId,
    now,
    sql`d.is_on and s.starts_at is null and s.arrived_at is null
        and w.state in ('offered', 'accepted', 'at_load', 'loaded', 'in_transit', 'accident')
      order by row_number() over (partition by s.place_id, s.place_end order by ${seeks(now)} desc, s.booked_at, s.waybill_id),
        s.booked_at, s.waybill_id limit ${lackingMax}`,
  )

/** Whether the truck of the aliases `s`, `w` and `l` found no slot and may still use one. */
const seeks = (now: EpochMs) => sql<boolean>`(s.lack is not distinct from 'full' and case s.place_end
  when 'load' then w.state in ('offered', 'accepted') and (w.agreement ->> 'loadUntil')::float8 > ${now}::float8
  else w.state in ('at_load', 'loaded', 'in_transit')
    or w.state in ('offered', 'accepted') and l.lack is distinct from 'full' end)`

async function readSlots(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  which: RawBuilder<unknown>,
): Promise<readonly AwaitedRow[]> {
  const { rows } = await sql<AwaitedRow>`
    select s.waybill_id as "waybillId", s.place_end as "end", s.place_id as "placeId", p.name as place, s.starts_at as "startsAt", s.lack,
      ${seeks(now)} as seeks, s.eta_at as "etaAt", s.leave_at as "leaveAt", s.told_for as "toldFor", s.moves,
      d.is_changed as "isChanged", d.rev, w.state, w.number,
      w.agreement -> 'vehicle' ->> 'name' as plate, w.driver_account_id as "driverAccountId", w.carrier_id as "carrierId",
      (w.agreement ->> 'loadFrom')::float8 as "loadFrom", (w.agreement ->> 'loadUntil')::float8 as "loadUntil",
      w.distance_m as "distanceM", w.departed_at as "departedAt", l.starts_at as "loadSlotAt", ld.service_s as "loadServiceS",
      ${spotColumns}
    from freight_dock_slot s
    join freight_waybill w on w.zone_id = s.zone_id and w.id = s.waybill_id
    join freight_dock d on d.zone_id = s.zone_id and d.place_id = s.place_id and d.place_end = s.place_end
    join freight_place p on p.zone_id = s.zone_id and p.id = s.place_id
    join freight_place a on a.zone_id = w.zone_id and a.id = w.from_id
    join freight_place b on b.zone_id = w.zone_id and b.id = w.to_id ${truckFix(now)}
    left join freight_dock_slot l on l.zone_id = s.zone_id and l.waybill_id = s.waybill_id and l.place_end = 'load'
    left join freight_dock ld on ld.zone_id = w.zone_id and ld.place_id = w.from_id and ld.place_end = 'load' and ld.is_on
    where s.zone_id = ${zoneId} and ${which}`.execute(tx)
  return rows
}

/** Pure. O(1). */
function seenOf(row: AwaitedRow, numbers: WayNumbers, now: EpochMs): Seen {
  const nowS = Math.floor(now / 1_000)
  const secondOf = (ms: EpochMs | null) => (ms === null ? null : ms / 1_000)
  const trip = {
    ...spotsOf(row),
    state: row.state,
    distanceM: row.distanceM,
    departedS: secondOf(row.departedAt),
    loadSlotS: secondOf(row.loadSlotAt),
    loadServiceS: row.loadServiceS,
  }
  const arrival = arrivalAt(row.end, trip, numbers, nowS)
  const startS = secondOf(row.startsAt)
  return {
    ...row,
    ...slotTimes(row.end, row),
    arrival,
    startS,
    etaS: arrival && Math.floor(arrival.atS),
    leaveS: arrival && leaveS(startS, arrival, nowS),
  }
}

/** A driver who has not set out yet, and who would come a bucket or more too early; once a slot. */
const mustBeTold = ({ end, state, leaveS: at, toldFor, startsAt }: Seen): boolean =>
  at !== null && toldFor !== startsAt && state === (end === 'load' ? 'accepted' : 'loaded')

/**
 * Moves what is late, and what is beyond changed docks; books what has no slot and finds one. Locks waybills, docks and bookings in the order in which steps lock them; a waybill
 * that is being moved at this moment is looked at a minute later. Ten statements at most.
 */
async function moveAll(
  tx: Tx,
  zoneId: string,
  numbers: DockNumbers,
  now: EpochMs,
  wanted: readonly Seen[],
): Promise<readonly Move<Seen>[]> {
  if (wanted.length === 0) {
    await settleChanged(tx, zoneId)
    return []
  }
  const held = await lockWaybills(tx, zoneId, wanted)
  const keys = [...new Map(wanted.map((slot) => [keyOf(slot), { placeId: slot.placeId, end: slot.end }])).values()]
  const docks = await lockDocks(tx, zoneId, keys)
  const still = await lockSlots(
    tx,
    zoneId,
    wanted.filter(({ waybillId }) => held.has(waybillId)),
  )
  const firstMs = Math.min(now, ...still.map(({ startsAt }) => startsAt ?? now))
  const booked = await bookedOf(tx, zoneId, keys, firstMs)
  const nowS = Math.floor(now / 1_000)
  const byDock = new Map<string, Seen[]>()
  for (const slot of still) byDock.set(keyOf(slot), [...(byDock.get(keyOf(slot)) ?? []), slot])
  const moves = docks.flatMap((dock) => moveSlots(dock, byDock.get(keyOf(dock)) ?? [], booked(dock), nowS, numbers))
  // Docks that book no longer give all back.
  const on = new Set(docks.map(keyOf))
  const off = still.filter((slot) => slot.startS !== null && !on.has(keyOf(slot)))
  const all = [...moves, ...off.map((slot): Move<Seen> => ({ slot, startS: null, lack: 'released' }))]
  await keepMoves(tx, zoneId, now, all)
  const waiting = new Set(wanted.filter(({ waybillId }) => !held.has(waybillId)).map(keyOf))
  const looked = wanted.filter((slot) => slot.isChanged && !waiting.has(keyOf(slot)))
  await settleChanged(tx, zoneId, looked)
  return all
}

type Looked = DockKey & Pick<AwaitedRow, 'rev'>

/**
 * Docks that were changed are looked at once: those given, unless changed again since, and those where nobody is awaited. What somebody
 * else holds is looked at a minute later: nobody waits crosswise. One statement.
 */
async function settleChanged(tx: Tx, zoneId: string, docks: readonly Looked[] = []): Promise<void> {
  await sql`with held as materialized (select d.place_id, d.place_end from freight_dock d where d.zone_id = ${zoneId} and d.is_changed
      and ((d.place_id, d.place_end, d.rev) in (select * from unnest(${docks.map(({ placeId }) => placeId)}::uuid[],
          ${docks.map(({ end }) => end)}::text[], ${docks.map(({ rev }) => rev)}::int[]))
        or not exists (select from freight_dock_slot s where s.zone_id = d.zone_id and s.place_id = d.place_id
          and s.place_end = d.place_end and s.arrived_at is null and s.starts_at is not null))
      for update skip locked)
    update freight_dock d set is_changed = false from held
    where d.zone_id = ${zoneId} and d.place_id = held.place_id and d.place_end = held.place_end`.execute(tx)
}

async function lockWaybills(tx: Tx, zoneId: string, slots: readonly Seen[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`select id from freight_waybill
    where zone_id = ${zoneId} and id = any(${[...new Set(slots.map(({ waybillId }) => waybillId))]}::uuid[])
    order by id for update skip locked`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}

const bookingOf = ({ waybillId, end }: Pick<AwaitedRow, 'waybillId' | 'end'>): string => `${waybillId} ${end}`

/** The bookings that are still as they were seen. */
async function lockSlots(tx: Tx, zoneId: string, slots: readonly Seen[]): Promise<readonly Seen[]> {
  const { rows } = await sql<Pick<AwaitedRow, 'waybillId' | 'end' | 'startsAt' | 'lack'>>`
    select s.waybill_id as "waybillId", s.place_end as "end", s.starts_at as "startsAt", s.lack from freight_dock_slot s
    where s.zone_id = ${zoneId} and s.waybill_id = any(${slots.map(({ waybillId }) => waybillId)}::uuid[]) and s.arrived_at is null
    order by s.waybill_id, s.place_end for update`.execute(tx)
  const now = new Map(rows.map((row) => [bookingOf(row), row]))
  return slots.filter((slot) => {
    const row = now.get(bookingOf(slot))
    return row?.startsAt === slot.startsAt && row.lack === slot.lack
  })
}

/** Writes moves, their history and what screens are told. Three statements. */
async function keepMoves(tx: Tx, zoneId: string, now: EpochMs, moves: readonly Move<Seen>[]): Promise<void> {
  if (moves.length === 0) return
  await appendHistory(
    tx,
    zoneId,
    moves.map(({ slot, startS, lack }) => ({
      objectKind: 'freight_waybill',
      objectId: slot.waybillId,
      at: now,
      verb: startS === null ? 'lose_slot' : slot.startsAt === null ? 'find_slot' : 'shift_slot',
      actorId: clockwork.accountId,
      actorName: clockwork.name,
      public: true,
      data: { end: slot.end, from: slot.startsAt, to: startS === null ? null : startS * 1_000, lack },
    })),
  )
  const rows = moves.map(({ slot, startS, lack }) => ({
    id: slot.waybillId,
    end: slot.end,
    start_s: startS,
    lack,
    eta_s: slot.etaS,
    leave_s: slot.arrival && leaveS(startS, slot.arrival, Math.floor(now / 1_000)),
  }))
  await sql`update freight_dock_slot s set starts_at = to_timestamp(m.start_s), lack = m.lack, eta_at = to_timestamp(m.eta_s),
      leave_at = to_timestamp(floor(m.leave_s)), told_for = null, moves = s.moves + 1
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as m (id uuid, "end" text, start_s float8, lack text, eta_s float8, leave_s float8)
    where s.zone_id = ${zoneId} and s.waybill_id = m.id and s.place_end = m."end"`.execute(tx)
  await addToOutbox(
    tx,
    zoneId,
    moves.map(({ slot: { waybillId, end, carrierId, driverAccountId } }) => ({
      type: 'freight.slot_moved',
      objectKind: 'freight_waybill',
      objectId: waybillId,
      at: now,
      data: { end },
      to: driverAccountId === null ? [carrierId] : [carrierId, driverAccountId],
    })),
  )
}

const secondsOf = (at: EpochMs | null) => (at === null ? null : at / 1_000)
const differs = (a: number | null, b: number | null) => (a === null || b === null ? a !== b : Math.abs(a - b) >= 60)

/**
 * Keeps when trucks come and should leave where it is another minute than was known, and who is told. What a step holds at this moment is
 * kept a minute later: nobody waits crosswise. One statement.
 * @returns who is told when to leave
 */
async function keepSeen(tx: Tx, zoneId: string, seen: readonly Seen[]): Promise<readonly Seen[]> {
  const leaving = new Set(seen.filter(mustBeTold))
  const rows = seen
    .filter(
      (slot) =>
        leaving.has(slot) || differs(slot.etaS, secondsOf(slot.etaAt)) || differs(slot.leaveS, secondsOf(slot.leaveAt)),
    )
    .map((slot) => ({
      id: slot.waybillId,
      end: slot.end,
      eta_s: slot.etaS,
      leave_s: slot.leaveS,
      start_s: slot.startS,
      told: leaving.has(slot),
    }))
  if (rows.length === 0) return []
  const kept = await sql<Pick<AwaitedRow, 'waybillId' | 'end'>>`
    with m as (select * from jsonb_to_recordset(${jsonb(rows)}::jsonb)
      as m (id uuid, "end" text, eta_s float8, leave_s float8, start_s float8, told boolean)),
    held as materialized (select m.* from m join freight_dock_slot s on s.zone_id = ${zoneId} and s.waybill_id = m.id
      and s.place_end = m."end" and s.starts_at is not distinct from to_timestamp(m.start_s) for update of s skip locked)
    update freight_dock_slot s set eta_at = to_timestamp(m.eta_s), leave_at = to_timestamp(floor(m.leave_s)),
      told_for = case when m.told then s.starts_at else s.told_for end
    from held m where s.zone_id = ${zoneId} and s.waybill_id = m.id and s.place_end = m."end"
    returning s.waybill_id as "waybillId", s.place_end as "end"`.execute(tx)
  const bookings = new Set(kept.rows.map(bookingOf))
  return [...leaving].filter((slot) => bookings.has(bookingOf(slot)))
}

const dayMs = 86_400_000
const oldMax = 20_000

/** Each hour slots go that are older than they are kept. Two statements, by freight_dock_slot_old. */
export const sweepSlotsJob = ({ zoneId }: Deps): JobHandler => ({
  kind: 'freight.sweep_slots',
  recurs: { everySeconds: 3_600 },
  run: async (tx, { now }) => {
    const { numbers } = await dockSettings(tx, zoneId)
    const oldest = sql`${at(epochMs(now - numbers.keepDays * dayMs))}::timestamptz`
    await sql`delete from freight_dock_slot where zone_id = ${zoneId} and (waybill_id, place_end) in (
      select waybill_id, place_end from freight_dock_slot
      where zone_id = ${zoneId} and booked_at < ${oldest} and coalesce(starts_at, booked_at) < ${oldest}
      order by booked_at limit ${oldMax})`.execute(tx)
  },
})
