import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { grantReach } from '@tingzhou/access'
import { newId } from '@tingzhou/db'
import { epochMs, ok } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { deskZone, mine, plant } from '../desk/testing.ts'
import type { TestClock } from '../risk/testing.ts'
import { waveRunnerOf } from './auto.ts'
import './tables.ts'
import { inTurn, turnMs } from './turn.ts'

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
}, 120_000)
afterAll(() => server.close())

// A position older than a day, and a load whose loading is over, are in no wave.
beforeEach(() => {
  clock.now += 48 * hourMs
})

const read = async (path: string, client = dispatcher) => (await client.get(`${api}${path}`)).body
const post = (path: string, body: object = {}, client = dispatcher): Promise<Answer> => zone.post(client, path, body)
const refusal = ({ status, body }: Answer) => ({ status, kind: body.kind })

/** A free truck so far along the way of 32 km from the mine to the plant. */
async function crewAt(share: number): Promise<Crew> {
  const crew = await zone.addCrew()
  const spot = { lonDeg: mine.lonDeg + (plant.lonDeg - mine.lonDeg) * share, latDeg: 44 }
  await zone.say(crew.point, [{ at: clock.now, ...spot, speedKmh: 0 }])
  return crew
}
/** One truckload at the mine, or at the plant. */
const loadAt = (from: 'mine' | 'plant', over: object = {}) =>
  zone.addLoad({
    quantity: 32_000,
    loadUntil: clock.now + (from === 'mine' ? 4 : 5) * hourMs,
    fromId: zone.placeAt(from === 'mine' ? mine : plant),
    toId: zone.placeAt(from === 'mine' ? plant : mine),
    ...over,
  })

type Pair = {
  id: string
  load: { id: string }
  vehicle: { id: string } | null
  state: string
  waybill: { id: string; state: string } | null
  stale: { kind: string; value: string } | null
  reasons: { kind: string; text: string }[]
}
async function made(body: object = {}, client = dispatcher) {
  const answer = await post('/freight-waves', body, client)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return waveOf(answer.body.id)
}
const waveOf = (id: string, query = '', client = dispatcher) => read(`/freight-waves/${id}${query}`, client)
const who = ({ rows }: { rows: Pair[] }) => rows.map(({ load, vehicle }) => [load.id, vehicle?.id])
const send = (id: string, body: object = {}, client = dispatcher) => post(`/freight-waves/${id}/send`, body, client)
const outcomes = (rows: Pair[]) => rows.map(({ state, stale }) => [state, stale?.kind ?? null])
const takenOf = async (id: string) =>
  (await zone.db.selectFrom('freight_load').select('taken').where('id', '=', id).executeTakeFirstOrThrow()).taken
const waybillsOf = (vehicleId: string) =>
  zone.db
    .selectFrom('freight_waybill')
    .select(['id', 'state', 'load_id'])
    .where('vehicle_id', '=', vehicleId)
    .orderBy('created_at')
    .execute()

