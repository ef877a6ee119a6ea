import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { grantReach } from '@tingzhou/access'
import { jsonb, newId } from '@tingzhou/db'
import { bucketS } from '@tingzhou/dispatch'
import { epochMs } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { deskZone, mine, plant } from '../desk/testing.ts'
import type { TestClock } from '../risk/testing.ts'
import type { PlaceEnd } from '../words.ts'
import { bookOf } from './book.ts'
import { slotClock, sweepSlotsJob } from './clock.ts'
import './tables.ts'
import { lackingMax } from './words.ts'

const api = '/api/v1'
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const bucketMs = bucketS * 1_000
// Ten in the morning in Beijing.
const clock: TestClock = { now: Date.UTC(2026, 2, 2, 2) }
let server: TestServer
let zone: Awaited<ReturnType<typeof deskZone>>
let dispatcher: Client
let shipper: Client
let fromId: string
let toId: string
type Crew = Awaited<ReturnType<typeof zone.addCrew>>

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(clock.now) })
  zone = await deskZone(server, clock)
  dispatcher = await server.actor([{ role: 'freight_dispatcher', partyId: null }])
  shipper = await server.actor([{ role: 'enterprise', partyId: zone.shipperId }])
  await zone.db.updateTable('freight_driving').set({ valid_to: '2026-03-01' }).where('vehicle_id', 'is', null).execute()
  fromId = zone.placeAt(mine)
  toId = zone.placeAt(plant)
  const reach = (objectId: string) =>
    ({ objectKind: 'freight_place', objectId, partyId: zone.shipperId, relation: 'enterprise' }) as const
  await zone.db.transaction().execute((tx) => grantReach(tx, server.deps.zoneId, [reach(fromId), reach(toId)]))
}, 120_000)
afterAll(() => server.close())
// Nothing of another test is booked or on its way.
beforeEach(async () => {
  clock.now = Math.ceil((clock.now + 96 * hourMs) / hourMs) * hourMs
  await zone.db.deleteFrom('freight_dock_slot').execute()
  await zone.db.deleteFrom('freight_dock').execute()
  await zone.db.updateTable('freight_waybill').set({ state: 'reported' }).execute()
})

const read = async (path: string, client = dispatcher) => (await client.get(`${api}${path}`)).body
const post = (path: string, body: object, client = dispatcher): Promise<Answer> => zone.post(client, path, body)
const refusal = ({ status, body }: Answer) => ({
  status,
  kind: body.kind,
  field: body.errors?.[0]?.field,
  rule: body.errors?.[0]?.rule,
})
const always = { docks: 1, serviceS: 600, sharePct: 100, opens: '00:00', closes: '24:00', isOn: true }
const setDocks = (placeId: string, end: PlaceEnd, over: object = {}, client = dispatcher): Promise<Answer> =>
  client.send('PUT', `${api}/freight-docks/${placeId}/${end}`, {
    body: { commandId: newId(), rev: 0, why: '试运行', ...always, ...over },
  })
async function bothDocks(over: object = {}) {
  expect((await setDocks(fromId, 'load', over)).status).toBe(200)
  expect((await setDocks(toId, 'unload', over)).status).toBe(200)
}
/** A free truck so far along the way of 32 km from the mine to the plant. */
async function crewAt(share: number): Promise<Crew> {
  const crew = await zone.addCrew()
  await standAt(crew, share)
  return crew
}
const standAt = (crew: Crew, share: number) =>
  zone.say(crew.point, [
    { at: clock.now, lonDeg: mine.lonDeg + (plant.lonDeg - mine.lonDeg) * share, latDeg: 44, speedKmh: 0 },
  ])
/** An account of a crew's driver. */
async function accountOf({ driverId }: Crew): Promise<Client> {
  const client = await server.actor([{ role: 'driver', partyId: null }])
  await zone.db.updateTable('freight_driver').set({ account_id: client.accountId }).where('id', '=', driverId).execute()
  return client
}
/** Another place of the shipper. */
async function placeAtLon(lonDeg: number): Promise<string> {
  const place = {
    name: `合成料场 ${newId()}`,
    address: '合成',
    divisionCode: '652301',
    lonDeg,
    latDeg: 44,
    shipperId: zone.shipperId,
  }
  return (await post('/freight-places', place)).body.id
}
/** More trucks without a slot than the clock looks at in one run, each as the one given and all of them older. */
async function addLacking(waybillId: string) {
  const id = sql`('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid`
  const copies = (table: string, key: string, own: object) => sql`
    insert into ${sql.table(table)} select (jsonb_populate_record(t, jsonb_build_object(${sql.lit(key)}, ${id}) || ${jsonb(own)}::jsonb
      || ${table === 'freight_waybill' ? sql`jsonb_build_object('number', 'C' || n)` : sql`'{}'::jsonb`})).*
    from ${sql.table(table)} t cross join generate_series(1, ${lackingMax + 1}) n where t.${sql.ref(key)} = ${waybillId}`
  await copies('freight_waybill', 'id', {}).execute(zone.db)
  await copies('freight_dock_slot', 'waybill_id', { booked_at: new Date(clock.now - hourMs) }).execute(zone.db)
  await sql`analyze freight_waybill, freight_dock_slot`.execute(zone.db)
}
const slotsOf = async (waybillId: string) => (await read(`/freight-waybills/${waybillId}`)).slots
const startOf = async (waybillId: string, end: PlaceEnd): Promise<number | null> =>
  (await slotsOf(waybillId)).find((slot: { end: string }) => slot.end === end)?.startsAt
