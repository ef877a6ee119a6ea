import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { createParty } from '@tingzhou/parties'
import { addFix, fixKind, newReadings } from '@tingzhou/telemetry'
import { problemOf, startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { createDistances } from './distance.ts'
import { laneKey, noteLaneTrip } from './lane.ts'
import { createRouteService } from './route-service.ts'

let server: TestServer
let dispatcher: Client
let supervisor: Client
let firm: Client
let partyId: string
beforeAll(async () => {
  server = await startTestServer()
  dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
  supervisor = await server.actor([{ role: 'supervisor', partyId: null }])
  const party = { kind: 'enterprise', name: '测试运输企业' } as const
  partyId = await createParty(server.database.db, server.deps.zoneId, party, server.deps.clock())
  firm = await server.actor([{ role: 'enterprise', partyId }])
})
afterAll(() => server.close())

const api = '/api/v1'
const yard = { kind: 'circle', centre: { lon: 87.3, lat: 44 }, radiusM: 500 }
const wish = (given: object = {}) => ({ commandId: newId(), name: '煤场', purpose: 'loading', shape: yard, ...given })

let trucks = 0
/** A truck; gives its position point. */
async function newTruck(name: string): Promise<{ readonly id: string; readonly point: number }> {
  trucks++
  const added = await dispatcher.post(`${api}/devices`, {
    commandId: newId(),
    protocol: 'jt808',
    identity: `1391000000${trucks}`,
    name,
    profileKey: 'truck',
    segment: `TRUCK-${trucks}`,
  })
  expect(added.status).toBe(201)
  const { points } = (await dispatcher.get(`${api}/devices/${added.body.id}`)).body
  return { id: added.body.id, point: points.find(({ kind }: { kind: string }) => kind === 'position').point }
}

async function drive(point: number, ...places: readonly (readonly [at: number, lon: number, lat: number])[]) {
  const readings = newReadings(fixKind)
  for (const [at, lonDeg, latDeg] of places)
    addFix(readings, point, {
      at,
      lonDeg,
      latDeg,
      altitudeM: 0,
      speedKmh: 50,
      headingDeg: 0,
      status: 3,
      alarm: 1,
      odometerKm: null,
      flags: 0,
    })
  await server.deps.telemetry.ingest(readings)
  await server.deps.geography.fences.round()
}

describe('fences over HTTP', () => {
  it('are made, changed and removed by those who may; a repeat answers as before, a stale view is refused', async () => {
    const command = wish()
    const made = await dispatcher.post(`${api}/geofences`, command)
    expect(made).toMatchObject({ status: 201, body: { version: 1 } })
    expect((await dispatcher.post(`${api}/geofences`, command)).body).toEqual(made.body)
    expect((await supervisor.post(`${api}/geofences`, wish())).status).toBe(403)
    expect((await server.anyone().get(`${api}/geofences`)).status).toBe(401)
    const { id } = made.body

    const changed = { ...wish({ name: '煤场南门' }), rev: 1 }
    expect((await dispatcher.post(`${api}/geofences/${id}/versions`, changed)).body).toEqual({ id, version: 2 })
    const stale = await dispatcher.post(`${api}/geofences/${id}/versions`, { ...wish(), rev: 1 })
    expect(problemOf(stale)).toMatchObject({ status: 409, kind: 'stale_revision' })
    expect((await supervisor.get(`${api}/geofences/${id}`)).body).toMatchObject({
      name: '煤场南门',
      version: 2,
      versions: [{ version: 2 }, { version: 1, name: '煤场' }],
    })
    const shown = await supervisor.get(`${api}/geofences/shown?west=87.304&south=43&east=88&north=45`)
    expect(shown.body).toMatchObject({ total: 1, rows: [{ id }] })
    expect((await supervisor.get(`${api}/geofences/shown?west=87.4&south=43&east=88&north=45`)).body.rows).toEqual([])

    expect((await dispatcher.post(`${api}/geofences/${id}/removal`, { commandId: newId(), rev: 2 })).status).toBe(201)
    expect((await supervisor.get(`${api}/geofences`)).body.rows).toEqual([])
    expect((await supervisor.get(`${api}/geofences?removed=1`)).body.rows).toMatchObject([{ id }])
    const gone = await dispatcher.post(`${api}/geofences/${id}/removal`, { commandId: newId(), rev: 2 })
    expect(problemOf(gone)).toMatchObject({ status: 404, kind: 'geofence_not_found' })
  })

  it('are refused with field, value and rule', async () => {
    const bow = {
      kind: 'polygon',
      rings: [
        [
          { lon: 87, lat: 44 },
          { lon: 88, lat: 45 },
          { lon: 88, lat: 44 },
          { lon: 87, lat: 45 },
        ],
      ],
    }
    const refused = async (given: object) => problemOf(await dispatcher.post(`${api}/geofences`, wish(given)))
    expect(await refused({ shape: bow })).toMatchObject({
      status: 422,
      kind: 'shape_crosses_itself',
      errors: [{ field: 'shape.rings[0][0]', value: '87, 44' }],
    })
    expect(await refused({ shape: { ...yard, radiusM: 1e9 } })).toMatchObject({
      kind: 'shape_too_large',
      errors: [{ field: 'shape.radiusM', value: 1e9, rule: '20..100000 m' }],
    })
    expect(await refused({ validFrom: 2, validUntil: 1 })).toMatchObject({
      kind: 'validity_empty',
      errors: [{ field: 'validUntil' }],
    })
    expect(await refused({ scope: 'party' })).toMatchObject({ kind: 'party_missing', errors: [{ field: 'partyId' }] })
    expect(await refused({ scope: 'party', partyId: 'nobody' })).toMatchObject({ kind: 'party_unknown' })
    expect(await refused({ scope: 'chosen' })).toMatchObject({ kind: 'vehicles_missing' })
    expect(await refused({ scope: 'chosen', points: [16_000_000] })).toMatchObject({
      kind: 'vehicle_unknown',
      errors: [{ field: 'points', value: 16_000_000 }],
    })
    expect(await refused({ tellsEntry: false, tellsExit: false })).toMatchObject({ kind: 'nothing_told' })
    expect((await dispatcher.post(`${api}/geofences`, wish({ name: ' ' }))).status).toBe(400)
    expect(
      (
        await dispatcher.post(
          `${api}/geofences`,
          wish({ shape: { kind: 'circle', centre: { lon: 1e9, lat: 0 }, radiusM: 50 } }),
        )
      ).status,
    ).toBe(400)
  })

  it('tell what vehicles did: listed, filtered, exported, to those who see the vehicle', async () => {
    const truck = await newTruck('新B00001')
    const other = await newTruck('新B00002')
    await server.database.db
      .updateTable('telemetry_node')
      .set({ party_id: partyId })
      .where('code', '=', 'TRUCK-1')
      .execute()
    const all = (await dispatcher.post(`${api}/geofences`, wish({ name: '全部' }))).body.id
    const own = (await dispatcher.post(`${api}/geofences`, wish({ name: '本企业', scope: 'party', partyId }))).body.id
    const chosen = (
      await dispatcher.post(`${api}/geofences`, wish({ name: '指定', scope: 'chosen', points: [other.point] }))
    ).body.id
    const now = server.deps.telemetry.clock() + 1_000
    for (const { point } of [truck, other]) await drive(point, [now, 87.2, 44], [now + 1_000, 87.3, 44])

    const { rows } = (await supervisor.get(`${api}/geofence-events?limit=200`)).body
    const brief = rows.map(
      (row: { vehicle: string; fenceName: string; kind: string }) => `${row.vehicle} ${row.kind} ${row.fenceName}`,
    )
    expect(brief.toSorted()).toEqual([
      '新B00001 entry 全部',
      '新B00001 entry 本企业',
      '新B00002 entry 全部',
      '新B00002 entry 指定',
    ])
    const names = async (client: Client, query: string) =>
      (await client.get(`${api}/geofence-events?${query}`)).body.rows
        .map(({ fenceName }: { fenceName: string }) => fenceName)
        .toSorted()
    expect(await names(firm, '')).toEqual(['全部', '本企业'])
    expect(await names(supervisor, `fence=${chosen}`)).toEqual(['指定'])
    expect(await names(supervisor, `device=${truck.id}&kind=entry&late=0`)).toEqual(['全部', '本企业'])
    expect(await names(supervisor, `point=${other.point}&to=${now}`)).toEqual([])
    const page = (await supervisor.get(`${api}/geofence-events?limit=3`)).body
    expect((await supervisor.get(`${api}/geofence-events?limit=3&cursor=${page.next}`)).body.rows).toHaveLength(1)
    expect((await firm.get(`${api}/geofences`)).body.rows.map(({ id }: { id: string }) => id).toSorted()).toEqual(
      [all, own].toSorted(),
    )
    const sheet = await supervisor.get(`${api}/geofence-events/export.xlsx?kind=entry`)
    expect([sheet.status, sheet.headers.get('content-type')]).toEqual([
      200,
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ])
  })

  it('the map gets what it shows: one by one, by name, in groups, each only what they may see', async () => {
    const positions = async (client: Client, query: string) => (await client.get(`${api}/positions?${query}`)).body
    const here = 'west=87&south=43.9&east=87.5&north=44.1'
    expect(await positions(supervisor, here)).toMatchObject({
      total: 2,
      rows: [{ name: '新B00001' }, { name: '新B00002' }],
      groups: [],
    })
    expect(await positions(supervisor, 'west=88&south=43&east=89&north=44')).toMatchObject({ total: 0, rows: [] })
    expect(await positions(firm, here)).toMatchObject({ total: 1, rows: [{ name: '新B00001' }] })
    expect(await positions(supervisor, `${here}&limit=1`)).toMatchObject({
      total: 2,
      rows: [],
      groups: [{ count: 2, alarms: 2 }],
    })
    expect(await positions(supervisor, 'q=b00002')).toMatchObject({ total: 1, rows: [{ name: '新B00002' }] })
    expect(await positions(supervisor, `${here}&since=${server.deps.telemetry.clock() + 86_400_000}`)).toMatchObject({
      total: 2,
      rows: [],
    })
    expect(await positions(supervisor, `${here}&online=1`)).toMatchObject({ total: 0 })
    expect(problemOf(await supervisor.get(`${api}/positions?west=1`))).toMatchObject({
      status: 422,
      kind: 'box_not_whole',
      errors: [{ field: 'south' }],
    })
    expect(problemOf(await supervisor.get(`${api}/positions?west=2&south=1&east=1&north=2`))).toMatchObject({
      kind: 'box_empty',
      errors: [{ field: 'east', value: 1 }],
    })
  })
})

const urumqi = { lon: 87.6, lat: 43.801 }
const kuitun = { lon: 84.901, lat: 44.42 }
const ask = (from = urumqi, to = kuitun, more = '', who = supervisor) =>
  who.get(`${api}/distances?fromLon=${from.lon}&fromLat=${from.lat}&toLon=${to.lon}&toLat=${to.lat}${more}`)

describe('distances', () => {
  it('rest on the best there is, and say on what: roads, trips, a contract', async () => {
    const far = await ask({ lon: 120, lat: 30 }, { lon: 121, lat: 31 })
    expect(far.body).toMatchObject({ basis: 'great_circle', durationS: null, fromSnapM: null })
    expect(far.body.skipped).toContainEqual({ basis: 'road_graph', reason: 'too_far_from_road' })
    const near = await ask({ lon: 88.5, lat: 44.3 }, { lon: 88.51, lat: 44.3 })
    expect(near.body.basis).toBe('great_circle')

    const { body: roads } = await ask()
    expect(roads).toMatchObject({ basis: 'road_graph', source: 'xj-road-graph' })
    expect(roads.distanceM / 1_000).toBeCloseTo(251.5, -1)
    expect(roads.fromSnapM).toBeLessThan(500)
    expect(roads.skipped).toContainEqual({ basis: 'service', reason: 'not_configured' })

    const [from, to] = [{ place: urumqi }, { place: kuitun }]
    const { db, zoneId, clock } = server.deps
    const note = (trip: number) =>
      db.transaction().execute((tx) =>
        noteLaneTrip(tx, zoneId, {
          tripId: `waybill ${trip}`,
          from,
          to,
          distanceM: 260_000 + trip * 1_000,
          drivenAt: clock(),
        }),
      )
    for (const trip of [1, 2, 3, 4, 4]) await note(trip)
    expect((await ask()).body.basis).toBe('road_graph')
    await note(50)
    expect((await ask()).body).toMatchObject({ basis: 'lane_median', distanceM: 263_000, source: '5' })

    const agreed = {
      commandId: newId(),
      fromKey: laneKey(from),
      toKey: laneKey(to),
      distanceM: 270_000,
      contractNo: 'HT-2026-001',
    }
    expect((await supervisor.post(`${api}/agreed-distances`, agreed)).status).toBe(403)
    const made = await dispatcher.post(`${api}/agreed-distances`, agreed)
    expect(made.status).toBe(201)
    expect((await ask()).body).toMatchObject({
      basis: 'contract',
      distanceM: 270_000,
      source: 'HT-2026-001',
      skipped: [],
    })
    expect((await ask(urumqi, kuitun, '', firm)).body).toMatchObject({ basis: 'contract', source: '' })
    expect((await ask(urumqi, kuitun, '&toKey=warehouse')).body.basis).toBe('road_graph')
    expect((await supervisor.get(`${api}/agreed-distances`)).body.rows).toMatchObject([{ id: made.body.id }])
    expect(
      (await dispatcher.post(`${api}/agreed-distances/${made.body.id}/removal`, { commandId: newId() })).status,
    ).toBe(201)
    expect((await ask()).body.basis).toBe('lane_median')
    expect((await ask({ lon: 200, lat: 0 })).status).toBe(400)
  })
})

describe('a routing service', () => {
  type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => void
  let answer: Answering
  let asked = 0
  let service: Server
  let url: string
  beforeAll(async () => {
    service = createServer(async (request, response) => {
      asked++
      let body = ''
      for await (const chunk of request) body += String(chunk)
      answer(request, response, body)
    })
    await new Promise<void>((resolve) => {
      service.listen(0, '127.0.0.1', resolve)
    })
    // A TCP server has a port.
    url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`
  })
  afterAll(() => {
    service.closeAllConnections()
    service.close()
  })
  const json = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  const open = (engine: 'osrm' | 'valhalla', timeoutMs = 2_000) => createRouteService({ engine, url, timeoutMs })

  it('is asked as OSRM is, and its figures come before the lane and the roads', async () => {
    let path = ''
    answer = ({ url: at = '' }, response) => {
      path = at
      json(response, 200, {
        code: 'Ok',
        routes: [{ distance: 265_512.4, duration: 10_800.6 }],
        waypoints: [{ distance: 12.3 }, { distance: 40 }],
      })
    }
    const distances = createDistances(server.deps, open('osrm'))

    const found = await distances.distance({ from: { place: urumqi, key: 'a' }, to: { place: kuitun, key: 'b' } })

    expect(path).toBe('/route/v1/driving/87.6,43.801;84.901,44.42?overview=false&steps=false&alternatives=false')
    expect(found).toEqual({
      distanceM: 265_512,
      durationS: 10_801,
      basis: 'service',
      source: 'OSRM',
      fromSnapM: 12,
      toSnapM: 40,
      skipped: [{ basis: 'contract', reason: 'none_agreed' }],
    })
    answer = (_request, response) => json(response, 400, { code: 'NoRoute', message: 'Impossible route' })
    const none = await distances.distance({ from: { place: urumqi, key: 'a' }, to: { place: kuitun, key: 'b' } })
    expect(none.basis).toBe('road_graph')
    expect(none.skipped).toContainEqual({ basis: 'service', reason: 'no_route' })
  })

  it('is asked as Valhalla is, for a truck, in kilometres', async () => {
    let heard: unknown = null
    answer = (_request, response, body) => {
      heard = JSON.parse(body)
      json(response, 200, { trip: { status: 0, units: 'kilometers', summary: { length: 265.5, time: 12_000 } } })
    }
    const valhalla = open('valhalla')

    expect(await valhalla.route(urumqi, kuitun)).toEqual({
      ok: true,
      value: { distanceM: 265_500, durationS: 12_000, fromSnapM: null, toSnapM: null },
    })
    expect(heard).toMatchObject({ costing: 'truck', units: 'kilometers', locations: [urumqi, kuitun] })
    answer = (_request, response) => json(response, 400, { error_code: 442, error: 'No path could be found for input' })
    expect(await valhalla.route(urumqi, kuitun)).toEqual({ ok: false, error: 'no_route' })
  })

  it('that talks nonsense, too long, elsewhere or not at all is left alone after five failures', async () => {
    const osrm = open('osrm', 300)
    const error = async () => {
      const route = await osrm.route(urumqi, kuitun)
      return route.ok ? null : route.error
    }
    answer = (_request, response) => json(response, 200, '<html>')
    expect(await error()).toBe('malformed_answer')
    answer = (_request, response) => json(response, 200, { code: 'Ok', routes: [{ distance: -5, duration: 1e99 }] })
    expect(await error()).toBe('malformed_answer')
    answer = (_request, response) => json(response, 200, JSON.stringify({ code: 'Ok', padding: 'x'.repeat(2_000_000) }))
    expect(await error()).toBe('malformed_answer')
    answer = (_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' })
      response.end()
    }
    expect(await error()).toBe('unreachable')
    answer = () => {}
    expect(await error()).toBe('timed_out')

    const before = asked
    expect(await error()).toBe('service_resting')
    expect(asked).toBe(before)
  })
})
