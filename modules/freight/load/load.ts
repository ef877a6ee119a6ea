import { sql } from 'kysely'
import { grantReach, mayReach } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { indexObjects } from '@tingzhou/search'
import type { Saved } from '../carrier.ts'
import { hasCode } from '../codes.ts'
import { keepsForShipper, openShipper } from '../place/place.ts'
import type { Fault, FreightError } from '../problems.ts'
import { changesBetween, note, type FreightDeps } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import type { BidKind, LoadMode, Measure } from '../words.ts'
import type { PlannedDistance } from './distance.ts'
import { contractCarriage, hasTerms, type Carriage } from './price.ts'
import { lockLoad, type Load } from './take.ts'

type LoadFields = {
  readonly contractId: string | null
  readonly goods: string
  readonly cargoClass: string
  readonly fromId: string
  readonly toId: string
  readonly consigneeId: string | null
  readonly consignee: string
  readonly consigneePhone: string
  readonly measure: Measure
  readonly quantity: number
  readonly overBp: number
  readonly truckPlan: number
  readonly mode: LoadMode
  readonly bidKind: BidKind | null
  /** Instants: milliseconds since the epoch. */
  readonly bidUntil: number | null
  readonly tripsADay: number | null
  /** Null: the platform's to say; under a contract the contract's. */
  readonly carrierMilliFen: number | null
  readonly shipperMilliFen: number | null
  readonly goodsMilliFen: number | null
  readonly terms: { readonly id: string; readonly version: number } | null
  readonly loadFrom: number
  readonly loadUntil: number
  readonly offerMinutes: number
  readonly remark: string
}

const refused = (field: string, value: unknown, rule: string) =>
  err({ kind: 'field_refused', field, value: String(value ?? ''), rule } as const)

/** What the rules say of a load whose places and prices are not looked at. Pure. */
function checkLoad(fields: LoadFields): readonly Fault[] {
  const faults: Fault[] = []
  const no = (field: string, value: unknown, rule: string) => faults.push({ field, value: String(value ?? ''), rule })
  const { mode, bidUntil } = fields
  if (!hasCode('cargo-class', fields.cargoClass)) no('cargoClass', fields.cargoClass, 'known_code cargo-class')
  if (fields.fromId === fields.toId) no('toId', fields.toId, 'another_place')
  if (fields.loadFrom >= fields.loadUntil) no('loadUntil', fields.loadUntil, 'after_begin')
  for (const field of ['bidKind', 'bidUntil'] as const)
    if ((mode === 'bid') !== (fields[field] !== null)) no(field, fields[field], 'of_bidding')
  if (bidUntil !== null && bidUntil > fields.loadUntil) no('bidUntil', bidUntil, 'within_loading')
  if ((mode === 'standing') !== (fields.tripsADay !== null)) no('tripsADay', fields.tripsADay, 'of_standing')
  if (fields.measure === 'truck' && fields.truckPlan !== 1) no('truckPlan', fields.truckPlan, 'one_truck')
  if (fields.truckPlan > fields.quantity) no('truckPlan', fields.truckPlan, 'not_over_quantity')
  const priced = [
    ['shipperMilliFen', fields.shipperMilliFen],
    ['terms', fields.terms?.id ?? null],
  ] as const
  for (const [field, value] of priced)
    if ((value === null) !== (fields.contractId !== null)) no(field, value, 'contract_or_price')
  if (fields.contractId !== null)
    for (const field of ['carrierMilliFen', 'goodsMilliFen'] as const)
      if (fields[field] !== null) no(field, fields[field], 'contract_or_price')
  return faults
}

