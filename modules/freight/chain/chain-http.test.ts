import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { mine, plant } from '../desk/testing.ts'
import type { TestClock } from '../risk/testing.ts'
import { chainZone } from './testing.ts'

const hourMs = 3_600_000
const clock: TestClock = { now: Date.UTC(2026, 2, 2, 2) }
let server: TestServer
let zone: Awaited<ReturnType<typeof chainZone>>
let dispatcher: Client
type Crew = Awaited<ReturnType<typeof zone.addDriver>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(clock.now) })
  zone = await chainZone(server, clock)
  dispatcher = await server.actor([{ role: 'freight_dispatcher', partyId: null }])
}, 120_000)
afterAll(() => server.close())

// Positions older than a day and loads whose loading is over are in no plan.
beforeEach(() => {
  clock.now += 72 * hourMs
})

const refusal = ({ status, body }: Answer) => ({ status, kind: body.kind })
/** A free truck so far along the way of 32 km from the mine to the plant. */
async function crewAt(share: number): Promise<Crew> {
  const crew = await zone.addDriver()
  const spot = { lonDeg: mine.lonDeg + (plant.lonDeg - mine.lonDeg) * share, latDeg: 44 }
  await zone.say(crew.point, [{ at: clock.now, ...spot, speedKmh: 0 }])
  return crew
}
async function made(body: object = {}) {
  const answer = await zone.post('/freight-chain-plans', body, dispatcher)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return planOf(answer.body.id)
}
const planOf = (id: string, query = '') => zone.read(`/freight-chain-plans/${id}${query}`, dispatcher)
const commit = (id: string, body: object = {}, client = dispatcher) =>
  zone.post(`/freight-chain-plans/${id}/commit`, body, client)
type Tour = { id: string; vehicle: { id: string }; legs: { load: { id: string } }[]; state: string }
const who = ({ rows }: { rows: Tour[] }) =>
  rows.map(({ vehicle, legs }) => [vehicle.id, legs.map(({ load }) => load.id)])
const waybillsOf = (vehicleId: string) =>
  zone.db
    .selectFrom('freight_waybill')
    .select(['state', 'load_id'])
    .where('vehicle_id', '=', vehicleId)
    .orderBy('created_at')
    .execute()