describe('a wave', () => {
  it('drives less empty than each load’s nearest truck, says why, and offers nothing by itself', async () => {
    const [coal, ash] = [await loadAt('mine'), await loadAt('plant')]
    const [between, behind] = [await crewAt(0.4), await crewAt(-0.5)]

    const wave = await made()

    expect(who(wave)).toEqual([
      [coal, behind.vehicleId],
      [ash, between.vehicleId],
    ])
    // 0.5 + 0.6 of 32 km by 1.25, instead of 0.4 + 1.5.
    expect(Math.abs(wave.emptyM - 44_000)).toBeLessThan(100)
    expect(Math.abs(wave.nearestFirst.emptyM - 76_000)).toBeLessThan(200)
    expect(wave).toMatchObject({
      trial: false,
      auto: false,
      loads: 2,
      trips: 2,
      trucks: 2,
      matched: 2,
      nearestFirst: { matched: 2 },
      certificate: { isOptimal: true, unproved: 0 },
      pairs: { proposed: 2, sent: 0, withdrawn: 0, stale: 0 },
      unserved: [],
    })
    expect(wave.rows[0].reasons[0]).toMatchObject({ kind: 'nearer_elsewhere', names: { plate: between.plate } })
    expect(wave.rows[0].reasons[0].text).toContain('更近')
    const english = (await dispatcher.send('GET', `${api}/freight-waves/${wave.id}`, { lang: 'en' })).body
    expect(english.rows[0].reasons[0].text).toContain('is nearer')
    expect(wave.rows[0].next.vehicle.id).toBe(between.vehicleId)
    expect(await waybillsOf(between.vehicleId)).toEqual([])

    const first = await waveOf(wave.id, '?limit=1')
    expect(who(first)).toEqual([[coal, behind.vehicleId]])
    expect(who(await waveOf(wave.id, `?limit=1&cursor=${first.next}`))).toEqual([[ash, between.vehicleId]])
    expect((await read('/freight-waves?limit=1')).rows[0]).toMatchObject({ id: wave.id, matched: 2 })
    expect((await read(`/freight-waves/${wave.id}/history`)).rows[0]).toMatchObject({ verb: 'make' })
  })

  it('takes no truck that may not go, and says what is missing', async () => {
    const { db } = zone
    await loadAt('mine')
    const crew = await crewAt(0.1)
    const unservedNow = async () => (await made()).unserved.map(({ kind }: { kind: string }) => kind)
    const set = (values: object) =>
      db.updateTable('freight_vehicle').set(values).where('id', '=', crew.vehicleId).execute()

    await set({ rated_load_kg: 31_999 })
    expect(await unservedNow()).toEqual(['too_light'])
    // A tank takes no coal.
    await set({ rated_load_kg: 33_000, type_code: 'H14' })
    expect(await unservedNow()).toEqual(['wrong_body'])
    await set({ type_code: 'H17' })
    const needed = (required: boolean) =>
      db.updateTable('freight_paper_kind').set({ required }).where('code', '=', 'driving_licence').execute()
    await needed(true)
    expect(await unservedNow()).toEqual(['not_ready'])
    await needed(false)
    await set({ state: 'closed' })
    expect(await unservedNow()).toEqual(['no_truck'])
    await set({ state: 'open' })
    expect(await unservedNow()).toEqual([])
    // What is not loaded soon is not in a wave, nor what is grabbed.
    await loadAt('plant', { loadFrom: clock.now + 5 * hourMs, loadUntil: clock.now + 9 * hourMs })
    await loadAt('plant', { mode: 'grab' })
    expect((await made()).loads).toBe(1)
  })

  it('leaves alone whoever drives or was asked, truck and driver', async () => {
    const { db } = zone
    const load = await loadAt('mine', { quantity: 96_000 })
    const [asked, driving, free] = [await crewAt(0.1), await crewAt(0.1), await crewAt(0.3)]
    const other = await loadAt('plant', { quantity: 64_000, loadFrom: clock.now, loadUntil: clock.now + 9 * hourMs })
    await zone.offer(other, asked)
    await zone.drive(await zone.offer(other, driving), 'accept')

    expect(who(await made())).toEqual([[load, free.vehicleId]])

    // The driver who was asked may drive another truck too: it is not taken for him.
    const spare = await crewAt(0.05)
    await db
      .updateTable('freight_driving')
      .set({ driver_id: asked.driverId })
      .where('vehicle_id', '=', spare.vehicleId)
      .execute()
    expect(who(await made())).toEqual([[load, free.vehicleId]])
  })

  it('keeps pins and forbids until they end', async () => {
    const load = await loadAt('mine')
    const [near, far] = [await crewAt(0.1), await crewAt(0.9)]
    const mark = (crew: Crew, kind: string, over: object = {}, client = dispatcher) =>
      post(
        '/freight-wave-marks',
        { loadId: load, vehicleId: crew.vehicleId, kind, until: clock.now + hourMs, why: '合同指定', ...over },
        client,
      )

    const pinned = await mark(far, 'pin')
    const wave = await made()
    expect(who(wave)).toEqual([[load, far.vehicleId]])
    expect(wave.rows[0].reasons).toMatchObject([{ kind: 'pinned' }])
    expect((await read(`/freight-wave-marks?loadId=${load}`)).rows).toMatchObject([
      { id: pinned.body.id, kind: 'pin', vehicle: { plate: far.plate }, createdBy: expect.any(String) },
    ])

    // What is said later of the same two holds.
    expect((await mark(far, 'forbid')).body.id).toBe(pinned.body.id)
    expect(who(await made())).toEqual([[load, near.vehicleId]])
    const forbidden = (await mark(near, 'forbid', { until: clock.now + 2 * hourMs })).body.id
    expect((await made()).unserved).toMatchObject([{ loadId: load, kind: 'forbidden' }])
    clock.now += hourMs
    expect(who(await made())).toEqual([[load, far.vehicleId]])
    expect((await post(`/freight-wave-marks/${forbidden}/end`)).status).toBe(200)
    expect(who(await made())).toEqual([[load, near.vehicleId]])

    expect(refusal(await mark(near, 'pin', { until: clock.now }))).toEqual({ status: 422, kind: 'field_refused' })
    expect(refusal(await mark(near, 'pin', { until: clock.now + 31 * 24 * hourMs }))).toEqual({
      status: 422,
      kind: 'field_refused',
    })
    expect(refusal(await mark(near, 'pin', { vehicleId: newId() }))).toEqual({ status: 422, kind: 'field_refused' })
    expect((await post(`/freight-wave-marks/${forbidden}/end`)).status).toBe(404)
  })

  it('is made alone in its zone; whoever was killed holds it up for two minutes', async () => {
    await loadAt('mine')
    await crewAt(0.1)
    const make = (body: object = {}) => post('/freight-waves', body)

    await inTurn(server.deps, async () => {
      expect(refusal(await make())).toEqual({ status: 409, kind: 'wave_under_way' })
      expect((await make({ trial: true })).status).toBe(201)
      return ok(null)
    })
    expect((await make()).status).toBe(201)

    const killed = inTurn(server.deps, async () => {
      clock.now += turnMs - 1
      expect((await make()).status).toBe(409)
      clock.now += 1
      // Another has it by now; who was slow gives back nothing that is not his.
      expect((await make()).status).toBe(201)
      return ok(null)
    })
    expect(await killed).toEqual(ok(null))
  })

  it('is one for a command, however often it comes', async () => {
    await loadAt('mine')
    const commandId = newId()
    const [first, second] = [await post('/freight-waves', { commandId }), await post('/freight-waves', { commandId })]
    expect(second.body).toEqual(first.body)
    expect(refusal(await post('/freight-waves', { commandId, trial: true }))).toEqual({
      status: 409,
      kind: 'command_reused',
    })
    // A repeat is answered, not made: it waits for nobody's turn.
    await inTurn(server.deps, async () => {
      expect((await post('/freight-waves', { commandId })).body).toEqual(first.body)
      return ok(null)
    })
  })
})