const board = (placeId: string, query = '', client = dispatcher) => read(`/freight-docks/${placeId}${query}`, client)
const tick = () =>
  zone.db.transaction().execute(async (tx) => {
    await slotClock(server.deps).run(tx, { id: '', payload: {}, dueAt: epochMs(clock.now), now: epochMs(clock.now) })
  })
const floor = (ms: number) => Math.floor(ms / bucketMs) * bucketMs
const notices = () => zone.db.selectFrom('notice').select(['title_key', 'needs_me', 'params']).orderBy('at').execute()

describe('docks of a place', () => {
  it('are set within their bounds, by who keeps the place, with a revision and a reason', async () => {
    const commandId = newId()
    const first = await setDocks(fromId, 'load', { commandId })
    expect(first.body).toEqual({ rev: 1 })
    expect((await setDocks(fromId, 'load', { commandId })).body).toEqual({ rev: 1 })
    expect(refusal(await setDocks(fromId, 'load'))).toMatchObject({ status: 409, kind: 'stale_revision' })
    expect((await setDocks(fromId, 'load', { rev: 1, docks: 3 }, shipper)).body).toEqual({ rev: 2 })
    const [end] = (await board(fromId)).ends
    expect(end).toMatchObject({ end: 'load', docks: 3, serviceS: 600, opens: '00:00', rev: 2 })
    const history = await read(`/freight-places/${fromId}/history`)
    expect(history.rows[0]).toMatchObject({ verb: 'docks_load', reason: '试运行' })

    for (const [over, field] of [
      [{ docks: 0 }, 'docks'],
      [{ docks: 201 }, 'docks'],
      [{ serviceS: 29 }, 'serviceS'],
      [{ sharePct: 101 }, 'sharePct'],
      [{ opens: '08:00', closes: '08:00' }, 'closes'],
    ] as const)
      expect(refusal(await setDocks(fromId, 'load', { rev: 2, ...over }))).toMatchObject({
        status: 422,
        kind: 'field_refused',
        field,
      })
    for (const over of [{ opens: '8:00' }, { closes: '24:30' }, { docks: 1.5 }, { why: '' }])
      expect((await setDocks(fromId, 'load', { rev: 2, ...over })).status).toBe(400)
  })

  it('are reckoned with numbers that dispatchers set within their bounds', async () => {
    await bothDocks()
    const settings = await read('/freight-dock-settings')
    expect(settings).toMatchObject({ rev: 0, updatedAt: null, numbers: { emptyKmh: 70, horizonHours: 48 } })
    const set = (numbers: object, over: object = {}, client = dispatcher): Promise<Answer> =>
      client.put(`${api}/freight-dock-settings`, {
        commandId: newId(),
        rev: 0,
        why: '山路',
        numbers: { ...settings.numbers, ...numbers },
        ...over,
      })
    expect(refusal(await set({ emptyKmh: 9 }))).toMatchObject({ status: 422, field: 'numbers.emptyKmh' })
    expect((await set({ emptyKmh: 20 }, {}, shipper)).status).toBe(403)
    const both = await Promise.all([set({ emptyKmh: 21 }), set({ emptyKmh: 21 })])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    // 40 km by road at 21 km/h.
    const far = await zone.offer(await zone.addLoad(), await crewAt(1))
    expect(await startOf(far, 'load')).toBe(floor(clock.now + 114 * minuteMs))
    expect((await set({ emptyKmh: 70 }, { rev: 1 })).body).toEqual({ rev: 2 })
    // Ways are as long as for waves: 48 km where a road is half as long again as the line.
    const setWaves = async (bendPct: number) => {
      const { rev, auto, numbers } = await read('/freight-wave-settings')
      const wish = { commandId: newId(), rev, auto, why: '山路', numbers: { ...numbers, bendPct } }
      expect((await dispatcher.put(`${api}/freight-wave-settings`, wish)).status).toBe(200)
    }
    await setWaves(150)
    const bent = await zone.offer(await zone.addLoad(), await crewAt(1))
    expect(Math.abs((await slotsOf(bent))[0].etaAt - clock.now - 41 * minuteMs)).toBeLessThan(minuteMs)
    await setWaves(125)
    expect((await shipper.get(`${api}/freight-dock-settings`)).status).toBe(403)
  })

  it('of others are not set and not seen', async () => {
    await setDocks(fromId, 'load')
    const stranger = await createParty(
      zone.db,
      server.deps.zoneId,
      { kind: 'enterprise', name: '别家', synthetic: true },
      epochMs(clock.now),
    )
    const other = await server.actor([{ role: 'enterprise', partyId: stranger }])
    expect((await other.get(`${api}/freight-docks/${fromId}`)).status).toBe(404)
    expect((await setDocks(fromId, 'load', { rev: 1 }, other)).status).toBe(404)
    expect((await read('/freight-docks', other)).rows).toEqual([])
    const audit = await server.actor([{ role: 'freight_audit', partyId: null }])
    expect((await setDocks(fromId, 'load', { rev: 1 }, audit)).status).toBe(403)
    expect((await board(fromId, '', audit)).ends).toHaveLength(1)
    const waybillId = newId()
    const act = { waybillId, end: 'load', why: '让路' }
    expect((await post(`/freight-docks/${fromId}/release`, act, shipper)).status).toBe(403)
    expect((await server.anyone().get(`${api}/freight-docks`)).status).toBe(401)
  })
})

