import { createHash } from 'node:crypto'
import { createAccount } from '@tingzhou/access'
import { caseZone } from '@tingzhou/casework/testing'
import { at, flushBatch, newBatch, newId, type Database } from '@tingzhou/db'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { createParty, type Actor, type Role } from '@tingzhou/parties'
import { keepFreightBook } from '../money/accounts.ts'
import { seeded } from '../money/testing.ts'
import { loadRiskRules } from '../risk/edition.ts'
import { loadTerms } from '../terms/terms.ts'
import { carrierRow, driverRow, placeRow, vehicleRow } from '../testing.ts'
import '../tables.ts'
import { beginWaybill } from './begin.ts'
import { makeMove } from './moves.ts'
import { waybillHost } from './process.ts'
import type { Move, MoveName } from './waybill-contract.ts'

/** The mine, and the plant 30 km to the east; the fence is 500 m. */
export const mine = { lonDeg: 87.3, latDeg: 44 } as const
export const plant = { lonDeg: 87.7, latDeg: 44 } as const

/** A small zone for tests: a shipper, a carrier with two trucks, places, a load of coal; a clock that only the test moves. */
export async function waybillZone(database: Database, start: EpochMs) {
  const cases = await caseZone(database, start, (ports) => [waybillHost(ports)])
  const { zoneId, deps, now } = cases
  const { db } = database
  await loadTerms(db, zoneId, now())
  await loadRiskRules(db, zoneId, now())
  await db.transaction().execute((tx) => keepFreightBook(tx, zoneId))
  const made = () => ({ created_at: at(now()), created_by: 'test' })
  const by = () => ({ ...made(), updated_at: at(now()), updated_by: 'test' })
  const party = (kind: 'enterprise' | 'institution', name: string) =>
    createParty(db, zoneId, { kind, name, synthetic: true }, now())
  const shipperId = await party('enterprise', '合成货主')
  const consigneeId = await party('enterprise', '合成收货方')
  const carrierId = await party('institution', '合成承运人')
  await db
    .insertInto('freight_carrier')
    .values(carrierRow({ zoneId, id: carrierId, by: by() }, '合成承运人', 900))
    .execute()
  await db
    .insertInto('freight_payee')
    .values({
      zone_id: zoneId,
      id: newId(),
      carrier_id: carrierId,
      holder: '合成承运人',
      bank_code: 'ABOC',
      account_number: '6228480000000012345',
      ...made(),
    })
    .execute()
  const actorOf = (role: Role, partyId: string | null = null): Actor => ({
    accountId: newId(),
    name: role,
    kind: role === 'machine' ? 'machine' : 'person',
    lang: 'zh-CN',
    memberships: [{ role, partyId }],
  })
  const addAccount = async (): Promise<string> => {
    const wish = {
      username: `driver-${newId()}`,
      name: 'driver',
      kind: 'person',
      lang: 'zh-CN',
      roles: [{ role: 'driver', partyId: null }],
      synthetic: true,
      demo: false,
    } as const
    const by = { accountId: 'test', name: 'test' }
    const made = await db.transaction().execute((tx) => createAccount(tx, zoneId, wish, by, now()))
    assert(made.ok, 'the account is made')
    return made.value
  }
  const addCrew = async (n: number) => {
    const driver = { ...actorOf('driver'), accountId: await addAccount() }
    const [driverId, vehicleId] = [newId(), newId()]
    await db
      .insertInto('freight_driver')
      .values(driverRow({ zoneId, id: driverId, by: by() }, `合成司机${n}`, 910 + n, driver.accountId))
      .execute()
    await db
      .insertInto('freight_vehicle')
      .values(vehicleRow({ zoneId, id: vehicleId, by: by() }, carrierId, `新A·9${n}001`))
      .execute()
    await db
      .insertInto('freight_driving')
      .values({
        zone_id: zoneId,
        id: newId(),
        driver_id: driverId,
        carrier_id: carrierId,
        vehicle_id: null,
        valid_from: '2020-01-01',
        valid_to: null,
        ...made(),
      })
      .execute()
    return { driver, trio: { carrier: carrierId, driver: driverId, vehicle: vehicleId } }
  }
  const first = await addCrew(1)
  const second = await addCrew(2)
  const addPlace = async (name: string, spot: { readonly lonDeg: number; readonly latDeg: number }) => {
    const id = newId()
    await db
      .insertInto('freight_place')
      .values(placeRow({ zoneId, id, by: by() }, shipperId, name, spot))
      .execute()
    return id
  }
  const places = {
    mine: await addPlace('合成煤矿', mine),
    plant: await addPlace('合成电厂', plant),
    yard: await addPlace('合成堆场', { lonDeg: 87.9, latDeg: 44 }),
  }
  const loadId = newId()
  await db
    .insertInto('freight_load')
    .values({
      zone_id: zoneId,
      id: loadId,
      number: `HY${loadId.slice(-8)}`,
      shipper_id: shipperId,
      contract_id: null,
      goods: '合成原煤',
      cargo_class: '0100',
      from_id: places.mine,
      to_id: places.plant,
      consignee_id: consigneeId,
      consignee: '合成收货方',
      consignee_phone: '',
      measure: 'ton',
      quantity: 3_000_000,
      taken: 0,
      truck_plan: 32_000,
      over_bp: 0,
      mode: 'grab',
      bid_kind: null,
      bid_until: null,
      trips_a_day: null,
      carrier_milli_fen: 7_800_000,
      shipper_milli_fen: 8_500_000,
      goods_milli_fen: 42_000_000,
      terms_id: seeded.coal,
      terms_version: 1,
      distance_m: 32_000,
      distance_basis: 'road',
      load_from: at(now()),
      load_until: at(epochMs(now() + 4 * 3_600_000)),
      offer_minutes: 30,
      published_at: at(now()),
      state: 'published',
      ...by(),
      remark: '',
      synthetic: true,
    })
    .execute()
  const people = {
    driver: first.driver,
    other: second.driver,
    carrier: actorOf('carrier', carrierId),
    shipper: actorOf('enterprise', shipperId),
    consignee: actorOf('enterprise', consigneeId),
    dispatcher: actorOf('freight_dispatcher'),
    audit: actorOf('freight_audit'),
    finance: actorOf('finance'),
    machine: actorOf('machine'),
    stranger: actorOf('carrier', newId()),
  }
  const row = (id: string) =>
    db
      .selectFrom('freight_waybill')
      .selectAll()
      .where('zone_id', '=', zoneId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  const takenOf = async () =>
    (
      await db
        .selectFrom('freight_load')
        .select('taken')
        .where('zone_id', '=', zoneId)
        .where('id', '=', loadId)
        .executeTakeFirstOrThrow()
    ).taken
  const begin = (how: 'offered' | 'accepted', crew = first, plan = 32_000) =>
    db.transaction().execute(async (tx) => {
      const load = await tx
        .selectFrom('freight_load')
        .selectAll()
        .where('zone_id', '=', zoneId)
        .where('id', '=', loadId)
        .forUpdate()
        .executeTakeFirstOrThrow()
      await tx
        .updateTable('freight_load')
        .set({ taken: load.taken + plan })
        .where('zone_id', '=', zoneId)
        .where('id', '=', loadId)
        .execute()
      const batch = newBatch()
      const begun = await beginWaybill(tx, batch, deps, people.dispatcher, {
        load,
        share: null,
        trio: crew.trio,
        plan,
        how,
      })
      assert(begun.ok, `a waybill begins: ${JSON.stringify(begun)}`)
      await flushBatch(tx, batch)
      return begun.value.id
    })
  /** A picture that somebody has uploaded, different each time. */
  const picture = async (actor: Actor, sha256 = createHash('sha256').update(newId()).digest('hex')) => {
    const id = newId()
    await db
      .insertInto('file')
      .values({
        zone_id: zoneId,
        id,
        sha256,
        size_bytes: 1,
        media_type: 'image/jpeg',
        name: 'slip.jpg',
        purpose: 'evidence',
        width: 1,
        height: 1,
        thumbnail_sha256: null,
        original_sha256: null,
        original_size_bytes: null,
        longitude: null,
        latitude: null,
        taken_at: null,
        uploaded_by: actor.accountId,
        uploaded_at: at(now()),
      })
      .execute()
    return id
  }
  const tryMove = async (
    id: string,
    actor: Actor,
    asked: { readonly move: MoveName } & Readonly<Record<string, unknown>>,
  ) => {
    const { rev } = await row(id)
    const driven = { at: null, sentAt: null, position: null }
    // The test writes the fields of the move that it names.
    return makeMove(deps, actor, id, { commandId: newId(), rev, ...driven, ...asked } as unknown as Move)
  }
  const move = async (id: string, actor: Actor, asked: Parameters<typeof tryMove>[2]) => {
    const moved = await tryMove(id, actor, asked)
    assert(moved.ok, `${asked.move}: ${JSON.stringify(moved)}`)
    return moved.value.state
  }
  const slip = async (actor: Actor, grossKg: number) => ({
    number: `BD${newId().slice(-6)}`,
    grossKg,
    tareKg: 15_000,
    source: 'manual',
    photoId: await picture(actor),
    operator: '',
  })
  /** The bank has paid everything that is due. */
  const bankPays = (id: string) =>
    db
      .updateTable('freight_payment')
      .set({ state: 'done', done_at: at(now()), journal_id: newId(), bank_serial: newId() })
      .where('zone_id', '=', zoneId)
      .where('waybill_id', '=', id)
      .where('state', '=', 'due')
      .execute()
  return {
    ...cases,
    db,
    people,
    places,
    crews: { first, second },
    loadId,
    row,
    takenOf,
    begin,
    picture,
    slip,
    tryMove,
    move,
    bankPays,
  }
}