describe('a trial', () => {
  it('supposes trucks and leaves loads out; nothing of it is sent', async () => {
    const [coal, ash] = [await loadAt('mine'), await loadAt('plant')]
    const crew = await crewAt(0.1)
    const trucks = [{ ...plant, ratedLoadKg: 33_000, count: 2 }]

    const wave = await made({ trial: true, trucks })
    expect(who(wave)).toEqual([
      [coal, crew.vehicleId],
      [ash, undefined],
    ])
    expect(wave.rows[1]).toMatchObject({ vehicle: null, driver: null, supposed: expect.any(Number), emptyM: 0 })
    expect(who(await made({ trial: true, withoutLoads: [coal] }))).toEqual([[ash, crew.vehicleId]])

    const real = await made()
    const ids = async (trial: boolean) =>
      (await read(`/freight-waves?trial=${trial}&limit=200`)).rows.map(({ id }: { id: string }) => id)
    expect([(await ids(true)).includes(wave.id), (await ids(true)).includes(real.id)]).toEqual([true, false])
    expect([(await ids(false)).includes(wave.id), (await ids(false)).includes(real.id)]).toEqual([false, true])

    expect(refusal(await send(wave.id))).toEqual({ status: 409, kind: 'wave_trial' })
    const withdrawn = await post(`/freight-wave-pairs/${wave.rows[0].id}/withdraw`, { why: 'x' })
    expect(refusal(withdrawn)).toEqual({ status: 409, kind: 'wave_trial' })
    expect(refusal(await post('/freight-waves', { trucks }))).toEqual({ status: 422, kind: 'field_refused' })
    expect(
      (
        await post('/freight-waves', {
          trial: true,
          trucks: [
            { ...trucks[0], count: 150 },
            { ...trucks[0], count: 51 },
          ],
        })
      ).status,
    ).toBe(400)
    expect(await waybillsOf(crew.vehicleId)).toEqual([])
  })
})

