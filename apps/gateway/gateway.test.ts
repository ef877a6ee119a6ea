import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { decode, encode, encodeParts, type MessageOf } from '@tingzhou/jt808'
import {
  addDevice,
  addNode,
  fixesOf,
  fixKind,
  openTelemetry,
  queueCommand,
  readMinutes,
  saveProfile,
  type DeviceSettings,
  type PointTemplate,
  type Telemetry,
} from '@tingzhou/telemetry'
import { openGateway, type Gateway } from './gateway.ts'
import type { Medium } from './jt808/platform.ts'
import { connectTerminal, type TestTerminal } from './testing.ts'

let test: TestDatabase
let zoneId: string
let telemetry: Telemetry
let gateway: Gateway
let media: Medium[]
const terminals: TestTerminal[] = []
const phone = '13800138000'
const clock = { now: Date.UTC(2026, 10, 27, 4, 0) }
const now = () => epochMs(clock.now)

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  zoneId = newId()
  media = []
  clock.now = Date.UTC(2026, 10, 27, 4, 0)
  await open()
  await addTruck(phone)
  await gateway.poll()
})
afterEach(async () => {
  for (const terminal of terminals.splice(0)) terminal.close()
  await gateway.close()
  await telemetry.close()
})

const log = pino({ level: 'silent' })