/** Prices and rules of a load: the contract's, or those given; what carriers get is the platform's to say. */
async function carriageOf(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  shipperId: string,
  fields: LoadFields,
  before: Load | null,
): Promise<Result<Carriage, FreightError>> {
  const { contractId, terms, carrierMilliFen } = fields
  if (contractId !== null)
    return contractCarriage(tx, deps, contractId, { ...fields, shipperId, loadFrom: epochMs(fields.loadFrom) })
  if (terms === null || !(await hasTerms(tx, deps, terms))) return refused('terms', terms?.id, 'within_reach')
  const isPlatform = hasRole(actor, ...keepingRoles)
  if (!isPlatform && carrierMilliFen !== null) return refused('carrierMilliFen', carrierMilliFen, 'platform_only')
  return ok({
    carrier_milli_fen: carrierMilliFen ?? (before?.contract_id === null ? before.carrier_milli_fen : 0),
    shipper_milli_fen: fields.shipperMilliFen ?? 0,
    goods_milli_fen: fields.goodsMilliFen ?? 0,
    terms_id: terms.id,
    terms_version: terms.version,
  })
}

/** Places that are open and the shipper's or everybody's, an enterprise as consignee. Two statements at most. */
async function checkEnds(
  tx: Tx,
  { zoneId }: FreightDeps,
  shipperId: string,
  { fromId, toId, consigneeId }: LoadFields,
): Promise<Result<void, FreightError>> {
  const places = await tx
    .selectFrom('freight_place')
    .select(['id', 'name', 'state', 'shipper_id'])
    .where('zone_id', '=', zoneId)
    .where('id', 'in', [fromId, toId])
    .execute()
  for (const [field, id] of [
    ['fromId', fromId],
    ['toId', toId],
  ] as const) {
    const place = places.find((one) => one.id === id)
    if (!place || (place.shipper_id !== null && place.shipper_id !== shipperId))
      return refused(field, id, 'within_reach')
    if (place.state === 'closed') return err({ kind: 'not_open', field, value: place.name, rule: 'still_open' })
  }
  if (consigneeId === null) return ok(undefined)
  const consignee = await tx
    .selectFrom('party')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', consigneeId)
    .where('kind', '=', 'enterprise')
    .executeTakeFirst()
  return consignee ? ok(undefined) : refused('consigneeId', consigneeId, 'within_reach')
}

const toRow = (fields: LoadFields, carriage: Carriage, distance: PlannedDistance | null) => ({
  ...carriage,
  contract_id: fields.contractId,
  goods: fields.goods,
  cargo_class: fields.cargoClass,
  from_id: fields.fromId,
  to_id: fields.toId,
  consignee_id: fields.consigneeId,
  consignee: fields.consignee,
  consignee_phone: fields.consigneePhone,
  measure: fields.measure,
  quantity: fields.quantity,
  over_bp: fields.overBp,
  truck_plan: fields.truckPlan,
  mode: fields.mode,
  bid_kind: fields.bidKind,
  bid_until: fields.bidUntil,
  trips_a_day: fields.tripsADay,
  distance_m: distance?.distanceM ?? null,
  distance_basis: distance?.basis ?? null,
  load_from: fields.loadFrom,
  load_until: fields.loadUntil,
  offer_minutes: fields.offerMinutes,
  remark: fields.remark,
})

type Row = ReturnType<typeof toRow>

const columnsOf = (row: Row) => ({
  ...row,
  bid_until: row.bid_until === null ? null : at(epochMs(row.bid_until)),
  load_from: at(epochMs(row.load_from)),
  load_until: at(epochMs(row.load_until)),
})

/** The row that the fields make, or why not. */
async function rowOf(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  shipperId: string,
  fields: LoadFields,
  before: Load | null,
  distance: PlannedDistance | null,
): Promise<Result<Row, FreightError>> {
  const [fault] = checkLoad(fields)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const ends = await checkEnds(tx, deps, shipperId, fields)
  if (!ends.ok) return ends
  const carriage = await carriageOf(tx, deps, actor, shipperId, fields, before)
  return carriage.ok ? ok(toRow(fields, carriage.value, distance)) : carriage
}

export type DraftInput = LoadFields & { readonly shipperId: string; readonly synthetic: boolean }

/** The row that a draft would make, or why it may not be; nothing is written. */
export async function checkDraft(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: DraftInput,
  distance: PlannedDistance | null,
): Promise<Result<Row, FreightError>> {
  const { shipperId } = input
  if (!keepsForShipper(actor, shipperId)) return err({ kind: 'not_allowed' })
  const shipper = await openShipper(tx, deps, shipperId)
  return shipper.ok ? rowOf(tx, deps, actor, shipperId, input, null, distance) : shipper
}

