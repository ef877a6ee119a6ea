import { sql, type Selectable } from 'kysely'
import { grantReach } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { chainCatalogue } from '@tingzhou/chains'
import { at, expectRevision, type Tables, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { changesBetween, type RecordDeps } from '@tingzhou/records'
import { openEnterprises } from '../firm.ts'
import type { Market } from '../posting/market-index.ts'
import type { MarketError } from '../problems.ts'
import { actsFor } from '../reach.ts'
import { note } from '../record.ts'
import { tellFirms, tellOfficers } from '../told.ts'
import { keeps, lockEvent, refused, wrongState, type EventRow } from './event.ts'
import { placeFirm } from './plan.ts'
import './tables.ts'
import { isOfTheme, themeCodes } from './theme.ts'
import { linesOf, toldOf } from './lines.ts'
import { firmsMax, slotsOf } from './words.ts'

export type FirmRow = Selectable<Tables['market_event_firm']>

const objectKind = 'market_event'

/** A firm's row of a day, locked, or null. One statement. */
export async function lockFirm(
  tx: Tx,
  { zoneId }: RecordDeps,
  eventId: string,
  firmId: string,
): Promise<FirmRow | null> {
  const row = await tx
    .selectFrom('market_event_firm')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', eventId)
    .where('firm_id', '=', firmId)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** Whether a firm may come: an enterprise that is open, or a firm outside with postings here. Two statements at most. */
async function findFirm(tx: Tx, { zoneId }: RecordDeps, firmId: string): Promise<{ isOutside: boolean } | null> {
  if ((await openEnterprises(tx, zoneId, [firmId])).has(firmId)) return { isOutside: false }
  const posting = await tx
    .selectFrom('market_posting')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('firm_id', '=', firmId)
    .where('firm_outside', '=', true)
    .limit(1)
    .executeTakeFirst()
  return posting ? { isOutside: true } : null
}

/**
 * Registers a firm, or changes what it said: how many come, when it cannot, whom it would like to meet. In a day that is planned it gets
 * free slots at once; what is planned stays.
 */
export const registerFirm =
  (market: Market) =>
  async (
    tx: Tx,
    deps: RecordDeps,
    actor: Actor,
    input: {
      readonly id: string
      readonly firmId: string
      readonly rev: number
      readonly persons: number
      readonly away: readonly number[]
      readonly wishes: readonly string[]
    },
  ): Promise<Result<{ readonly rev: number; readonly placed: number }, MarketError>> => {
    const { firmId } = input
    const event = await lockEvent(tx, deps, actor, input.id)
    if (!event) return err({ kind: 'not_found' })
    if (!actsFor(actor, firmId)) return err({ kind: 'not_permitted' })
    if (event.state !== 'open' && event.state !== 'planned') return wrongState(event.state, 'event_registration_open')
    const now = deps.clock()
    const today = localDateOf(now)
    if (!keeps(actor) && today > event.register_by)
      return err({ kind: 'not_open', field: 'registerBy', value: event.register_by, rule: 'event_registration_over' })
    const before = await lockFirm(tx, deps, event.id, firmId)
    const fresh = expectRevision(before?.rev ?? 0, input.rev)
    if (!fresh.ok) return fresh
    const isComing = before?.state === 'registered'
    const firm = isComing ? { isOutside: before.firm_outside } : await findFirm(tx, deps, firmId)
    if (!firm) return refused('firmId', firmId, 'within_reach')
    const fits = await checkRegistration(tx, deps, event, input)
    if (!fits.ok) return fits
    const after = {
      state: 'registered' as const,
      persons: input.persons,
      away: [...new Set(input.away)].toSorted((one, other) => one - other),
      wishes: [...new Set(input.wishes)],
    }
    const written = { registered_at: at(before?.registered_at ?? now), updated_at: at(now), updated_by: actor.name }
    await tx
      .insertInto('market_event_firm')
      .values({
        zone_id: deps.zoneId,
        event_id: event.id,
        firm_id: firmId,
        firm_outside: firm.isOutside,
        ...after,
        ...written,
      })
      .onConflict((oc) =>
        oc
          .columns(['zone_id', 'event_id', 'firm_id'])
          .doUpdateSet({ ...after, ...written, rev: (before?.rev ?? 0) + 1 }),
      )
      .execute()
    if (!firm.isOutside)
      await grantReach(tx, deps.zoneId, [{ objectKind, objectId: event.id, partyId: firmId, relation: 'enterprise' }])
    const placed = event.state === 'planned' ? await placeFirm(tx, deps, actor, market, event, firmId) : 0
    await note(tx, deps, actor, {
      objectKind,
      objectId: event.id,
      verb: isComing ? 'change_registration' : 'register',
      data: { firmId, ...changesOf(before, after) },
      to: [firmId],
    })
    return ok({ rev: (before?.rev ?? 0) + 1, placed })
  }

const changesOf = (before: FirmRow | null, after: object) => changesBetween(before ?? {}, { ...after }) as object

async function checkRegistration(
  tx: Tx,
  { zoneId }: RecordDeps,
  event: EventRow,
  input: { readonly firmId: string; readonly away: readonly number[]; readonly wishes: readonly string[] },
): Promise<Result<void, MarketError>> {
  const slots = slotsOf(event.from_minute, event.to_minute, event.meeting_minutes)
  const beyond = input.away.find((slot) => slot >= slots)
  if (beyond !== undefined) return refused('away', beyond + 1, `at_most ${slots}`)
  if (new Set(input.away).size === slots) return refused('away', slots, 'event_some_slot')
  if (input.wishes.includes(input.firmId)) return refused('wishes', input.firmId, 'another_firm')
  const [busy] = await tx
    .selectFrom('market_event_seat')
    .select('slot')
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', event.id)
    .where('firm_id', '=', input.firmId)
    .where('slot', 'in', input.away.length === 0 ? [-1] : [...input.away])
    .limit(1)
    .execute()
  if (busy) return refused('away', busy.slot + 1, 'event_meets_in_slot')
  if (input.wishes.length > 0) {
    const known = await tx
      .selectFrom('market_event_firm')
      .select('firm_id')
      .where('zone_id', '=', zoneId)
      .where('event_id', '=', event.id)
      .where('firm_id', 'in', [...input.wishes])
      .where('state', '<>', 'withdrawn')
      .execute()
    const stranger = input.wishes.find((id) => !known.some(({ firm_id }) => firm_id === id))
    if (stranger !== undefined) return refused('wishes', stranger, 'event_firm_of_the_day')
  }
  const { n } = await tx
    .selectFrom('market_event_firm')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', event.id)
    .where('state', '=', 'registered')
    .where('firm_id', '<>', input.firmId)
    .executeTakeFirstOrThrow()
  return n < firmsMax ? ok(undefined) : refused('firmId', input.firmId, `event_firms_at_most ${firmsMax}`)
}

/** A firm does not come after all: its meetings that have not taken place go, and the others are told. */
export async function withdrawFirm(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly firmId: string; readonly rev: number; readonly why: string },
): Promise<Result<{ readonly rev: number }, MarketError>> {
  const event = await lockEvent(tx, deps, actor, input.id)
  if (!event) return err({ kind: 'not_found' })
  if (!actsFor(actor, input.firmId)) return err({ kind: 'not_permitted' })
  if (event.state !== 'open' && event.state !== 'planned') return wrongState(event.state, 'event_before_the_day')
  const row = await lockFirm(tx, deps, event.id, input.firmId)
  if (!row || row.state === 'withdrawn') return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (row.arrived_at !== null) return wrongState(row.state, 'event_firm_is_here')
  const gone = await dropMeetings(tx, deps, event.id, input.firmId)
  await saveFirm(tx, deps, actor, row, { state: 'withdrawn' })
  const others = gone.map(({ buyer_id, seller_id }) => (buyer_id === input.firmId ? seller_id : buyer_id))
  await note(tx, deps, actor, {
    objectKind,
    objectId: event.id,
    verb: 'withdraw',
    why: input.why,
    data: { firmId: input.firmId, meetings: gone.length },
    to: [input.firmId, ...others],
  })
  await tellFirms(tx, deps, linesOf(event, others, 'event_moved'))
  await tellOfficers(tx, deps, toldOf(event, 'event_withdrawn', { meetings: String(gone.length) }))
  return ok({ rev: row.rev + 1 })
}

async function dropMeetings(tx: Tx, { zoneId }: RecordDeps, eventId: string, firmId: string) {
  const { rows } = await sql<{ id: string; buyer_id: string; seller_id: string; slot: number | null }>`
    select id, buyer_id, seller_id, slot from market_event_meeting
    where zone_id = ${zoneId} and event_id = ${eventId} and state = 'planned' and (buyer_id = ${firmId} or seller_id = ${firmId})
    for update`.execute(tx)
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  await tx.deleteFrom('market_event_seat').where('zone_id', '=', zoneId).where('meeting_id', 'in', ids).execute()
  await tx.deleteFrom('market_event_meeting').where('zone_id', '=', zoneId).where('id', 'in', ids).execute()
  return rows.filter(({ slot }) => slot !== null)
}

async function saveFirm(
  tx: Tx,
  { zoneId, clock }: RecordDeps,
  actor: Actor,
  row: FirmRow,
  change: { readonly state?: 'withdrawn'; readonly arrived_at?: Date | null },
): Promise<void> {
  await tx
    .updateTable('market_event_firm')
    .set({ ...change, rev: row.rev + 1, updated_at: at(clock()), updated_by: actor.name })
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', row.event_id)
    .where('firm_id', '=', row.firm_id)
    .execute()
}

/** A firm is there, or is not after all; said by whoever keeps the day. */
export async function arriveFirm(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly firmId: string; readonly rev: number; readonly here: boolean },
): Promise<Result<{ readonly rev: number }, MarketError>> {
  const event = await lockEvent(tx, deps, actor, input.id)
  if (!event) return err({ kind: 'not_found' })
  if (!keeps(actor)) return err({ kind: 'not_permitted' })
  if (event.state !== 'planned') return wrongState(event.state, 'event_planned')
  const now = deps.clock()
  if (localDateOf(now) < event.day) return refused('here', event.day, `event_not_before_the_day ${event.day}`)
  const row = await lockFirm(tx, deps, event.id, input.firmId)
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (row.state !== 'registered') return wrongState(row.state, 'event_registered')
  await saveFirm(tx, deps, actor, row, { arrived_at: input.here ? at(now) : null })
  const verb = input.here ? 'arrive' : 'not_here'
  await note(tx, deps, actor, {
    objectKind,
    objectId: event.id,
    verb,
    data: { firmId: input.firmId },
    to: [input.firmId],
  })
  return ok({ rev: row.rev + 1 })
}

