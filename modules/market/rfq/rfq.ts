import { sql, type Selectable } from 'kysely'
import { grantReach, reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { chainCatalogue, suppliersOf } from '@tingzhou/chains'
import { at, expectRevision, newId, type Db, type Tables, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type Result } from '@tingzhou/kernel'
import { clockwork, type Actor } from '@tingzhou/parties'
import { changesBetween, writtenBy, type RecordDeps, type Saved } from '@tingzhou/records'
import { indexObjects } from '@tingzhou/search'
import type { JobHandler } from '@tingzhou/timers'
import { speaksFor } from '../deal/side.ts'
import { firmNames, openEnterprises } from '../firm.ts'
import { tellFirms, type FirmLine } from '../told.ts'
import { quantityOf } from '../posting/amounts.ts'
import { masked } from '../posting/personal.ts'
import { refused, type MarketError } from '../problems.ts'
import { drawNumbers, note } from '../record.ts'
import '../tables.ts'
import type { KnownBy, RfqState } from '../words.ts'
import { askedMax, openDaysMax } from './words.ts'

export type Rfq = Selectable<Tables['market_rfq']>

const dayMs = 86_400_000
const objectKind = 'market_rfq'

/** A firm that could be asked, and from what it is known. */
export type Known = { readonly firmId: string; readonly isOutside: boolean; readonly knownBy: readonly KnownBy[] }

/**
 * The firms that are known to supply products: by offers that everybody sees, by what the chains know, without saying what; the asker left out.
 * At most 60. Six statements at most.
 */
export async function knownSuppliers(
  db: Db | Tx,
  zoneId: string,
  productCodes: readonly string[],
  askerId: string,
  today: string,
): Promise<readonly (Known & { readonly name: string })[]> {
  const codes = [...new Set(productCodes)]
  const offers = await db
    .selectFrom('market_posting')
    .select(['firm_id as firmId', 'firm_outside as isOutside'])
    .distinct()
    .where('zone_id', '=', zoneId)
    .where('kind', '=', 'offer')
    .where('product_code', 'in', codes)
    .where('state', 'in', ['open', 'matched'])
    .where('visibility', '=', 'zone')
    .where('valid_to', '>=', today)
    .where('firm_id', '<>', askerId)
    .orderBy('firm_id')
    .limit(askedMax)
    .execute()
  // Postings stay open when their enterprise closes in the register.
  const here = offers.filter(({ isOutside }) => !isOutside).map(({ firmId }) => firmId)
  const open = await openEnterprises(db, zoneId, here)
  const year = Number(today.slice(0, 4))
  const others = await suppliersOf(db, zoneId, { productCodes: codes, year, limit: askedMax })
  const found: readonly Known[] = [
    ...offers
      .filter(({ firmId, isOutside }) => isOutside || open.has(firmId))
      .map((firm) => ({ ...firm, knownBy: ['offer' as const] })),
    ...others.map(({ firmId, isOutside }) => ({ firmId, isOutside, knownBy: ['chains' as const] })),
  ]
  const known = new Map<string, Known>()
  for (const firm of found) {
    const before = known.get(firm.firmId)?.knownBy ?? []
    known.set(firm.firmId, { ...firm, knownBy: [...before, ...firm.knownBy] })
  }
  known.delete(askerId)
  const asked = [...known.values()].slice(0, askedMax)
  const names = await firmNames(
    db,
    zoneId,
    asked.map(({ firmId, isOutside }) => ({ id: firmId, isOutside })),
  )
  return asked.map((firm) => ({ ...firm, name: names.get(firm.firmId) ?? firm.firmId }))
}

/** A line as it was typed. */
export type LineInput = {
  readonly productCode: string
  readonly spec: string
  /** With its unit: 200 吨. */
  readonly quantity: string
  readonly neededBy: string | null
}

export type AskInput = {
  readonly askerId: string
  readonly title: string
  readonly words: string
  readonly lines: readonly LineInput[]
  /** Milliseconds since the epoch. */
  readonly closesAt: number
  readonly isSealed: boolean
  readonly place: string
  readonly lonDeg: number | null
  readonly latDeg: number | null
  /** Null: everybody who is known. */
  readonly firmIds: readonly string[] | null
  readonly synthetic: boolean
}

/** Asks suppliers for quotations. */
export async function askRfq(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: AskInput,
): Promise<Result<Saved & { readonly number: string; readonly asked: number }, MarketError>> {
  const { zoneId, clock } = deps
  const { askerId, closesAt } = input
  if (!speaksFor(actor, askerId, false)) return err({ kind: 'not_permitted' })
  const asker = (await openEnterprises(tx, zoneId, [askerId])).get(askerId)
  if (!asker) return refused('askerId', askerId, 'still_open')
  const now = clock()
  if (closesAt <= now) return refused('closesAt', closesAt, 'stands_from_now')
  const last = epochMs(now + openDaysMax * dayMs)
  if (closesAt > last) return refused('closesAt', closesAt, `stands_at_most ${localDateOf(last)}`)
  if ((input.lonDeg === null) !== (input.latDeg === null)) return refused('lonDeg', '', 'both_degrees')
  const lines = await linesOf(tx, zoneId, input)
  if (!lines.ok) return lines
  const asked = await askedOf(tx, deps, input)
  if (!asked.ok) return asked
  if (asked.value.length === 0) return refused('firmIds', '', 'somebody_to_ask')
  const id = newId()
  const [number = ''] = await drawNumbers(tx, 'XJ', 1, now)
  const row = {
    number,
    asker_id: askerId,
    title: masked(input.title).text,
    words: masked(input.words).text,
    place: input.place,
    lon: input.lonDeg,
    lat: input.latDeg,
    is_sealed: input.isSealed,
    synthetic: input.synthetic || asker.synthetic,
  }
  await tx
    .insertInto('market_rfq')
    .values({ zone_id: zoneId, id, ...row, closes_at: at(epochMs(closesAt)), ...writtenBy(actor, now) })
    .execute()
  await tx
    .insertInto('market_rfq_line')
    .values(lines.value.map((line) => ({ zone_id: zoneId, rfq_id: id, ...line })))
    .execute()
  await tx
    .insertInto('market_rfq_ask')
    .values(
      asked.value.map(({ firmId, isOutside, knownBy }) => ({
        zone_id: zoneId,
        rfq_id: id,
        firm_id: firmId,
        is_outside: isOutside,
        known_by: [...knownBy],
        answered_at: null,
        answered_by: null,
      })),
    )
    .execute()
  const here = asked.value.filter(({ isOutside }) => !isOutside).map(({ firmId }) => firmId)
  await grantReach(
    tx,
    zoneId,
    [askerId, ...here].map((partyId) => ({ objectKind, objectId: id, partyId, relation: 'enterprise' as const })),
  )
  await indexObjects(tx, zoneId, [{ objectKind, objectId: id, title: row.title, number, updatedAt: now }])
  await note(tx, deps, actor, {
    objectKind,
    objectId: id,
    verb: 'ask',
    data: changesBetween({}, { ...row, lines: lines.value.length, asked: asked.value.length }),
    to: [askerId, ...here],
  })
  await tellFirms(
    tx,
    deps,
    here.map((firmId) => lineTo('rfq_asked', firmId, { id, ...row }, { asker: asker.name })),
  )
  return ok({ id, number, rev: 1, asked: asked.value.length })
}

const lineTo = (
  text: FirmLine['text'],
  firmId: string,
  { id, number, title }: { readonly id: string; readonly number: string; readonly title: string },
  more: Readonly<Record<string, string | number>> = {},
): FirmLine => ({
  text,
  needsMe: text === 'rfq_asked' || text === 'rfq_closed',
  firmId,
  params: { number, title, ...more },
  objectKind,
  objectId: id,
  path: `/market-rfqs/${id}`,
})

/** Lines as columns: products that are open, quantities in their units. Goods needed before the last quotation may come are refused. */
async function linesOf(tx: Tx, zoneId: string, { lines, closesAt }: AskInput) {
  const { products } = await chainCatalogue(tx, zoneId)
  const closes = localDateOf(epochMs(closesAt))
  const rows = []
  for (const [place, line] of lines.entries()) {
    const field = `lines.${place}`
    const product = products.get(line.productCode)
    if (!product || product.state !== 'open') return refused(`${field}.productCode`, line.productCode, 'product_known')
    const quantity = quantityOf(line.quantity, product.unit, `${field}.quantity`)
    if (!quantity.ok) return err({ kind: 'field_refused', ...quantity.error } as const)
    if (line.neededBy !== null && line.neededBy < closes)
      return refused(`${field}.neededBy`, line.neededBy, `needed_after_close ${closes}`)
    rows.push({
      line: place + 1,
      product_code: line.productCode,
      spec: masked(line.spec).text,
      unit: product.unit,
      dimension: quantity.value.dimension,
      quantity: quantity.value.value,
      needed_by: line.neededBy,
    })
  }
  return ok(rows)
}

/** Who is asked: those named, or all who are known. */
async function askedOf(
  tx: Tx,
  { zoneId, clock }: RecordDeps,
  input: AskInput,
): Promise<Result<readonly Known[], MarketError>> {
  const codes = input.lines.map(({ productCode }) => productCode)
  const known = await knownSuppliers(tx, zoneId, codes, input.askerId, localDateOf(clock()))
  if (input.firmIds === null) return ok(known)
  const wanted = [...new Set(input.firmIds)].filter((id) => id !== input.askerId)
  const strangers = wanted.filter((id) => !known.some(({ firmId }) => firmId === id))
  const here = await openEnterprises(tx, zoneId, strangers)
  const nobody = strangers.find((id) => !here.has(id))
  if (nobody !== undefined) return refused('firmIds', nobody, 'within_reach')
  return ok([
    ...known.filter(({ firmId }) => wanted.includes(firmId)),
    ...strangers.map((firmId) => ({ firmId, isOutside: false, knownBy: ['named' as const] })),
  ])
}

/** A request, locked, if the actor reaches it. One statement. @param rev  null: as it stands */
export async function lockRfq(
  tx: Tx,
  { zoneId }: RecordDeps,
  actor: Actor,
  { id, rev }: { readonly id: string; readonly rev: number | null },
): Promise<Result<Rfq, MarketError>> {
  const rfq = await tx
    .selectFrom('market_rfq')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where(reaches(actor, objectKind, { zoneId, objectId: sql.ref('market_rfq.id') }))
    .forUpdate()
    .executeTakeFirst()
  if (!rfq) return err({ kind: 'not_found' })
  const fresh = expectRevision(rfq.rev, rev ?? rfq.rev)
  return fresh.ok ? ok(rfq) : fresh
}

export const wrongRfqState = (state: RfqState, rule: string) =>
  err({ kind: 'posting_state', field: 'state', value: state, rule } as const)

/** Writes how a request stands, notes it, and tells its screens. */
export async function setRfq(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  rfq: Rfq,
  state: RfqState,
  deed: { readonly verb: string; readonly why?: string; readonly to?: readonly string[] },
): Promise<Saved> {
  await tx
    .updateTable('market_rfq')
    .set({
      state,
      rev: rfq.rev + 1,
      updated_at: at(deps.clock()),
      updated_by: actor.name,
      ...(deed.why === undefined ? {} : { why: deed.why }),
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', rfq.id)
    .execute()
  await note(tx, deps, actor, {
    objectKind,
    objectId: rfq.id,
    data: changesBetween({ state: rfq.state }, { state }),
    ...deed,
    to: [rfq.asker_id, ...(deed.to ?? [])],
  })
  return { id: rfq.id, rev: rfq.rev + 1 }
}

/** Whom a request asked, and what they said so far. One statement. */
const asksOf = (tx: Tx, zoneId: string, rfqId: string) =>
  tx
    .selectFrom('market_rfq_ask')
    .select(['firm_id', 'is_outside', 'answered_at'])
    .where('zone_id', '=', zoneId)
    .where('rfq_id', '=', rfqId)
    .execute()

/** The asker takes the request back; whoever was asked is told. */
export async function cancelRfq(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<Saved, MarketError>> {
  const locked = await lockRfq(tx, deps, actor, input)
  if (!locked.ok) return locked
  const rfq = locked.value
  if (!speaksFor(actor, rfq.asker_id, false)) return err({ kind: 'not_permitted' })
  if (rfq.state !== 'open' && rfq.state !== 'closed') return wrongRfqState(rfq.state, 'rfq_not_over')
  const asked = (await asksOf(tx, deps.zoneId, rfq.id))
    .filter(({ is_outside }) => !is_outside)
    .map(({ firm_id }) => firm_id)
  const saved = await setRfq(tx, deps, actor, rfq, 'cancelled', { verb: 'cancel', why: input.why, to: asked })
  await tellFirms(
    tx,
    deps,
    asked.map((firmId) => lineTo('rfq_cancelled', firmId, rfq)),
  )
  return ok(saved)
}

/** The asker closes it before its time: an open one at any time, a sealed one once everybody has answered. */
export async function closeRfq(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number },
): Promise<Result<Saved, MarketError>> {
  const locked = await lockRfq(tx, deps, actor, input)
  if (!locked.ok) return locked
  const rfq = locked.value
  if (!speaksFor(actor, rfq.asker_id, false)) return err({ kind: 'not_permitted' })
  if (rfq.state !== 'open') return wrongRfqState(rfq.state, 'rfq_open')
  const asks = await asksOf(tx, deps.zoneId, rfq.id)
  if (rfq.is_sealed && rfq.closes_at > deps.clock() && asks.some(({ answered_at }) => answered_at === null))
    return wrongRfqState(rfq.state, 'rfq_sealed_until')
  return ok(await end(tx, deps, actor, rfq, asks))
}

/** Closes it with what came; nobody answered is said so. */
async function end(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  rfq: Rfq,
  asks: readonly { readonly answered_at: unknown }[],
): Promise<Saved> {
  const answers = asks.filter(({ answered_at }) => answered_at !== null).length
  const state = answers === 0 ? 'unanswered' : 'closed'
  const saved = await setRfq(tx, deps, actor, rfq, state, { verb: answers === 0 ? 'close_unanswered' : 'close' })
  await tellFirms(tx, deps, [lineTo(answers === 0 ? 'rfq_unanswered' : 'rfq_closed', rfq.asker_id, rfq, { answers })])
  return saved
}

const batchRows = 50

/** Each minute: requests whose time is over close. */
export const closingJob = (deps: RecordDeps): JobHandler => ({
  kind: 'market.close_rfqs',
  recurs: { everySeconds: 60 },
  // One batch a firing: answers wait for no more than that.
  run: async (tx) => {
    await closeDue(tx, deps)
  },
})

/** Closes up to 50. @returns how many */
export async function closeDue(tx: Tx, deps: RecordDeps): Promise<number> {
  const due = await tx
    .selectFrom('market_rfq')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('state', '=', 'open')
    .where(sql<boolean>`closes_at <= ${at(deps.clock())}::timestamptz`)
    .orderBy('closes_at')
    .limit(batchRows)
    .forUpdate()
    .skipLocked()
    .execute()
  for (const rfq of due) await end(tx, deps, clockwork, rfq, await asksOf(tx, deps.zoneId, rfq.id))
  return due.length
}
