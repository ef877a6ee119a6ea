import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { startTestServer, type Client, type TestServerOptions } from '@tingzhou/server/testing'
import { makeUscc, organisationCheck } from '@tingzhou/uscc'
import { notificationOf } from '../money/testing-bank.ts'
import { fuelCard, loadingFee, seeded } from '../money/testing.ts'
import { inventedIdentity, person, truck } from '../testing.ts'
import { claim, lane, leaseMs } from './claim.ts'
import { findRegulator } from './regulator.ts'
import { createUploadSender } from './sender.ts'
import { reporterOf, senderOf } from './server.ts'

const hourMs = 3_600_000

const organisation = '99999990'
/** A code that nobody has: no division begins with 99. */
const creditCode = makeUscc(`91990000${organisation}${organisationCheck(organisation)}`)

const papers = {
  carrier: ['carrier_identity_card', 'road_transport_licence'],
  driver: ['identity_card', 'driving_licence', 'qualification'],
  vehicle: ['vehicle_licence', 'transport_permit', 'compulsory_insurance'],
} as const

export const platform = {
  adapter: 'fujian-2.0',
  senderCode: '350000',
  enterpriseCode: '9999000001',
  carrierName: '合成平台有限公司',
  creditCode,
  permitNumber: '650000000009',
  businessType: '1002996',
  username: 'synthetic',
  isOn: true,
  tracks: false,
} as const

/** What a monitoring system knows of the platform. */
export const enterprise = {
  user: platform.username,
  password: 'a synthetic password',
  enterpriseCode: platform.enterpriseCode,
} as const

