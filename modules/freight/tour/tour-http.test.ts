import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { deskZone, mine, plant } from '../desk/testing.ts'
import type { TestClock } from '../risk/testing.ts'
import { busyStates } from '../words.ts'
import { sweepToursJob } from './sweep.ts'
import './tables.ts'

const api = '/api/v1'
const hourMs = 3_600_000
const clock: TestClock = { now: Date.UTC(2026, 2, 2, 2) }
let server: TestServer
let zone: Awaited<ReturnType<typeof deskZone>>
let dispatcher: Client
type Crew = Awaited<ReturnType<typeof zone.addCrew>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(clock.now) })
  zone = await deskZone(server, clock)
  dispatcher = await server.actor([{ role: 'freight_dispatcher', partyId: null }])
  // Only crews of a test drive: whoever drives any vehicle of the carrier has stopped.
  await zone.db.updateTable('freight_driving').set({ valid_to: '2026-03-01' }).where('vehicle_id', 'is', null).execute()
  const { body } = await dispatcher.get(`${api}/freight-tour-settings`)
  const set = await dispatcher.put(`${api}/freight-tour-settings`, {
    commandId: newId(),
    rev: body.rev,
    numbers: { ...body.numbers, solveSeconds: 1 },
    why: '测试',
  })
  expect(set.status).toBe(200)
}, 120_000)
afterAll(() => server.close())

// A position older than a day is no truck's.
beforeEach(() => {
  clock.now += 48 * hourMs
})

const read = async (path: string, client = dispatcher) => (await client.get(`${api}${path}`)).body
const post = (path: string, body: object = {}, client = dispatcher): Promise<Answer> => zone.post(client, path, body)
const refusal = ({ status, body }: Answer) => ({ status, kind: body.kind })
const fieldOf = ({ body }: Answer) => body.errors?.[0]?.field ?? body.field

async function crewAt(share: number): Promise<Crew> {
  const crew = await zone.addCrew()
  const spot = { lonDeg: mine.lonDeg + (plant.lonDeg - mine.lonDeg) * share, latDeg: 44 }
  await zone.say(crew.point, [{ at: clock.now, ...spot, speedKmh: 0 }])
  return crew
}
/** Less than a truckload from the mine to the plant. */
const small = (quantity: number, over: object = {}) =>
  zone.addLoad({ quantity, truckPlan: Math.min(quantity, 32_000), ...over })

type Stop = {
  kind: string
  load: { id: string }
  plan: number
  onBoardKg: number
  waybill: { id: string; state: string } | null
}
type Tour = {
  id: string
  vehicle: { id: string }
  state: string
  stops: Stop[]
  stale: { kind: string; value: string; text: string } | null
}
const plan = (loads: readonly string[], crews: readonly Crew[] | null, over: object = {}, client = dispatcher) =>
  post(
    '/freight-tour-plans',
    { loads: loads.map((id) => ({ id })), vehicleIds: crews?.map(({ vehicleId }) => vehicleId) ?? null, ...over },
    client,
  )
async function planned(...args: Parameters<typeof plan>) {
  const answer = await plan(...args)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return read(`/freight-tour-plans/${answer.body.id}`)
}
/** One tour of a crew with some loads. */
async function tourOf(crew: Crew, quantities: readonly number[]): Promise<Tour> {
  const loads: string[] = []
  for (const quantity of quantities) loads.push(await small(quantity))
  const { rows } = await planned(loads, [crew])
  expect(rows.length).toBe(1)
  return rows[0]
}
const send = (id: string, body: object = {}, client = dispatcher) => post(`/freight-tours/${id}/send`, body, client)
async function sent(tour: Tour): Promise<string[]> {
  const { body } = await send(tour.id)
  expect(body.state).toBe('sent')
  return waybillsIn(body)
}
const waybillsIn = (tour: Tour): string[] =>
  tour.stops.flatMap(({ kind, waybill }) => (kind === 'load' && waybill ? [waybill.id] : []))
const takenOf = async (id: string) =>
  (await zone.db.selectFrom('freight_load').select('taken').where('id', '=', id).executeTakeFirstOrThrow()).taken
const accept = (id: string) => zone.tryMove(server.machine, id, 'accept')
const loadsOf = ({ stops }: Tour) => stops.flatMap(({ kind, load }) => (kind === 'load' ? [load.id] : []))