async function open(): Promise<void> {
  telemetry = await openTelemetry({ database: test.database, zoneId, clock: now, log, stream: 'test' }, false)
  gateway = await openGateway(
    {
      db: test.db,
      zoneId,
      clock: now,
      log,
      telemetry,
      keepMedium: async (_device, medium) => void media.push(medium),
    },
    { host: '127.0.0.1', jt808: 0, jt808Udp: 0 },
  )
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

async function addTruck(identity: string, settings: DeviceSettings = {}): Promise<string> {
  return test.db.transaction().execute(async (tx) => {
    const name = { zh: '货车', en: 'Truck' }
    await saveProfile(
      tx,
      zoneId,
      { key: 'truck', name, points: [template('POS', 'position'), template('FUEL', 'analog')] },
      now(),
    )
    const nodeId = newId()
    await addNode(tx, zoneId, {
      id: nodeId,
      parentId: null,
      level: 'equipment',
      segment: `T${identity}`,
      name,
      profileKey: 'truck',
      partyId: null,
    })
    const added = await addDevice(tx, zoneId, {
      id: newId(),
      protocol: 'jt808',
      identity,
      name: identity,
      nodeId,
      secret: null,
      settings,
    })
    return added.ok ? added.value.id : ''
  })
}

async function connect(
  ...args: [phone?: string, version?: '2011' | '2013' | '2019', terminalId?: string]
): Promise<TestTerminal> {
  const terminal = await connectTerminal(gateway.ports.jt808 ?? 0, args[0] ?? phone, args[1], args[2])
  terminals.push(terminal)
  return terminal
}

const positionAt = (
  timeMs: number,
  more: Partial<MessageOf<'position'>['body']> = {},
): MessageOf<'position'>['body'] => ({
  alarmBits: 0,
  statusBits: 0b11,
  latitude: 44.007806,
  longitude: 87.305341,
  altitudeM: 577,
  speedKmh: 65,
  directionDeg: 271,
  timeMs,
  items: [
    { kind: 'odometer', odometerM: 123_456_700 },
    { kind: 'fuel', fuelL: 318.5 },
  ],
  ...more,
})

async function storedFixes(identity = phone) {
  const device = await test.db
    .selectFrom('telemetry_device')
    .select('node_id')
    .where('zone_id', '=', zoneId)
    .where('identity', '=', identity)
    .executeTakeFirstOrThrow()
  const point = await test.db
    .selectFrom('telemetry_point')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('node_id', '=', device.node_id ?? '')
    .where('template', '=', 'POS')
    .executeTakeFirstOrThrow()
  await telemetry.store.flush(true)
  const minutes = await readMinutes(test.db, zoneId, fixKind, point.id, clock.now - 86_400_000, clock.now + 86_400_000)
  return minutes.flatMap(({ minute, rows }) => fixesOf(rows, minute))
}

async function deviceId(): Promise<string> {
  const row = await test.db
    .selectFrom('telemetry_device')
    .select('id')
    .where('zone_id', '=', zoneId)
    .executeTakeFirstOrThrow()
  return row.id
}

/** Escapes, sums and flags what stands between. */
function framed(content: Uint8Array): Uint8Array {
  const sum = content.reduce((xor, byte) => xor ^ byte, 0)
  const escaped = [...content, sum].flatMap((byte) => (byte === 0x7e ? [0x7d, 2] : byte === 0x7d ? [0x7d, 1] : [byte]))
  return Uint8Array.of(0x7e, ...escaped, 0x7e)
}

const result = (message: Awaited<ReturnType<TestTerminal['next']>>) =>
  message.kind === 'platform_answer' ? [message.body.answeredSerial, message.body.result] : message.kind

describe('a terminal', () => {
  it('registers, shows its code, reports, and is answered when its report is durable', async () => {
    for (const version of ['2013', '2019'] as const) {
      const terminal = await connect(phone, version)
      await terminal.admit()
      const at = clock.now + (version === '2013' ? 0 : 10_000)

      terminal.send({ kind: 'position', header: terminal.header(), body: positionAt(at) })

      expect(result(await terminal.next())).toEqual([2, 'ok'])
      const entries = await test.db
        .selectFrom('telemetry_journal')
        .select('seq')
        .where('zone_id', '=', zoneId)
        .execute()
      expect(entries.length).toBeGreaterThan(0)
    }

    const fixes = await storedFixes()
    expect(fixes).toHaveLength(2)
    expect(fixes[0]).toMatchObject({
      at: clock.now,
      lonDeg: 87.305341,
      latDeg: 44.007806,
      speedKmh: 65,
      odometerKm: 123_456.7,
      flags: 0,
    })
    const rows = await test.db.selectFrom('sample_minute').select(['last']).where('zone_id', '=', zoneId).execute()
    expect(rows).toEqual([{ last: 318.5 }])
  })

  it('that nobody knows is refused and stands in quarantine; once known it is let in', async () => {
    const terminal = await connect('13900000001')
    const body = {
      provinceCode: 65,
      cityCode: 2301,
      maker: 'X',
      model: 'Y',
      terminalId: 'Z',
      plateColour: 'yellow',
      plate: '新B00001',
    } as const
    terminal.send({ kind: 'register', header: terminal.header(), body })
    expect((await terminal.next()).body).toMatchObject({ result: 'terminal_unknown' })
    terminal.send({ kind: 'position', header: terminal.header(), body: positionAt(clock.now) })
    expect(result(await terminal.next())).toEqual([1, 'failed'])

    const stands = () =>
      test.db
        .selectFrom('telemetry_device')
        .select(['state', 'name'])
        .where('zone_id', '=', zoneId)
        .where('identity', '=', '13900000001')
        .execute()
    await expect.poll(stands).toEqual([{ state: 'quarantined', name: '新B00001' }])
    const id = await addTruck('13900000001')
    await gateway.poll()
    await terminal.admit()
    expect(gateway.online()).toEqual([id])
  })

  it('is not heard before it has shown its code, nor with a wrong one', async () => {
    const terminal = await connect()

    terminal.send({ kind: 'position', header: terminal.header(), body: positionAt(clock.now) })
    expect(result(await terminal.next())).toEqual([0, 'failed'])
    terminal.send({
      kind: 'authenticate',
      header: terminal.header(),
      body: { authCode: 'guess', imei: '1', softwareVersion: '1' },
    })
    expect(result(await terminal.next())).toEqual([1, 'failed'])

    expect(await storedFixes()).toEqual([])
    expect(gateway.counters.read()).toMatchObject({ 'jt808.code_wrong': 1, 'jt808.not_admitted': 1 })
  })

  it('loses its phone to nobody: another terminal that registers under it is refused', async () => {
    await (await connect()).admit()
    const thief = await connect(phone, '2019', 'OTHER')

    await expect(thief.admit()).rejects.toThrow('terminal_registered')
  })

  it('that connects again takes over from its old connection', async () => {
    const first = await connect()
    await first.admit()
    const second = await connect()
    await second.admit()

    await first.closed
    second.send({ kind: 'heartbeat', header: second.header(), body: {} })
    expect(result(await second.next())).toEqual([2, 'ok'])
    expect(gateway.online()).toEqual([await deviceId()])
    expect(gateway.counters.read()['jt808.superseded']).toBe(1)
  })

  it('sends what it kept in a blind area, late and marked so, and moves nothing back', async () => {
    const terminal = await connect()
    await terminal.admit()
    terminal.send({ kind: 'position', header: terminal.header(), body: positionAt(clock.now) })
    await terminal.next()
    const old = [
      positionAt(clock.now - 20_000, { longitude: 87.3 }),
      positionAt(clock.now - 10_000, { longitude: 87.302 }),
    ]
    terminal.send({
      kind: 'position_batch',
      header: terminal.header(),
      body: { batchKind: 'blind_area', positions: old },
    })
    expect(result(await terminal.next())).toEqual([3, 'ok'])

    expect((await storedFixes()).map(({ at, flags }) => [at - clock.now, flags])).toEqual([
      [-20_000, 1],
      [-10_000, 1],
      [0, 0],
    ])
    expect([...telemetry.last.fixes()].map(([, { lonDeg }]) => lonDeg)).toEqual([87.305341])
  })

  it('is answered, but moves nothing, with a position that cannot be', async () => {
    const terminal = await connect()
    await terminal.admit()
    const bodies = [
      positionAt(clock.now + 11 * 60_000),
      positionAt(clock.now - 401 * 86_400_000),
      positionAt(clock.now, { statusBits: 0b100011 }),
      positionAt(clock.now + 1_000, { statusBits: 0, latitude: 0, longitude: 0, alarmBits: 1 }),
      positionAt(clock.now + 5_000, { longitude: 88 }),
      positionAt(clock.now + 10_000, { longitude: 90 }),
    ]
    for (const body of bodies) terminal.send({ kind: 'position', header: terminal.header(), body })
    // What is kept as a frame and what is stored as a position become durable apart, and are answered then.
    const answers = new Set<string>()
    for (const _ of bodies) answers.add(result(await terminal.next()).toString())
    expect(answers).toEqual(new Set(bodies.map((_, index) => `${index + 2},ok`)))

    expect((await storedFixes()).map(({ at, alarm, flags }) => [at - clock.now, alarm, flags])).toEqual([
      [1_000, 1, 2],
      [5_000, 0, 0],
      [10_000, 0, 4],
    ])
    expect(gateway.counters.read()).toMatchObject({
      'jt808.position_refused.time_ahead': 1,
      'jt808.position_refused.time_long_ago': 1,
      'jt808.position_refused.encrypted': 1,
    })
    expect([...telemetry.last.fixes()].map(([, { lonDeg }]) => lonDeg)).toEqual([88])
  })

  it('that sends too much is read as fast as it may, and loses nothing', async () => {
    const terminal = await connect()
    await terminal.admit()
    const began = performance.now()
    for (let count = 0; count < 260; count++)
      terminal.send({
        kind: 'position',
        header: terminal.header(),
        body: positionAt(clock.now + count * 1_000 - 300_000),
      })
    terminal.send({ kind: 'heartbeat', header: terminal.header(), body: {} })
    // What was sent at once came in one piece; what is sent now waits.
    for (let count = 0; count < 200; count++) await terminal.next()
    terminal.send({ kind: 'heartbeat', header: terminal.header(), body: {} })
    for (let count = 200; count < 262; count++) await terminal.next()

    expect(performance.now() - began).toBeGreaterThan(2_000)
    expect(gateway.counters.read()['jt808.held_back']).toBeGreaterThan(0)
    expect(await storedFixes()).toHaveLength(260)
  })

  it('does not show its code to those who read the log of its frames', async () => {
    const terminal = await connect()
    await terminal.admit()

    const kept = gateway.frames.read('jt808', phone).map(({ bytes }) => decode(bytes))
    const codes = kept.flatMap(({ body }) => ('authCode' in body ? [body.authCode] : []))
    expect(codes).toEqual(['******', '******'])
  })

  it('is not told that its position came when its equipment has none', async () => {
    await test.db
      .updateTable('telemetry_point')
      .set({ retired_at: new Date(0) })
      .where('zone_id', '=', zoneId)
      .execute()
    await test.db
      .updateTable('telemetry_device')
      .set({ changed_at: new Date(), rev: 9 })
      .where('zone_id', '=', zoneId)
      .execute()
    await gateway.poll()
    const terminal = await connect()
    await terminal.admit()

    terminal.send({ kind: 'position', header: terminal.header(), body: positionAt(clock.now) })

    expect(result(await terminal.next())).toEqual([2, 'failed'])
  })

  it('survives bad frames between good ones, and is closed by twenty in a row', async () => {
    const terminal = await connect()
    await terminal.admit()
    const heartbeat = () => encode({ kind: 'heartbeat', header: terminal.header(), body: {} })
    const broken = heartbeat()
    broken[3] = (broken[3] ?? 0) ^ 1

    for (let round = 0; round < 5; round++) {
      for (let bad = 0; bad < 19; bad++) terminal.sendBytes(broken)
      terminal.sendBytes(Uint8Array.of(1, 2, 3))
      terminal.sendBytes(heartbeat())
      expect(result(await terminal.next())).toMatchObject([expect.any(Number), 'ok'])
    }
    for (let bad = 0; bad < 20; bad++) terminal.sendBytes(broken)

    await terminal.closed
    expect(gateway.counters.read()).toMatchObject({ 'jt808.closed_for_bad_frames': 1 })
  })

  it('does no harm with a phone that is none, whoever sends it, nor with bytes that were changed anywhere', async () => {
    const honest = await connect()
    await honest.admit()
    const stranger = await connect('1')
    const body = encode({ kind: 'heartbeat', header: { version: '2013', phone, serial: 1 }, body: {} }).slice(1, -2)
    for (let place = 0; place < body.length; place++)
      for (const value of [0x00, 0x0a, 0xaf, 0xff]) {
        const changed = Uint8Array.from(body)
        changed[place] = value
        stranger.sendBytes(framed(changed))
        stranger.sendBytes(framed(body))
      }
    await expect.poll(() => gateway.counters.read()['jt808.refused.phone_digit'] ?? 0).toBeGreaterThan(5)

    honest.send({ kind: 'position', header: honest.header(), body: positionAt(clock.now) })
    expect(result(await honest.next())).toEqual([2, 'ok'])
    expect(gateway.counters.read()['jt808.faults'] ?? 0).toBe(0)
  })

  it('that unregisters has to register again, and its old code opens nothing', async () => {
    const terminal = await connect()
    await terminal.admit()
    terminal.send({ kind: 'unregister', header: terminal.header(), body: {} })
    expect(result(await terminal.next())).toEqual([2, 'ok'])
    const secret = async () => {
      const row = await test.db
        .selectFrom('telemetry_device')
        .select('secret_sha256')
        .where('zone_id', '=', zoneId)
        .executeTakeFirstOrThrow()
      return row.secret_sha256
    }
    await expect.poll(secret).toBeNull()
    expect(gateway.online()).toEqual([])
    await terminal.admit()
    expect(gateway.online()).toEqual([await deviceId()])
  })

  it('sends a picture in packages, which is kept and answered once', async () => {
    const terminal = await connect(phone, '2013')
    await terminal.admit()
    const { items: _items, ...position } = positionAt(clock.now)
    const data = Uint8Array.from({ length: 3_000 }, (_, index) => index % 251)
    const header = terminal.header()
    const frames = encodeParts({
      kind: 'media_data',
      header,
      body: { mediaId: 7, mediaKind: 'image', format: 'jpeg', event: 'platform_order', channel: 1, position, data },
    })
    for (const frame of frames.toReversed()) terminal.sendBytes(frame)

    expect(await terminal.next()).toMatchObject({ kind: 'media_answer', body: { mediaId: 7 } })
    expect(media).toHaveLength(1)
    expect([...(media[0]?.data ?? [])]).toEqual([...data])
  })
})

describe('an order', () => {
  const order = async (deviceId: string, kind: string, body: Parameters<typeof queueCommand>[2]['body']) => {
    const id = newId()
    await queueCommand(
      test.db,
      zoneId,
      { id, deviceId, kind, body, actorId: 'a', actorName: '甲', reason: null, expiresAt: epochMs(clock.now + 60_000) },
      now(),
    )
    return id
  }
  const stateOf = async (id: string) => {
    const row = await test.db
      .selectFrom('telemetry_command')
      .select(['state', 'answer'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return row
  }
  it('waits while the terminal is away, is sent, and ends with its answer', async () => {
    const id = await order(await deviceId(), 'text', { flagBits: 13, textKind: 'notice', text: '已派单' })
    await gateway.poll()
    expect(await stateOf(id)).toMatchObject({ state: 'queued' })
    const terminal = await connect()
    await terminal.admit()

    await gateway.poll()
    const sent = await terminal.next()
    expect(sent).toMatchObject({ kind: 'text', body: { text: '已派单' } })
    expect(await stateOf(id)).toMatchObject({ state: 'sent' })
    await gateway.poll()
    const body = { answeredSerial: sent.header.serial, answeredId: sent.id, result: 'ok' } as const
    terminal.send({ kind: 'terminal_answer', header: terminal.header(), body })

    await expect.poll(() => stateOf(id)).toEqual({ state: 'acknowledged', answer: { result: 'ok' } })
  })

  it('that asks for more than an acknowledgement waits for what it asked', async () => {
    const terminal = await connect()
    await terminal.admit()
    const id = await order(await deviceId(), 'take_picture', {
      channel: 1,
      command: 1,
      intervalS: 0,
      save: 'upload',
      resolution: '640x480',
      quality: 5,
      brightness: 128,
      contrast: 64,
      saturation: 64,
      chroma: 128,
    })
    await gateway.poll()
    const sent = await terminal.next()
    terminal.send({
      kind: 'terminal_answer',
      header: terminal.header(),
      body: { answeredSerial: sent.header.serial, answeredId: sent.id, result: 'ok' },
    })
    terminal.send({ kind: 'heartbeat', header: terminal.header(), body: {} })
    await terminal.next()
    expect(await stateOf(id)).toMatchObject({ state: 'sent' })
    terminal.send({
      kind: 'picture_answer',
      header: terminal.header(),
      body: { answeredSerial: sent.header.serial, result: 'ok', mediaIds: [9] },
    })

    await expect
      .poll(() => stateOf(id))
      .toMatchObject({ state: 'acknowledged', answer: { kind: 'picture_answer', body: { mediaIds: [9] } } })
  })

  it('that is answered without its number, or is written for 2019, suits terminals of every version', async () => {
    const terminal = await connect(phone, '2011')
    await terminal.admit()
    const text = await order(await deviceId(), 'text', { flagBits: 13, textKind: 'notice', text: '已派单' })
    await gateway.poll()
    const sent = await terminal.next()
    expect(sent).toMatchObject({ kind: 'text', body: { text: '已派单' } })
    const done = { answeredSerial: sent.header.serial, answeredId: sent.id, result: 'ok' } as const
    terminal.send({ kind: 'terminal_answer', header: terminal.header(), body: done })
    await expect.poll(() => stateOf(text)).toMatchObject({ state: 'acknowledged' })

    const where = await order(await deviceId(), 'query_position', {})
    await gateway.poll()
    await terminal.next()
    terminal.send({ kind: 'position_answer', header: terminal.header(), body: { position: positionAt(clock.now) } })
    await expect
      .poll(() => stateOf(where))
      .toMatchObject({ state: 'acknowledged', answer: { kind: 'position_answer' } })
    expect(await storedFixes()).toHaveLength(1)
  })

  it('that cannot be written ends at once and says which field', async () => {
    const terminal = await connect()
    await terminal.admit()
    const [odd, unknown] = [
      await order(await deviceId(), 'track', { intervalS: 70_000, validityS: 1 }),
      await order(await deviceId(), 'format_disk', {}),
    ]

    await gateway.poll()

    await expect
      .poll(() => stateOf(odd))
      .toMatchObject({ state: 'failed', answer: { fault: expect.stringContaining('intervalS') } })
    await expect
      .poll(() => stateOf(unknown))
      .toMatchObject({ state: 'failed', answer: { fault: expect.stringContaining('format_disk') } })
  })

  it('that was on the wire when the gateway stopped is sent again by the next', async () => {
    const id = await order(await deviceId(), 'link_test', {})
    const terminal = await connect()
    await terminal.admit()
    await gateway.poll()
    await terminal.next()
    await gateway.close()
    await telemetry.close()
    await open()

    const again = await connect()
    await again.admit()
    await gateway.poll()
    const sent = await again.next()
    again.send({
      kind: 'terminal_answer',
      header: again.header(),
      body: { answeredSerial: sent.header.serial, answeredId: sent.id, result: 'ok' },
    })

    await expect.poll(() => stateOf(id)).toMatchObject({ state: 'acknowledged' })
  })
})
