import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { openGateway, type Gateway, type GatewayDeps, type Medium } from '@tingzhou/gateway'
import { decode, type Position } from '@tingzhou/jt808'
import { epochMs } from '@tingzhou/kernel'
import {
  addDevice,
  addNode,
  fixesOf,
  fixFlags,
  fixKind,
  openTelemetry,
  queueCommand,
  readMinutes,
  saveProfile,
  type PointTemplate,
  type Telemetry,
} from '@tingzhou/telemetry'
import { createFleet, type Fleet, type FleetOptions } from './fleet.ts'
import { identityOf, type Identity } from './identity.ts'
import { readRoads } from './roads.ts'
import { beginTruck, type Truck } from './truck.ts'

// Twenty seconds of the fleet and its platform pass in one of the test: reports every 10 s come twice a second.
const faster = 20
const roads = readRoads()
const errors: unknown[] = []
const log = { error: (fields: unknown) => void errors.push(fields), info: () => {} }

let test: TestDatabase
let zoneId: string
let telemetry: Telemetry
let gateway: Gateway
let port: number
let media: { readonly deviceId: string; readonly medium: Medium }[]
let reports: { readonly id: number; readonly position: Position }[]
let fleet: Fleet
let beganMs: number

const now = () => epochMs(Math.floor(beganMs + (performance.now() - beganMs + performance.timeOrigin) * faster))

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  beganMs = performance.timeOrigin + performance.now()
  zoneId = newId()
  media = []
  reports = []
  port = 0
  await open()
})
afterEach(async () => {
  fleet.close()
  await shut()
  expect(errors.splice(0)).toEqual([])
})

async function open(): Promise<void> {
  telemetry = await openTelemetry(
    { database: test.database, zoneId, clock: now, log: log as never, stream: 'test' },
    false,
  )
  const keepMedium: GatewayDeps['keepMedium'] = async ({ id }, medium) => void media.push({ deviceId: id, medium })
  const deps = { db: test.db, zoneId, clock: now, log: log as never, telemetry, keepMedium }
  gateway = await openGateway(deps, { host: '127.0.0.1', jt808: port, jt808Udp: null })
  port = gateway.ports.jt808 ?? 0
}

async function shut(): Promise<void> {
  await gateway.close()
  await telemetry.close()
}

const template = (key: string, kind: PointTemplate['kind']): PointTemplate => ({
  key,
  kind,
  name: { zh: key, en: key },
  unit: null,
  resolution: 0.1,
  euLow: null,
  euHigh: null,
  sampleMs: 10_000,
  staleAfterS: 60,
  counterMax: null,
})

async function makeKnown({ phone, plate, segment }: Identity): Promise<void> {
  await test.db.transaction().execute(async (tx) => {
    const name = { zh: plate, en: plate }
    const points = [template('POS', 'position'), template('FUEL', 'analog')]
    await saveProfile(tx, zoneId, { key: 'truck', name, points }, now())
    const nodeId = newId()
    const node = { id: nodeId, parentId: null, level: 'equipment' as const, segment, name, profileKey: 'truck' }
    await addNode(tx, zoneId, { ...node, partyId: null })
    const device = { id: newId(), protocol: 'jt808' as const, identity: phone, name: plate, nodeId, secret: null }
    await addDevice(tx, zoneId, { ...device, settings: {} })
  })
}

async function start(count: number, more: Partial<FleetOptions> = {}): Promise<void> {
  for (let id = 0; id < count; id++) await makeKnown(identityOf(id))
  await gateway.poll()
  fleet = createFleet({
    port,
    count,
    roads,
    now,
    spreadMs: 1_000,
    brokenShare: 0,
    sosPerDay: 0,
    reconnectMs: { first: 5_000, most: 20_000 },
    onReport: ({ id }, position) => void reports.push({ id, position }),
    ...more,
  })
  await until(() => fleet.counts().admissions >= count)
}

const until = (holds: () => boolean) => expect.poll(holds, { timeout: 20_000, interval: 20 }).toBe(true)

async function deviceOf(id: number): Promise<string> {
  const row = await test.db
    .selectFrom('telemetry_device')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('identity', '=', identityOf(id).phone)
    .executeTakeFirstOrThrow()
  return row.id
}

async function storedFixes(id: number) {
  const point = await test.db
    .selectFrom('telemetry_device as device')
    .innerJoin('telemetry_point as point', (join) =>
      join.onRef('point.node_id', '=', 'device.node_id').onRef('point.zone_id', '=', 'device.zone_id'),
    )
    .select('point.id')
    .where('device.zone_id', '=', zoneId)
    .where('device.identity', '=', identityOf(id).phone)
    .where('point.template', '=', 'POS')
    .executeTakeFirstOrThrow()
  await telemetry.store.flush(true)
  const minutes = await readMinutes(test.db, zoneId, fixKind, point.id, now() - 86_400_000, now() + 86_400_000)
  return minutes.flatMap(({ minute, rows }) => fixesOf(rows, minute)).toSorted((a, b) => a.at - b.at)
}