/** The trips, waybill or tour, that a vehicle or its driver is on. */
async function running({ vehicleId, driverId }: Crew): Promise<readonly string[]> {
  const rows = await zone.db
    .selectFrom('freight_waybill')
    .select(['id', 'tour_id'])
    .where((eb) => eb.or([eb('vehicle_id', '=', vehicleId), eb('driver_id', '=', driverId)]))
    .where('state', 'in', [...busyStates])
    .execute()
  return [...new Set(rows.map(({ id, tour_id }) => tour_id ?? id))]
}

describe('a plan of tours', () => {
  it('lets small loads share a truck, says what is saved, and offers nothing by itself', async () => {
    const loads = [await small(8_000), await small(9_000), await small(10_000)]
    const [near, far] = [await crewAt(-0.1), await crewAt(-2)]

    const made = await planned(loads, null)

    expect(made).toMatchObject({ loads: 3, served: 3, left: [], tours: { proposed: 1, sent: 0 } })
    expect(made.trucks).toBe(2)
    expect(made.basis).toContain('great_circle × 125 %')
    // One truck drives the 35 km once; three would have driven them three times at least.
    expect(Math.abs(made.wayM - 44_000)).toBeLessThan(300)
    expect(Math.abs(made.aloneM - 3 * 44_000)).toBeLessThan(900)
    const [tour] = made.rows
    expect(tour.vehicle.id).toBe(near.vehicleId)
    expect(tour.stops.map(({ kind }: Stop) => kind)).toEqual(['load', 'load', 'load', 'unload', 'unload', 'unload'])
    expect(tour.stops[2].onBoardKg).toBe(27_000)
    expect(await running(near)).toEqual([])
    expect(await takenOf(loads[0] ?? '')).toBe(0)
    expect((await read('/freight-tour-plans?limit=1')).rows[0]).toMatchObject({ id: made.id, served: 3 })
    expect((await read(`/freight-tour-plans/${made.id}/history`)).rows[0]).toMatchObject({ verb: 'make' })
    expect((await planned(loads, [far])).rows[0].vehicle.id).toBe(far.vehicleId)
  })

  it('is one for a command, and only the platform’s', async () => {
    const load = await small(8_000)
    const crew = await crewAt(0.1)
    const commandId = newId()
    const [first, second] = [await plan([load], [crew], { commandId }), await plan([load], [crew], { commandId })]
    expect(second.body).toEqual(first.body)
    expect(refusal(await plan([load], null, { commandId }))).toEqual({ status: 409, kind: 'command_reused' })

    const carrier = await server.actor([{ role: 'carrier', partyId: zone.carrierId }])
    const audit = await server.actor([{ role: 'freight_audit', partyId: null }])
    for (const client of [carrier, audit]) expect((await plan([load], [crew], {}, client)).status).toBe(403)
    expect((await carrier.get(`${api}/freight-tour-plans`)).status).toBe(403)
    expect((await audit.get(`${api}/freight-tour-plans/${first.body.id}`)).status).toBe(200)
    const { rows } = await read(`/freight-tour-plans/${first.body.id}`)
    expect((await send(rows[0].id, {}, audit)).status).toBe(403)
    expect((await post(`/freight-tours/${rows[0].id}/withdraw`, { why: '取消' }, carrier)).status).toBe(403)

    // A repeat is answered, not planned: no truck would go now.
    clock.now += 30 * hourMs
    expect((await plan([load], [crew])).status).toBe(409)
    expect((await plan([load], [crew], { commandId })).body).toEqual(first.body)
  })

  it('refuses by field what is not there, named twice or may not go, and keeps nothing of it', async () => {
    const load = await small(8_000)
    const crew = await crewAt(0.1)
    const before = (await read('/freight-tour-plans?limit=200')).rows.length
    const cases: readonly [Answer, number, string, string][] = [
      [await plan([load, load], [crew]), 422, 'field_refused', 'loads[1].id'],
      [await plan([newId()], [crew]), 422, 'field_refused', 'loads[0].id'],
      [await plan([load], [crew, crew]), 422, 'field_refused', 'vehicleIds[1]'],
      [await plan([load], [{ ...crew, vehicleId: newId() }]), 422, 'field_refused', 'vehicleIds[0]'],
      [await plan([load], [await zone.addCrew({ terminal: false })]), 409, 'tour_truck', 'vehicleIds[0]'],
    ]
    for (const [answer, status, kind, field] of cases) {
      expect(refusal(answer)).toEqual({ status, kind })
      expect(fieldOf(answer)).toBe(field)
    }
    expect((await plan([], [crew])).status).toBe(400)
    clock.now += 30 * hourMs
    expect(refusal(await plan([load], null))).toEqual({ status: 422, kind: 'tour_refused' })
    expect((await read('/freight-tour-plans?limit=200')).rows.length).toBe(before)
  })

  it('leaves loads out, each with why, and goes by what the register knows of axles and tare', async () => {
    const crew = await crewAt(0.1)
    const [gone, heavy, open] = [await small(5_000), await small(40_000), await small(20_000)]
    await zone.db.updateTable('freight_load').set({ state: 'closed' }).where('id', '=', gone).execute()

    const made = await planned([gone, heavy, open], [crew])
    expect(made.left.map(({ loadId, kind }: { loadId: string; kind: string }) => [loadId, kind])).toEqual([
      [gone, 'not_open'],
      [heavy, 'too_heavy'],
    ])
    expect(made.left[1].text).toContain('整车')
    const english = await dispatcher.send('GET', `${api}/freight-tour-plans/${made.id}`, { lang: 'en' })
    expect(english.body.left[1].text).toContain('whole trucks')

    // Three axles may weigh 25 t, of which 12 are the vehicle.
    const path = `${api}/freight-vehicles/${crew.vehicleId}/body`
    const { rev, capacityKg } = (await dispatcher.get(path)).body
    expect(capacityKg).toBe(33_000)
    await zone.db.updateTable('freight_vehicle').set({ trailer_plate: '' }).where('id', '=', crew.vehicleId).execute()
    const body = { axles: 3, driveAxles: 1, tareKg: 12_000, volumeDm3: null }
    const setBody = (over: object, client = dispatcher) =>
      client.put(path, { commandId: newId(), rev, why: '核对行驶证', ...body, ...over })
    expect(refusal(await setBody({ driveAxles: 3 }))).toEqual({ status: 422, kind: 'field_refused' })
    const stranger = await server.actor([{ role: 'enterprise', partyId: zone.shipperId }])
    expect((await setBody({}, stranger)).status).toBe(404)
    expect((await setBody({})).body.rev).toBe(rev + 1)
    expect(refusal(await setBody({}))).toEqual({ status: 409, kind: 'stale_revision' })
    expect((await dispatcher.get(path)).body).toMatchObject({ ...body, lawfulGrossKg: 25_000, capacityKg: 13_000 })
    expect((await planned([open], [crew])).left).toMatchObject([{ loadId: open, kind: 'too_heavy' }])
    const late = await post('/freight-tour-plans', {
      loads: [{ id: await small(5_000), deadline: clock.now + 60_000 }],
      vehicleIds: [crew.vehicleId],
    })
    expect((await read(`/freight-tour-plans/${late.body.id}`)).left).toMatchObject([{ kind: 'no_time' }])
  })

  it('is set by what a zone plans with, within bounds', async () => {
    const { rev, numbers } = await read('/freight-tour-settings')
    const set = (over: object, more: object = {}) =>
      dispatcher.put(`${api}/freight-tour-settings`, {
        commandId: newId(),
        rev,
        numbers: { ...numbers, ...over },
        why: '现场更快',
        ...more,
      })
    expect(refusal(await set({ drivingMaxMinutes: 241 }))).toEqual({ status: 422, kind: 'field_refused' })
    expect((await set({ loadMinutes: 25 })).body).toEqual({ rev: rev + 1 })
    expect(refusal(await set({}))).toEqual({ status: 409, kind: 'stale_revision' })
    expect((await set({}, { rev: rev + 1 })).status).toBe(200)
  })
})

