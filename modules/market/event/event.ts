import { sql, type Selectable } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, newId, type Tables, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps, type Saved } from '@tingzhou/records'
import { chainCatalogue } from '@tingzhou/chains'
import type { Fault, MarketError } from '../problems.ts'
import '../reach.ts'
import { drawNumbers, note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { tellFirms } from '../told.ts'
import { openFollowUps } from './follow-rows.ts'
import './tables.ts'
import { comingFirms, linesOf } from './lines.ts'
import { minuteOf, slotsMax, slotsOf, type EventState, type EventStep } from './words.ts'

export type EventRow = Selectable<Tables['market_event']>

/** What a day says of itself. */
export type EventFields = {
  readonly name: string
  readonly day: string
  readonly place: string
  readonly from: string
  readonly to: string
  readonly meetingMinutes: number
  readonly tables: number
  readonly registerBy: string
  readonly products: readonly string[]
  readonly meetingsMax: number
  readonly remark: string
}

const objectKind = 'market_event'

const toRow = (fields: EventFields) => ({
  name: fields.name,
  day: fields.day,
  place: fields.place,
  from_minute: minuteOf(fields.from),
  to_minute: minuteOf(fields.to),
  meeting_minutes: fields.meetingMinutes,
  tables: fields.tables,
  register_by: fields.registerBy,
  products: [...new Set(fields.products)],
  meetings_max: fields.meetingsMax,
  remark: fields.remark,
})

/** A refusal of a field by its rule. O(1). */
export const refused = (field: string, value: unknown, rule: string) =>
  err({ kind: 'field_refused', field, value: String(value ?? ''), rule } as const)

/** A refusal because the day, or a meeting, is not where the step may be made. O(1). */
export const wrongState = (state: string, rule: string) =>
  err({ kind: 'posting_state', field: 'state', value: state, rule } as const)

/** Whether the actor keeps matchmaking days. O(memberships). */
export const keeps = (actor: Actor): boolean => hasRole(actor, ...keepingRoles)

function faultOf({ from, to, meetingMinutes, registerBy, day }: EventFields): Fault | null {
  const slots = slotsOf(minuteOf(from), minuteOf(to), meetingMinutes)
  if (slots < 1) return { field: 'to', value: to, rule: 'event_one_meeting' }
  if (slots > slotsMax)
    return { field: 'meetingMinutes', value: String(meetingMinutes), rule: `event_slots_at_most ${slotsMax}` }
  return registerBy <= day ? null : { field: 'registerBy', value: registerBy, rule: `not_after ${day}` }
}

/** The first product of a theme that the zone's catalogue does not have, or null. One statement at most. */
async function unknownProduct(tx: Tx, zoneId: string, products: readonly string[]): Promise<string | null> {
  if (products.length === 0) return null
  const known = (await chainCatalogue(tx, zoneId)).products
  return products.find((code) => !known.has(code)) ?? null
}

async function checked(tx: Tx, { zoneId }: RecordDeps, fields: EventFields): Promise<Result<void, MarketError>> {
  const fault = faultOf(fields)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const unknown = await unknownProduct(tx, zoneId, fields.products)
  return unknown === null ? ok(undefined) : refused('products', unknown, 'product_known')
}

/** Prepares a day; firms see it when its registration is open. */
export async function enterEvent(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: EventFields & { readonly synthetic: boolean },
): Promise<Result<Saved, MarketError>> {
  if (!keeps(actor)) return err({ kind: 'not_permitted' })
  const fits = await checked(tx, deps, input)
  if (!fits.ok) return fits
  const now = deps.clock()
  if (input.day < localDateOf(now)) return refused('day', input.day, `not_before ${localDateOf(now)}`)
  const id = newId()
  const [number = ''] = await drawNumbers(tx, 'DJ', 1, now)
  const row = { ...toRow(input), number, synthetic: input.synthetic }
  await tx
    .insertInto('market_event')
    .values({ zone_id: deps.zoneId, id, ...row, ...writtenBy(actor, now) })
    .execute()
  await note(tx, deps, actor, { objectKind, objectId: id, verb: 'enter', data: changesBetween({}, row) })
  return ok({ id, rev: 1 })
}

/** The day, locked, if the actor reaches it. Everything that is written of a day is written under this lock. One statement. */
export async function lockEvent(tx: Tx, { zoneId }: RecordDeps, actor: Actor, id: string): Promise<EventRow | null> {
  const row = await tx
    .selectFrom('market_event')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where(reaches(actor, objectKind, { zoneId, objectId: sql.ref('market_event.id') }))
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** The same for whoever keeps days, at the revision that was looked at. */
export async function keptEvent(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  { id, rev }: Saved,
): Promise<Result<EventRow, MarketError>> {
  const row = await lockEvent(tx, deps, actor, id)
  if (!row) return err({ kind: 'not_found' })
  if (!keeps(actor)) return err({ kind: 'not_permitted' })
  const fresh = expectRevision(row.rev, rev)
  return fresh.ok ? ok(row) : fresh
}

/** Writes columns of a day, one revision on. One statement. */
export async function saveEvent(
  tx: Tx,
  { zoneId, clock }: RecordDeps,
  actor: Actor,
  row: EventRow,
  change: Partial<Omit<EventRow, 'planned_at' | 'held_at' | 'followed_at' | 'created_at' | 'updated_at'>> & {
    readonly planned_at?: Date
    readonly held_at?: Date
    readonly followed_at?: Date
  },
): Promise<Saved> {
  await tx
    .updateTable('market_event')
    .set({ ...change, rev: row.rev + 1, updated_at: at(clock()), updated_by: actor.name })
    .where('zone_id', '=', zoneId)
    .where('id', '=', row.id)
    .execute()
  return { id: row.id, rev: row.rev + 1 }
}

/** Changes a day. Once it is planned its times stay; tables may only become more. */
export async function changeEvent(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: EventFields & Saved & { readonly why: string },
): Promise<Result<Saved, MarketError>> {
  const kept = await keptEvent(tx, deps, actor, input)
  if (!kept.ok) return kept
  const row = kept.value
  if (row.state === 'cancelled' || row.state === 'held' || row.state === 'followed')
    return wrongState(row.state, 'event_before_the_day')
  const fits = await checked(tx, deps, input)
  if (!fits.ok) return fits
  const after = toRow(input)
  if (row.state === 'planned') {
    for (const [field, column] of [
      ['from', 'from_minute'],
      ['to', 'to_minute'],
      ['meetingMinutes', 'meeting_minutes'],
    ] as const)
      if (after[column] !== row[column]) return refused(field, input[field], 'event_times_stand')
    if (after.tables < row.tables) return refused('tables', after.tables, `at_least ${row.tables}`)
  }
  const away = row.state === 'draft' ? null : await awayBeyond(tx, deps, row.id, after)
  if (away !== null) return refused('to', input.to, `event_away_slots ${away}`)
  const saved = await saveEvent(tx, deps, actor, row, after)
  const data = changesBetween(row, after)
  await note(tx, deps, actor, { objectKind, objectId: row.id, verb: 'change', why: input.why, data })
  if (row.state !== 'draft' && (after.day !== row.day || after.place !== row.place))
    await tellFirms(tx, deps, linesOf({ ...row, ...after }, await comingFirms(tx, deps, row.id), 'event_changed'))
  return ok(saved)
}

/** The last slot in which a firm said that it cannot come and that the day would not have any more, or null. One statement. */
async function awayBeyond(
  tx: Tx,
  { zoneId }: RecordDeps,
  eventId: string,
  after: Pick<EventRow, 'from_minute' | 'to_minute' | 'meeting_minutes'>,
): Promise<number | null> {
  const slots = slotsOf(after.from_minute, after.to_minute, after.meeting_minutes)
  const { rows } = await sql<{ last: number | null }>`
    select max(s.slot) as last from market_event_firm f cross join unnest(f.away) as s(slot)
    where f.zone_id = ${zoneId} and f.event_id = ${eventId}`.execute(tx)
  const last = rows[0]?.last ?? null
  return last !== null && last >= slots ? last + 1 : null
}

const from: Readonly<Record<EventStep, readonly EventState[]>> = {
  open: ['draft'],
  hold: ['planned'],
  cancel: ['draft', 'open', 'planned'],
}
const to = { open: 'open', hold: 'held', cancel: 'cancelled' } as const satisfies Record<EventStep, EventState>

/** Opens the registration, closes the day when it is over, or calls it off. */
export async function stepEvent(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: Saved & { readonly to: EventStep; readonly why: string },
): Promise<Result<Saved, MarketError>> {
  const kept = await keptEvent(tx, deps, actor, input)
  if (!kept.ok) return kept
  const row = kept.value
  const step = input.to
  if (!from[step].includes(row.state)) return wrongState(row.state, `event_step_${step}`)
  const now = deps.clock()
  const today = localDateOf(now)
  if (step === 'hold' && today < row.day) return refused('to', row.day, `event_not_before_the_day ${row.day}`)
  if (step === 'open' && row.register_by < today)
    return refused('to', row.register_by, `event_registration_over ${row.register_by}`)
  if (step === 'cancel' && input.why === '') return refused('why', '', 'event_say_why')
  const firms = await comingFirms(tx, deps, row.id)
  const state = to[step]
  const saved = await saveEvent(tx, deps, actor, row, { state, ...(step === 'hold' ? { held_at: at(now) } : {}) })
  if (step === 'hold') await openFollowUps(tx, deps.zoneId, row)
  const data = changesBetween({ state: row.state }, { state })
  await note(tx, deps, actor, {
    objectKind,
    objectId: row.id,
    verb: step,
    why: input.why,
    data,
    to: firms,
  })
  if (step === 'cancel' && row.state !== 'draft') await tellFirms(tx, deps, linesOf(row, firms, 'event_cancelled'))
  return ok(saved)
}
