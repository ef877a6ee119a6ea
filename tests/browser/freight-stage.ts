import { randomUUID } from 'node:crypto'
import { inventedIdentity, person, truck } from '../../modules/freight/testing.ts'
import { password, type Stage } from './stage.ts'

// Rules that a zone begins with: coal by the ton, the smaller weight, two per mille.
export const coalTerms = { id: '0199f000-0000-7000-8000-000000000001', version: 1 }
export const mine = { name: '合成煤矿', lonDeg: 87.3, latDeg: 44.1 }
export const plant = { name: '合成电厂', lonDeg: 87.9, latDeg: 44.0 }

const papers = {
  carrier: ['carrier_identity_card', 'road_transport_licence'],
  driver: ['identity_card', 'driving_licence', 'qualification'],
  vehicle: ['vehicle_licence', 'transport_permit', 'compulsory_insurance'],
} as const

let count = 700

/** A carrier that may be dispatched, with one vehicle and one driver, who has an account. */
export async function enterCrew(stage: Stage, driverName: string) {
  const { post } = stage
  const paper = (subject: keyof typeof papers, subjectId: string) =>
    Promise.all(
      papers[subject].map((kind) =>
        post('/freight-papers', {
          subject,
          subjectId,
          kind,
          paperNumber: 'N1',
          validFrom: '2020-01-01',
          validTo: '2999-12-31',
        }),
      ),
    )
  const carrierName = `合成承运人${++count}`
  const { id: carrierId } = await post('/freight-carriers', {
    kind: 'person',
    name: carrierName,
    idNumber: inventedIdentity(count),
    roadLicence: '650000000001',
    synthetic: true,
  })
  const { id: vehicleId } = await post('/freight-vehicles', {
    ...truck,
    plate: `新A·P${count}0`,
    ratedLoadKg: 33_000,
    grossKg: 49_000,
    carrierId,
    synthetic: true,
  })
  const { id: driverId } = await post('/freight-drivers', {
    ...person,
    name: driverName,
    idNumber: inventedIdentity(++count),
    carrierId,
    synthetic: true,
  })
  await paper('carrier', carrierId)
  await paper('vehicle', vehicleId)
  await paper('driver', driverId)
  const username = `phone-${count}`
  await post('/accounts', { username, name: driverName, password, lang: stage.lang, roles: [] })
  await post(`/freight-drivers/${driverId}/account`, { username })
  return { carrierId, carrierName, vehicleId, driverId, username }
}

/** Two places of the stage's firm, which ships. */
export async function enterPlaces({ post, zone }: Stage) {
  const enter = async (place: typeof mine) =>
    (
      await post('/freight-places', {
        ...place,
        shipperId: zone.firm.id,
        address: `${place.name}一号`,
        divisionCode: '652301',
        phone: '99900000002',
        synthetic: true,
      })
    ).id
  return { fromId: await enter(mine), toId: await enter(plant) }
}

/** A published load of coal. */
export async function publishLoad(
  stage: Stage,
  places: { readonly fromId: string; readonly toId: string },
  over: object,
): Promise<string> {
  const now = Date.now()
  const { id } = await stage.post('/freight-loads', {
    ...places,
    shipperId: stage.zone.firm.id,
    goods: '合成原煤',
    cargoClass: '0100',
    consignee: plant.name,
    measure: 'ton',
    quantity: 3_000_000,
    truckPlan: 32_000,
    carrierMilliFen: 7_800_000,
    shipperMilliFen: 8_500_000,
    goodsMilliFen: 42_000_000,
    terms: coalTerms,
    loadFrom: now,
    loadUntil: now + 20 * 86_400_000,
    offerMinutes: 1_440,
    synthetic: true,
    ...over,
  })
  await stage.post(`/freight-loads/${id}/publish`, { rev: 1 })
  return id
}

/** A step of a waybill, by the machine's own account. */
export async function moveWaybill({ server }: Stage, id: string, name: string, fields: object = {}): Promise<void> {
  const rev: number = (await server.machine.get(`/api/v1/freight-waybills/${id}`)).body.rev
  const made = { commandId: randomUUID(), rev, move: name, ...fields }
  const answer = await server.machine.post(`/api/v1/freight-waybills/${id}/moves`, { move: made })
  if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
}

/** A waybill that was unloaded: 32.46 t of coal at the mine, 32.31 t at the plant; its carrier has an account for payment. */
export async function carriedWaybill(stage: Stage) {
  const crew = await enterCrew(stage, '钱司机')
  const { id: payeeId } = await stage.post(`/freight-carriers/${crew.carrierId}/payees`, {
    holder: crew.carrierName,
    bankCode: 'ABOC',
    accountNumber: '6228480000000012345',
  })
  const load = await publishLoad(stage, await enterPlaces(stage), { mode: 'assign' })
  const { carrierId, driverId, vehicleId } = crew
  const { id } = await stage.post(`/freight-loads/${load}/assign`, { carrierId, driverId, vehicleId, plan: null })
  const slip = (grossKg: number) => ({ slip: { number: 'B1', grossKg, tareKg: 15_000, source: 'device' } })
  const position = (at: typeof mine) => ({ position: { lonDeg: at.lonDeg, latDeg: at.latDeg, accuracyM: 10 } })
  const steps: readonly (readonly [string, object])[] = [
    ['accept', {}],
    ['arrive_load', position(mine)],
    ['load', slip(47_460)],
    ['depart', {}],
    ['arrive_unload', position(plant)],
    ['unload', slip(47_310)],
  ]
  for (const [name, fields] of steps) await moveWaybill(stage, id, name, fields)
  const { number } = (await stage.server.machine.get(`/api/v1/freight-waybills/${id}`)).body
  return { id, number: String(number), crew, payeeId }
}

/** The same, signed by its link, audited and settled. */
export async function settledWaybill(stage: Stage) {
  const { machine, anyone, deps } = stage.server
  const waybill = await carriedWaybill(stage)
  const { sign_code: code } = await deps.db
    .selectFrom('freight_waybill')
    .select('sign_code')
    .where('id', '=', waybill.id)
    .executeTakeFirstOrThrow()
  const link = await machine.post(`/api/v1/freight-waybills/${waybill.id}/sign-link`, { commandId: randomUUID() })
  const signed = await anyone().post(`/api/v1/freight-sign/${link.body.secret}`, {
    commandId: randomUUID(),
    signer: '收货员（测试）',
    signedBy: 'code',
    code,
  })
  if (signed.status !== 200) throw new Error(JSON.stringify(signed.body))
  for (const name of ['audit', 'settle']) await moveWaybill(stage, waybill.id, name)
  return waybill
}