/** What reports say of their places, in the order of time, as the platform keeps it. */
const said = (id: number) =>
  reports
    .filter((report) => report.id === id)
    .map(({ position }) => [position.timeMs, position.longitude, position.latitude, position.speedKmh])
const kept = (fixes: Awaited<ReturnType<typeof storedFixes>>) =>
  fixes.map(({ at, lonDeg, latDeg, speedKmh }) => [at, lonDeg, latDeg, speedKmh])

/** All that was reported is answered or will be after the fleet has stopped reporting. */
async function settle(): Promise<void> {
  await until(
    () =>
      fleet.counts().reportsAnswered >= fleet.counts().reports && fleet.terminals.every((one) => one.keptCount() === 0),
  )
}

async function order(id: number, kind: string, body: object): Promise<string> {
  const orderId = newId()
  const command = { id: orderId, deviceId: await deviceOf(id), kind, body: body as never, reason: null }
  const who = { actorId: 'somebody', actorName: 'Somebody', expiresAt: epochMs(now() + 3_600_000) }
  await queueCommand(test.db, zoneId, { ...command, ...who }, now())
  await gateway.poll()
  return orderId
}

async function endOf(id: string) {
  const read = () =>
    test.db
      .selectFrom('telemetry_command')
      .select(['state', 'answer'])
      .where('zone_id', '=', zoneId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  await expect.poll(async () => (await read()).state, { timeout: 10_000 }).not.toMatch(/queued|sent/)
  return read()
}

describe('terminals at a real gateway', () => {
  it('of all versions register, report, and are answered; every report arrives once', async () => {
    await start(10)
    await until(() => fleet.counts().reports >= 60)
    await settle()
    fleet.close()

    expect(fleet.counts()).toMatchObject({ refused: 0, reportsLost: 0, framesUnreadable: 0 })
    for (const id of [0, 1, 9]) {
      const fixes = await storedFixes(id)
      expect(kept(fixes)).toEqual(said(id))
      expect(fixes.every(({ flags }) => (flags & (fixFlags.jump | fixFlags.noFix)) === 0)).toBe(true)
    }
  })

  it('lose no report to a line that breaks every tenth frame', async () => {
    await start(6, { brokenShare: 0.1, reportEveryMs: 5_000 })
    await until(() => fleet.counts().framesBroken >= 6)
    await until(() => fleet.counts().framesResent >= 2)
    await settle()
    fleet.close()

    for (let id = 0; id < 6; id++) expect(kept(await storedFixes(id))).toEqual(said(id))
    expect(gateway.counters.read()['jt808.frames_bad']).toBeGreaterThan(0)
  })

  it('lose no report to a gateway that stops for a while: what they kept comes after', async () => {
    await start(10)
    await until(() => fleet.counts().reports >= 30)
    await shut()
    const before = fleet.counts().reports
    await until(() => fleet.counts().reports >= before + 30)
    await open()
    await until(() => fleet.online() === 10)
    await settle()
    fleet.close()

    expect(fleet.counts()).toMatchObject({ reportsLost: 0, refused: 0 })
    expect(fleet.counts().reportsReplayed).toBeGreaterThanOrEqual(30)
    for (const id of [0, 3, 8]) expect(kept(await storedFixes(id))).toEqual(said(id))
    expect((await storedFixes(8)).some(({ flags }) => (flags & fixFlags.late) !== 0)).toBe(true)
  })

  it('fall silent on a pass and send what they kept behind it', async () => {
    const [from, to] = ['fukang', 'wucaiwan'].map((id) => roads.graph.findNode(id) ?? -1) as [number, number]
    const begun = beginTruck({ roads, stopScale: 1 }, 1, 1)
    const truck: Truck = {
      ...begun,
      from,
      to,
      leg: 0,
      isLoaded: false,
      speedMs: 18,
      doing: { kind: 'driving', drivenS: 0 },
      // 400 m before the stretch without a network.
      alongM: 0.55 * roads.way(from, to).distanceM - 400,
    }
    const shortPass = new Map(
      [...roads.passes].map(([edge, pass]) => [edge, { ...pass, toShare: pass.fromShare + 0.012 }]),
    )
    await start(2, { trucks: new Map([[1, truck]]), roads: { ...roads, passes: shortPass } })

    await until(() => fleet.terminals[1]?.isOnline() === false)
    await until(() => (fleet.terminals[1]?.keptCount() ?? 0) >= 5)
    expect(fleet.terminals[0]?.isOnline()).toBe(true)
    await until(() => fleet.terminals[1]?.isOnline() === true)
    await settle()
    fleet.close()

    const fixes = await storedFixes(1)
    expect(kept(fixes)).toEqual(said(1))
    expect(fixes.filter(({ flags }) => (flags & fixFlags.late) !== 0).length).toBeGreaterThanOrEqual(5)
  })

  it('that lost their codes register again; those that have one only show it', async () => {
    await start(3)
    const codes = fleet.codes()
    fleet.close()
    fleet = createFleet({ port, count: 3, roads, now, spreadMs: 0, codes: new Map([...codes].slice(0, 2)) })
    await until(() => fleet.online() === 3)
    expect(fleet.counts()).toMatchObject({ registrations: 1, refused: 0 })
    fleet.close()

    fleet = createFleet({ port, count: 3, roads, now, spreadMs: 0, codes: new Map([[identityOf(0).phone, 'wrong']]) })
    await until(() => fleet.online() === 3)

    expect(fleet.counts()).toMatchObject({ registrations: 3, refused: 1 })
  })
})

describe('an order', () => {
  beforeEach(() => start(10))

  it('of text, a link test, an area is acknowledged', async () => {
    const circle = { areaId: 7, attributeBits: 0, latitude: 44, longitude: 87, radiusM: 500, name: '虚构' }
    for (const [kind, body] of [
      ['text', { flagBits: 13, textKind: 'notice', text: '已派单' }],
      ['link_test', {}],
      ['set_circles', { action: 'replace', circles: [circle] }],
      ['delete_circles', { areaIds: [7] }],
      ['confirm_alarm', { alarmSerial: 0, alarmBits: 1 }],
    ] as const)
      expect(await endOf(await order(9, kind, body))).toEqual({ state: 'acknowledged', answer: { result: 'ok' } })
  })

  it('for position, parameters and attributes is answered with them, also by a terminal of 2013', async () => {
    for (const id of [1, 9]) {
      expect(await endOf(await order(id, 'query_position', {}))).toMatchObject({
        state: 'acknowledged',
        answer: { kind: 'position_answer', body: { position: { speedKmh: expect.any(Number) } } },
      })
      const set = { parameters: [{ kind: 'heartbeat_s', value: 45 }] }
      expect(await endOf(await order(id, 'set_parameters', set))).toMatchObject({ state: 'acknowledged' })
      expect(await endOf(await order(id, 'query_parameters', {}))).toMatchObject({
        answer: { body: { parameters: expect.arrayContaining([{ kind: 'heartbeat_s', value: 45 }]) } },
      })
      // 0x0107 does not say what it answers: what came is looked at.
      await order(id, 'query_attributes', {})
      const attributes = () =>
        gateway.frames
          .read('jt808', identityOf(id).phone)
          .filter(({ direction }) => direction === 'up')
          .map(({ bytes }) => decode(bytes))
          .find(({ kind }) => kind === 'attributes_answer')
      await until(() => attributes() !== undefined)
      expect(attributes()?.body).toMatchObject({ maker: 'TZSIM', terminalId: identityOf(id).terminalId })
    }
  })

  it('to track makes reports come as often as it says, for as long as it says', async () => {
    expect(await endOf(await order(9, 'track', { intervalS: 2, validityS: 40 }))).toMatchObject({
      state: 'acknowledged',
    })
    const from = now()
    await until(() => now() > from + 90_000)

    const gapsS = said(9)
      .map(([at], i, all) => ((all[i + 1]?.[0] ?? 0) - (at ?? 0)) / 1_000)
      .slice(0, -1)
    expect(gapsS.filter((gapS) => gapS <= 3).length).toBeGreaterThanOrEqual(10)
    expect(gapsS.at(-1)).toBeGreaterThanOrEqual(9)
  })

  it('for a picture brings a JPEG in many packages with its place', async () => {
    const settings = { resolution: '640x480', quality: 5, brightness: 128, contrast: 64, saturation: 64, chroma: 128 }
    const body = { channel: 1, command: 1, intervalS: 0, save: 'upload', ...settings }
    for (const id of [2, 9]) {
      const end = await endOf(await order(id, 'take_picture', body))
      expect(end).toMatchObject({ state: 'acknowledged', answer: { kind: 'picture_answer', body: { mediaIds: [1] } } })
      const deviceId = await deviceOf(id)
      await until(() => media.some((each) => each.deviceId === deviceId))

      const medium = media.find((each) => each.deviceId === deviceId)?.medium
      expect([...(medium?.data.subarray(0, 3) ?? [])]).toEqual([0xff, 0xd8, 0xff])
      expect(medium?.data.length).toBeGreaterThan(3_000)
      expect(medium).toMatchObject({ mediaKind: 'image', format: 'jpeg', position: { longitude: expect.any(Number) } })
    }
    await until(() => fleet.counts().picturesSent === 2)
  })
})