describe('slots', () => {
  it('are booked with the waybill: when the truck comes, never before loading may begin, and at the other end after it', async () => {
    await bothDocks()
    const near = await zone.offer(await zone.addLoad(), await crewAt(0))
    expect(await slotsOf(near)).toMatchObject([
      { end: 'load', place: { id: fromId }, startsAt: floor(clock.now), lack: null, moves: 0, queue: null },
      { end: 'unload', place: { id: toId }, startsAt: floor(clock.now + 600_000 + 32 * minuteMs) },
    ])
    // 40 km by road at 70 km/h: 34 minutes.
    const far = await zone.offer(await zone.addLoad(), await crewAt(1))
    expect(await startOf(far, 'load')).toBe(floor(clock.now + 34 * minuteMs))
    const loadFrom = clock.now + 5 * hourMs + minuteMs
    const later = await zone.offer(await zone.addLoad({ loadFrom }), await crewAt(0))
    expect(await startOf(later, 'load')).toBe(floor(loadFrom) + bucketMs)
    // The slot of now is taken: without a position it is asked for now, and gets the next.
    const unknown = await zone.offer(await zone.addLoad(), await zone.addCrew({ terminal: false }))
    expect(await startOf(unknown, 'load')).toBe(floor(clock.now) + bucketMs)
    expect((await slotsOf(far))[0].leaveAt).toBeNull()
  })

  it('are not there where no docks are', async () => {
    const waybill = await zone.offer(await zone.addLoad(), await crewAt(0))
    expect(await slotsOf(waybill)).toEqual([])
    await setDocks(toId, 'unload', { isOn: false })
    expect(await slotsOf(await zone.offer(await zone.addLoad(), await crewAt(0)))).toEqual([])
  })

  it('are never overbooked, however many come at once; who finds none is told so', async () => {
    await setDocks(fromId, 'load', { docks: 2, serviceS: 480, sharePct: 50 })
    await setDocks(toId, 'unload', { docks: 1, serviceS: 14_400 })
    const load = await zone.addLoad({ quantity: 32_000 * 40, loadUntil: clock.now + 72 * hourMs })
    const crews: Crew[] = []
    for (let n = 0; n < 24; n++) crews.push(await crewAt(0))

    const waybills = await Promise.all(crews.map((crew) => zone.offer(load, crew)))

    const rows = await zone.db.selectFrom('freight_dock_slot').selectAll().execute()
    expect(new Set(rows.map(({ waybill_id }) => waybill_id))).toEqual(new Set(waybills))
    for (const [placeId, end, docks, serviceS, sharePct] of [
      [fromId, 'load', 2, 480, 50],
      [toId, 'unload', 1, 14_400, 100],
    ] as const) {
      const own = rows.filter(({ place_end }) => place_end === end)
      const booked = new Map<number, number>()
      for (const { starts_at } of own)
        if (starts_at !== null) booked.set(starts_at / 1_000, (booked.get(starts_at / 1_000) ?? 0) + 1)
      const dock = { ...always, placeId, end, docks, serviceS, sharePct }
      const book = bookOf(dock, clock.now, clock.now + 72 * hourMs, booked)
      for (const [bucket, taken] of book.booked.entries()) expect(taken).toBeLessThanOrEqual(book.capacity[bucket]!)
      expect(own).toHaveLength(24)
    }
    // Two days of four hours a truck are twelve slots, and one of the day that had begun.
    const lacking = rows.filter(({ lack }) => lack === 'full')
    expect(lacking.length).toBeGreaterThan(8)
    expect(lacking.every(({ place_end, starts_at }) => place_end === 'unload' && starts_at === null)).toBe(true)
    expect(
      (await board(toId)).ends[0].next.filter(({ lack }: { lack: string | null }) => lack === 'full'),
    ).toHaveLength(lacking.length)
  })

  it('are free again when the trip ends before its service, and go with a truck that is diverted', async () => {
    await bothDocks()
    const [crew, other] = [await crewAt(0), await crewAt(0)]
    const load = await zone.addLoad()
    const waybill = await zone.offer(load, crew)
    const start = await startOf(waybill, 'load')
    await zone.tryMove(dispatcher, waybill, 'cancel', { reason: '车坏了' })
    expect(await slotsOf(waybill)).toEqual([])
    const next = await zone.offer(load, other)
    expect(await startOf(next, 'load')).toBe(start)

    await zone.drive(next, 'depart', 0)
    const third = await placeAtLon(87.6)
    await zone.move(dispatcher, next, 'divert', { placeId: third, reason: '改卸' })
    expect(await slotsOf(next)).toMatchObject([{ end: 'load' }])
    await setDocks(third, 'unload')
    await zone.move(dispatcher, next, 'divert', { placeId: toId, reason: '又改' })
    const [, unload] = await slotsOf(next)
    expect(unload).toMatchObject({ end: 'unload', place: { id: toId } })

    // Another truck goes on: it has the slot that is free by that.
    const spare = await crewAt(0.5)
    await zone.move(server.machine, next, 'accident', { words: '爆胎' })
    const { driverId, vehicleId } = spare
    const onward = { carrierId: zone.carrierId, driverId, vehicleId, reason: '换车' }
    await zone.move(dispatcher, next, 'transload', onward)
    expect((await slotsOf(next)).map(({ end }: { end: string }) => end)).toEqual(['load'])
    const [leg] = (await read(`/freight-waybills/${next}`)).legs
    expect(await slotsOf(leg.id)).toMatchObject([{ end: 'unload', startsAt: expect.any(Number) }])
  })
})

