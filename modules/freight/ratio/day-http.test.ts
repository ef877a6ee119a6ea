import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { deskZone, mine, plant } from '../desk/testing.ts'
import { ratioSettled } from '../desk/wall.ts'
import type { TestClock } from '../risk/testing.ts'
import { daySettled, dispatchDayJob } from './day.ts'

const api = '/api/v1'
const hourMs = 3_600_000
/** Beijing's midnight, and ten in the morning. */
const midnight = Date.UTC(2026, 2, 1, 16)
const clock: TestClock = { now: midnight + 10 * hourMs }
let server: TestServer
let zone: Awaited<ReturnType<typeof deskZone>>
let dispatcher: Client

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(clock.now) })
  zone = await deskZone(server, clock)
  dispatcher = await server.actor([{ role: 'freight_dispatcher', partyId: null }])
}, 120_000)
afterAll(() => server.close())

const read = (path: string, client = dispatcher): Promise<Answer> => client.get(`${api}${path}`)
const make = (day: string, client = dispatcher, commandId: string = crypto.randomUUID()): Promise<Answer> =>
  client.post(`${api}/freight-dispatch-days`, { commandId, day })
const refusal = ({ status, body }: Answer) => [status, body.kind, body.errors?.[0]?.field, body.errors?.[0]?.rule]
/** A free truck so far along the way of 32 km from the mine to the plant; without a word: nobody knows where. */
async function crewAt(share: number | null) {
  const crew = await zone.addCrew()
  const spot = { lonDeg: mine.lonDeg + (plant.lonDeg - mine.lonDeg) * (share ?? 0), latDeg: 44 }
  if (share !== null) await zone.say(crew.point, [{ at: clock.now, ...spot, speedKmh: 0 }])
  return crew
}
type Crew = Awaited<ReturnType<typeof crewAt>>
/** A truckload from the mine to the plant, carried. @returns the waybill */
async function carried(crew: Crew): Promise<string> {
  const id = await zone.offer(await zone.addLoad({ quantity: 32_000 }), crew)
  await zone.drive(id, 'unload')
  return id
}
const km = (metres: number) => Math.round(metres / 1_000)
const dayMs = 24 * hourMs
/** What is told of a day, once it is reckoned. */
async function told(day: string) {
  expect((await make(day)).status).toBe(201)
  return (await read(`/freight-dispatch-days/${day}`)).body
}
/** Two small loads that a crew carries on one tour. */
async function carriedTogether(crew: Crew): Promise<void> {
  const { rev, numbers } = (await read('/freight-tour-settings')).body
  const settings = { commandId: newId(), rev, numbers: { ...numbers, solveSeconds: 1 }, why: '测试' }
  expect((await dispatcher.put(`${api}/freight-tour-settings`, settings)).status).toBe(200)
  const loads = [8_000, 9_000].map((quantity) => zone.addLoad({ quantity, truckPlan: quantity }))
  const ids = (await Promise.all(loads)).map((id) => ({ id }))
  const plan = await zone.post(dispatcher, '/freight-tour-plans', { loads: ids, vehicleIds: [crew.vehicleId] })
  const [tour] = (await read(`/freight-tour-plans/${plan.body.id}`)).body.rows
  const { stops } = (await zone.post(dispatcher, `/freight-tours/${tour.id}/send`)).body
  type Stop = { readonly kind: string; readonly plan: number; readonly waybill: { readonly id: string } }
  const waybills = stops.filter(({ kind }: Stop) => kind === 'load') as Stop[]
  for (const { waybill } of waybills) await zone.move(server.machine, waybill.id, 'accept')
  for (const { waybill, plan: netKg } of waybills) {
    const slip = () => ({
      slip: { number: newId().slice(-8), grossKg: 15_000 + netKg, tareKg: 15_000, source: 'device' },
    })
    await zone.move(server.machine, waybill.id, 'arrive_load', { position: { ...mine, accuracyM: 10 } })
    await zone.move(server.machine, waybill.id, 'load', slip())
    await zone.move(server.machine, waybill.id, 'depart')
    await zone.move(server.machine, waybill.id, 'arrive_unload', { position: { ...plant, accuracyM: 10 } })
    await zone.move(server.machine, waybill.id, 'unload', slip())
    clock.now += 60_000
  }
}
/** A truckload that breaks down on the way and goes on with another crew. */
async function transloaded(crew: Crew, other: Crew): Promise<void> {
  const id = await zone.offer(await zone.addLoad({ quantity: 32_000 }), crew)
  await zone.drive(id, 'depart')
  await zone.move(server.machine, id, 'accident', { words: '爆胎' })
  const { driverId, vehicleId } = other
  const onward = { carrierId: zone.carrierId, driverId, vehicleId, reason: '换车' }
  await zone.move(dispatcher, id, 'transload', onward)
  const [leg] = (await read(`/freight-waybills/${id}`)).body.legs
  const slip = { number: newId().slice(-8), grossKg: 46_900, tareKg: 15_000, source: 'device' }
  await zone.move(server.machine, leg.id, 'depart')
  await zone.move(server.machine, leg.id, 'arrive_unload', { position: { ...plant, accuracyM: 10 } })
  await zone.move(server.machine, leg.id, 'unload', { slip })
}