describe('sending', () => {
  const twoPairs = async () => {
    const [coal, ash] = [await loadAt('mine'), await loadAt('plant')]
    const [west, east] = [await crewAt(0), await crewAt(1)]
    return { coal, ash, west, east, wave: await made() }
  }

  it('offers the chosen pairs, then the rest; a repeat gives the first answer', async () => {
    const { wave, coal, west, east } = await twoPairs()
    const [first, second] = wave.rows
    const chosen = { commandId: newId(), pairIds: [first.id] }

    const sent = await send(wave.id, chosen)
    expect(sent.body).toMatchObject({ rows: [{ id: first.id, state: 'sent', stale: null }], left: 1 })
    expect(await waybillsOf(west.vehicleId)).toMatchObject([{ state: 'offered', load_id: coal }])
    expect(await takenOf(coal)).toBe(32_000)
    const all = { commandId: newId() }
    const rest = await send(wave.id, all)
    expect(rest.body).toMatchObject({ rows: [{ id: second.id, state: 'sent' }], left: 0 })

    expect((await send(wave.id, chosen)).body).toEqual({ ...sent.body, left: 0 })
    expect((await Promise.all([send(wave.id, all), send(wave.id, all)])).map(({ body }) => body)).toEqual([
      rest.body,
      rest.body,
    ])
    expect([await waybillsOf(west.vehicleId), await waybillsOf(east.vehicleId)].map((rows) => rows.length)).toEqual([
      1, 1,
    ])
    const verbs = (await read(`/freight-waves/${wave.id}/history`)).rows.map(({ verb }: { verb: string }) => verb)
    expect(verbs).toEqual(['send', 'send', 'make'])
    expect(refusal(await send(wave.id, { pairIds: [newId()] }))).toEqual({ status: 422, kind: 'field_refused' })
    expect((await send(newId())).status).toBe(404)
  })

  it('of two waves with the same truck sent at once one offers it, the other says that it is taken', async () => {
    const load = await loadAt('mine')
    const crew = await crewAt(0.1)
    const waves = [await made(), await made()]

    const sent = await Promise.all(waves.map(({ id }) => send(id)))

    const rows = sent.flatMap(({ body }) => outcomes(body.rows)).toSorted()
    expect(rows).toEqual([
      ['sent', null],
      ['stale', 'truck_taken'],
    ])
    expect(await waybillsOf(crew.vehicleId)).toHaveLength(1)
    expect(await takenOf(load)).toBe(32_000)
  })

  it('finds stale what changed since, by name, and takes nothing of its load', async () => {
    const staleAfter = async (change: (crew: Crew, load: string) => Promise<unknown>) => {
      clock.now += 48 * hourMs
      const load = await loadAt('mine', { quantity: 64_000 })
      const crew = await crewAt(0.1)
      const wave = await made()
      await change(crew, load)
      const before = await takenOf(load)
      const { rows } = (await send(wave.id)).body
      expect(await takenOf(load)).toBe(before)
      expect((await waveOf(wave.id)).pairs).toMatchObject({ proposed: 0, stale: 1 })
      return rows[0].stale
    }
    const { db } = zone
    const set = (values: object) => (crew: Crew) =>
      db.updateTable('freight_vehicle').set(values).where('id', '=', crew.vehicleId).execute()

    // A truck that was grabbed for another load.
    const grab = async ({ vehicleId, driverId }: Crew) =>
      post(`/freight-loads/${await loadAt('plant', { mode: 'grab' })}/grab`, { vehicleId, driverId })
    expect(await staleAfter(grab)).toMatchObject({ kind: 'truck_taken', text: expect.stringContaining('YD') })
    const assign = async (crew: Crew) => zone.offer(await loadAt('plant'), crew)
    expect(await staleAfter(assign)).toMatchObject({ kind: 'truck_taken' })
    expect(await staleAfter(set({ state: 'closed' }))).toMatchObject({ kind: 'blocked', rule: 'closed' })
    expect(await staleAfter(set({ rated_load_kg: 1_000 }))).toMatchObject({ kind: 'over_rated_load' })
    const close = async (_crew: Crew, load: string) => post(`/freight-loads/${load}/close`, { rev: 2, why: '停产' })
    expect(await staleAfter(close)).toMatchObject({ kind: 'load_state' })
    const fill = async (_crew: Crew, load: string) => {
      for (let trip = 0; trip < 2; trip++) await zone.offer(load, await zone.addCrew())
    }
    expect(await staleAfter(fill)).toMatchObject({ kind: 'load_taken' })
    const forbid = ({ vehicleId }: Crew, loadId: string) =>
      post('/freight-wave-marks', { loadId, vehicleId, kind: 'forbid', until: clock.now + hourMs, why: '货主要求' })
    expect(await staleAfter(forbid)).toMatchObject({ kind: 'forbidden', value: '货主要求' })
    const wait = async () => void (clock.now += 31 * 60_000)
    expect(await staleAfter(wait)).toMatchObject({ kind: 'too_old', value: '30' })
  })

  it('at the same moment as a grab of the truck leaves a pair that is sent or stale, and a load that fits', async () => {
    const load = await loadAt('mine')
    const crew = await crewAt(0.1)
    const other = await loadAt('plant', { mode: 'grab' })
    const wave = await made()

    const [sent, grabbed] = await Promise.all([
      send(wave.id),
      post(`/freight-loads/${other}/grab`, { vehicleId: crew.vehicleId, driverId: crew.driverId }),
    ])

    const [pair] = sent.body.rows
    expect(grabbed.status).toBe(200)
    expect(['sent', 'stale']).toContain(pair.state)
    const states = (await waybillsOf(crew.vehicleId)).map(({ state }) => state).toSorted()
    expect(states).toEqual(pair.state === 'sent' ? ['accepted', 'offered'] : ['accepted'])
    expect(await takenOf(load)).toBe(pair.state === 'sent' ? 32_000 : 0)
  })

  it('that dies in the middle of a pair leaves nothing of it, and goes on when it is asked again', async () => {
    const { wave, ash, west, east } = await twoPairs()
    const { database } = server
    await database.exec(`create function dies() returns trigger language plpgsql as $$ begin
        if new.vehicle_id = '${east.vehicleId}' then raise 'killed'; end if; return new; end $$;
      create trigger dies before insert on freight_waybill for each row execute function dies()`)
    const all = { commandId: newId() }

    const died = await send(wave.id, all)
    await database.exec('drop trigger dies on freight_waybill; drop function dies()')

    expect(died.status).toBe(500)
    expect(outcomes((await waveOf(wave.id)).rows)).toEqual([
      ['sent', null],
      ['proposed', null],
    ])
    expect(await takenOf(ash)).toBe(0)
    const [before] = await waybillsOf(west.vehicleId)
    expect((await send(wave.id, all)).body).toMatchObject({
      rows: [{ waybill: { id: before?.id } }, { state: 'sent' }],
      left: 0,
    })
    expect(await waybillsOf(west.vehicleId)).toHaveLength(1)
    expect(await takenOf(ash)).toBe(32_000)
  })
})