describe('the clock', () => {
  it('moves what is late to the first free slot, and tells driver and dispatchers once a move', async () => {
    await bothDocks()
    const crew = await crewAt(0)
    const waybill = await zone.offer(await zone.addLoad(), crew)
    const start = (await startOf(waybill, 'load'))!
    await zone.move(server.machine, waybill, 'accept')
    await tick()
    expect(await startOf(waybill, 'load')).toBe(start)

    // It has driven the wrong way, and another holds the slot in which it will come.
    clock.now += 5 * minuteMs
    await standAt(crew, 1)
    const comes = floor(clock.now + 34 * minuteMs)
    const ahead = await zone.offer(await zone.addLoad({ loadFrom: comes }), await crewAt(0))
    expect(await startOf(ahead, 'load')).toBe(comes)
    const before = (await notices()).length
    await tick()
    const slots = await slotsOf(waybill)
    expect(slots[0]).toMatchObject({ startsAt: comes + bucketMs, moves: 1 })
    await tick()
    await tick()
    const told = (await notices()).slice(before)
    expect(told.filter(({ title_key }) => title_key === 'freight-dock:moved_load')).toHaveLength(1)
    const history = await read(`/freight-waybills/${waybill}/history`)
    expect(history.rows.filter(({ verb }: { verb: string }) => verb === 'shift_slot').length).toBeGreaterThanOrEqual(1)
  })

  it('says once when to leave, to who would come too early', async () => {
    await bothDocks()
    const crew = await crewAt(1)
    const account = await accountOf(crew)
    const waybill = await zone.offer(await zone.addLoad({ loadFrom: clock.now + 5 * hourMs }), crew)
    await tick()
    const leaving = async () => (await notices()).filter(({ title_key }) => title_key === 'freight-dock:leave_load')
    const before = (await leaving()).length
    await zone.move(server.machine, waybill, 'accept')
    await tick()
    await tick()
    expect((await leaving()).length - before).toBe(1)
    const [slot] = await slotsOf(waybill)
    // Five hours from now, less 34 minutes.
    expect(Math.abs(slot.leaveAt - (slot.startsAt - 34 * minuteMs))).toBeLessThan(minuteMs)
    const mine = (await read('/freight-my/waybills', account)).rows
    expect(mine[0].slots[0]).toMatchObject({ end: 'load', startsAt: slot.startsAt, leaveAt: slot.leaveAt })
  })

  it('moves what is booked beyond docks that were changed, and gives all back where they are off', async () => {
    await setDocks(fromId, 'load', { docks: 3 })
    const load = await zone.addLoad({ quantity: 32_000 * 3 })
    const waybills: string[] = []
    for (let n = 0; n < 3; n++) waybills.push(await zone.offer(load, await crewAt(0)))
    const starts = () => Promise.all(waybills.map((id) => startOf(id, 'load')))
    expect(new Set(await starts()).size).toBe(1)

    await setDocks(fromId, 'load', { docks: 1, rev: 1 })
    await tick()
    expect((await starts()).toSorted()).toEqual([0, 1, 2].map((bucket) => floor(clock.now) + bucket * bucketMs))
    await setDocks(fromId, 'load', { docks: 1, rev: 2, isOn: false })
    await tick()
    expect(await starts()).toEqual([null, null, null])
    expect((await slotsOf(waybills[0]!))[0]).toMatchObject({ lack: 'released' })
  })

  it('forgets slots after their time', async () => {
    await bothDocks()
    await zone.offer(await zone.addLoad(), await crewAt(0))
    clock.now += 31 * 24 * hourMs
    await zone.db.transaction().execute(async (tx) => {
      await sweepSlotsJob(server.deps).run(tx, {
        id: '',
        payload: {},
        dueAt: epochMs(clock.now),
        now: epochMs(clock.now),
      })
    })
    expect(await zone.db.selectFrom('freight_dock_slot').select('moves').execute()).toEqual([])
  })
})

