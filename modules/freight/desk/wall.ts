import { sql } from 'kysely'
import { instantOf, localDateOf } from '@tingzhou/calendar'
import { at, type Db } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import '../money/tables.ts'
import { findRatio } from '../ratio/today.ts'
import '../tables.ts'
import { findLaden, type Laden } from './laden.ts'
import { isLate, lateSince, runs } from './parts.ts'

type Ports = Pick<RequestContext['deps'], 'db' | 'zoneId' | 'clock' | 'compute' | 'log'>
type Lane = { readonly from: string; readonly to: string }
type Sums = {
  readonly opened: number
  readonly running: number
  readonly unloaded: number
  readonly carriedKg: number
  readonly trips: number
  readonly loadedKg: number
  readonly ratedKg: number
  readonly settledFen: number
  readonly settlements: number
  readonly paidFen: number
  readonly payments: number
}
type Wall = Awaited<ReturnType<typeof readWall>>

const lanesShown = 4
const latestShown = 3
const lateShown = 8
const keptMs = 5_000
/** Kilometres and what they are measured by change slowly and cost a look for each trip. */
const kmKeptMs = 60_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

type Kept<T> = { readonly until: EpochMs; readonly value: Promise<T> }
const walls = new WeakMap<Db, Kept<Wall>>()
const ladens = new WeakMap<Db, Kept<Laden>>()

/** What was asked a moment ago is not asked again; whoever comes meanwhile waits for the same answer. */
function kept<T>(
  answers: WeakMap<Db, Kept<T>>,
  db: Db,
  now: EpochMs,
  forMs: number,
  ask: () => Promise<T>,
): Promise<T> {
  const known = answers.get(db)
  if (known && now < known.until && now >= known.until - forMs) return known.value
  const value = ask()
  answers.set(db, { until: epochMs(now + forMs), value })
  value.catch(() => {
    if (answers.get(db)?.value === value) answers.delete(db)
  })
  return value
}

type Ratio = Awaited<ReturnType<typeof findRatio>>
/** The ratio that was reckoned last, and the one that is being reckoned. */
type Reckoned = { known: Ratio | null; running: Promise<void> | null }
const ratios = new WeakMap<Db, Reckoned>()

/**
 * Today's ratio as it is known, without waiting; null: not yet today. One that is a minute old is reckoned again behind, one at a time, for
 * the threads that reckon its bound may be busy for long.
 */
function lastRatio(ports: Ports, now: EpochMs): Ratio | null {
  const reckoned = ratios.get(ports.db) ?? { known: null, running: null }
  ratios.set(ports.db, reckoned)
  const { known } = reckoned
  const isToday = known !== null && localDateOf(known.at) === localDateOf(now)
  if (!isToday || now < known.at || now >= known.at + kmKeptMs) reckoned.running ??= reckon(ports, now, reckoned)
  return isToday ? known : null
}

async function reckon(ports: Ports, now: EpochMs, reckoned: Reckoned): Promise<void> {
  try {
    reckoned.known = await findRatio(ports, now)
  } catch (error) {
    ports.log.error({ err: error }, 'the loaded ratio could not be reckoned')
  } finally {
    reckoned.running = null
  }
}

/** Waits for the ratio that is being reckoned. */
export const ratioSettled = async (db: Db): Promise<void> => void (await ratios.get(db)?.running)

/**
 * Today's carriage for a wall, the same for everybody who may see it, at most five seconds old, and the ratio as it is known. Five
 * statements, and ten a minute for the kilometres; what each walks is said beside it.
 */
export async function findWall(ports: Ports): Promise<Wall & { readonly ratio: Ratio | null }> {
  const now = ports.clock()
  const ratio = lastRatio(ports, now)
  return { ...(await kept(walls, ports.db, now, keptMs, () => readWall(ports))), ratio }
}

async function readWall(ports: Ports) {
  const { db, zoneId, clock } = ports
  const now = clock()
  const day = localDateOf(now)
  const dayStart = instantOf(day, '00:00')
  // What is kept is of one day.
  const kmMs = Math.min(kmKeptMs, dayStart + dayMs - now)
  const { opened, running, unloaded, carriedKg, trips, loadedKg, ratedKg, ...money } = await sumsOf(ports, dayStart)
  return {
    at: now,
    day,
    opened,
    running,
    unloaded,
    carriedKg,
    load: { trips, loadedKg, ratedKg },
    laden: await kept(ladens, db, now, kmMs, () => findLaden(db, zoneId, dayStart)),
    money,
    lanes: await busiestLanes(ports, dayStart),
    hours: await lastHours(ports, now),
    latest: await latestUnloaded(ports),
    late: await lateTrips(ports, now),
  }
}

/**
 * By freight_waybill_list, freight_waybill_vehicle_busy, freight_waybill_unloaded, freight_settlement_list, freight_payment_done.
 * O(waybills, settlements and payments of today + running waybills).
 */