describe('sending a tour', () => {
  it('offers a waybill for each load, in the order of loading, to one driver; the driver’s phone has the stops', async () => {
    const crew = await crewAt(0.1)
    const phone = await server.actor([{ role: 'driver', partyId: null }])
    await zone.db
      .updateTable('freight_driver')
      .set({ account_id: phone.accountId })
      .where('id', '=', crew.driverId)
      .execute()
    const tour = await tourOf(crew, [8_000, 9_000])
    const commandId = newId()

    const answer = await send(tour.id, { commandId })

    expect(answer.body).toMatchObject({ state: 'sent', stale: null })
    const waybills = waybillsIn(answer.body)
    const rows = await zone.db
      .selectFrom('freight_waybill')
      .select(['id', 'state', 'vehicle_id', 'driver_id', 'tour_seq', 'plan'])
      .where('tour_id', '=', tour.id)
      .orderBy('tour_seq')
      .execute()
    expect(rows.map(({ id, tour_seq }) => [id, tour_seq])).toEqual(waybills.map((id, index) => [id, index + 1]))
    for (const row of rows)
      expect(row).toMatchObject({ state: 'offered', vehicle_id: crew.vehicleId, driver_id: crew.driverId })
    expect(rows.map((row) => row.plan).toSorted()).toEqual([8_000, 9_000])
    expect(waybillsIn((await send(tour.id, { commandId })).body)).toEqual(waybills)
    expect(waybillsIn((await send(tour.id)).body)).toEqual(waybills)

    const own = await read('/freight-my/waybills', phone)
    expect(own.rows.length).toBe(2)
    expect(own.rows[0].tour.id).toBe(tour.id)
    expect(own.rows[0].tour.stops.map(({ kind }: Stop) => kind)).toEqual(['load', 'load', 'unload', 'unload'])
    for (const id of waybills) expect((await zone.tryMove(phone, id, 'accept')).status).toBe(200)
    expect(await running(crew)).toEqual([tour.id])
  })

  it('offers all or none: of a load that is gone nothing is taken anywhere, and why is kept', async () => {
    const crew = await crewAt(0.1)
    const withdrawn = await tourOf(crew, [8_000, 9_000, 7_000])
    const last = loadsOf(withdrawn).at(-1) ?? ''
    await zone.db.updateTable('freight_load').set({ state: 'withdrawn' }).where('id', '=', last).execute()
    const { body } = await send(withdrawn.id)
    expect(body).toMatchObject({ state: 'stale', stale: { kind: 'load_state' } })
    expect(waybillsIn(body)).toEqual([])
    for (const load of loadsOf(withdrawn)) expect(await takenOf(load)).toBe(0)

    const changed = await tourOf(crew, [8_000, 9_000])
    await zone.db
      .updateTable('freight_load')
      .set({ taken: 1 })
      .where('id', '=', loadsOf(changed)[0] ?? '')
      .execute()
    expect((await send(changed.id)).body.stale).toMatchObject({ kind: 'load_changed' })

    const old = await tourOf(crew, [8_000])
    clock.now += 31 * 60_000
    expect((await send(old.id)).body.stale).toMatchObject({ kind: 'too_old', value: '30' })

    await zone.say(crew.point, [{ at: clock.now, ...mine, speedKmh: 0 }])
    const heavy = await tourOf(crew, [8_000, 9_000])
    const rated = (kg: number) =>
      zone.db.updateTable('freight_vehicle').set({ rated_load_kg: kg }).where('id', '=', crew.vehicleId).execute()
    await rated(16_999)
    expect((await send(heavy.id)).body.stale).toMatchObject({ kind: 'weaker', value: '16999' })
    await rated(33_000)
    const bed = (dm3: number) =>
      zone.db.updateTable('freight_vehicle').set({ volume_dm3: dm3 }).where('id', '=', crew.vehicleId).execute()
    await bed(30_000)
    const light = await small(20_000)
    await zone.db.updateTable('freight_load').set({ measure: 'm3' }).where('id', '=', light).execute()
    const bulky: Tour = (await planned([light], [crew])).rows[0]
    await bed(19_500)
    expect((await send(bulky.id)).body.stale).toMatchObject({ kind: 'smaller', value: '19.5' })
    const [one, other] = [await tourOf(crew, [8_000]), await tourOf(crew, [9_000])]
    await sent(one)
    expect((await send(other.id)).body.stale).toMatchObject({ kind: 'truck_taken' })
    expect(refusal(await send(newId()))).toEqual({ status: 404, kind: 'not_found' })
  })

  it('is taken back as long as the driver has accepted none, all of it at once', async () => {
    const crew = await crewAt(0.1)
    const withdraw = (id: string, over: object = {}) => post(`/freight-tours/${id}/withdraw`, { why: '改派', ...over })
    const first = await tourOf(crew, [8_000, 9_000])
    const waybills = await sent(first)
    const commandId = newId()
    expect((await withdraw(first.id, { commandId })).status).toBe(200)
    expect((await withdraw(first.id, { commandId })).status).toBe(200)
    for (const id of waybills) expect((await zone.rowOf(id)).state).toBe('cancelled')
    for (const load of loadsOf(first)) expect(await takenOf(load)).toBe(0)
    expect(refusal(await withdraw(first.id))).toEqual({ status: 409, kind: 'tour_state' })
    expect((await accept(waybills[0] ?? '')).status).toBe(409)

    // A refused pair is not asked again for a while: other loads.
    const second = await tourOf(crew, [8_000, 9_000])
    const [accepted, offered] = await sent(second)
    expect((await accept(accepted ?? '')).status).toBe(200)
    expect(refusal(await withdraw(second.id))).toEqual({ status: 409, kind: 'tour_state' })
    expect((await zone.rowOf(offered ?? '')).state).toBe('offered')

    const proposed = await tourOf(await crewAt(0.2), [8_000])
    expect((await withdraw(proposed.id)).status).toBe(200)
    expect((await send(proposed.id)).body.state).toBe('withdrawn')
  })

  it('and taking it back at once with its acceptance leaves one of the two', async () => {
    for (let time = 0; time < 4; time++) {
      const crew = await crewAt(0.1)
      const tour = await tourOf(crew, [8_000, 9_000])
      const waybills = await sent(tour)
      const [back, ...accepted] = await Promise.all([
        post(`/freight-tours/${tour.id}/withdraw`, { why: '改派' }),
        ...waybills.map(accept),
      ])
      const states = await Promise.all(waybills.map(async (id) => (await zone.rowOf(id)).state))
      if (back.status === 200) expect(states).toEqual(['cancelled', 'cancelled'])
      else {
        expect(refusal(back)).toEqual({ status: 409, kind: 'tour_state' })
        expect(accepted.some(({ status }) => status === 200)).toBe(true)
        expect(states).not.toContain('cancelled')
      }
    }
  }, 60_000)
})