/** A real server with carriers, crews, places and a load, all invented, on which waybills go through their steps; a clock that the test moves. */
export async function uploadZone(start: EpochMs, options: TestServerOptions = {}) {
  let now: number = start
  const clock = () => epochMs(now)
  const server = await startTestServer({ clock, ...options })
  const { machine, deps } = server
  let count = 300
  const call = async (client: Client, method: string, path: string, body: object = {}) => {
    const answer = await client.send(method, `/api/v1${path}`, { body: { commandId: crypto.randomUUID(), ...body } })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const post = (path: string, body: object = {}, client = machine) => call(client, 'POST', path, body)
  const role = (name: string, partyId: string | null = null) =>
    server.actor([{ role: name as 'finance', partyId }], { name })
  const people = {
    audit: await role('freight_audit'),
    admin: await role('admin'),
    finance: await role('finance'),
    second: await role('finance'),
    dispatcher: await role('freight_dispatcher'),
    leader: await role('leader'),
  }
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
  const enterCrew = async (over: { readonly driver?: object; readonly vehicle?: object } = {}) => {
    const n = ++count
    const name = `合成承运人${n}`
    const { id: carrierId } = await post('/freight-carriers', {
      kind: 'person',
      name,
      idNumber: inventedIdentity(n),
      roadLicence: '650000000001',
      divisionCode: '652301',
      synthetic: true,
    })
    const { id: vehicleId } = await post('/freight-vehicles', {
      ...truck,
      plate: `新A·U${n}0`,
      ratedLoadKg: 33_000,
      grossKg: 49_000,
      carrierId,
      synthetic: true,
      ...over.vehicle,
    })
    const { id: driverId } = await post('/freight-drivers', {
      ...person,
      name: `合成司机${n}`,
      idNumber: inventedIdentity(n, '1980'),
      carrierId,
      synthetic: true,
      ...over.driver,
    })
    await paper('carrier', carrierId)
    await paper('vehicle', vehicleId)
    await paper('driver', driverId)
    await post(`/freight-carriers/${carrierId}/payees`, {
      holder: name,
      bankCode: 'ABOC',
      accountNumber: `62284800000000${String(n).padStart(5, '0')}`,
    })
    return { carrierId, vehicleId, driverId }
  }
  await call(people.finance, 'PUT', '/freight-payer', {
    holder: '合成平台',
    bankCode: 'ICBK',
    accountNumber: '6222020000000000001',
    rev: 0,
    why: 'test',
  })
  const firm = await post('/enterprises', { name: '合成货主有限公司', uscc: creditCode, synthetic: true })
  const consignee = await role('enterprise', firm.id)
  const place = async (name: string, lonDeg: number): Promise<string> =>
    (
      await post('/freight-places', {
        shipperId: firm.id,
        name,
        address: `${name}一号`,
        divisionCode: '652301',
        lonDeg,
        latDeg: 44,
        synthetic: true,
      })
    ).id
  const [fromId, toId] = [await place('合成煤矿', 87.3), await place('合成电厂', 87.7)]
  const { id: loadId } = await post('/freight-loads', {
    shipperId: firm.id,
    goods: '合成原煤',
    cargoClass: '0100',
    fromId,
    toId,
    consigneeId: firm.id,
    consignee: '合成电厂有限公司',
    measure: 'ton',
    quantity: 30_000_000,
    truckPlan: 32_000,
    mode: 'assign',
    carrierMilliFen: 7_800_000,
    shipperMilliFen: 8_500_000,
    goodsMilliFen: 42_000_000,
    terms: { id: seeded.coal, version: 1 },
    loadFrom: now,
    loadUntil: now + 60 * 24 * hourMs,
    synthetic: true,
  })
  await post(`/freight-loads/${loadId}/publish`, { rev: 1 })

  const move = async (id: string, name: string, fields: object = {}, client = machine) => {
    now += 10 * 60_000
    const { rev } = await deps.db
      .selectFrom('freight_waybill')
      .select('rev')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const made = { commandId: crypto.randomUUID(), rev, move: name, ...fields }
    return post(`/freight-waybills/${id}/moves`, { move: made }, client)
  }
  const spot = (lonDeg: number) => ({ position: { lonDeg, latDeg: 44, accuracyM: 20 } })
  const slip = (grossKg: number) => ({
    slip: { number: `BD${++count}`, grossKg, tareKg: 15_000, source: 'device' },
  })
  const steps: readonly (readonly [state: string, act: (id: string) => Promise<unknown>])[] = [
    ['accepted', (id) => move(id, 'accept')],
    ['at_load', (id) => move(id, 'arrive_load', spot(87.3))],
    ['loaded', (id) => move(id, 'load', slip(47_460))],
    ['in_transit', (id) => move(id, 'depart', spot(87.3))],
    ['at_unload', (id) => move(id, 'arrive_unload', spot(87.7))],
    ['unloaded', (id) => move(id, 'unload', slip(47_310))],
    ['signed', async (id) => move(id, 'sign', await signature(id), consignee)],
    ['audited', (id) => move(id, 'audit')],
    ['settled', (id) => move(id, 'settle', { items: [loadingFee], parts: [fuelCard] })],
    ['paid', (id) => pay(id)],
  ]
  const signature = async (id: string) => {
    const row = await deps.db
      .selectFrom('freight_waybill')
      .select('sign_code')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return { signer: '收货员', signedBy: 'code', code: row.sign_code }
  }
  /** The bank pays what is due, in one batch that a second person approves. */
  const pay = async (id: string) => {
    const { rows } = (await people.finance.get(`/api/v1/freight-payments?waybillId=${id}&state=due`)).body
    const due: readonly { id: string; amountFen: number }[] = rows
    const batch = await post('/freight-payment-batches', { paymentIds: due.map((one) => one.id) }, people.finance)
    const approved = await post(`/freight-payment-batches/${batch.id}/approval`, { rev: 1 }, people.second)
    await post(`/freight-payment-batches/${batch.id}/file`, { rev: approved.rev }, people.finance)
    const told = due.map((one) => ({ paymentId: one.id, amountFen: one.amountFen, serial: `S${one.id.slice(-12)}` }))
    await post('/freight-bank-reports', { xml: notificationOf(`M${batch.id.slice(-12)}`, told) }, people.finance)
  }
  /** Lets everybody hear what happened. */
  const settle = () => server.relay.settle()
  /** Brings a waybill from a state to a later one. */
  const drive = async (id: string, to: string, from = 'offered') => {
    const begin = steps.findIndex(([state]) => state === from) + 1
    for (const [state, act] of steps.slice(begin)) {
      await act(id)
      if (state === to) break
    }
    await settle()
  }
  const assign = async ({ carrierId, driverId, vehicleId }: Awaited<ReturnType<typeof enterCrew>>): Promise<string> =>
    (await post(`/freight-loads/${loadId}/assign`, { carrierId, driverId, vehicleId, plan: null })).id
  const settings = async () => {
    const found = await findRegulator(deps.db, deps.zoneId)
    assert(found, 'the regulator is set')
    return found
  }
  return {
    server,
    people,
    clock,
    settings,
    sender: senderOf(deps),
    reporter: reporterOf(deps),
    /** What another server on the same database would send with. */
    anotherSender: (timeoutMs?: number) =>
      createUploadSender({ ...deps, ...(timeoutMs === undefined ? {} : { timeoutMs }) }),
    /** Takes what is due, as a process does that then says nothing more of it. */
    take: async () => claim(deps.db, lane(deps.zoneId, await settings()), clock(), 10),
    /** How long others wait for a process that took something. */
    leaseMs,
    call,
    post,
    enterCrew,
    assign,
    move,
    drive,
    pay,
    settle,
    pass: (ms: number) => {
      now += ms
    },
    stateOf: async (id: string): Promise<string> =>
      (await deps.db.selectFrom('freight_waybill').select('state').where('id', '=', id).executeTakeFirstOrThrow())
        .state,
  }
}

export type UploadZone = Awaited<ReturnType<typeof uploadZone>>

export type { UploadKind, UploadState } from './words.ts'
