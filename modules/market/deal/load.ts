import { addDays, instantOf, localDateOf } from '@tingzhou/calendar'
import { chainCatalogue } from '@tingzhou/chains'
import { at, type Db, type Tx } from '@tingzhou/db'
import {
  draftLoad,
  enterPlace,
  latestTerms,
  nearestPlace,
  plannedDistance,
  type FreightError,
  type PlaceAt,
  type TermsVersion,
} from '@tingzhou/freight'
import { err, localDate, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { LonLat } from '@tingzhou/geo'
import type { Actor } from '@tingzhou/parties'
import { nowhere } from '@tingzhou/records'
import type { RequestContext } from '@tingzhou/http'
import { firmNames } from '../firm.ts'
import { matchSettings } from '../posting/settings.ts'
import { refused, type MarketError } from '../problems.ts'
import { note } from '../record.ts'
import type { Reader } from '../room.ts'
import { massKg, pointOf, tonneMilliFen, valueFen, wayKm } from '../way.ts'
import { lockDeal } from './deal.ts'
import { readDeal, sidesOfRow, type DealRow } from './deal-view.ts'
import { loadOfDeal } from './load-stand.ts'
import { sidesOf } from './side.ts'
import type { Side } from './words.ts'

type Deps = RequestContext['deps']

/** What a load takes on one truck, kg. */
const truckKg = 32_000
const windowDays = 2

/** The load that a deal would become, before anybody has named its terms. */
type Sketch = {
  readonly shipper: Side
  readonly shipperId: string
  readonly goods: string
  readonly measure: 'ton'
  readonly quantity: number
  readonly from: LonLat
  readonly to: LonLat
  readonly fromName: string
  readonly toName: string
  readonly km: number
  readonly shipperMilliFen: number
  readonly goodsMilliFen: number
  readonly loadFrom: EpochMs
  readonly loadUntil: EpochMs
}

/** When it is loaded: once the supplier can, by the day on which it is needed where that leaves room. Pure. */
export function windowOf(now: EpochMs, leadDays: number | null, neededBy: string | null) {
  const first = addDays(localDateOf(now), Math.max(1, leadDays ?? 1))
  const last = neededBy !== null && neededBy > first ? localDate(neededBy) : addDays(first, windowDays)
  return { loadFrom: instantOf(first, '08:00'), loadUntil: instantOf(last, '20:00') }
}

async function sketchOf(deps: Deps, actor: Actor, row: DealRow): Promise<Result<Sketch, MarketError>> {
  const { db, zoneId, clock } = deps
  const sides = sidesOfRow(row)
  const [shipper] = sidesOf(actor, sides).toReversed()
  // Officers answer for a firm outside, which ships nothing from here.
  if (!shipper || sides[shipper].isOutside) return err({ kind: 'not_permitted' })
  const { numbers } = await matchSettings(db, zoneId)
  const [from, to] = [pointOf(row.offer_lon, row.offer_lat), pointOf(row.need_lon, row.need_lat)]
  if (!from) return refused('offerId', row.offer_number, 'point_needed')
  if (!to) return refused('needId', row.need_number, 'point_needed')
  const { products } = await chainCatalogue(db, zoneId)
  const kg = massKg(products, row)
  // Freight is reckoned by the tonne: what has no mass has no price.
  if (kg === null) return refused('quantity', row.dimension, 'mass_needed')
  const km = wayKm(from, to, numbers) ?? 0
  const worth = valueFen(row.quantity, row.price_milli_fen, row.price_per)
  return ok({
    shipper,
    shipperId: sides[shipper].id,
    goods: goodsOf(products, row),
    measure: 'ton',
    quantity: kg,
    from,
    to,
    fromName: row.offer_place || row.offer_number,
    toName: row.need_place || row.need_number,
    km,
    shipperMilliFen: tonneMilliFen(km, numbers),
    goodsMilliFen: worth === null ? 0 : Math.round((worth / kg) * 1_000_000),
    ...windowOf(clock(), row.lead_days, row.needed_by),
  })
}

/** What is carried: the product with the specification that is asked for, else offered; the need's words where nobody knows a product. Pure. */
export function goodsOf(
  products: ReadonlyMap<string, { readonly zh: string }>,
  row: Pick<DealRow, 'product_code' | 'need_spec' | 'offer_spec' | 'need_text'>,
): string {
  const product = products.get(row.product_code ?? '')
  const spec = row.need_spec.length > 0 ? row.need_spec : row.offer_spec
  const said = product ? [product.zh, ...spec].join(' ') : row.need_text
  return said.replaceAll(/\s+/g, ' ').slice(0, 200)
}

/** Rules of settlement to choose from: goods go by the tonne, and so do the first of them. One statement. */
async function termsToChoose(db: Db | Tx, zoneId: string): Promise<readonly TermsVersion[]> {
  const terms = await latestTerms(db, zoneId)
  return [...terms.filter(({ unit }) => unit === 'ton'), ...terms.filter(({ unit }) => unit !== 'ton')]
}

/** What the load of a deal would say, for whoever is about to draft it; else what is missing, by its field. @throws ProblemError 404 */
export async function loadDraftOf(reader: Reader, id: string) {
  const { db, zoneId } = reader.deps
  const row = await readDeal(reader, id)
  if (!row) return nowhere(id)
  const sketch = await sketchOf(reader.deps, reader.actor, row)
  if (!sketch.ok) return sketch
  const { shipperId, from, to, fromName, toName, goodsMilliFen: _, ...shown } = sketch.value
  const named = (place: PlaceAt | null, name: string) =>
    place?.isUsable ? { id: place.id, name: place.name } : { id: null, name }
  return ok({
    ...shown,
    from: named(await nearestPlace(db, zoneId, shipperId, from), fromName),
    to: named(await nearestPlace(db, zoneId, shipperId, to), toName),
    terms: (await termsToChoose(db, zoneId)).map(({ id: termsId, version, name }) => ({ id: termsId, version, name })),
  })
}

/** What is found outside the transaction: the sketch, the distance where both places are there. */
export type CarryPlan = {
  readonly sketch: Result<Sketch, MarketError>
  readonly distance: Awaited<ReturnType<typeof plannedDistance>>
}

export async function planCarriage({ deps, actor }: Reader, id: string): Promise<CarryPlan> {
  const row = await readDeal({ deps, actor }, id)
  if (!row) return nowhere(id)
  const sketch = await sketchOf(deps, actor, row)
  if (!sketch.ok) return { sketch, distance: null }
  const { shipperId, from, to } = sketch.value
  const a = await nearestPlace(deps.db, deps.zoneId, shipperId, from)
  const b = await nearestPlace(deps.db, deps.zoneId, shipperId, to)
  const distance = a?.isUsable && b?.isUsable ? await plannedDistance(deps, a.id, b.id) : null
  return { sketch, distance }
}

type CarryInput = {
  readonly id: string
  readonly cargoClass: string
  readonly termsId: string | null
  readonly divisionCode: string | null
}

/** Drafts the load that carries a deal, places and all; a deal that has one gives it again, unless it came to nothing. */
export async function carryDeal(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  input: CarryInput,
  { sketch, distance }: CarryPlan,
): Promise<Result<{ id: string; number: string }, MarketError>> {
  const { zoneId } = deps
  const locked = await lockDeal(tx, deps, actor, { id: input.id, rev: null })
  if (!locked.ok) return locked
  const { deal, pair } = locked.value
  const stand = await loadOfDeal(tx, zoneId, deal)
  if (stand) return ok({ id: stand.id, number: stand.number })
  if (deal.state !== 'agreed')
    return err({ kind: 'posting_state', field: 'state', value: deal.state, rule: 'deal_agreed' })
  if (!sketch.ok) return sketch
  const { shipperId, shipper: _, km: __, from, to, fromName, toName, ...load } = sketch.value
  const terms = await termsToChoose(tx, zoneId)
  const chosen = input.termsId === null ? terms[0] : terms.find(({ id }) => id === input.termsId)
  if (!chosen) return refused('termsId', input.termsId, terms.length === 0 ? 'freight_terms_needed' : 'within_reach')
  const ofPlace = { shipperId, divisionCode: input.divisionCode, synthetic: deal.synthetic }
  const fromId = await placeAt(tx, deps, actor, { ...ofPlace, spot: from, name: fromName })
  if (!fromId.ok) return fromId
  const toId = await placeAt(tx, deps, actor, { ...ofPlace, spot: to, name: toName })
  if (!toId.ok) return toId
  const names = await firmNames(tx, zoneId, [{ id: deal.buyer_id, isOutside: pair.need.firm_outside }])
  const drafted = await draftLoad(
    tx,
    deps,
    actor,
    {
      ...load,
      contractId: null,
      cargoClass: input.cargoClass,
      fromId: fromId.value,
      toId: toId.value,
      consigneeId: pair.need.firm_outside ? null : deal.buyer_id,
      consignee: names.get(deal.buyer_id) ?? deal.buyer_id,
      consigneePhone: '',
      overBp: 0,
      truckPlan: Math.min(truckKg, load.quantity),
      mode: 'assign',
      bidKind: null,
      bidUntil: null,
      tripsADay: null,
      carrierMilliFen: null,
      terms: { id: chosen.id, version: chosen.version },
      offerMinutes: 30,
      remark: deal.number,
      shipperId,
      synthetic: deal.synthetic,
    },
    distance,
  )
  if (!drafted.ok) return err(fromFreight(drafted.error))
  const { id, number } = drafted.value
  await tx
    .updateTable('market_deal')
    .set({ load_id: id, rev: deal.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', zoneId)
    .where('id', '=', deal.id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'market_deal',
    objectId: deal.id,
    verb: 'carry',
    data: { changes: [{ field: 'load', from: null, to: number }] },
    to: [deal.buyer_id, deal.seller_id],
  })
  return ok({ id, number })
}

type Spot = {
  readonly shipperId: string
  readonly spot: LonLat
  readonly name: string
  /** Of a new one; null: of the nearest. */
  readonly divisionCode: string | null
  readonly synthetic: boolean
}

/** The shipper's place at a point, or a new one. */
async function placeAt(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { shipperId, spot, name, divisionCode: said, synthetic }: Spot,
): Promise<Result<string, MarketError>> {
  const near = await nearestPlace(tx, deps.zoneId, shipperId, spot)
  if (near?.isUsable) return ok(near.id)
  const divisionCode = said ?? near?.divisionCode ?? null
  if (divisionCode === null) return refused('divisionCode', '', 'division_needed')
  const entered = await enterPlace(tx, deps, actor, {
    name: name.slice(0, 120),
    address: name.slice(0, 256),
    divisionCode,
    lonDeg: spot.lon,
    latDeg: spot.lat,
    fenceM: 500,
    contact: '',
    phone: '',
    remark: '',
    shipperId,
    synthetic,
  })
  return entered.ok ? ok(entered.value.id) : err(fromFreight(entered.error))
}

/** What freight refused, in the words of the market: the same field, value and rule. */
function fromFreight(error: FreightError): MarketError {
  if (error.kind === 'not_allowed') return { kind: 'not_permitted' }
  if (error.kind === 'field_refused' || error.kind === 'not_open') return error
  return { kind: 'field_refused', field: 'load', value: error.kind, rule: 'freight_refused' }
}