describe('taking back', () => {
  const withdraw = (id: string, body: object = {}) =>
    post(`/freight-wave-pairs/${id}/withdraw`, { why: '改派', ...body })

  it('a proposal is not sent, an offer is cancelled; the same driver is not asked again', async () => {
    const load = await loadAt('mine', { quantity: 64_000 })
    const [near, far] = [await crewAt(0.1), await crewAt(0.5)]
    const wave = await made()
    const [first, second] = wave.rows
    expect((await withdraw(second.id)).status).toBe(200)
    expect((await send(wave.id)).body.rows).toMatchObject([{ id: first.id, state: 'sent' }])

    const again = { commandId: newId() }
    expect((await withdraw(first.id, again)).status).toBe(200)
    expect((await withdraw(first.id, again)).status).toBe(200)
    expect(refusal(await withdraw(first.id))).toEqual({ status: 409, kind: 'wave_pair_state' })

    expect(await waybillsOf(near.vehicleId)).toMatchObject([{ state: 'cancelled' }])
    expect(await takenOf(load)).toBe(0)
    expect((await waveOf(wave.id)).pairs).toMatchObject({ proposed: 0, sent: 0, withdrawn: 2 })
    expect(who(await made())).toEqual([[load, far.vehicleId]])
    const { rows } = await read(`/freight-waves/${wave.id}/history`)
    expect(rows[0]).toMatchObject({ verb: 'withdraw', reason: '改派' })
  })

  it('is refused by name once the driver has accepted, and mended where it was broken off', async () => {
    await loadAt('mine', { quantity: 64_000 })
    await crewAt(0.1)
    await crewAt(0.2)
    const { id } = await made()
    const [accepted, broken] = (await send(id)).body.rows
    await zone.move(server.machine, accepted.waybill.id, 'accept')

    expect((await withdraw(accepted.id)).body).toMatchObject({
      kind: 'wave_pair_state',
      errors: [{ field: 'state', value: 'accepted' }],
    })
    expect((await waveOf(id)).rows[0]).toMatchObject({ state: 'sent', waybill: { state: 'accepted' } })

    await zone.move(server.machine, broken.waybill.id, 'cancel', { reason: '改派' })
    expect((await withdraw(broken.id)).status).toBe(200)
    expect((await waveOf(id)).rows[1]).toMatchObject({ state: 'withdrawn', waybill: { state: 'cancelled' } })
  })
})