describe('a truck with something else to do first', () => {
  it('in a shared tour has its slots by the plan of the tour, which stay, and is told to leave only for its next stop', async () => {
    await bothDocks({ serviceS: 300 })
    const crew = await crewAt(-0.1)
    await accountOf(crew)
    const settings = await read('/freight-tour-settings')
    const set = await dispatcher.put(`${api}/freight-tour-settings`, {
      commandId: newId(),
      rev: settings.rev,
      numbers: { ...settings.numbers, solveSeconds: 1, loadMinutes: 45, unloadMinutes: 45 },
      why: '测试',
    })
    expect(set.status).toBe(200)
    const loads: { id: string }[] = []
    for (const quantity of [8_000, 9_000, 10_000])
      loads.push({ id: await zone.addLoad({ quantity, truckPlan: quantity }) })
    const plan = await post('/freight-tour-plans', { loads, vehicleIds: [crew.vehicleId] })
    const [tour] = (await read(`/freight-tour-plans/${plan.body.id}`)).rows
    const sent = (await post(`/freight-tours/${tour.id}/send`, {})).body
    expect(sent.state).toBe('sent')
    type Stop = { kind: PlaceEnd; arriveAt: number; waybill: { id: string; number: string } }
    const stops: readonly Stop[] = sent.stops

    const starts = () => Promise.all(stops.map(({ kind, waybill }) => startOf(waybill.id, kind)))
    const first = await starts()
    for (const [index, { arriveAt }] of stops.entries()) expect(first[index]).toBeGreaterThanOrEqual(floor(arriveAt))
    expect(first[2]! - first[0]!).toBeGreaterThanOrEqual(80 * minuteMs)
    const picked = stops.filter(({ kind }) => kind === 'load').map(({ waybill }) => waybill.id)
    for (const id of picked) await zone.move(server.machine, id, 'accept')
    await standAt(crew, 0)
    const before = (await notices()).length
    for (let minutes = 0; minutes < 3; minutes++) {
      clock.now += minuteMs
      await tick()
    }
    expect(await starts()).toEqual(first)
    const told = (await notices()).slice(before).filter(({ title_key }) => title_key.startsWith('freight-dock:'))
    expect(told).toMatchObject([{ title_key: 'freight-dock:leave_load', params: { number: stops[0]!.waybill.number } }])
    for (const id of picked.slice(1)) expect((await slotsOf(id))[0]).toMatchObject({ moves: 0, leaveAt: null })
  })

  it('comes for its return load when it is expected after its trip, and its slot stays while it drives there', async () => {
    const crew = await crewAt(0)
    const trip = await zone.offer(await zone.addLoad(), crew)
    await zone.drive(trip, 'depart')
    await standAt(crew, 0.9)
    await setDocks(toId, 'load')
    const ash = await zone.addLoad({ fromId: toId, toId: fromId, quantity: 32_000, mode: 'grab' })
    const chosen = await post(`/freight-waybills/${trip}/next-load`, { loadId: ash })
    expect(chosen.body.state).toBe('booked')
    const next = chosen.body.waybill.id
    const { expected_at } = await zone.db
      .selectFrom('freight_next')
      .select('expected_at')
      .where('next_id', '=', next)
      .executeTakeFirstOrThrow()

    // From where it is it would be there in four minutes.
    expect(expected_at - clock.now).toBeGreaterThan(30 * minuteMs)
    expect(await startOf(next, 'load')).toBe(floor(expected_at))
    await tick()
    clock.now += minuteMs
    await tick()
    expect((await slotsOf(next))[0]).toMatchObject({ startsAt: floor(expected_at), moves: 0, leaveAt: null })
  })
})