describe('a plan of tours', () => {
  it('takes coal out and ash back with one truck, and offers nothing by itself', async () => {
    const [near, other] = [await crewAt(0), await crewAt(0.5)]
    const [coal, ash] = [await zone.loadAt('mine'), await zone.loadAt('plant')]

    const plan = await made()

    expect(who(plan)).toEqual([[near.vehicleId, [coal, ash]]])
    expect(plan).toMatchObject({
      loads: 2,
      trips: 2,
      served: 2,
      used: 1,
      freeTrucks: 2,
      busyTrucks: 0,
      emptyM: 0,
      loadedRatio: 1,
      bound: { emptyM: 0, loadedRatio: 1 },
      horizonHours: 48,
      tours: { proposed: 1, sent: 0, booked: 0, stale: 0 },
      unserved: [],
    })
    expect(plan.rows[0]).toMatchObject({ due: true, after: null, stale: null, driver: { name: near.driver } })
    expect(await waybillsOf(near.vehicleId)).toEqual([])
    expect((await zone.read('/freight-chain-plans?limit=1', dispatcher)).rows[0]).toMatchObject({ id: plan.id })
    expect((await zone.read(`/freight-chain-plans/${plan.id}/history`, dispatcher)).rows[0].verb).toBe('make')

    // Only the first load is committed; the ash waits for a later plan.
    const commandId = newId()
    const committed = (await commit(plan.id, { commandId })).body
    expect(committed).toMatchObject({ rows: [{ state: 'sent', waybill: { state: 'offered' } }], left: 0 })
    expect((await commit(plan.id, { commandId })).body).toEqual(committed)
    expect(await waybillsOf(near.vehicleId)).toMatchObject([{ state: 'offered', load_id: coal }])
    expect(await waybillsOf(other.vehicleId)).toEqual([])
    expect(await zone.takenOf(ash)).toBe(0)
    expect(await zone.takenOf(coal)).toBe(32_000)
  })

  it('goes on with a truck on its trip: committed, that is its next load', async () => {
    const crew = await zone.addDriver()
    const trip = await zone.trip(crew, 'arrive_unload')
    const ash = await zone.loadAt('plant')

    const plan = await made()

    expect(who(plan)).toEqual([[crew.vehicleId, [ash]]])
    expect(plan).toMatchObject({ busyTrucks: 1, freeTrucks: 0 })
    expect(plan.rows[0]).toMatchObject({ after: { id: trip }, due: true })
    const { rows } = (await commit(plan.id)).body
    expect(rows).toMatchObject([{ state: 'booked', waybill: { state: 'offered' } }])
    expect((await zone.returns(trip, crew.account)).body.next).toMatchObject({
      state: 'booked',
      load: { id: ash },
      waybill: { id: rows[0].waybill.id },
    })
    // A truck that has its next load is in no plan.
    await zone.loadAt('plant')
    expect((await made()).busyTrucks).toBe(0)
  })

  it('has a truck on a shared tour free after the last of its waybills', async () => {
    const crew = await zone.addDriver()
    await zone.loadAt('plant')
    const before = (await made()).busyTrucks
    await zone.share(crew, [2, 30])

    expect((await made({ horizonHours: 24 })).busyTrucks).toBe(before)
    expect((await made({ horizonHours: 48 })).busyTrucks).toBe(before + 1)
  })

  it('commits only what must start soon, and says by name what holds no longer', async () => {
    const crew = await crewAt(0)
    const later = await zone.loadAt('mine', { loadFrom: clock.now + 5 * hourMs })
    const far = await made()
    expect(far.rows[0]).toMatchObject({ due: false })
    expect((await commit(far.id)).body).toEqual({ rows: [], left: 0 })
    expect(await commit(far.id, { tourIds: [far.rows[0].id] })).toMatchObject({ status: 422 })
    await zone.db.updateTable('freight_load').set({ state: 'closed' }).where('id', '=', later).execute()

    const coal = await zone.loadAt('mine')
    const plan = await made()
    await zone.offer(await zone.loadAt('mine'), crew)
    const { rows } = (await commit(plan.id)).body
    expect(rows).toMatchObject([{ state: 'stale', stale: { kind: 'truck_taken' } }])
    expect(await zone.takenOf(coal)).toBe(0)

    const free = await crewAt(0.1)
    const old = await made()
    clock.now += hourMs
    expect((await commit(old.id)).body.rows).toMatchObject([{ state: 'stale', stale: { kind: 'too_old' } }])
    await zone.say(free.point, [{ at: clock.now, ...mine, speedKmh: 0 }])
    const gone = await made()
    await zone.db.updateTable('freight_load').set({ state: 'closed' }).where('id', '=', coal).execute()
    const stale = (await commit(gone.id)).body.rows.find(({ state }: { state: string }) => state === 'stale')
    expect(stale).toMatchObject({ stale: { kind: 'load_state' } })
    expect(stale.stale.text).not.toBe('')
  })

  it('of two who commit at once each tour is sent once', async () => {
    const crew = await crewAt(0)
    await zone.loadAt('mine')
    const { id } = await made()
    const answers = await Promise.all([commit(id), commit(id), commit(id)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await waybillsOf(crew.vehicleId)).toHaveLength(1)
    expect((await planOf(id)).tours).toMatchObject({ proposed: 0, sent: 1 })
  })

  it('is made by dispatchers, read by the platform, refused beyond its bounds, and kept as long as the zone says', async () => {
    await crewAt(0)
    await zone.loadAt('mine')
    const commandId = newId()
    const body = { commandId, horizonHours: 24 }
    const first = await zone.post('/freight-chain-plans', body, dispatcher)
    expect((await zone.post('/freight-chain-plans', body, dispatcher)).body).toEqual(first.body)
    expect(refusal(await zone.post('/freight-chain-plans', { commandId, horizonHours: 72 }, dispatcher))).toEqual({
      status: 409,
      kind: 'command_reused',
    })
    for (const horizonHours of [23, 73, 24.5])
      expect((await zone.post('/freight-chain-plans', { horizonHours }, dispatcher)).status).toBe(400)
    const { id } = first.body
    for (const role of ['carrier', 'driver', 'enterprise', 'leader'] as const) {
      const partyId = role === 'carrier' ? zone.carrierId : role === 'enterprise' ? zone.shipperId : null
      const client = await server.actor([{ role, partyId }])
      const asked = [
        await client.get('/api/v1/freight-chain-plans'),
        await client.get(`/api/v1/freight-chain-plans/${id}`),
        await client.get('/api/v1/freight-chain-settings'),
        await zone.post('/freight-chain-plans', {}, client),
        await commit(id, {}, client),
      ]
      expect([role, ...asked.map(({ status }) => status)]).toEqual([role, 403, 403, 403, 403, 403])
    }
    const audit = await server.actor([{ role: 'freight_audit', partyId: null }])
    expect((await audit.get(`/api/v1/freight-chain-plans/${id}`)).status).toBe(200)
    expect((await commit(id, {}, audit)).status).toBe(403)
    expect((await commit(newId())).status).toBe(404)

    clock.now += 31 * 24 * hourMs
    await zone.settle()
    expect((await dispatcher.get(`/api/v1/freight-chain-plans/${id}`)).status).toBe(404)
  })
})
