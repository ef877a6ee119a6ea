import { createAccount } from '@tingzhou/access'
import { at, newId, type Tx } from '@tingzhou/db'
import { assert, epochMs, localDate, type EpochMs } from '@tingzhou/kernel'
import { createParty, type Actor, type Role } from '@tingzhou/parties'
import { startTestServer, type TestServer } from '@tingzhou/server/testing'
import { seeded } from '../modules/freight/money/testing.ts'
import { setPayer } from '../modules/freight/money/payer.ts'
import { carrierRow, driverRow, inventedIdentity, placeRow, vehicleRow } from '../modules/freight/testing.ts'
import type { Scratch } from './databases.ts'

export type Crew = {
  readonly carrierId: string
  readonly driverId: string
  readonly vehicleId: string
  readonly driver: Actor
  readonly boss: Actor
}

/** Ten in the morning in Beijing. */
const start = Date.UTC(2026, 2, 2, 2)
const truckKg = 32_000
const crewsPerCarrier = 20
export const mine = { lonDeg: 87.3, latDeg: 44 } as const
export const plant = { lonDeg: 87.7, latDeg: 44 } as const

export type FreightZone = Awaited<ReturnType<typeof openFreightZone>>

/**
 * The real server on a database, with its events told in the background, a clock that only the bench moves, a shipper, places, and so
 * many crews with their papers: trucks of 33 t of carriers of twenty.
 */
export async function openFreightZone({ database }: Scratch, crewCount: number) {
  let now = start
  const server: TestServer = await startTestServer({ database, background: true, clock: () => epochMs(now) })
  const { db, zoneId } = server.deps
  const made = () => ({ created_at: at(epochMs(now)), created_by: 'bench' })
  const by = () => ({ ...made(), updated_at: at(epochMs(now)), updated_by: 'bench' })
  const party = (kind: 'enterprise' | 'institution', name: string) =>
    createParty(db, zoneId, { kind, name, synthetic: true }, epochMs(now))
  const shipperId = await party('enterprise', 'synthetic shipper')
  const consigneeId = await party('enterprise', 'synthetic consignee')
  const place = async (name: string, spot: typeof mine | typeof plant) => {
    const id = newId()
    await db
      .insertInto('freight_place')
      .values(placeRow({ zoneId, id, by: by() }, shipperId, name, spot))
      .execute()
    return id
  }
  const [fromId, toId] = [await place('synthetic mine', mine), await place('synthetic plant', plant)]
  const people = {
    shipper: actorOf('enterprise', shipperId),
    consignee: actorOf('enterprise', consigneeId),
    audit: actorOf('freight_audit'),
    finance: actorOf('finance'),
    second: actorOf('finance'),
    machine: actorOf('machine'),
  }
  const crews: Crew[] = []
  for (let first = 0; first < crewCount; first += crewsPerCarrier) {
    const carrierId = await party('institution', `synthetic carrier ${first}`)
    const count = Math.min(crewsPerCarrier, crewCount - first)
    await db.transaction().execute(async (tx) => {
      crews.push(...(await addCarrier(tx, { zoneId, carrierId, first, count, by: by() }, epochMs(now))))
    })
  }
  const payer = { holder: 'synthetic', bankCode: 'ICBK', accountNumber: '6222020000000000001', rev: 0, why: 'bench' }
  const named = await db.transaction().execute((tx) => setPayer(tx, server.deps, people.finance, payer))
  assert(named.ok, 'the payer is named')

  /** A published load of so many truckloads, to be grabbed. */
  const addLoad = async (trucks: number): Promise<string> => {
    const id = newId()
    await db
      .insertInto('freight_load')
      .values({
        zone_id: zoneId,
        id,
        number: `HY${id.replaceAll('-', '').slice(-12)}`,
        shipper_id: shipperId,
        contract_id: null,
        goods: 'synthetic coal',
        cargo_class: '0100',
        from_id: fromId,
        to_id: toId,
        consignee_id: consigneeId,
        consignee: 'synthetic consignee',
        consignee_phone: '',
        measure: 'ton',
        quantity: trucks * truckKg,
        taken: 0,
        truck_plan: truckKg,
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
        load_from: at(epochMs(now)),
        load_until: at(epochMs(now + 300 * 86_400_000)),
        offer_minutes: 30,
        published_at: at(epochMs(now)),
        state: 'published',
        ...by(),
        remark: '',
        synthetic: true,
      })
      .execute()
    return id
  }
  return {
    server,
    deps: server.deps,
    db,
    zoneId,
    shipperId,
    people,
    crews,
    addLoad,
    now: (): EpochMs => epochMs(now),
    wait: (minutes: number) => void (now += minutes * 60_000),
  }
}