describe('a truck that finds no slot', () => {
  it('before loading ends has none, though one is free later, also when it comes late', async () => {
    await bothDocks()
    const load = await zone.addLoad({ quantity: 96_000, loadUntil: clock.now + 2 * bucketMs })
    const [crew, ...others] = [await crewAt(0), await crewAt(0), await crewAt(0)]
    const first = await zone.offer(load, crew!)
    for (const other of others) await zone.offer(load, other)
    const third = (await zone.db.selectFrom('freight_dock_slot').selectAll().where('lack', '=', 'full').execute()).map(
      ({ waybill_id, place_end }) => [waybill_id, place_end],
    )
    expect(third).toHaveLength(1)
    expect(third[0]?.[1]).toBe('load')
    expect((await slotsOf(String(third[0]?.[0])))[0]).toMatchObject({ startsAt: null, lack: 'full' })
    await zone.move(server.machine, first, 'accept')
    await standAt(crew!, 1)
    await tick()
    expect((await slotsOf(first))[0]).toMatchObject({ startsAt: null, lack: 'full' })
  })

  it('has the first that comes free, the first to ask before the rest, and its driver is told once', async () => {
    await setDocks(fromId, 'load', { serviceS: 14_400 })
    const load = await zone.addLoad({ quantity: 32_000 * 4, loadUntil: clock.now + 4 * hourMs })
    const crews = [await crewAt(0), await crewAt(0), await crewAt(0), await crewAt(0)]
    const account = await accountOf(crews[2]!)
    const waybills: string[] = []
    for (const crew of crews) {
      waybills.push(await zone.offer(load, crew))
      clock.now += 1_000
    }
    const lacking = waybills.slice(1)
    await tick()
    expect(await Promise.all(waybills.map((id) => startOf(id, 'load')))).toEqual([expect.any(Number), null, null, null])
    const start = await startOf(waybills[0]!, 'load')

    // Who asked before and has arrived meanwhile, or gave it up, needs none.
    await zone.drive(lacking[0]!, 'arrive_load', 0)
    await zone.tryMove(dispatcher, waybills[0]!, 'cancel', { reason: '车坏了' })
    const told = async () =>
      (await read('/notices?limit=50', account)).rows.filter(({ title }: { title: string }) => title.includes('已约到'))
    await tick()
    await tick()
    expect(await Promise.all(lacking.map((id) => startOf(id, 'load')))).toEqual([null, start, null])
    expect(await told()).toHaveLength(1)
  })

  it('is looked at however many wait at another place, and of its own place the first to ask comes first', async () => {
    await setDocks(fromId, 'load', { serviceS: 14_400 })
    const holder = await zone.offer(await zone.addLoad({ loadUntil: clock.now + 4 * hourMs }), await crewAt(0))
    await addLacking(await zone.offer(await zone.addLoad({ loadUntil: clock.now + 4 * hourMs }), await crewAt(0)))
    const other = await placeAtLon(87.35)
    await setDocks(other, 'load', { serviceS: 14_400 })
    const load = await zone.addLoad({ fromId: other, quantity: 96_000, loadUntil: clock.now + 4 * hourMs })
    const [held, first, second] = [
      await zone.offer(load, await crewAt(0)),
      await zone.offer(load, await crewAt(0)),
      await zone.offer(load, await crewAt(0)),
    ]
    const start = await startOf(held, 'load')
    expect(await Promise.all([first, second].map((id) => startOf(id, 'load')))).toEqual([null, null])
    expect(await startOf(holder, 'load')).not.toBeNull()

    await zone.tryMove(dispatcher, held, 'cancel', { reason: '车坏了' })
    await tick()

    expect(await Promise.all([first, second].map((id) => startOf(id, 'load')))).toEqual([start, null])
    await zone.db.deleteFrom('freight_dock_slot').execute()
    await zone.db.deleteFrom('freight_waybill').where('number', 'like', 'C%').execute()
  })

  it('is expected when it comes, as those are that have one, also when it was late too often or gave it back', async () => {
    await setDocks(fromId, 'load', { serviceS: 14_400 })
    const load = await zone.addLoad({ quantity: 32_000 * 4, loadUntil: clock.now + 4 * hourMs })
    await zone.offer(load, await crewAt(0))
    const crews = [await crewAt(0), await crewAt(0), await crewAt(0)]
    const waybills: string[] = []
    for (const crew of crews) waybills.push(await zone.offer(load, crew))
    const lacks = ['full', 'late', 'released'] as const
    for (const [n, lack] of lacks.entries())
      await zone.db.updateTable('freight_dock_slot').set({ lack }).where('waybill_id', '=', waybills[n]!).execute()
    const slots = () => Promise.all(waybills.map(async (id) => (await slotsOf(id))[0]))
    await tick()
    expect((await slots()).map(({ etaAt }) => etaAt - clock.now)).toEqual([0, 0, 0])

    for (const crew of crews) await standAt(crew, 1)
    await tick()

    // 40 km by road at 70 km/h.
    for (const { etaAt } of await slots()) expect(Math.abs(etaAt - clock.now - 34 * minuteMs)).toBeLessThan(minuteMs)
    for (const [n, slot] of (await slots()).entries())
      expect(slot).toMatchObject({ startsAt: null, lack: lacks[n], moves: 0 })
  })
})