describe('settings', () => {
  const settings = () => read('/freight-wave-settings')
  const put = async (over: { numbers?: object; [field: string]: unknown } = {}, client = dispatcher) => {
    const { auto, rev, numbers } = await settings()
    const { numbers: changed = {}, ...rest } = over
    return client.put(`${api}/freight-wave-settings`, {
      commandId: newId(),
      auto,
      rev,
      why: '试运行',
      ...rest,
      numbers: { ...numbers, ...changed },
    })
  }

  it('are refused out of bounds, and when somebody changed them meanwhile', async () => {
    const { bounds, rev, auto } = await settings()
    expect([bounds.length > 10, auto]).toEqual([true, false])
    for (const { name, min, max } of bounds)
      for (const value of [min - 1, max + 1])
        expect((await put({ numbers: { [name]: value } })).body).toMatchObject({
          kind: 'field_refused',
          errors: [{ field: `numbers.${name}`, message: expect.stringContaining(`${min}–${max}`) }],
        })
    expect((await put({ numbers: { leaveM: 1.5 } })).status).toBe(400)
    expect((await put({ numbers: { tripsMax: 1 } })).body).toEqual({ rev: rev + 1 })
    expect(refusal(await put({ rev }))).toEqual({ status: 409, kind: 'stale_revision' })
    await loadAt('mine')
    await loadAt('plant')
    await crewAt(0.1)
    expect(await made()).toMatchObject({ trips: 1, settingsRev: rev + 1, unserved: [{ kind: 'over_limit' }] })
    await put({ numbers: { tripsMax: 500 } })
  })

  it('let the platform make waves and send them by itself, until they say no', async () => {
    const turn = async () => {
      clock.now += 5_000
      await server.timers.runDue()
      await waveRunnerOf(server.deps).settled()
    }
    const latest = async () => (await read('/freight-waves?limit=1')).rows[0]
    await put({ auto: true, numbers: { everySeconds: 5 } })
    const load = await loadAt('mine')
    const crew = await crewAt(0.1)

    await turn()

    const wave = await latest()
    expect(wave).toMatchObject({ auto: true, madeBy: 'Tingzhou', pairs: { sent: 1, proposed: 0 } })
    expect(await waybillsOf(crew.vehicleId)).toMatchObject([{ state: 'offered', load_id: load }])
    const { rows } = await read(`/freight-waves/${wave.id}/history`)
    expect(rows).toMatchObject([
      { verb: 'send', actorName: 'Tingzhou' },
      { verb: 'make', actorName: 'Tingzhou' },
    ])
    // What proposes nothing is not kept; while another wave is made none begins.
    await turn()
    expect((await latest()).id).toBe(wave.id)
    await loadAt('plant')
    const spare = await crewAt(0.9)
    await inTurn(server.deps, async () => {
      await turn()
      return ok(null)
    })
    expect(await waybillsOf(spare.vehicleId)).toEqual([])
    await turn()
    expect(await waybillsOf(spare.vehicleId)).toHaveLength(1)

    await put({ auto: false })
    await loadAt('plant')
    const idle = await crewAt(0.8)
    await turn()
    expect(await waybillsOf(idle.vehicleId)).toEqual([])
  })

  it('say how long waves are kept', async () => {
    await loadAt('mine')
    const { id } = await made()
    const sweep = async () => {
      clock.now += hourMs
      await server.timers.runDue()
    }
    clock.now += 29 * 24 * hourMs
    await sweep()
    expect((await waveOf(id)).id).toBe(id)
    clock.now += 24 * hourMs
    await sweep()
    expect((await dispatcher.get(`${api}/freight-waves/${id}`)).status).toBe(404)
  })
})

