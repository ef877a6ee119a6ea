import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, newId } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import type { TestClock } from '../risk/testing.ts'
import { deskZone, mine, plant, type Said, type Spot } from './testing.ts'

const api = '/api/v1'
const minuteMs = 60_000
const hourMs = 60 * minuteMs
// Ten in the morning in Beijing.
const clock: TestClock = { now: Date.UTC(2026, 2, 2, 2) }
let server: TestServer
let zone: Awaited<ReturnType<typeof deskZone>>
let dispatcher: Client

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(clock.now) })
  zone = await deskZone(server, clock)
  dispatcher = await server.actor([{ role: 'freight_dispatcher', partyId: null }])
}, 120_000)
afterAll(() => server.close())

const read = async (path: string, client = dispatcher) => (await client.get(`${api}/freight-desk${path}`)).body
type Trouble = { id: string; kind: string; detail: string; since: number }
const troublesOf = async (id: string) => {
  const { rows }: { rows: Trouble[] } = (await read('')).troubles
  return rows.filter((row) => row.id === id)
}
const kindsOf = async (id: string) => (await troublesOf(id)).map(({ kind }) => kind)
const between = (share: number): Spot => ({ lonDeg: mine.lonDeg + (plant.lonDeg - mine.lonDeg) * share, latDeg: 44 })
/** A fix a minute for so many minutes up to now, on the way at 32 km/h, or standing in the middle of it. */
const said = (minutes: number, moving: boolean): Said[] =>
  Array.from({ length: minutes + 1 }, (_, minute) => ({
    at: clock.now - (minutes - minute) * minuteMs,
    ...(moving ? between((0.5 * minute) / Math.max(1, minutes)) : between(0.5)),
    speedKmh: moving ? 32 : 0,
  }))
const positionOf = async (id: string, box = '') => {
  const { trucks }: { trucks: (Spot & { id: string; source: string; at: number })[] } = await read(`/positions${box}`)
  return trucks.find((truck) => truck.id === id)
}

describe('loads and offers', () => {
  it('what is short of trucks comes by its end of loading, with what is left of it', async () => {
    const later = await zone.addLoad({ loadUntil: clock.now + 5 * hourMs })
    const sooner = await zone.addLoad({ loadUntil: clock.now + 4 * hourMs })
    const full = await zone.addLoad({ quantity: 32_000, loadUntil: clock.now + 3 * hourMs })
    await zone.offer(sooner, await zone.addCrew())
    await zone.offer(full, await zone.addCrew())

    const { loads } = await read('')

    const ids = loads.rows.map(({ id }: { id: string }) => id)
    expect(ids.filter((id: string) => [later, sooner, full].includes(id))).toEqual([sooner, later])
    expect(loads.rows[ids.indexOf(sooner)]).toMatchObject({
      left: 68_000,
      trucks: 3,
      offered: 1,
      from: mine,
      to: plant,
    })
    expect(loads.count).toBe(loads.rows.length)
  })

  it('a refused offer comes first while its load lacks a truck, with the reason', async () => {
    const load = await zone.addLoad({ quantity: 32_000 })
    const [first, second] = [await zone.addCrew(), await zone.addCrew()]
    const refused = await zone.offer(load, first)
    await zone.move(server.machine, refused, 'refuse', { reason: '车坏了' })

    const { offers } = await read('')
    expect(offers.rows[0]).toMatchObject({
      id: refused,
      outcome: 'refused',
      reason: '车坏了',
      plate: first.plate,
      loadId: load,
    })

    // Cancelled by a dispatcher it is nobody's answer; the load is whole again.
    const called = await zone.offer(load, second)
    expect((await read('')).offers.rows.find(({ id }: { id: string }) => id === called)).toMatchObject({
      outcome: 'waiting',
    })
    await zone.move(server.machine, called, 'cancel', { reason: '改派' })
    const ids = (await read('')).offers.rows.map(({ id }: { id: string }) => id)
    expect([ids.includes(refused), ids.includes(called)]).toEqual([true, false])

    // Nothing is left to be done once somebody has taken it, nor a day later.
    const taken = await zone.offer(load, second)
    expect((await read('')).offers.rows.map(({ id }: { id: string }) => id)).not.toContain(refused)
    await zone.move(server.machine, taken, 'cancel', { reason: '改派' })
    clock.now += 24 * hourMs - minuteMs
    expect((await read('')).offers.rows[0]).toMatchObject({ id: refused })
    clock.now += 2 * minuteMs
    expect((await read('')).offers.rows.map(({ id }: { id: string }) => id)).not.toContain(refused)
  })
})