it('plans of which no waybill tells go after the days that the zone keeps them', async () => {
  const crew = await crewAt(0.1)
  const planOf = async (tour: Tour) =>
    (await zone.db.selectFrom('freight_tour').select('plan_id').where('id', '=', tour.id).executeTakeFirstOrThrow())
      .plan_id
  const [proposed, offered] = [await tourOf(crew, [8_000]), await tourOf(crew, [9_000])]
  const plans = [await planOf(proposed), await planOf(offered)]
  await sent(offered)
  const statuses = async () =>
    Promise.all(plans.map(async (id) => (await dispatcher.get(`${api}/freight-tour-plans/${id}`)).status))
  const sweep = (days: number) =>
    zone.db.transaction().execute((tx) =>
      sweepToursJob(server.deps).run(tx, {
        id: '',
        payload: null,
        dueAt: epochMs(0),
        now: epochMs(clock.now + days * 24 * hourMs),
      }),
    )

  await sweep(29)
  expect(await statuses()).toEqual([200, 200])
  await sweep(31)
  expect(await statuses()).toEqual([404, 200])
  // What is kept is not looked at again.
  const old = await zone.db.selectFrom('freight_tour_plan').select('id').where('is_told', '=', true).execute()
  expect(old.map(({ id }) => id)).toContain(plans[1])
})