export const actorOf = (role: Role, partyId: string | null = null): Actor => ({
  accountId: newId(),
  name: role,
  kind: role === 'machine' ? 'machine' : 'person',
  lang: 'zh-CN',
  memberships: [{ role, partyId }],
})

/** One for each of some ten thousand. */
export const identity = (n: number): string => inventedIdentity(n % 1_000, String(1_980 + Math.floor(n / 1_000)))

type Written = Parameters<typeof carrierRow>[0]['by']
type CarrierWish = {
  readonly zoneId: string
  readonly carrierId: string
  readonly first: number
  readonly count: number
  readonly by: Written
}

/** A carrier with an account for payment, its trucks and drivers, and every paper of theirs. */
async function addCarrier(tx: Tx, { zoneId, carrierId, first, count, by }: CarrierWish, now: EpochMs) {
  const [created_at, created_by] = [at(now), 'bench']
  await tx
    .insertInto('freight_carrier')
    .values({
      ...carrierRow({ zoneId, id: carrierId, by }, `synthetic carrier ${first}`, 1),
      id_number: identity(first),
    })
    .execute()
  await tx
    .insertInto('freight_payee')
    .values({
      zone_id: zoneId,
      id: newId(),
      carrier_id: carrierId,
      holder: `synthetic carrier ${first}`,
      bank_code: 'ABOC',
      account_number: String(6_228_480_000_000_000_000n + BigInt(first)),
      created_at,
      created_by,
    })
    .execute()
  const paper = (subject: 'carrier' | 'driver' | 'vehicle', subjectId: string, kind: string) => ({
    zone_id: zoneId,
    id: newId(),
    subject,
    subject_id: subjectId,
    kind,
    number: 'N1',
    issuer: '',
    valid_from: localDate('2020-01-01'),
    valid_to: localDate('2999-12-31'),
    synthetic: true,
    created_at,
    created_by,
  })
  const crews: Crew[] = []
  for (let n = first; n < first + count; n++) {
    const account = await createAccount(
      tx,
      zoneId,
      {
        username: `bench-driver-${n}`,
        name: `driver ${n}`,
        kind: 'person',
        lang: 'zh-CN',
        roles: [{ role: 'driver', partyId: null }],
        synthetic: true,
        demo: false,
      },
      { accountId: 'bench', name: 'bench' },
      now,
    )
    assert(account.ok, 'the account is made')
    crews.push({
      carrierId,
      driverId: newId(),
      vehicleId: newId(),
      driver: { ...actorOf('driver'), accountId: account.value },
      boss: actorOf('carrier', carrierId),
    })
  }
  await tx
    .insertInto('freight_driver')
    .values(
      crews.map(({ driverId, driver }, i) => ({
        ...driverRow({ zoneId, id: driverId, by }, `driver ${first + i}`, 1, driver.accountId),
        id_number: identity(first + i),
      })),
    )
    .execute()
  await tx
    .insertInto('freight_vehicle')
    .values(
      crews.map(({ vehicleId }, i) =>
        vehicleRow({ zoneId, id: vehicleId, by }, carrierId, `新A·${String(first + i).padStart(5, '0')}`),
      ),
    )
    .execute()
  await tx
    .insertInto('freight_driving')
    .values(
      crews.map(({ driverId }) => ({
        zone_id: zoneId,
        id: newId(),
        driver_id: driverId,
        carrier_id: carrierId,
        vehicle_id: null,
        valid_from: '2020-01-01',
        valid_to: null,
        created_at,
        created_by,
      })),
    )
    .execute()
  await tx
    .insertInto('freight_paper')
    .values([
      ...['carrier_identity_card', 'road_transport_licence'].map((kind) => paper('carrier', carrierId, kind)),
      ...crews.flatMap(({ driverId }) =>
        ['identity_card', 'driving_licence', 'qualification'].map((kind) => paper('driver', driverId, kind)),
      ),
      ...crews.flatMap(({ vehicleId }) =>
        ['vehicle_licence', 'transport_permit', 'compulsory_insurance'].map((kind) =>
          paper('vehicle', vehicleId, kind),
        ),
      ),
    ])
    .execute()
  return crews
}