/** Drafts a load of a shipper. @param distance  planned, found before the transaction */
export async function draftLoad(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: DraftInput,
  distance: PlannedDistance | null,
): Promise<Result<Saved & { readonly number: string }, FreightError>> {
  const row = await checkDraft(tx, deps, actor, input, distance)
  if (!row.ok) return row
  const { shipperId, synthetic } = input
  const now = deps.clock()
  const id = newId()
  const by = { created_at: at(now), created_by: actor.name, updated_at: at(now), updated_by: actor.name }
  const { number } = await tx
    .insertInto('freight_load')
    .values({
      zone_id: deps.zoneId,
      id,
      number: drawnNumber('HY', now),
      shipper_id: shipperId,
      synthetic,
      ...columnsOf(row.value),
      ...by,
    })
    .returning('number')
    .executeTakeFirstOrThrow()
  await grantReach(tx, deps.zoneId, [
    { objectKind: 'freight_load', objectId: id, partyId: shipperId, relation: 'enterprise' },
  ])
  await indexObjects(tx, deps.zoneId, [entryOf(id, number, input.goods, now)])
  await note(tx, deps, actor, {
    objectKind: 'freight_load',
    objectId: id,
    verb: 'draft',
    data: changesBetween({}, { ...row.value, number, shipper_id: shipperId, synthetic }),
    to: [shipperId],
  })
  return ok({ id, number, rev: 1, warnings: [] })
}

/** A number that nobody else has: a prefix, the day of the zone, and what the sequence gives, six digits or more. */
const drawnNumber = (prefix: string, now: EpochMs) =>
  sql<string>`(select ${prefix + localDateOf(now).slice(2).replaceAll('-', '')}::text
    || lpad(n::text, greatest(6, length(n::text)), '0') from nextval('freight_number_drawn') as drawn(n))`

const entryOf = (id: string, number: string, goods: string, updatedAt: EpochMs) =>
  ({ objectKind: 'freight_load', objectId: id, title: goods, number, updatedAt }) as const

/** The load, locked, if the actor keeps it for its shipper. @returns not_found to whoever does not reach it. Two statements. */
export async function keptLoad(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  { id, rev }: { readonly id: string; readonly rev: number },
): Promise<Result<Load, FreightError>> {
  const load = (await lockLoad(tx, deps, id))?.load
  if (!load) return err({ kind: 'not_found' })
  if (!keepsForShipper(actor, load.shipper_id))
    return err({ kind: (await mayReach(tx, actor, deps.zoneId, 'freight_load', id)) ? 'not_allowed' : 'not_found' })
  const fresh = expectRevision(load.rev, rev)
  return fresh.ok ? ok(load) : fresh
}

/** Changes a draft; whose it is stays. */
export async function changeLoad(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: LoadFields & { readonly id: string; readonly rev: number; readonly why: string },
  distance: PlannedDistance | null,
): Promise<Result<Saved, FreightError>> {
  const kept = await keptLoad(tx, deps, actor, input)
  if (!kept.ok) return kept
  const load = kept.value
  if (load.state !== 'draft') return err({ kind: 'load_state', field: 'state', value: load.state, rule: 'load_draft' })
  const row = await rowOf(tx, deps, actor, load.shipper_id, input, load, distance)
  if (!row.ok) return row
  const now = deps.clock()
  await tx
    .updateTable('freight_load')
    .set({ ...columnsOf(row.value), rev: load.rev + 1, updated_at: at(now), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', load.id)
    .execute()
  await indexObjects(tx, deps.zoneId, [entryOf(load.id, load.number, input.goods, now)])
  await note(tx, deps, actor, {
    objectKind: 'freight_load',
    objectId: load.id,
    verb: 'change',
    why: input.why,
    data: changesBetween(load, row.value),
    to: [load.shipper_id],
  })
  return ok({ id: load.id, rev: load.rev + 1, warnings: [] })
}