describe('why not this truck', () => {
  it('says what became of each, what would change it, to whoever keeps or drives it; nobody else is named', async () => {
    const coal = await loadAt('mine', { quantity: 32_000 })
    const [taken, next, far] = [await crewAt(0.1), await crewAt(0.4), await crewAt(1)]
    const dumb = await zone.addCrew({ terminal: false })
    const wave = await made()
    expect(who(wave)).toEqual([[coal, taken.vehicleId]])
    const why = async (crew: Crew, client = dispatcher, query = '') =>
      (await read(`/freight-vehicles/${crew.vehicleId}/why-not${query}`, client)).answer

    expect(await why(taken)).toMatchObject({ waveId: wave.id, kind: 'pair_proposed' })
    const farther = await why(far)
    expect(farther).toMatchObject({ waveId: wave.id, kind: 'dearer' })
    // 1.0 and 0.1 of 32 km by 1.25: all of them have waited as long as counts.
    expect(Math.abs(farther.numbers.ownM - 40_000)).toBeLessThan(100)
    expect(Math.abs(farther.numbers.otherM - 4_000)).toBeLessThan(100)
    // The one that comes next decides how near is near enough.
    expect(farther.numbers.withinM).toBe(wave.rows[0].emptyM)
    expect(farther.numbers.moreM).toBe(farther.numbers.ownM - farther.numbers.withinM)
    expect(farther.text).toContain('公里以内就会轮到')
    expect((await why(next)).numbers.moreM).toBeLessThan(farther.numbers.moreM)
    expect(await why(dumb)).toMatchObject({ kind: 'no_terminal' })

    await grantReach(zone.db, server.deps.zoneId, [
      { objectKind: 'freight_vehicle', objectId: far.vehicleId, partyId: zone.carrierId, relation: 'owner' },
    ])
    const own = await server.actor([{ role: 'carrier', partyId: zone.carrierId }])
    const seen = await own.send('GET', `${api}/freight-vehicles/${far.vehicleId}/why-not`, { lang: 'en' })
    expect(seen.body).toMatchObject({ plate: far.plate, answer: { waveId: null, kind: 'dearer' } })
    expect(seen.body.answer.text).toContain('it would have gone')
    expect(JSON.stringify(seen.body)).not.toContain(taken.plate)
    expect((await own.get(`${api}/freight-vehicles/${far.vehicleId}/why-not?waveId=${wave.id}`)).status).toBe(404)

    const driver = await server.actor([{ role: 'driver', partyId: null }])
    expect((await driver.get(`${api}/freight-vehicles/${far.vehicleId}/why-not`)).status).toBe(404)
    await zone.db
      .updateTable('freight_driver')
      .set({ account_id: driver.accountId })
      .where('id', '=', far.driverId)
      .execute()
    expect(await why(far, driver)).toMatchObject({ waveId: null, kind: 'dearer' })
    const stranger = await server.actor([{ role: 'carrier', partyId: zone.shipperId }])
    expect((await stranger.get(`${api}/freight-vehicles/${far.vehicleId}/why-not`)).status).toBe(404)
    expect((await dispatcher.get(`${api}/freight-vehicles/${newId()}/why-not`)).status).toBe(404)
    expect((await dispatcher.get(`${api}/freight-vehicles/${far.vehicleId}/why-not?waveId=${newId()}`)).status).toBe(
      404,
    )
    expect((await dispatcher.get(`${api}/freight-vehicles/${far.vehicleId}/why-not?waveId=x`)).status).toBe(400)

    // What it was then is said, whatever it does since.
    clock.now += 60_000
    await zone.drive(await zone.offer(await loadAt('plant'), far), 'accept')
    expect(await why(far, dispatcher, `?waveId=${wave.id}`)).toMatchObject({ kind: 'dearer' })
    await made()
    expect(await why(far)).toMatchObject({ kind: 'on_trip' })
    expect(await why(far, dispatcher, `?waveId=${wave.id}`)).toMatchObject({ kind: 'dearer' })
  })
})