/** What the wall tells once it is reckoned. */
async function wall() {
  clock.now += 61_000
  const client = await server.actor([{ role: 'leader', partyId: null }])
  await client.get(`${api}/freight-wall`)
  await ratioSettled(server.deps.db)
  return (await client.get(`${api}/freight-wall`)).body.ratio
}

describe('a day of dispatch', () => {
  let [waybill, near, far]: [string, Crew | null, Crew | null] = ['', null, null]

  it('is empty before anything was carried, and never one that is not over', async () => {
    expect((await make('2026-03-01')).status).toBe(201)
    expect((await read('/freight-dispatch-days/2026-03-01')).body).toMatchObject({
      trips: 0,
      unknown: 0,
      real: { matched: 0, emptyM: 0 },
      boundM: 0,
      lanes: [],
      choices: [],
    })
    expect(refusal(await make('2026-03-02'))).toEqual([422, 'field_refused', 'day', 'day_over'])
    expect(refusal(await make('2025-02-28'))).toEqual([422, 'field_refused', 'day', 'dispatch_day_range'])
    for (const day of ['2026-02-30', 'yesterday', '']) expect((await make(day)).status).toBe(400)
    expect((await read('/freight-dispatch-days/2026-02-28')).status).toBe(404)
    expect((await read('/freight-dispatch-days/2026-02-28/record')).status).toBe(404)
  })

  it('says what was driven empty, what it would have been, and the choice that cost most', async () => {
    near = await crewAt(0)
    far = await crewAt(1)
    waybill = await carried(far)
    const lost = await crewAt(null)
    await carried(lost)
    clock.now = midnight + 26 * hourMs

    const answer = await make('2026-03-02')

    expect([answer.status, answer.body]).toEqual([201, { day: '2026-03-02' }])
    const { body } = await read('/freight-dispatch-days/2026-03-02')
    expect(body).toMatchObject({
      day: '2026-03-02',
      trips: 1,
      unknown: 1,
      trucks: 3,
      loadedM: 32_000,
      windowMinutes: 10,
    })
    // 32 km by 1.25 from the plant, instead of the truck that stood at the mine.
    expect([body.real, body.nearest, body.waves].map(({ emptyM }) => km(emptyM))).toEqual([40, 0, 0])
    expect(body.boundM).toBe(0)
    expect(body.lanes).toMatchObject([
      { from: { name: '合成煤矿' }, to: { name: '合成电厂' }, trips: 1, waves: { matched: 1 } },
    ])
    expect(body.choices).toMatchObject([
      {
        waybill: { id: waybill },
        vehicle: { plate: far.plate },
        better: { plate: near.plate },
        betterM: 0,
        betterFreeAt: midnight,
        betterNextAt: null,
      },
    ])
    expect((await read('/freight-dispatch-days?limit=1')).body.rows).toMatchObject([{ day: '2026-03-02', trips: 1 }])
  })

  it('is kept once, also when it is reckoned again, or by a command that comes again', async () => {
    const commandId = crypto.randomUUID()
    const rows = () => zone.db.selectFrom('freight_dispatch_day').select(['day', 'made_at']).orderBy('day').execute()
    const before = await rows()
    clock.now += hourMs

    expect((await make('2026-03-02', dispatcher, commandId)).status).toBe(201)
    const first = await rows()
    clock.now += hourMs
    expect((await make('2026-03-02', dispatcher, commandId)).body).toEqual({ day: '2026-03-02' })

    expect(await rows()).toEqual(first)
    expect(first.map(({ day }) => day)).toEqual(before.map(({ day }) => day))
    expect((await make('2026-03-01', dispatcher, commandId)).status).toBe(409)
  })

  it('is given away without plates, drivers and names', async () => {
    const { status, body } = await read('/freight-dispatch-days/2026-03-02/record')

    expect(status).toBe(200)
    expect(body).toMatchObject({
      day: '2026-03-02',
      places: [{}, {}],
      loads: [{ from: 0, to: 1, kg: 32_000, truck: 0 }],
    })
    expect(body.trucks).toHaveLength(3)
    const text = JSON.stringify(body)
    for (const secret of [near?.plate, far?.plate, far?.driver, far?.vehicleId, far?.driverId, waybill, '合成'])
      expect(text).not.toContain(secret)
  })

  it('is the platform’s own: others see nothing, and who only reads reckons nothing', async () => {
    const paths = ['', '/2026-03-02', '/2026-03-02/record'].map((path) => `/freight-dispatch-days${path}`)
    const by = (role: 'carrier' | 'driver' | 'enterprise' | 'finance' | 'freight_audit' | 'leader') =>
      server.actor([
        { role, partyId: role === 'carrier' ? zone.carrierId : role === 'enterprise' ? zone.shipperId : null },
      ])
    for (const role of ['carrier', 'driver', 'enterprise', 'leader'] as const) {
      const client = await by(role)
      for (const path of paths) expect((await read(path, client)).status).toBe(403)
      expect((await make('2026-03-02', client)).status).toBe(403)
    }
    for (const role of ['finance', 'freight_audit'] as const) {
      const client = await by(role)
      for (const path of paths) expect((await read(path, client)).status).toBe(200)
      expect((await make('2026-03-02', client)).status).toBe(403)
    }
    for (const path of paths) expect((await server.anyone().get(`${api}${path}`)).status).toBe(401)
  })

  it('comes by itself after midnight, once', async () => {
    const { deps } = server
    const run = async () => {
      const job = dispatchDayJob(deps)
      const after = await deps.db
        .transaction()
        .execute((tx) => job.run(tx, { now: epochMs(clock.now) } as Parameters<typeof job.run>[1]))
      await after?.()
      await daySettled(deps)
      return after !== undefined
    }
    clock.now = midnight + 48 * hourMs + 60_000

    expect(await run()).toBe(true)
    expect((await read('/freight-dispatch-days?limit=1')).body.rows).toMatchObject([
      { day: '2026-03-03', madeBy: 'Tingzhou' },
    ])
    expect(await run()).toBe(false)
  })
})