describe('one trip or one tour at a time', () => {
  it('waybills of one tour run together; a trip beside them is refused by name, until the last is unloaded', async () => {
    const crew = await crewAt(0.1)
    const tour = await tourOf(crew, [8_000, 9_000])
    const [one = '', two = ''] = await sent(tour)
    const trip = await zone.offer(await small(20_000), crew)
    expect((await accept(one)).status).toBe(200)
    expect((await accept(two)).status).toBe(200)
    expect(refusal(await accept(trip))).toEqual({ status: 409, kind: 'trip_taken' })

    await driveOn(one, 8_000)
    expect(refusal(await accept(trip))).toEqual({ status: 409, kind: 'trip_taken' })
    await driveOn(two, 9_000)
    expect((await accept(trip)).status).toBe(200)
    expect(await running(crew)).toEqual([trip])
    expect(await onTrip(crew)).toEqual([
      ['driver', trip, 1],
      ['vehicle', trip, 1],
    ])
  })

  it('of two trips, a trip and a tour, and two tours, one runs, whoever accepts at once', async () => {
    for (let time = 0; time < 6; time++) {
      const [crew, spare] = [await crewAt(0.1), await crewAt(0.1)]
      const tour = await tourOf(crew, [6_000, 7_000, 8_000])
      const other = await tourOf(spare, [5_000, 5_500])
      const waybills = await sent(tour)
      const trips = [await zone.offer(await small(20_000), crew), await zone.offer(await small(21_000), crew)]
      const rest = await sent(other)
      // What no door lets pass: another tour for the same driver, another for the same truck.
      const same = time % 2 === 0 ? { driver_id: crew.driverId } : { vehicle_id: crew.vehicleId }
      await zone.db.updateTable('freight_waybill').set(same).where('tour_id', '=', other.id).execute()
      const drivers = [crew.driverId, spare.driverId]
      const drivings = zone.db.updateTable('freight_driving').where('driver_id', 'in', drivers)
      await drivings.set({ vehicle_id: null }).execute()
      const asked = [...waybills, ...trips, ...rest].toSorted(() => (time % 3) - 1)

      const answers = await Promise.all(asked.map(accept))

      const wins = asked.filter((_, index) => answers[index]?.status === 200)
      const trip = await running(crew)
      expect(trip.length).toBe(1)
      expect(wins.length).toBeGreaterThan(0)
      for (const { status, body } of answers)
        if (status !== 200) expect({ status, kind: body.kind }).toEqual({ status: 409, kind: 'trip_taken' })
      // Whoever was first let in all of its own, in the end.
      const own = trip[0] === tour.id ? waybills : trip[0] === other.id ? rest : [trip[0] ?? '']
      for (const id of own) if (!wins.includes(id)) expect((await accept(id)).status).toBe(200)
      for (const id of asked) if (!own.includes(id)) expect((await accept(id)).status).toBe(409)
      expect(await running(crew)).toEqual(trip)
      await drivings.set({ valid_to: '2026-03-01' }).execute()
    }
  }, 120_000)

  it('ends with the last of its waybills, also when they are unloaded at once', async () => {
    for (let time = 0; time < 4; time++) {
      const crew = await crewAt(0.1)
      const waybills = await sent(await tourOf(crew, [5_000, 6_000, 7_000]))
      for (const id of waybills) await drive(id, 5_000, 'arrive_unload')
      const answers = await Promise.all(waybills.map((id) => zone.tryMove(server.machine, id, 'unload', slip(5_000))))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      expect(await onTrip(crew)).toEqual([])
    }
  }, 60_000)

  it('counts what is on board of other loads when one is weighed, also of two at once', async () => {
    const crew = await crewAt(0.1)
    const [one = '', two = ''] = await sent(await tourOf(crew, [16_000, 16_500]))
    for (const id of [one, two]) await drive(id, 0, 'arrive_load')
    const load = (id: string, netKg: number) => zone.tryMove(server.machine, id, 'load', slip(netKg))
    const answers = await Promise.all([load(one, 16_600), load(two, 16_600)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
    const [first, second] = answers[0].status === 200 ? [one, two] : [two, one]
    const over = await load(second, 16_401)
    expect(refusal(over)).toEqual({ status: 422, kind: 'over_rated_load' })
    expect(over.body.errors?.[0] ?? over.body).toMatchObject({ value: 33_001 })
    // By its axles and tare it may carry less than its rated load.
    const law = { axles: 6, drive_axles: 2, tare_kg: 17_000 }
    await zone.db.updateTable('freight_vehicle').set(law).where('id', '=', crew.vehicleId).execute()
    expect(refusal(await load(second, 15_401))).toEqual({ status: 422, kind: 'over_rated_load' })
    expect((await load(second, 15_400)).status).toBe(200)
    // What is unloaded is not on board.
    for (const id of [first, second]) await drive(id, 10_000, 'unload', 'depart')
    expect(await onTrip(crew)).toEqual([])
  })

  it('goes on with another truck and its driver, all loads of a wrecked truck together, and never with two crews mixed', async () => {
    const [crew, second, third] = [await crewAt(0.1), await crewAt(0.1), await crewAt(0.1)]
    const tour = await tourOf(crew, [8_000, 9_000, 7_000])
    const waybills = await sent(tour)
    const [one = '', two = '', last = ''] = waybills
    for (const id of waybills) await drive(id, 8_000, 'depart')
    for (const id of waybills) await zone.move(server.machine, id, 'accident', { words: '车坏了' })
    // Any of them may drive any truck of the carrier.
    const drivers = [crew, second, third].map(({ driverId }) => driverId)
    const drivings = zone.db.updateTable('freight_driving').where('driver_id', 'in', drivers)
    await drivings.set({ vehicle_id: null }).execute()
    const goOn = (id: string, driver: Crew, vehicle: Crew) =>
      zone.tryMove(dispatcher, id, 'transload', {
        carrierId: zone.carrierId,
        driverId: driver.driverId,
        vehicleId: vehicle.vehicleId,
        reason: '换车',
      })

    expect((await goOn(one, second, second)).status).toBe(200)
    expect(await onTrip(second)).toEqual([
      ['driver', tour.id, 1],
      ['vehicle', tour.id, 1],
    ])
    for (const [driver, vehicle] of [
      [crew, second],
      [second, third],
      [crew, third],
    ] as const)
      expect(refusal(await goOn(two, driver, vehicle))).toEqual({ status: 409, kind: 'trip_taken' })
    const legs = zone.db.updateTable('freight_waybill').where('tour_id', '=', tour.id).where('state', '=', 'loaded')
    await expect(legs.set({ driver_id: crew.driverId }).execute()).rejects.toMatchObject({ code: '23505' })
    const rated = (kg: number) =>
      zone.db.updateTable('freight_vehicle').set({ rated_load_kg: kg }).where('id', '=', second.vehicleId).execute()
    await rated(15_999)
    expect(refusal(await goOn(two, second, second))).toEqual({ status: 422, kind: 'over_rated_load' })
    await rated(33_000)
    const rest = await Promise.all([two, last].map((id) => goOn(id, second, second)))
    expect(rest.map(({ status }) => status)).toEqual([200, 200])

    expect(await onTrip(crew)).toEqual([])
    expect(await onTrip(second)).toEqual([
      ['driver', tour.id, 3],
      ['vehicle', tour.id, 3],
    ])
    const { plan_id } = await zone.db
      .selectFrom('freight_tour')
      .select('plan_id')
      .where('id', '=', tour.id)
      .executeTakeFirstOrThrow()
    const [shown]: Tour[] = (await read(`/freight-tour-plans/${plan_id}`)).rows
    const going = waybillsIn(shown ?? tour)
    expect(shown?.stops.map(({ waybill }) => waybill?.state)).toEqual(Array.from({ length: 6 }, () => 'loaded'))
    expect(going.some((id) => waybills.includes(id))).toBe(false)
    for (const id of going) await drive(id, 8_000, 'unload', 'depart')
    expect(await onTrip(second)).toEqual([])
    await drivings.set({ valid_to: '2026-03-01' }).execute()
  })

  it('is the database’s own rule, whoever writes', async () => {
    const crew = await crewAt(0.1)
    const [one, two] = [await zone.offer(await small(9_000), crew), await zone.offer(await small(9_000), crew)]
    const set = (id: string, state: string) =>
      sql`update freight_waybill set state = ${state} where id = ${id}`.execute(zone.db)
    await set(one, 'in_transit')
    await expect(set(two, 'accepted')).rejects.toMatchObject({
      code: '23505',
      constraint: 'freight_waybill_vehicle_busy',
    })
    await set(one, 'at_unload')
    await set(one, 'unloaded')
    expect(await onTrip(crew)).toEqual([])
    await set(two, 'accepted')
    await expect(set(one, 'accident')).rejects.toMatchObject({ code: '23505' })
  })

  it('holds for every vehicle and driver of the zone after all of this', async () => {
    const { rows } = await sql<{ subject: string; id: string; trip: string; n: number }>`
      select * from (
        select 'vehicle' as subject, vehicle_id as id, coalesce(tour_id, id) as trip, count(*)::integer as n from freight_waybill
        where state = any(${[...busyStates]}::text[]) group by 2, 3
        union all
        select 'driver', driver_id, coalesce(tour_id, id), count(*)::integer from freight_waybill
        where state = any(${[...busyStates]}::text[]) group by 2, 3) t order by subject, id, trip`.execute(zone.db)
    const kept = await sql<{ subject: string; id: string; trip: string; n: number }>`
      select subject, subject_id as id, trip_id as trip, waybills as n from freight_on_trip order by subject, subject_id, trip_id`.execute(
      zone.db,
    )
    expect(kept.rows).toEqual(rows)
    expect(new Set(rows.map(({ subject, id }) => `${subject} ${id}`)).size).toBe(rows.length)
  })
})

describe('the audit of a tour', () => {
  it('takes other loads of the tour for no other trip, and the way by the stops for the plan', async () => {
    const crew = await crewAt(0)
    const tour = await tourOf(crew, [8_000, 9_000])
    const waybills = await sent(tour)
    for (const id of waybills) await zone.move(server.machine, id, 'accept')
    const began = clock.now
    // First both are loaded, then both unloaded: as the stops say.
    for (const id of waybills) {
      await zone.move(server.machine, id, 'arrive_load', { position: { ...mine, accuracyM: 10 } })
      clock.now += 20 * 60_000
      await zone.move(server.machine, id, 'load', slip(id === waybills[0] ? 8_000 : 9_000))
      await zone.move(server.machine, id, 'depart')
    }
    clock.now = began + 120 * 60_000
    for (const id of waybills) {
      await zone.move(server.machine, id, 'arrive_unload', { position: { ...plant, accuracyM: 10 } })
      clock.now += 20 * 60_000
      await zone.move(server.machine, id, 'unload', slip(id === waybills[0] ? 8_000 : 9_000))
    }
    for (const id of waybills) await zone.sign(id)
    await zone.db
      .updateTable('freight_load')
      .set({ distance_m: 1_000_000 })
      .where(sql<boolean>`id = any(${loadsOf(tour)}::uuid[])`)
      .execute()
    const audit = await server.actor([{ role: 'freight_audit', partyId: null }])

    const { findings } = await read(`/freight-waybills/${waybills[0]}/findings`, audit)

    const found = (rule: string) => findings.find((one: { rule: string }) => one.rule === rule)
    expect(found('R2')).toMatchObject({ result: 'pass', evidence: { trips: [] } })
    // Two loads share the 40 km of their tour.
    expect(found('R14')).toMatchObject({ result: 'pass', evidence: { trips: 2 } })
    expect(Math.abs(found('R14').evidence.plannedM - 40_000)).toBeLessThan(300)
    expect(Math.abs(found('R6').evidence.plannedM - 40_000)).toBeLessThan(300)
  })
})

let slips = 0
const slip = (netKg: number) => ({
  slip: { number: `T${++slips}`, grossKg: 15_000 + netKg, tareKg: 15_000, source: 'device' },
})

const moves = ['accept', 'arrive_load', 'load', 'depart', 'arrive_unload', 'unload'] as const
type Step = (typeof moves)[number]

/** From one step to another. */
async function drive(id: string, netKg: number, last: Step, first: Step = 'accept'): Promise<void> {
  const fields: Readonly<Partial<Record<Step, object>>> = {
    arrive_load: { position: { ...mine, accuracyM: 10 } },
    load: slip(netKg),
    arrive_unload: { position: { ...plant, accuracyM: 10 } },
    unload: slip(netKg),
  }
  for (const move of moves.slice(moves.indexOf(first), moves.indexOf(last) + 1))
    await zone.move(server.machine, id, move, fields[move])
}

/** From the acceptance to the unloading. */
const driveOn = (id: string, netKg: number) => drive(id, netKg, 'unload', 'arrive_load')

async function onTrip({ vehicleId, driverId }: Crew) {
  const { rows } = await sql<{ subject: string; trip: string; n: number }>`
    select subject, trip_id as trip, waybills as n from freight_on_trip
    where subject_id in (${vehicleId}, ${driverId}) order by subject`.execute(zone.db)
  return rows.map(({ subject, trip, n }) => [subject, trip, n])
}