async function sumsOf({ db, zoneId }: Ports, dayStart: EpochMs): Promise<Sums> {
  const since = sql`${at(dayStart)}::timestamptz`
  const { rows } = await sql<Sums>`
    select
      (select count(*) from freight_waybill w where w.zone_id = ${zoneId} and w.created_at >= ${since}) as opened,
      (select count(*) from freight_waybill w where ${runs(zoneId)}) as running,
      u.*, s.*, p.*
    from (
      select count(*) as unloaded, coalesce(sum(w.unload_net_kg), 0)::bigint as "carriedKg", count(w.load_net_kg) as trips,
        coalesce(sum(w.load_net_kg), 0)::bigint as "loadedKg",
        coalesce(sum(v.rated_load_kg) filter (where w.load_net_kg is not null), 0)::bigint as "ratedKg"
      from freight_waybill w join freight_vehicle v on v.zone_id = w.zone_id and v.id = w.vehicle_id
      where w.zone_id = ${zoneId} and w.unloaded_at >= ${since}) u,
    (select count(*) as settlements, coalesce(sum(due_fen), 0)::bigint as "settledFen" from freight_settlement
      where zone_id = ${zoneId} and reversal_id is null and created_at >= ${since}) s,
    (select count(*) as payments, coalesce(sum(amount_fen), 0)::bigint as "paidFen" from freight_payment
      where zone_id = ${zoneId} and state = 'done' and done_at >= ${since}) p`.execute(db)
  const [sums] = rows
  assert(sums, 'sums without groups give one row')
  return sums
}

/** By freight_waybill_unloaded. O(waybills unloaded today). */
async function busiestLanes({ db, zoneId }: Ports, dayStart: EpochMs) {
  const { rows } = await sql<Lane & { trips: number; kg: number }>`
    select a.name as "from", b.name as "to", l.trips, l.kg from (
      select w.from_id, w.to_id, count(*) as trips, coalesce(sum(w.unload_net_kg), 0)::bigint as kg from freight_waybill w
      where w.zone_id = ${zoneId} and w.unloaded_at >= ${at(dayStart)}::timestamptz
      group by w.from_id, w.to_id order by kg desc, trips desc, w.from_id, w.to_id limit ${lanesShown}) l
    join freight_place a on a.zone_id = ${zoneId} and a.id = l.from_id
    join freight_place b on b.zone_id = ${zoneId} and b.id = l.to_id
    order by l.kg desc, l.trips desc, l.from_id, l.to_id`.execute(db)
  return rows
}

/** Each of the last 24 hours, also those in which nothing came. By freight_waybill_unloaded. O(waybills unloaded in a day). */
async function lastHours({ db, zoneId }: Ports, now: EpochMs) {
  const first = epochMs(Math.floor(now / hourMs) * hourMs - 23 * hourMs)
  const { rows } = await sql<{ hour: number; kg: number; trips: number }>`
    select floor(extract(epoch from w.unloaded_at) / 3600)::integer as hour, coalesce(sum(w.unload_net_kg), 0)::bigint as kg,
      count(*) as trips
    from freight_waybill w where w.zone_id = ${zoneId} and w.unloaded_at >= ${at(first)}::timestamptz group by hour`.execute(
    db,
  )
  const of = new Map(rows.map((row) => [row.hour, row]))
  return Array.from({ length: 24 }, (_, index) => {
    const from = epochMs(first + index * hourMs)
    const row = of.get(from / hourMs)
    return { from, kg: row?.kg ?? 0, trips: row?.trips ?? 0 }
  })
}

/** The plate without what tells whose it is: place of registration and the last two. Pure. O(length). */
function maskPlate(plate: string): string {
  const letters = [...plate]
  return letters.length <= 4 ? '****' : `${letters.slice(0, 2).join('')}***${letters.slice(-2).join('')}`
}

/** By freight_waybill_unloaded, in its order. */
async function latestUnloaded({ db, zoneId }: Ports) {
  const { rows } = await sql<Lane & { plate: string; kg: number | null; at: EpochMs }>`
    select v.plate, a.name as "from", b.name as "to", w.unload_net_kg as kg, w.unloaded_at as at
    from freight_waybill w
    join freight_vehicle v on v.zone_id = w.zone_id and v.id = w.vehicle_id
    join freight_place a on a.zone_id = w.zone_id and a.id = w.from_id
    join freight_place b on b.zone_id = w.zone_id and b.id = w.to_id
    where w.zone_id = ${zoneId} and w.unloaded_at is not null
    order by w.unloaded_at desc, w.id limit ${latestShown}`.execute(db)
  return rows.map((row) => ({ ...row, plate: maskPlate(row.plate) }))
}

/** Late trips, whoever has been late longest first. By freight_waybill_vehicle_busy. O(running waybills). */
async function lateTrips({ db, zoneId }: Ports, now: EpochMs) {
  const here = sql`${at(now)}::timestamptz`
  const { rows } = await sql<Lane & { plate: string; end: 'load' | 'unload'; since: EpochMs; count: number }>`
    select v.plate, a.name as "from", b.name as "to", case when w.state = 'accepted' then 'load' else 'unload' end as end,
      ${lateSince(here)} as since, count(*) over () as count
    from freight_waybill w
    join freight_vehicle v on v.zone_id = w.zone_id and v.id = w.vehicle_id
    join freight_place a on a.zone_id = w.zone_id and a.id = w.from_id
    join freight_place b on b.zone_id = w.zone_id and b.id = w.to_id
    where ${runs(zoneId)} and ${isLate(here)}
    order by since, w.id limit ${lateShown}`.execute(db)
  return {
    count: rows[0]?.count ?? 0,
    rows: rows.map(({ plate, from, to, end, since }) => ({ plate: maskPlate(plate), from, to, end, since })),
  }
}