// Two transactions at once need a server: the embedded database has one connection.
describe.runIf(process.env.TEST_DATABASE_URL)('a step that holds a booking, or docks that were changed', () => {
  it('is not waited for by the clock, which looks again a minute later', async () => {
    await bothDocks()
    const third = await placeAtLon(87.65)
    await setDocks(third, 'load')
    await setDocks(third, 'load', { rev: 1, docks: 2 })
    const crew = await crewAt(0)
    const waybill = await zone.offer(await zone.addLoad(), crew)
    await standAt(crew, 0.2)
    const seen = async () => ({
      eta: (await slotsOf(waybill))[0].etaAt,
      isChanged: (
        await zone.db.selectFrom('freight_dock').select('is_changed').where('place_id', '=', third).executeTakeFirst()
      )?.is_changed,
    })
    const before = await seen()
    expect(before.isChanged).toBe(true)

    await zone.db.transaction().execute(async (tx) => {
      await tx.selectFrom('freight_dock_slot').select('moves').where('waybill_id', '=', waybill).forUpdate().execute()
      await tx.selectFrom('freight_dock').select('rev').where('place_id', '=', third).forUpdate().execute()
      await tick()
    })
    expect(await seen()).toEqual(before)
    await tick()
    const after = await seen()
    expect(after.isChanged).toBe(false)
    expect(after.eta).toBeGreaterThan(before.eta)
  })
})