describe('a day of dispatch, beside other days', () => {
  it('has what drivers took on it, however long before it was booked', async () => {
    clock.now = midnight + 10 * dayMs + 10 * hourMs
    const id = await carried(await crewAt(1))
    await sql`update freight_waybill set created_at = created_at - interval '3 days' where id = ${id}::uuid`.execute(
      zone.db,
    )
    clock.now = midnight + 11 * dayMs + 2 * hourMs

    expect(await told('2026-03-12')).toMatchObject({ trips: 1, trucks: 1, choices: [] })
  })

  it('is the same when it is reckoned again, whatever came after it', async () => {
    // One is on a trip over the whole day; one stands; one stands and is closed and without its terminal afterwards.
    clock.now = midnight + 19 * dayMs + 20 * hourMs
    const [long, idle, sold] = [await crewAt(0), await crewAt(0.2), await crewAt(0.4)]
    const trip = await zone.offer(await zone.addLoad({ quantity: 32_000 }), long)
    await zone.drive(trip, 'depart')
    clock.now = midnight + 20 * dayMs + 10 * hourMs
    for (const { point } of [idle, sold, long]) await zone.say(point, [{ at: clock.now, ...mine, speedKmh: 0 }])
    // Taken that day and under way over midnight, one of nobody knows where; one is cancelled on the day after.
    const [late, lost, gone] = [await crewAt(1), await crewAt(null), await crewAt(0.5)]
    const begun: string[] = []
    for (const crew of [late, lost, gone]) {
      const id = await zone.offer(await zone.addLoad({ quantity: 32_000 }), crew)
      await zone.drive(id, crew === gone ? 'accept' : 'depart')
      begun.push(id)
    }
    clock.now = midnight + 21 * dayMs + hourMs
    const before = await told('2026-03-22')
    const recordBefore = (await read('/freight-dispatch-days/2026-03-22/record')).body
    expect(before).toMatchObject({ trips: 2, unknown: 1, trucks: 4 })

    for (const id of [trip, ...begun.slice(0, 2)]) {
      const slip = { number: newId().slice(-8), grossKg: 46_900, tareKg: 15_000, source: 'device' }
      await zone.move(server.machine, id, 'arrive_unload', { position: { ...plant, accuracyM: 10 } })
      await zone.move(server.machine, id, 'unload', { slip })
    }
    await zone.move(server.machine, begun[2] ?? '', 'cancel', { reason: '测试' })
    await zone.post(server.machine, `/freight-vehicles/${sold.vehicleId}/terminal`, { deviceId: null, why: '卖车' })
    await zone.db
      .updateTable('freight_vehicle')
      .set({ state: 'closed', updated_at: at(epochMs(clock.now)) })
      .where('id', '=', sold.vehicleId)
      .execute()
    await carried(idle)
    clock.now += hourMs

    const { madeAt, tookMs, ...after } = await told('2026-03-22')

    expect(after).toEqual({ ...before, madeAt: undefined, tookMs: undefined })
    expect(madeAt - before.madeAt).toBeGreaterThan(0)
    expect(tookMs).toBeGreaterThanOrEqual(0)
    expect((await read('/freight-dispatch-days/2026-03-22/record')).body).toEqual(recordBefore)
  })

  it('leaves out, and counts, what shares a truck: tours, and legs of what was transloaded', async () => {
    clock.now = midnight + 30 * dayMs + 8 * hourMs
    const tour = await crewAt(0)
    await carriedTogether(tour)
    const [broken, other] = [await crewAt(0.5), await crewAt(0.5)]
    await transloaded(broken, other)
    await carried(tour)
    await carried(await crewAt(1))
    const { today } = await wall()
    clock.now = midnight + 31 * dayMs + hourMs

    // Both loads of the tour and the leg that was unloaded; the truck of the tour drove back 40 km for its next load, as the other did.
    expect(today).toMatchObject({ trips: 2, unknown: 0, leftOut: 3, loadedM: 64_000 })
    expect(km(today.emptyM)).toBe(80)
    // Of a day trucks are left out as a whole: three waybills of the one, and both legs.
    const day = await told('2026-04-01')
    expect(day).toMatchObject({ trips: 1, unknown: 0, leftOut: 5, trucks: 1, loadedM: 32_000, choices: [] })
    expect(km(day.real.emptyM)).toBe(40)
  })
})

