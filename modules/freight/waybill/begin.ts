import { sql, type Selectable } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { beginCase, dossierOf, grant, say, type CaseDeps } from '@tingzhou/casework'
import type { Tables, Tx, WriteBatch } from '@tingzhou/db'
import { assert, epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { blockers, type Trio } from '../blockers.ts'
import { policyFor, type Policy } from '../policy/policy.ts'
import type { FreightError } from '../problems.ts'
import { busyStates, type WaybillState } from '../words.ts'
import { agreementSha256, type Agreement } from './agreement.ts'
import { waybillKind, type Waybill } from './case.ts'
import type { BeginError } from './errors.ts'
import { drawNumber, drawSignCode } from './numbers.ts'
import { waybillPlay } from './process.ts'

type Load = Selectable<Tables['freight_load']>
type Share = Selectable<Tables['freight_share']>

export type NewWaybill = {
  readonly load: Load
  /** The part of the load that the carrier was given, whose price then holds. */
  readonly share: Share | null
  readonly trio: Trio
  /** In the load's measure; already taken from the load. */
  readonly plan: number
  /** The driver is asked, or has agreed by taking the load. */
  readonly how: 'offered' | 'accepted'
  /** The tour of which it is one load, and which, in the order of loading; absent: a trip of its own. */
  readonly tour?: { readonly id: string; readonly seq: number }
  /** Until when an offer holds; absent: as long as the load says. */
  readonly offerUntil?: EpochMs | undefined
}

export type Begun = { readonly id: string; readonly number: string; readonly state: WaybillState }

/**
 * Makes a waybill: whether carrier, driver and vehicle may be dispatched today, its number, the agreement, who sees it, its process.
 * The caller has decided who may, has taken the quantity from the load, and flushes the batch.
 * @returns where it stands; refused by name with every blocker, above the rated load, or when one is already on a trip
 * Nine statements, by keys.
 */
export async function beginWaybill(
  tx: Tx,
  batch: WriteBatch,
  deps: CaseDeps,
  actor: Actor,
  wish: NewWaybill,
): Promise<Result<Begun, FreightError>> {
  const { load, share, trio, plan, how, offerUntil } = wish
  const now = deps.clock()
  const free = await checkTrio(tx, deps, trio, localDateOf(now))
  if (!free.ok) return free
  const facts = await factsOf(tx, deps.zoneId, load, trio)
  if (load.measure === 'ton' && plan > facts.ratedKg) return err(overRated('plan', plan, facts.ratedKg))
  const busy = how === 'accepted' ? await otherTrip(tx, deps.zoneId, trio) : null
  if (busy) return err(busy)
  const policy = await policyFor(tx, deps.zoneId, load.shipper_id, localDateOf(now))
  const number = await drawNumber(tx, now)
  const agreement = agreementOf(number, wish, facts, policy)
  const row: Waybill = {
    ...blank,
    zone_id: deps.zoneId,
    id: deps.newId(),
    number,
    serial: '0000',
    load_id: load.id,
    share_id: share?.id ?? null,
    shipper_id: load.shipper_id,
    consignee_id: load.consignee_id,
    carrier_id: trio.carrier,
    driver_id: trio.driver,
    vehicle_id: trio.vehicle,
    driver_account_id: facts.driverAccountId,
    driver_name: facts.driverName,
    plate_key: facts.plateKey,
    goods: load.goods,
    measure: load.measure,
    plan,
    from_id: load.from_id,
    to_id: load.to_id,
    carrier_milli_fen: agreement.carrierMilliFen,
    shipper_milli_fen: load.shipper_milli_fen,
    goods_milli_fen: load.goods_milli_fen,
    terms_id: load.terms_id,
    terms_version: load.terms_version,
    distance_m: load.distance_m,
    state: 'offered',
    offer_until: how === 'offered' ? (offerUntil ?? epochMs(now + load.offer_minutes * 60_000)) : null,
    agreement,
    agreement_sha256: agreementSha256(agreement),
    accepted_at: how === 'accepted' ? now : null,
    sign_code: drawSignCode(),
    tour_id: wish.tour?.id ?? null,
    tour_seq: wish.tour?.seq ?? null,
    synthetic: load.synthetic,
    created_at: now,
    updated_at: now,
    updated_by: actor.accountId,
  }
  const begun = await openWaybill(tx, batch, deps, actor, row, how === 'offered' ? 'offer' : 'take', load.load_until)
  return begun.ok ? ok({ id: row.id, number, state: begun.value }) : begun
}

/** What every waybill begins with. */
const blank = {
  instance_id: null,
  next_step: null,
  due_at: null,
  arrived_load_at: null,
  loaded_at: null,
  departed_at: null,
  arrived_unload_at: null,
  unloaded_at: null,
  signed_at: null,
  audited_at: null,
  settled_at: null,
  paid_at: null,
  reported_at: null,
  closed_at: null,
  load_net_kg: null,
  unload_net_kg: null,
  signer: '',
  signed_by: null,
  sign_link_sha256: null,
  due_fen: null,
  bill_fen: null,
  settlement_version: 0,
  audit: null,
  end_reason: '',
  rev: 1,
} as const

/** How a waybill begins, for the drawing and the history: offered, taken by its driver, gone on with by another truck. */
export type Beginning = 'offer' | 'take' | 'transload'

const begunBy = { offer: 'offered', take: 'accepted', transload: 'transload' } as const satisfies Record<
  Beginning,
  string
>

/**
 * Starts the process of a fresh row; carrier, shipper, consignee and driver reach it from then on. The caller flushes the batch.
 * @param loadUntil  when the truck must be at the loading place
 * @returns the state in which it came to rest
 */
export async function openWaybill(
  tx: Tx,
  batch: WriteBatch,
  deps: CaseDeps,
  actor: Actor,
  row: Waybill,
  verb: Beginning,
  loadUntil: EpochMs | null,
): Promise<Result<WaybillState, BeginError>> {
  const dossier = dossierOf(deps, waybillKind, row, { by: 'actor', actor, verb }, { fresh: true, batch })
  grant(dossier, [
    { partyId: row.carrier_id, relation: 'owner' },
    { partyId: row.shipper_id, relation: 'enterprise' },
    { partyId: row.consignee_id === row.shipper_id ? null : row.consignee_id, relation: 'enterprise' },
    { partyId: row.driver_account_id, relation: 'person' },
  ])
  say(dossier, { verb, data: { plan: row.plan, agreementSha256: row.agreement_sha256 } })
  const vars = { outcome: null, how: begunBy[verb], offerUntil: row.offer_until, loadUntil }
  const begun = await beginCase(tx, waybillPlay, dossier, vars)
  return begun.ok ? ok(dossier.row.state) : begun
}

/** Whether carrier, driver and vehicle may be dispatched on a day, by name with every reason. */
export async function checkTrio(
  tx: Tx,
  { zoneId }: Pick<CaseDeps, 'zoneId'>,
  trio: Trio,
  onDay: string,
): Promise<Result<void, BeginError>> {
  const found = await blockers(tx, zoneId, trio, onDay)
  const [first] = found
  if (!first) return ok(undefined)
  const { subject, id, reason } = first
  return err({ kind: 'blocked', field: subject, value: id, rule: reason, blockers: found })
}

export const overRated = (field: string, value: number, ratedKg: number): BeginError => ({
  kind: 'over_rated_load',
  field,
  value,
  rule: `at most ${ratedKg} kg, the rated load`,
  ratedKg,
})

/**
 * The trip that the vehicle or the driver is on, or null: a waybill, or the waybills of one tour that they drive together. This says it by name; that there is one is
 * guarded by the database (trigger freight_waybill_on_trip). One statement, by the partial indexes freight_waybill_vehicle_busy and
 * freight_waybill_driver_busy.
 * @param own  a waybill that does not count, nor do others of its tour that this vehicle has with this driver
 */
export async function otherTrip(
  tx: Tx,
  zoneId: string,
  { driver, vehicle }: Pick<Trio, 'driver' | 'vehicle'>,
  own: { readonly id: string; readonly tour_id: string | null } | null = null,
): Promise<BeginError | null> {
  const row = await tx
    .selectFrom('freight_waybill')
    .select(['number', 'vehicle_id'])
    .where('zone_id', '=', zoneId)
    .where((eb) => eb.or([eb('vehicle_id', '=', vehicle), eb('driver_id', '=', driver)]))
    .where('state', 'in', [...busyStates])
    .where((eb) => (own === null ? eb.val(true) : eb('id', '<>', own.id)))
    .where((eb) =>
      own === null || own.tour_id === null
        ? eb.val(true)
        : eb.or([
            eb('tour_id', 'is distinct from', own.tour_id),
            eb('vehicle_id', '<>', vehicle),
            eb('driver_id', '<>', driver),
          ]),
    )
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  const field = row.vehicle_id === vehicle ? 'vehicle' : 'driver'
  return { kind: 'trip_taken', field, value: row.number, rule: 'one trip at a time' }
}

type Facts = {
  readonly shipper: string
  readonly carrier: string
  readonly driverName: string
  readonly driverAccountId: string | null
  readonly plate: string
  readonly plateKey: string
  readonly ratedKg: number
  readonly from: Agreement['from']
  readonly to: Agreement['to']
}

const place = (
  alias: string,
) => sql`jsonb_build_object('id', ${sql.ref(`${alias}.id`)}, 'name', ${sql.ref(`${alias}.name`)},
  'address', ${sql.ref(`${alias}.address`)}, 'divisionCode', ${sql.ref(`${alias}.division_code`)},
  'lonDeg', ${sql.ref(`${alias}.lon_deg`)}, 'latDeg', ${sql.ref(`${alias}.lat_deg`)})`

/** What the agreement names, by primary keys. */
export async function factsOf(
  tx: Tx,
  zoneId: string,
  load: Pick<Load, 'from_id' | 'to_id' | 'shipper_id'>,
  trio: Trio,
): Promise<Facts> {
  const answer = await sql<Facts>`
    select s.name as shipper, c.name as carrier, d.name as "driverName", d.account_id as "driverAccountId", v.plate,
      v.plate_key as "plateKey", v.rated_load_kg as "ratedKg", ${place('a')} as "from", ${place('b')} as "to"
    from freight_carrier c
    join freight_driver d on d.zone_id = c.zone_id and d.id = ${trio.driver}
    join freight_vehicle v on v.zone_id = c.zone_id and v.id = ${trio.vehicle}
    join freight_place a on a.zone_id = c.zone_id and a.id = ${load.from_id}
    join freight_place b on b.zone_id = c.zone_id and b.id = ${load.to_id}
    join party s on s.zone_id = c.zone_id and s.id = ${load.shipper_id}
    where c.zone_id = ${zoneId} and c.id = ${trio.carrier}`.execute(tx)
  const [row] = answer.rows
  assert(row, 'a trio without blockers and the places of a load are there')
  return row
}

const agreementOf = (
  number: string,
  { load, share, trio, plan }: NewWaybill,
  facts: Facts,
  policy: Policy | null,
): Agreement => ({
  edition: 2,
  number,
  loadNumber: load.number,
  shipper: { id: load.shipper_id, name: facts.shipper },
  consignee: { id: load.consignee_id, name: load.consignee },
  carrier: { id: trio.carrier, name: facts.carrier },
  driver: { id: trio.driver, name: facts.driverName },
  vehicle: { id: trio.vehicle, name: facts.plate },
  goods: load.goods,
  cargoClass: load.cargo_class,
  from: facts.from,
  to: facts.to,
  measure: load.measure,
  plan,
  carrierMilliFen: share?.carrier_milli_fen ?? load.carrier_milli_fen,
  goodsMilliFen: load.goods_milli_fen,
  terms: { id: load.terms_id, version: load.terms_version },
  loadFrom: load.load_from,
  loadUntil: load.load_until,
  insurance: policy === null ? null : { insurerCode: policy.insurerCode, number: policy.number, sumFen: policy.sumFen },
})