describe('why a free truck got nothing', () => {
  it('tells a wave without loads from one whose loads got no truck', async () => {
    const crew = await crewAt(0.2)
    const why = async () => (await read(`/freight-vehicles/${crew.vehicleId}/why-not`)).answer
    await made()
    expect(await why()).toMatchObject({ kind: 'no_load' })
    await loadAt('mine', { quantity: 100_000, truckPlan: 100_000 })
    clock.now += 60_000
    await made()
    expect(await why()).toMatchObject({ kind: 'all_left', numbers: { loads: 1 } })
  })
})

describe('who may', () => {
  it('the platform reads, its dispatchers make and send; carriers, drivers and shippers see nothing', async () => {
    const { carrierId, shipperId } = zone
    await loadAt('mine')
    const crew = await crewAt(0.1)
    const wave = await made()
    const paths = [
      '/freight-waves',
      `/freight-waves/${wave.id}`,
      `/freight-waves/${wave.id}/history`,
      '/freight-wave-settings',
      '/freight-wave-marks',
    ]
    const settings = await read('/freight-wave-settings')
    const asked = async (client: Client) => ({
      read: await Promise.all(paths.map(async (path) => (await client.get(`${api}${path}`)).status)),
      done: [
        await post('/freight-waves', {}, client),
        await post('/freight-waves', { trial: true }, client),
        await send(wave.id, {}, client),
        await post(`/freight-wave-pairs/${wave.rows[0].id}/withdraw`, { why: 'x' }, client),
        await post(
          '/freight-wave-marks',
          { loadId: wave.rows[0].load.id, vehicleId: crew.vehicleId, kind: 'pin', until: clock.now + hourMs, why: 'x' },
          client,
        ),
        await post(`/freight-wave-marks/${newId()}/end`, {}, client),
        await client.put(`${api}/freight-wave-settings`, {
          commandId: newId(),
          auto: true,
          rev: settings.rev,
          numbers: settings.numbers,
          why: 'x',
        }),
      ].map(({ status }) => status),
    })
    const no = (count: number, status = 403) => Array.from({ length: count }, () => status)

    for (const [role, partyId] of [
      ['carrier', carrierId],
      ['driver', null],
      ['enterprise', shipperId],
      ['leader', null],
    ] as const)
      expect([role, await asked(await server.actor([{ role, partyId }]))]).toEqual([role, { read: no(5), done: no(7) }])
    for (const role of ['freight_audit', 'finance'] as const)
      expect([role, await asked(await server.actor([{ role, partyId: null }]))]).toEqual([
        role,
        { read: no(5, 200), done: no(7) },
      ])
    expect((await server.anyone().get(`${api}/freight-waves`)).status).toBe(401)
    expect(await waybillsOf(crew.vehicleId)).toEqual([])

    // A dispatching system with a key makes and sends as the machine.
    const own = await made({}, server.machine)
    expect((await send(own.id, {}, server.machine)).body.rows).toMatchObject([{ state: 'sent' }])
  })
})