describe('the wall', () => {
  it('tells today’s loaded ratio beside its bound, and which lanes changed it since yesterday', async () => {
    clock.now = midnight + 44 * dayMs + 10 * hourMs
    expect(await wall()).toMatchObject({
      today: { trips: 0, ratio: null, bound: null },
      changes: [],
      lanes: 0,
      otherPoints: 0,
    })
    const [first, second] = [await crewAt(1), await crewAt(0)]
    await carried(first)
    await carried(await crewAt(null))
    const { today } = await wall()
    // 32 km loaded after 40 km empty; of the other truck nobody knows where it came from, but where it unloaded.
    expect(today).toMatchObject({ trips: 1, unknown: 1, loadedM: 32_000 })
    expect([km(today.emptyM), Math.round(today.ratio * 1_000)]).toEqual([40, 444])
    expect(Math.round(today.bound * 1_000)).toBe(444)
    clock.now = midnight + 45 * dayMs + 12 * hourMs
    await zone.say(second.point, [{ at: clock.now, ...mine, speedKmh: 0 }])
    await carried(second)

    const ratio = await wall()

    expect(ratio.yesterday).toMatchObject({ trips: 1, unknown: 1 })
    expect(ratio.today).toMatchObject({ trips: 1, unknown: 0, emptyM: 0, ratio: 1, bound: 1 })
    expect(ratio.changes).toMatchObject([
      { from: '合成煤矿', to: '合成电厂', today: { trips: 1 }, yesterday: { trips: 1 } },
    ])
    expect(ratio.changes[0].points + ratio.otherPoints).toBeCloseTo(100 * (1 - ratio.yesterday.ratio), 6)
    // Before the same hour of yesterday there is nothing to compare with.
    clock.now = midnight + 45 * dayMs + 9 * hourMs
    expect(await wall()).toMatchObject({ today: { trips: 0 }, yesterday: { trips: 0 }, changes: [] })
  })
})
