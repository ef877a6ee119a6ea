import { at, jsonb, newId, type Db } from '@tingzhou/db'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import type { Item, PayPart } from '@tingzhou/settlement'
import '../tables.ts'
import { carrierRow, driverRow, person, placeRow, truck, vehicleRow } from '../testing.ts'
import type { WaybillState } from '../words.ts'
import { settleWaybill } from './settle.ts'

/** Rules of `data/terms.json` by what they are. */
export const seeded = {
  coal: '0199f000-0000-7000-8000-000000000001',
  truck: '0199f000-0000-7000-8000-000000000002',
  service: '0199f000-0000-7000-8000-000000000003',
  deposit: '0199f000-0000-7000-8000-000000000004',
} as const

/** The worked example of the specification: 32,460 kg loaded, 32,310 unloaded, 78, 85 and 420 yuan a ton. */
export const example = {
  loadKg: 32_460,
  unloadKg: 32_310,
  carrierMilliFen: 7_800_000,
  shipperMilliFen: 8_500_000,
  goodsMilliFen: 42_000_000,
} as const
export const loadingFee: Item = {
  kind: 'loading_fee',
  ref: null,
  side: 'both',
  amount: { by: 'sum', fen: 20_00 },
}
export const fuelCard: PayPart = { to: 'fuel_card', ref: null, amount: { by: 'sum', fen: 1_000_00 } }

type WaybillWish = {
  readonly termsId?: string
  readonly termsVersion?: number
  readonly loadKg?: number
  readonly unloadKg?: number
  readonly carrierMilliFen?: number
  readonly shipperMilliFen?: number
  readonly goodsMilliFen?: number
  readonly state?: WaybillState
  readonly carrierId?: string
  readonly shipperId?: string
  readonly driverAccountId?: string | null
}

const doer = { id: 'finance', name: 'finance' }