describe('trips that need a hand', () => {
  const onTheWay = async (wish = {}) => {
    const crew = await zone.addCrew(wish)
    const id = await zone.offer(await zone.addLoad(), crew)
    await zone.drive(id, 'depart')
    return { id, crew }
  }

  it('a trip is late an hour after it should have come: 32 km at 45 km/h', async () => {
    const { id } = await onTheWay({ terminal: false })
    const { departed_at: left } = await zone.rowOf(id)
    const expected = (left ?? 0) + 32_000 * 80

    clock.now = expected + 60 * minuteMs
    expect(await kindsOf(id)).toEqual([])
    clock.now += 1
    expect(await troublesOf(id)).toMatchObject([{ kind: 'late', since: expected }])
    const { running } = await read('')
    expect(running.rows.find((row: { id: string }) => row.id === id)).toMatchObject({ expectedAt: expected })
  })

  it('a truck that is not at the loading place in time is late', async () => {
    const id = await zone.offer(await zone.addLoad({ loadUntil: clock.now + hourMs }), await zone.addCrew())
    await zone.drive(id, 'accept')
    clock.now += hourMs
    expect(await kindsOf(id)).toEqual(['late'])
  })

  it('a terminal is silent after half an hour without a word; a truck without one is not', async () => {
    const { id, crew } = await onTheWay()
    const without = await onTheWay({ terminal: false })
    await zone.say(crew.point, said(1, true))
    const spoke = clock.now

    clock.now = spoke + 30 * minuteMs
    expect(await kindsOf(id)).toEqual([])
    clock.now += 1
    expect(await troublesOf(id)).toMatchObject([{ kind: 'silent', since: spoke }])
    expect(await kindsOf(without.id)).toEqual([])
    await zone.say(crew.point, said(0, true))
    expect(await kindsOf(id)).toEqual([])
  })

  it('a truck that has not moved for half an hour stands, unless it waits at a place', async () => {
    const [stands, moves, queues] = [await onTheWay(), await onTheWay(), await onTheWay()]
    clock.now += 41 * minuteMs
    await zone.say(stands.crew.point, said(40, false))
    await zone.say(moves.crew.point, [...said(40, true).slice(0, -1), ...said(0, false)])
    await zone.say(
      queues.crew.point,
      said(40, false).map((fix) => ({ ...fix, ...plant })),
    )

    expect(await kindsOf(stands.id)).toEqual(['standing'])
    expect(await kindsOf(moves.id)).toEqual([])
    expect(await kindsOf(queues.id)).toEqual([])
  })

  it('an accident comes first; an arrival outside the fence tells its reason; a refused record what was answered', async () => {
    const hurt = await onTheWay()
    await zone.move(server.machine, hurt.id, 'accident', { words: '追尾', photoIds: [] })
    const outside = await onTheWay()
    const form = new FormData()
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    form.append('file', new File([png], 'gate.png', { type: 'image/png' }))
    form.append('purpose', 'evidence')
    const { id: photo } = (await server.machine.send('POST', `${api}/files`, { body: form })).body
    await zone.move(server.machine, outside.id, 'arrive_unload', {
      position: { ...between(0.9), accuracyM: 10 },
      photoIds: [photo],
      reason: '厂门排队',
    })
    await zone.addRefusedRecord(outside.id, '车牌不符')

    expect(await kindsOf(hurt.id)).toEqual(['accident'])
    expect(await troublesOf(outside.id)).toMatchObject([
      { kind: 'outside', detail: '厂门排队' },
      { kind: 'refused', detail: '车牌不符' },
    ])
    const { troubles } = await read('')
    expect(troubles.rows[0].kind).toBe('accident')
    expect(troubles.byKind.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(troubles.count)
  })

  it('a required paper that ends before the trip should is told, unless another goes on', async () => {
    const crew = await zone.addCrew({ terminal: false })
    const id = await zone.offer(await zone.addLoad(), crew)
    await zone.drive(id, 'depart')
    const paper = (validTo: string) =>
      zone.db
        .insertInto('freight_paper')
        .values({
          zone_id: server.deps.zoneId,
          id: newId(),
          subject: 'vehicle',
          subject_id: crew.vehicleId,
          kind: 'vehicle_licence',
          number: 'P1',
          issuer: '',
          valid_from: '2020-01-01',
          valid_to: validTo,
          synthetic: true,
          created_at: at(epochMs(clock.now)),
          created_by: 'test',
        })
        .execute()
    const today = new Date(clock.now + 8 * hourMs).toISOString().slice(0, 10)
    await paper(today)
    const require = (required: boolean) =>
      zone.db.updateTable('freight_paper_kind').set({ required }).where('code', '=', 'vehicle_licence').execute()
    await require(true)

    expect(await kindsOf(id)).not.toContain('papers')
    // The trip goes on over midnight.
    const before = clock.now
    clock.now = Date.parse(`${today}T23:59:00+08:00`) + 2 * minuteMs
    expect(await troublesOf(id)).toContainEqual(expect.objectContaining({ kind: 'papers', detail: 'vehicle_licence' }))
    await paper('2999-12-31')
    expect(await kindsOf(id)).not.toContain('papers')
    await require(false)
    clock.now = before
  })
})

describe('where trucks are', () => {
  it('is told by the terminal, else by the last step, and only while the job lasts', async () => {
    const [spoken, silent] = [await zone.addCrew(), await zone.addCrew({ terminal: false })]
    await zone.say(spoken.point, [{ at: clock.now, ...between(0.1), speedKmh: 0 }])
    clock.now += minuteMs
    const load = await zone.addLoad()
    const [id, other] = [await zone.offer(load, spoken), await zone.offer(load, silent)]
    await zone.move(server.machine, id, 'accept')
    // Where it was before it took the job is nobody's business.
    expect(await positionOf(id)).toBeUndefined()
    expect(await positionOf(other)).toBeUndefined()
    await zone.say(spoken.point, said(0, false))
    expect(await positionOf(id)).toMatchObject({ ...between(0.5), source: 'terminal', at: clock.now })
    await zone.drive(other, 'arrive_load')
    expect(await positionOf(other)).toMatchObject({ ...mine, source: 'step' })

    expect(await positionOf(id, '?west=88&east=89')).toBeUndefined()
    expect(await positionOf(id, '?west=87&east=88&south=43&north=45')).toBeDefined()
    const { from, to, steps } = await read(`/trips/${other}`)
    expect([from, to]).toMatchObject([mine, plant])
    expect(steps).toEqual([[mine.lonDeg, mine.latDeg]])

    clock.now += 24 * hourMs + 10 * minuteMs
    expect(await positionOf(id)).toBeUndefined()
    expect(await positionOf(other)).toBeUndefined()
    await zone.move(server.machine, id, 'cancel', { reason: '改派' })
    expect(await read(`/trips/${id}`)).toMatchObject({ status: 404 })
  })

  it('is not told from before the terminal came into the truck: then it was another’s', async () => {
    const [runs, free] = [await zone.addCrew({ terminal: false }), await zone.addCrew()]
    const id = await zone.offer(await zone.addLoad(), runs)
    await zone.drive(id, 'depart')
    clock.now += 31 * minuteMs
    await zone.say(free.point, said(30, true))
    const { device_id: deviceId } = await zone.db
      .selectFrom('freight_terminal')
      .select('device_id')
      .where('vehicle_id', '=', free.vehicleId)
      .executeTakeFirstOrThrow()
    const set = (vehicleId: string, device: string | null) =>
      zone.post(server.machine, `/freight-vehicles/${vehicleId}/terminal`, { deviceId: device, why: '换车' })
    clock.now += minuteMs
    await set(free.vehicleId, null)
    expect((await set(runs.vehicleId, deviceId)).status).toBe(200)

    expect(await positionOf(id)).toMatchObject({ ...mine, source: 'step' })
    expect((await read(`/trips/${id}`)).way).toEqual([])
    // It has half an hour to say something.
    clock.now += 29 * minuteMs
    expect(await kindsOf(id)).toEqual([])
    clock.now += 2 * minuteMs
    expect(await kindsOf(id)).toEqual(['silent'])
    await zone.say(free.point, said(0, true))
    expect(await positionOf(id)).toMatchObject({ source: 'terminal' })
    expect((await read(`/trips/${id}`)).way).toHaveLength(1)
  })

  it('the way so far is one line without what lies on it, broken where the terminal was silent', async () => {
    const crew = await zone.addCrew()
    const id = await zone.offer(await zone.addLoad(), crew)
    await zone.drive(id, 'depart')
    clock.now += 60 * minuteMs
    await zone.say(crew.point, said(60, true))
    const { way } = await read(`/trips/${id}`)
    expect(way).toHaveLength(1)
    expect(way[0]).toHaveLength(2)
    clock.now += 40 * minuteMs
    await zone.say(crew.point, said(5, false))
    expect((await read(`/trips/${id}`)).way).toHaveLength(2)
  })
})

describe('near a load', () => {
  it('free vehicles come by distance; those that may not be dispatched, run or said nothing for a day do not', async () => {
    const spots: readonly (readonly [string, number])[] = [
      ['far', 0.3],
      ['near', 0.02],
      ['middle', 0.1],
      ['busy', 0.01],
      ['blocked', 0.03],
    ]
    const crews = new Map<string, Awaited<ReturnType<typeof zone.addCrew>>>()
    clock.now += 48 * hourMs
    for (const [name, share] of spots) {
      const crew = await zone.addCrew()
      crews.set(name, crew)
      await zone.say(crew.point, [{ at: clock.now, ...between(share), speedKmh: 0 }])
    }
    const of = (name: string) => {
      const crew = crews.get(name)
      if (!crew) throw new Error(name)
      return crew
    }
    const load = await zone.addLoad()
    await zone.offer(load, of('busy'))
    await zone.db
      .updateTable('freight_vehicle')
      .set({ state: 'closed' })
      .where('id', '=', of('blocked').vehicleId)
      .execute()

    const found = await read(`/near?loadId=${load}`)

    const plates = ['near', 'middle', 'far'].map((name) => of(name).plate)
    expect(found.rows.map(({ vehicle }: { vehicle: { plate: string } }) => vehicle.plate)).toEqual(plates)
    // 0.02 of 0.4° of longitude at 44° north.
    expect(Math.abs(found.rows[0].distanceM - 640)).toBeLessThan(3)
    expect(found.rows[0]).toMatchObject({ place: { name: '合成煤矿', distanceM: found.rows[0].distanceM } })
    expect(Object.keys(found.rows[0])).toEqual(['vehicle', 'carrier', 'driver', 'distanceM', 'place', 'at'])
    expect(found.rows[0].driver).toEqual({ id: of('near').driverId, name: of('near').driver })
    expect(found.blocked).toBe(0)

    const kind = { code: 'vehicle_licence' }
    await zone.db.updateTable('freight_paper_kind').set({ required: true }).where('code', '=', kind.code).execute()
    const lacking = await read(`/near?loadId=${load}`)
    await zone.db.updateTable('freight_paper_kind').set({ required: false }).where('code', '=', kind.code).execute()
    expect(lacking).toMatchObject({ rows: [], blocked: 3 })

    clock.now += 24 * hourMs + 1
    expect((await read(`/near?loadId=${load}`)).rows).toEqual([])
    expect((await read(`/near?loadId=${newId()}`)).status).toBe(404)
  })
})

it('the desk is for those who dispatch', async () => {
  const load = await zone.addLoad()
  const paths = ['', '/positions', `/trips/${newId()}`, `/near?loadId=${load}`]
  const others = [
    await server.actor([{ role: 'carrier', partyId: zone.carrierId }]),
    await server.actor([{ role: 'enterprise', partyId: zone.shipperId }]),
    await server.actor([{ role: 'freight_audit', partyId: null }]),
    await server.actor([{ role: 'finance', partyId: null }]),
    await server.actor([{ role: 'driver', partyId: null }]),
  ]
  for (const client of others)
    for (const path of paths) expect((await client.get(`${api}/freight-desk${path}`)).status, path).toBe(403)
  expect((await server.anyone().get(`${api}/freight-desk`)).status).toBe(401)
})