/** Invites firms: those named, or all with open postings of the theme. Who was invited, comes or has withdrawn is left as it is. */
export async function inviteFirms(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly firmIds: readonly string[] | null },
): Promise<Result<{ readonly invited: number }, MarketError>> {
  const event = await lockEvent(tx, deps, actor, input.id)
  if (!event) return err({ kind: 'not_found' })
  if (!keeps(actor)) return err({ kind: 'not_permitted' })
  if (event.state !== 'open') return wrongState(event.state, 'event_registration_open')
  const firms = await invitable(tx, deps, event, input.firmIds)
  const stranger = input.firmIds?.find((id) => !firms.some(({ firmId }) => firmId === id))
  if (stranger !== undefined) return refused('firmIds', stranger, 'event_invitable')
  if (firms.length === 0) return ok({ invited: 0 })
  const now = at(deps.clock())
  await tx
    .insertInto('market_event_firm')
    .values(
      firms.map(({ firmId, isOutside }) => ({
        zone_id: deps.zoneId,
        event_id: event.id,
        firm_id: firmId,
        firm_outside: isOutside,
        state: 'invited' as const,
        away: [],
        wishes: [],
        invited_at: now,
        updated_at: now,
        updated_by: actor.name,
      })),
    )
    .execute()
  const here = firms.filter(({ isOutside }) => !isOutside)
  await grantReach(
    tx,
    deps.zoneId,
    here.map(({ firmId }) => ({ objectKind, objectId: event.id, partyId: firmId, relation: 'enterprise' as const })),
  )
  const to = here.map(({ firmId }) => firmId)
  await note(tx, deps, actor, { objectKind, objectId: event.id, verb: 'invite', data: { firms: firms.length }, to })
  await tellFirms(tx, deps, linesOf(event, to, 'event_invited'))
  return ok({ invited: firms.length })
}

/** Firms with open postings of the theme that have no row of the day yet. Two statements at most. */
async function invitable(
  tx: Tx,
  { zoneId, clock }: RecordDeps,
  event: EventRow,
  firmIds: readonly string[] | null,
): Promise<readonly { readonly firmId: string; readonly isOutside: boolean }[]> {
  const codes = themeCodes(await chainCatalogue(tx, zoneId), event.products)
  let query = tx
    .selectFrom('market_posting as p')
    .select(({ fn }) => ['p.firm_id as firmId', fn.agg<boolean>('bool_or', ['p.firm_outside']).as('isOutside')])
    .where('p.zone_id', '=', zoneId)
    .where(isOfTheme('p', codes, localDateOf(clock())))
    .where(
      sql<boolean>`not exists (select from market_event_firm f
        where f.zone_id = ${zoneId} and f.event_id = ${event.id} and f.firm_id = p.firm_id)`,
    )
    .groupBy('p.firm_id')
    .orderBy('p.firm_id')
    .limit(firmsMax)
  if (firmIds) query = query.where('p.firm_id', 'in', firmIds.length === 0 ? [''] : [...firmIds])
  return query.execute()
}