describe('a board', () => {
  it('shows who waits in the order of service, what is booked, and the driver the place in the queue', async () => {
    await bothDocks()
    const load = await zone.addLoad({ quantity: 32_000 * 3 })
    const crews = [await crewAt(0), await crewAt(0), await crewAt(0)]
    const account = await accountOf(crews[1]!)
    const waybills: string[] = []
    for (const crew of crews) waybills.push(await zone.offer(load, crew))
    for (const id of waybills.slice(0, 2)) await zone.drive(id, 'arrive_load', 0)

    const [end] = (await board(fromId)).ends
    expect(end.queue).toMatchObject([
      { waybillId: waybills[0], plate: crews[0]!.plate, isServed: true },
      { waybillId: waybills[1], isServed: false, startAt: end.queue[1].slotAt },
    ])
    expect(end.next).toMatchObject([{ waybillId: waybills[2], startsAt: floor(clock.now) + 2 * bucketMs }])
    const bucket = end.buckets.find(({ startsAt }: { startsAt: number }) => startsAt === floor(clock.now))
    expect(bucket).toEqual({ startsAt: floor(clock.now), capacity: 1, booked: 1, arrived: 1 })
    expect(end.sum).toMatchObject({ booked: 3 })
    expect((await read('/freight-docks')).rows[0].ends[0]).toMatchObject({
      waiting: 2,
      soon: { capacity: 24, booked: 3 },
    })
    const [trip] = (await read('/freight-my/waybills', account)).rows
    expect(trip.slots[0].queue).toEqual({ ahead: 0, isServed: false, startAt: end.queue[1].slotAt })
    expect((await dispatcher.get(`${api}/freight-docks/${fromId}?hours=49`)).status).toBe(400)
  })

  it('lets a dispatcher move a booking to a slot that is free, or give it back, with a reason', async () => {
    await bothDocks()
    const load = await zone.addLoad({ quantity: 64_000 })
    const [first, second] = [await zone.offer(load, await crewAt(0)), await zone.offer(load, await crewAt(0))]
    const act = { waybillId: first, end: 'load', why: '让急货' }
    const move = (startsAt: number, over: object = {}) =>
      post(`/freight-docks/${fromId}/move`, { ...act, startsAt, ...over })
    const taken = (await startOf(second, 'load'))!

    expect(refusal(await move(taken))).toMatchObject({ status: 409, kind: 'slot_full', field: 'startsAt' })
    expect(refusal(await move(taken + 1))).toMatchObject({ status: 422, rule: 'slot_bucket' })
    expect(refusal(await move(floor(clock.now) - bucketMs))).toMatchObject({ status: 422, rule: 'in_future' })
    expect(refusal(await move(floor(clock.now) + 100 * 24 * hourMs))).toMatchObject({
      status: 422,
      rule: 'slot_horizon',
    })
    expect(refusal(await move(taken, { waybillId: newId() }))).toMatchObject({ status: 422, field: 'waybillId' })
    const commandId = newId()
    const free = taken + 6 * bucketMs
    expect((await move(free, { commandId })).body).toEqual({ startsAt: free })
    expect((await move(free, { commandId })).body).toEqual({ startsAt: free })
    expect((await slotsOf(first))[0]).toMatchObject({ startsAt: free, moves: 1 })
    const history = (await read(`/freight-waybills/${first}/history`)).rows
    expect(history.at(-1)).toMatchObject({ verb: 'move_slot', reason: '让急货' })

    expect((await post(`/freight-docks/${fromId}/release`, act)).body).toEqual({ startsAt: null })
    expect((await slotsOf(first))[0]).toMatchObject({ startsAt: null, lack: 'released' })
    await zone.drive(second, 'arrive_load', 0)
    expect(refusal(await move(free, { waybillId: second }))).toMatchObject({ status: 409, kind: 'slot_state' })
  })

  it('takes one of two who want the last slot at once', async () => {
    await bothDocks()
    const load = await zone.addLoad({ quantity: 64_000 })
    const waybills = [await zone.offer(load, await crewAt(0)), await zone.offer(load, await crewAt(0))]
    const startsAt = floor(clock.now) + 12 * bucketMs
    const answers = await Promise.all(
      waybills.map((waybillId) =>
        post(`/freight-docks/${fromId}/move`, { waybillId, end: 'load', why: '同时', startsAt }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
  })
})

describe('the pace of a load', () => {
  it('of the example is 261 minutes, 53 trucks and 7.8 hours, and no slot of it is taken twice', async () => {
    await setDocks(fromId, 'load', { docks: 2, serviceS: 480 })
    const load = await zone.addLoad({ quantity: 3_000_000, loadUntil: clock.now + 24 * hourMs })
    await zone.db.updateTable('freight_load').set({ distance_m: 120_000 }).where('id', '=', load).execute()
    expect(await read(`/freight-loads/${load}/pace`)).toEqual({ missing: ['unload'], pace: null })
    await setDocks(toId, 'unload', { docks: 2, serviceS: 600 })

    const { pace } = await read(`/freight-loads/${load}/pace`)

    expect(pace).toMatchObject({
      loadPerHour: 15,
      unloadPerHour: 12,
      tripsPerHour: 12,
      bottleneck: 'unload',
      restS: 1_200,
      trucksNeeded: 53,
      tripsLeft: 94,
      hoursLeft: 7.8,
      planned: 94,
      unplanned: null,
    })
    expect(Math.round(pace.cycleS / 60)).toBe(261)
    const perBucket = pace.plan.map(({ trips }: { trips: number }) => trips)
    expect(perBucket.reduce((sum: number, trips: number) => sum + trips, 0)).toBe(94)
    expect(Math.max(...perBucket)).toBeLessThanOrEqual(3)

    // What others have booked at the plant is not given to it.
    const other = await zone.offer(await zone.addLoad(), await crewAt(0))
    const again = (await read(`/freight-loads/${load}/pace`)).pace
    expect(again.plan[0].startsAt).toBeGreaterThanOrEqual((await startOf(other, 'load'))!)
    expect(again.planned).toBe(94)
    await zone.db
      .updateTable('freight_load')
      .set({ load_until: new Date(clock.now + 2 * hourMs) as never })
      .where('id', '=', load)
      .execute()
    const short = (await read(`/freight-loads/${load}/pace`)).pace
    expect(short.unplanned).toMatchObject({ blocker: 'deadline' })
    expect(short.planned + short.unplanned.trips).toBe(94)
    expect((await dispatcher.get(`${api}/freight-loads/${newId()}/pace`)).status).toBe(404)
  })
})

describe('the pace of a load of more truckloads than are planned at once', () => {
  it('says what is left of the whole', async () => {
    await bothDocks()
    const load = await zone.addLoad({ quantity: 32_000 * 60_000 })
    const { status, body } = await dispatcher.get(`${api}/freight-loads/${load}/pace`)
    expect(status).toBe(200)
    expect(body.pace).toMatchObject({ tripsLeft: 60_000, hoursLeft: 10_000, unplanned: { blocker: 'deadline' } })
    expect(body.pace.planned + body.pace.unplanned.trips).toBe(60_000)
  })
})

describe('a wave', () => {
  it('gives away no more truckloads than slots are free, and says so', async () => {
    // Four hours of one dock at an hour a truck.
    await setDocks(fromId, 'load', { serviceS: 3_600 })
    const load = await zone.addLoad({ quantity: 32_000 * 8, loadUntil: clock.now + 12 * hourMs })
    for (let n = 0; n < 8; n++) await crewAt(0.1)

    const made = await post('/freight-waves', {})
    const wave = await read(`/freight-waves/${made.body.id}`)

    const { free, capacity } = wave.unserved[0].numbers
    expect(capacity).toBeGreaterThanOrEqual(4)
    expect(wave.rows).toHaveLength(free)
    expect(wave.unserved).toMatchObject([
      { loadId: load, kind: 'no_slot', trips: 8 - free, numbers: { hours: 4, booked: 0 } },
    ])
    expect(wave.unserved[0].text).toContain('空余时段')
    const english = (await dispatcher.send('GET', `${api}/freight-waves/${made.body.id}`, { lang: 'en' })).body
    expect(english.unserved[0].text).toContain('free slots within 4 h')
    await post(`/freight-waves/${made.body.id}/send`, {})
    const again = await read(`/freight-waves/${(await post('/freight-waves', {})).body.id}`)
    expect(again.rows).toHaveLength(0)
  })
})