/** A shipper, a carrier with an account for payment, a lane and a load, all invented; waybills on it as they come. */
export async function moneyZone(db: Db, zoneId: string, clock: () => EpochMs) {
  const by = () => ({ created_at: at(clock()), created_by: 'test', updated_at: at(clock()), updated_by: 'test' })
  const added = () => ({ created_at: at(clock()), created_by: 'test' })
  let count = 0
  const party = (kind: 'enterprise' | 'institution', name: string) =>
    createParty(db, zoneId, { kind, name, synthetic: true }, clock())
  const addCarrier = async (name: string) => {
    const id = await party('institution', name)
    await db
      .insertInto('freight_carrier')
      .values(carrierRow({ zoneId, id, by: by() }, name, 700 + count++))
      .execute()
    return id
  }
  const addPayee = async (carrierId: string, accountNumber: string) => {
    const id = newId()
    await db
      .insertInto('freight_payee')
      .values({
        zone_id: zoneId,
        id,
        carrier_id: carrierId,
        holder: 'synthetic holder',
        bank_code: 'ABOC',
        account_number: accountNumber,
        ...added(),
      })
      .execute()
    return id
  }
  const addPlace = async (name: string) => {
    const id = newId()
    await db
      .insertInto('freight_place')
      .values(placeRow({ zoneId, id, by: by() }, null, name, { lonDeg: 87.3, latDeg: 44 }))
      .execute()
    return id
  }
  const shipperId = await party('enterprise', 'synthetic shipper')
  const carrierId = await addCarrier('synthetic carrier')
  const payeeId = await addPayee(carrierId, '6228480000000012345')
  const [fromId, toId] = [await addPlace('synthetic mine'), await addPlace('synthetic plant')]
  const driverId = newId()
  await db
    .insertInto('freight_driver')
    .values(driverRow({ zoneId, id: driverId, by: by() }, person.name, 1))
    .execute()
  const vehicleId = newId()
  await db
    .insertInto('freight_vehicle')
    .values(vehicleRow({ zoneId, id: vehicleId, by: by() }, carrierId, truck.plate))
    .execute()
  const loadId = newId()
  const base = {
    goods: 'synthetic coal',
    from_id: fromId,
    to_id: toId,
    carrier_milli_fen: example.carrierMilliFen,
    shipper_milli_fen: example.shipperMilliFen,
    goods_milli_fen: example.goodsMilliFen,
    measure: 'ton',
    distance_m: 100_000,
  } as const
  await db
    .insertInto('freight_load')
    .values({
      zone_id: zoneId,
      id: loadId,
      number: `L${newId().slice(-12)}`,
      shipper_id: shipperId,
      contract_id: null,
      ...base,
      cargo_class: '0100',
      consignee_id: null,
      consignee: 'synthetic plant',
      consignee_phone: '',
      quantity: 3_000_000,
      over_bp: 0,
      truck_plan: 32_000,
      mode: 'grab',
      bid_kind: null,
      bid_until: null,
      trips_a_day: null,
      terms_id: seeded.coal,
      terms_version: 1,
      distance_basis: 'road',
      load_from: at(clock()),
      load_until: at(epochMs(clock() + 86_400_000)),
      offer_minutes: 30,
      published_at: null,
      remark: '',
      synthetic: true,
      ...by(),
    })
    .execute()

  const addWaybill = async (wish: WaybillWish = {}): Promise<string> => {
    const id = newId()
    const state = wish.state ?? 'audited'
    await db
      .insertInto('freight_waybill')
      .values({
        zone_id: zoneId,
        id,
        number: `YD${id.slice(-12)}`,
        serial: '0000',
        load_id: loadId,
        shipper_id: wish.shipperId ?? shipperId,
        carrier_id: wish.carrierId ?? carrierId,
        driver_id: driverId,
        vehicle_id: vehicleId,
        driver_account_id: wish.driverAccountId ?? null,
        driver_name: person.name,
        plate_key: 'A10001',
        ...base,
        carrier_milli_fen: wish.carrierMilliFen ?? example.carrierMilliFen,
        shipper_milli_fen: wish.shipperMilliFen ?? example.shipperMilliFen,
        goods_milli_fen: wish.goodsMilliFen ?? example.goodsMilliFen,
        plan: 32_000,
        terms_id: wish.termsId ?? seeded.coal,
        terms_version: wish.termsVersion ?? 1,
        agreement: jsonb({}),
        agreement_sha256: '0'.repeat(64),
        sign_code: '00000000',
        state,
        load_net_kg: wish.loadKg ?? example.loadKg,
        unload_net_kg: wish.unloadKg ?? example.unloadKg,
        signer: '',
        settlement_version: 0,
        end_reason: '',
        synthetic: true,
        created_at: at(clock()),
        updated_at: at(clock()),
        updated_by: 'test',
        rev: 1,
      })
      .execute()
    return id
  }

  /** Locks the waybill and settles it, as its process does. */
  const settle = (
    id: string,
    wish: { readonly items?: readonly Item[]; readonly parts?: readonly PayPart[]; readonly why?: string } = {},
  ) =>
    db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('freight_waybill')
        .selectAll()
        .where('zone_id', '=', zoneId)
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirstOrThrow()
      const settling = { deps: { zoneId }, now: clock(), doer, row }
      return settleWaybill(tx, settling, { items: [], parts: [], ...wish })
    })
  const settled = async (...args: Parameters<typeof settle>) => {
    const done = await settle(...args)
    assert(done.ok, `it is settled: ${JSON.stringify(done)}`)
    return done.value
  }

  /** What accounts came to, by code; of one waybill's own accounts, or of all. */
  const balances = async (waybillId?: string): Promise<Readonly<Record<string, number>>> => {
    const query = db
      .selectFrom('ledger_account')
      .select(['code', 'side', 'debits', 'credits'])
      .where('zone_id', '=', zoneId)
    const rows = await (waybillId ? query.where('subject_id', '=', waybillId) : query).execute()
    const sums: Record<string, number> = {}
    for (const { code, side, debits, credits } of rows)
      sums[code] = (sums[code] ?? 0) + (side === 'debit' ? debits - credits : credits - debits)
    return sums
  }
  return {
    db,
    zoneId,
    shipperId,
    carrierId,
    payeeId,
    fromId,
    toId,
    party,
    addCarrier,
    addPayee,
    addWaybill,
    settle,
    settled,
    balances,
  }
}
