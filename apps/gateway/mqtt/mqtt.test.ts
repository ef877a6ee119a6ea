import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connectAsync } from 'mqtt'
import { generate, parser, type IConnectPacket, type Packet } from 'mqtt-packet'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import {
  addDevice,
  addNode,
  fromSteps,
  openTelemetry,
  queueCommand,
  saveProfile,
  setSecret,
  type PointTemplate,
  type Telemetry,
} from '@tingzhou/telemetry'
import { openGateway, type Gateway } from '../gateway.ts'

let test: TestDatabase
let zoneId: string
let telemetry: Telemetry
let gateway: Gateway
let deviceId: string
const clock = { now: Date.UTC(2026, 10, 28, 4, 0) }
const now = () => epochMs(clock.now)
const log = pino({ level: 'silent' })
const identity = 'mill-1'
const secret = 'Ein Geheimnis 密'
const topic = (kind: string, of = identity) => `tingzhou/v1/${of}/${kind}`
const devices: TestDevice[] = []

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  zoneId = newId()
  await openAll()
  deviceId = await addMill(identity)
  await gateway.poll()
})
afterEach(async () => {
  for (const device of devices.splice(0)) device.drop()
  await gateway.close()
  await telemetry.close()
})

async function openAll(): Promise<void> {
  telemetry = await openTelemetry({ database: test.database, zoneId, clock: now, log, stream: 'test' }, false)
  const deps = { db: test.db, zoneId, clock: now, log, telemetry, keepMedium: async () => {} }
  gateway = await openGateway(deps, { host: '127.0.0.1', mqtt: 0 })
}

const template = (key: string, kind: PointTemplate['kind'] = 'analog'): PointTemplate => ({
  key,
  kind,
  name: { zh: key, en: key },
  unit: null,
  resolution: 0.1,
  euLow: null,
  euHigh: null,
  sampleMs: null,
  staleAfterS: null,
  counterMax: null,
})

/** A line with a device, and a machine below it. */
async function addMill(name: string): Promise<string> {
  return test.db.transaction().execute(async (tx) => {
    const label = { zh: '磨', en: 'Mill' }
    const points = [template('I'), template('RUN', 'discrete'), template('POS', 'position')]
    await saveProfile(tx, zoneId, { key: 'motor', name: label, points }, now())
    const [lineId, motorId] = [newId(), newId()]
    const line = {
      id: lineId,
      parentId: null,
      level: 'line',
      segment: name.toUpperCase(),
      profileKey: 'motor',
    } as const
    await addNode(tx, zoneId, { ...line, name: label, partyId: null })
    const motor = { id: motorId, parentId: lineId, level: 'equipment', segment: 'B1', profileKey: 'motor' } as const
    await addNode(tx, zoneId, { ...motor, name: label, partyId: null })
    const device = {
      id: newId(),
      protocol: 'mqtt',
      identity: name,
      name,
      nodeId: lineId,
      secret,
      settings: {},
    } as const
    const added = await addDevice(tx, zoneId, device)
    return added.ok ? added.value.id : ''
  })
}

/** A device as a test drives it: real bytes over a real connection. */
type TestDevice = {
  readonly socket: Socket
  readonly send: (packet: Packet) => void
  readonly next: () => Promise<Packet>
  readonly closed: Promise<unknown>
  /** Without taking leave. */
  readonly drop: () => void
}

async function dial(): Promise<TestDevice> {
  const socket = connectTcp(gateway.ports.mqtt ?? 0, '127.0.0.1')
  await once(socket, 'connect')
  const heard: Packet[] = []
  const waiting: ((packet: Packet) => void)[] = []
  const reader = parser({ protocolVersion: 4 }).on('packet', (packet) => {
    const next = waiting.shift()
    if (next) next(packet)
    else heard.push(packet)
  })
  socket.on('data', (bytes: Buffer) => void reader.parse(bytes))
  socket.on('error', () => {})
  const device: TestDevice = {
    socket,
    send: (packet) => void socket.write(generate(packet)),
    next: async () => heard.shift() ?? new Promise((resolve) => waiting.push(resolve)),
    closed: new Promise((resolve) => socket.once('close', resolve)),
    drop: () => void socket.destroy(),
  }
  devices.push(device)
  return device
}

const hello = (more: Partial<IConnectPacket> = {}): IConnectPacket => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  keepalive: 60,
  clientId: identity,
  username: more.clientId ?? identity,
  password: Buffer.from(secret),
  ...more,
})

async function admit(more: Partial<IConnectPacket> = {}): Promise<TestDevice & { readonly sessionPresent: boolean }> {
  const device = await dial()
  device.send(hello(more))
  const answer = await device.next()
  if (answer.cmd !== 'connack' || answer.returnCode !== 0) throw new Error(`not let in: ${JSON.stringify(answer)}`)
  return { ...device, sessionPresent: answer.sessionPresent }
}

const publish = (kind: string, payload: unknown, more: object = {}): Packet => ({
  cmd: 'publish',
  topic: topic(kind),
  payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  qos: 1,
  dup: false,
  retain: false,
  messageId: 7,
  ...more,
})

const subscribe = (qos: 0 | 1 | 2, ...topics: string[]): Packet => ({
  cmd: 'subscribe',
  messageId: 9,
  subscriptions: topics.map((name) => ({ topic: name, qos })),
})

/** What is in the store, code by code. */
async function stored(): Promise<
  Readonly<Record<string, readonly (readonly [at: number, value: number, q: number])[]>>
> {
  const points = await test.db
    .selectFrom('telemetry_point')
    .select(['id', 'code', 'kind'])
    .where('zone_id', '=', zoneId)
    .orderBy('code')
    .execute()
  const found: Record<string, [number, number, number][]> = {}
  for (const { id, code } of points)
    for (const { kind, batches } of telemetry.store.openMinutes())
      for (const { data, count } of batches)
        for (let index = 0; index < count; index++)
          if (kind.name === 'sample' && data[index * 4] === id)
            (found[code] ??= []).push([
              (data[index * 4 + 1] ?? 0) - clock.now,
              fromSteps(data[index * 4 + 2] ?? 0, telemetry.catalog.resolutionOf(id)),
              data[index * 4 + 3] ?? 0,
            ])
  return found
}

const journalEntries = async (): Promise<number> =>
  (await test.db.selectFrom('telemetry_journal').select('seq').where('zone_id', '=', zoneId).execute()).length

const counts = () => gateway.counters.read()

describe('a device over MQTT', () => {
  it('is let in with its code, and answered when its readings are durable', async () => {
    const device = await admit()

    device.send(publish('readings', { at: clock.now, values: { I: 41.8, RUN: true, 'B1.I': 17.6 } }))

    expect(await device.next()).toMatchObject({ cmd: 'puback', messageId: 7 })
    expect(await journalEntries()).toBe(1)
    expect(await stored()).toEqual({
      'MILL-1.I': [[0, 41.8, 0]],
      'MILL-1.RUN': [[0, 1, 0]],
      'MILL-1.B1.I': [[0, 17.6, 0]],
    })
  })

  it('says times and quality of its own; what is wrong with one reading leaves the others', async () => {
    const device = await admit()
    const readings = [
      { point: 'I', value: 1, at: new Date(clock.now - 1_000).toISOString(), quality: 'uncertain' },
      { point: 'MILL-1.B1.I', value: 2, at: clock.now - 2_000 },
      { point: 'I', value: 3 },
      { point: 'I', value: '4', at: clock.now },
      { point: 'X', value: 5, at: clock.now },
      { point: 'POS', value: 6, at: clock.now },
      { point: 'I', value: 7, at: clock.now + 660_000 },
      { point: 'I', value: 8, at: '2026-11-28T12:00:00' },
      { point: 'I', value: 9, at: clock.now, quality: 'excellent' },
      { point: 'I', value: 1e300, at: clock.now },
    ]

    device.send(publish('readings', { readings }))
    expect(await device.next()).toMatchObject({ cmd: 'puback' })

    expect(await stored()).toEqual({ 'MILL-1.I': [[-1_000, 1, 1]], 'MILL-1.B1.I': [[-2_000, 2, 0]] })
    expect(counts()).toMatchObject({ 'mqtt.readings': 2, 'mqtt.readings_refused': 8 })
    expect(gateway.frames.read('mqtt', identity).at(-2)?.fault).toContain('readings[2].at')
    expect(gateway.frames.read('mqtt', identity).at(-2)?.fault).toContain(
      'readings[2].at is absent, expected: milliseconds since 1970',
    )
  })

  it.each<[string, string | Buffer]>([
    ['no JSON', '{"at":'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['no object', '[1]'],
    ['no readings', '{"at":1}'],
    ['values that are none', '{"values":[1]}'],
    ['a very deep one', '['.repeat(200_000)],
    ['one that is deep to its end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a name that is deep', `{"readings":[{"point":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`],
  ])('sends a payload that cannot be used, %s: it is answered, counted and shown', async (_name, payload) => {
    const device = await admit()

    device.send({ ...publish('readings', ''), payload } as Packet)

    expect(await device.next()).toMatchObject({ cmd: 'puback' })
    expect(counts()['mqtt.readings_refused']).toBe(1)
    expect(gateway.frames.read('mqtt', identity).at(-2)?.fault).toMatch(/JSON|readings|values/)
  })

  it('declares points that its equipment does not have yet', async () => {
    const device = await admit()
    const points = [{ key: 'FLOW', unit: 'm3/h', resolution: 0.01 }, { key: 'I' }]

    device.send(publish('readings', { points, at: clock.now, values: { FLOW: 1.234, I: 2 } }))
    expect(await device.next()).toMatchObject({ cmd: 'puback' })

    expect(await stored()).toEqual({ 'MILL-1.FLOW': [[0, 1.23, 0]], 'MILL-1.I': [[0, 2, 0]] })
  })

  it('sends a message twice: it is one', async () => {
    const device = await admit()
    const said = { at: clock.now, values: { I: 5 } }
    device.send(publish('readings', said))
    await device.next()
    device.send(publish('readings', said, { dup: true }))
    await device.next()

    await telemetry.store.flush(true)
    const rows = await test.db.selectFrom('sample_minute').select('n').where('zone_id', '=', zoneId).execute()
    expect(rows).toEqual([{ n: 1 }])
  })

  it('publishes with quality 2: received once durable, completed when released', async () => {
    const device = await admit()
    device.send(publish('readings', { at: clock.now, values: { I: 5 } }, { qos: 2 }))
    expect(await device.next()).toMatchObject({ cmd: 'pubrec', messageId: 7 })
    expect(await journalEntries()).toBe(1)

    device.send({ cmd: 'pubrel', messageId: 7 })
    expect(await device.next()).toMatchObject({ cmd: 'pubcomp', messageId: 7 })
  })

  it('finds a point that was added after it was let in', async () => {
    const device = await admit()
    const points = [template('I'), template('RUN', 'discrete'), template('POS', 'position'), template('T')]
    await test.db
      .transaction()
      .execute((tx) => saveProfile(tx, zoneId, { key: 'motor', name: { zh: '磨', en: 'M' }, points }, now()))
    // What was read a moment ago is not asked for again at once.
    const began = performance.now()
    await expect
      .poll(
        async () => {
          device.send(publish('readings', { at: clock.now, values: { T: 75 } }))
          await device.next()
          return (await stored())['MILL-1.T']?.[0]
        },
        { timeout: 20_000, interval: 500 },
      )
      .toEqual([0, 75, 0])
    expect(performance.now() - began).toBeGreaterThan(1_000)
  })

  it('hears its answers in the order of what it sent', async () => {
    const device = await admit()
    device.send(publish('state', 'on', { retain: true, messageId: 1 }))
    device.send(publish('readings', { at: clock.now, values: { I: 1 } }, { messageId: 2 }))
    device.send(publish('nothing', '', { messageId: 3 }))

    const heard = [await device.next(), await device.next(), await device.next()]
    expect(heard.map(({ messageId }) => messageId)).toEqual([1, 2, 3])
  })

  it('is not answered when its readings cannot be kept, and is closed so that it sends them again', async () => {
    const device = await admit()
    await telemetry.store.close()

    device.send(publish('readings', { at: clock.now, values: { I: 1 } }))

    await device.closed
    expect(counts()['mqtt.not_kept']).toBe(1)
    await telemetry.close()
    await gateway.close()
    await openAll()
  })
})

describe('who is let in', () => {
  const turnedAway = async (more: Partial<IConnectPacket>): Promise<number | undefined> => {
    const device = await dial()
    device.send(hello(more))
    const answer = await device.next()
    await device.closed
    return answer.cmd === 'connack' ? answer.returnCode : -1
  }

  it('nobody with a wrong code, another name, no code, another version, a name that cannot be', async () => {
    expect(await turnedAway({ password: Buffer.from('guess') })).toBe(4)
    expect(await turnedAway({ username: 'other' })).toBe(4)
    const { username: _u, password: _p, ...bare } = hello()
    const device = await dial()
    device.send(bare)
    expect(await device.next()).toMatchObject({ returnCode: 4 })
    expect(await turnedAway({ protocolVersion: 5 })).toBe(1)
    expect(await turnedAway({ protocolId: 'MQIsdp', protocolVersion: 3 })).toBe(1)
    expect(await turnedAway({ clientId: '' })).toBe(2)
    expect(await turnedAway({ clientId: 'a/b' })).toBe(2)
    expect(await turnedAway({ will: { topic: topic('state', 'mill-2'), payload: 'x', qos: 0, retain: true } })).toBe(5)
    expect(gateway.online()).toEqual([])
  })

  it('a stranger stands in quarantine', async () => {
    expect(await turnedAway({ clientId: 'stranger-1' })).toBe(5)

    const stands = () =>
      test.db
        .selectFrom('telemetry_device')
        .select(['state', 'protocol'])
        .where('zone_id', '=', zoneId)
        .where('identity', '=', 'stranger-1')
        .execute()
    await expect.poll(stands).toEqual([{ state: 'quarantined', protocol: 'mqtt' }])
  })

  it('its code is in no log', async () => {
    const device = await admit()
    device.send({ cmd: 'pingreq' })
    expect(await device.next()).toMatchObject({ cmd: 'pingresp' })
    await turnedAway({ password: Buffer.from(`${secret}!`) })
    device.send(hello())
    await device.closed

    const frames = gateway.frames.read('mqtt', identity)
    expect(frames.length).toBeGreaterThan(3)
    for (const { bytes } of frames) expect(Buffer.from(bytes).includes('Geheimnis')).toBe(false)
  })

  it('a device whose code is changed is closed', async () => {
    const device = await admit()
    await setSecret(test.db, zoneId, deviceId, 'another')
    await gateway.poll()

    device.send({ cmd: 'pingreq' })

    await device.closed
    expect(counts()['mqtt.no_longer_known']).toBe(1)
  })

  it('the same client identifier takes over from its old connection, whose will is said', async () => {
    const will = { topic: topic('state'), payload: 'gone', qos: 1, retain: true } as const
    const first = await admit({ will })
    const second = await admit()
    await first.closed
    second.send(subscribe(1, topic('state')))

    expect(await second.next()).toMatchObject({ cmd: 'suback' })
    expect(await second.next()).toMatchObject({ cmd: 'publish', topic: topic('state'), retain: true })
    expect(gateway.online()).toEqual([deviceId])
    expect(counts()).toMatchObject({ 'mqtt.superseded': 1, 'mqtt.wills': 1 })
  })
})

describe('rights', () => {
  it('a device publishes below its own prefix only: another topic closes it', async () => {
    await addMill('mill-2')
    for (const foreign of [
      topic('readings', 'mill-2'),
      topic('readings', 'mill-12'),
      'tingzhou/v1',
      topic('commands'),
    ]) {
      const device = await admit()
      device.send({ ...publish('readings', { at: clock.now, values: { I: 1 } }), topic: foreign } as Packet)
      await device.closed
    }
    expect(counts()['mqtt.refused.topic_foreign']).toBe(4)
    expect(await stored()).toEqual({})
  })

  it('a device hears its own commands with quality 1 at most, and its own state; nothing else', async () => {
    const device = await admit()
    const wanted = [
      topic('commands'),
      topic('state'),
      '#',
      topic('#'),
      topic('+'),
      topic('commands', 'mill-2'),
      '$SYS/#',
    ]

    device.send(subscribe(2, ...wanted))

    expect(await device.next()).toMatchObject({ cmd: 'suback', granted: [1, 0, 0x80, 0x80, 0x80, 0x80, 0x80] })
  })
})

describe('what a device leaves', () => {
  const left = async (): Promise<readonly string[]> => {
    const rows = await test.db.selectFrom('mqtt_retained').select('payload').where('zone_id', '=', zoneId).execute()
    return rows.map(({ payload }) => Buffer.from(payload).toString())
  }

  it('its retained state is there after a restart, until an empty one takes it away', async () => {
    const before = await admit()
    before.send(publish('state', 'running', { retain: true }))
    await before.next()
    await gateway.close()
    await telemetry.close()
    await openAll()

    const device = await admit()
    device.send(subscribe(0, topic('state')))
    expect(await device.next()).toMatchObject({ cmd: 'suback', granted: [0] })
    expect(await device.next()).toMatchObject({ cmd: 'publish', payload: Buffer.from('running'), retain: true })
    device.send(publish('state', '', { retain: true }))
    // It hears what it says itself.
    expect(await device.next()).toMatchObject({ cmd: 'publish', retain: false })
    expect(await device.next()).toMatchObject({ cmd: 'puback' })
    expect(await left()).toEqual([])
  })

  it('a state that is too long is answered and not kept', async () => {
    const device = await admit()
    device.send(publish('state', 'x'.repeat(8_193), { retain: true }))
    await device.next()

    expect(await left()).toEqual([])
    expect(counts()['mqtt.state_too_long']).toBe(1)
  })

  it('its will is said when it vanishes, not when it takes its leave', async () => {
    const will = { topic: topic('state'), payload: 'gone', qos: 0, retain: true } as const
    const polite = await admit({ will })
    polite.send({ cmd: 'disconnect' })
    await polite.closed
    expect(counts()['mqtt.wills']).toBeUndefined()

    const device = await admit({ will })
    device.drop()
    await expect.poll(left).toEqual(['gone'])
  })

  it('its will is said when it is silent for longer than its keep-alive', async () => {
    const will = {
      topic: topic('readings'),
      payload: JSON.stringify({ at: clock.now, values: { RUN: 0 } }),
      qos: 1,
      retain: false,
    } as const
    const device = await admit({ will, keepalive: 1 })

    await device.closed

    expect(counts()).toMatchObject({ 'mqtt.silent': 1, 'mqtt.wills': 1 })
    await expect.poll(stored).toEqual({ 'MILL-1.RUN': [[0, 0, 0]] })
  })
})

describe('commands', () => {
  const commandId = '0192e6a4-0000-7000-8000-00000000c0de'
  const queue = () =>
    queueCommand(
      test.db,
      zoneId,
      {
        id: commandId,
        deviceId,
        kind: 'set_speed',
        body: { rpm: 300 },
        expiresAt: epochMs(clock.now + 60_000),
        actorId: 'a',
        actorName: 'A',
        reason: null,
      },
      now(),
    )
  const command = () =>
    test.db
      .selectFrom('telemetry_command')
      .select(['state', 'answer', 'attempts'])
      .where('zone_id', '=', zoneId)
      .executeTakeFirst()

  it('waits until its device hears its commands, and is over when the device says what came of it', async () => {
    const device = await admit()
    await queue()
    await gateway.poll()
    expect(await command()).toMatchObject({ state: 'queued' })

    device.send(subscribe(1, topic('commands')))
    await device.next()
    await gateway.poll()
    const sent = await device.next()
    expect(sent).toMatchObject({ cmd: 'publish', qos: 1, topic: topic('commands'), retain: false })
    const said = JSON.parse(sent.cmd === 'publish' ? String(sent.payload) : '')
    expect(said).toEqual({ id: commandId, kind: 'set_speed', body: { rpm: 300 }, expiresAt: clock.now + 60_000 })
    device.send({ cmd: 'puback', messageId: sent.messageId ?? 0 })
    await gateway.poll()
    expect(await command()).toMatchObject({ state: 'sent', attempts: 1 })

    device.send(publish('answers', { id: commandId, result: 'ok', message: '好', values: { rpm: 299.5 } }))
    expect(await device.next()).toMatchObject({ cmd: 'puback' })
    expect(await command()).toMatchObject({
      state: 'acknowledged',
      answer: { result: 'ok', message: '好', values: { rpm: 299.5 } },
    })
  })

  it('is sent again to a device that comes back, whose session hears on', async () => {
    const first = await admit({ clean: false })
    expect(first.sessionPresent).toBe(false)
    first.send(subscribe(1, topic('commands')))
    await first.next()
    await queue()
    await gateway.poll()
    await first.next()
    first.drop()
    await expect.poll(() => gateway.online()).toEqual([])

    const second = await admit({ clean: false })
    expect(second.sessionPresent).toBe(true)
    await gateway.poll()
    expect(await second.next()).toMatchObject({ cmd: 'publish', topic: topic('commands') })
    second.drop()
    await expect.poll(() => gateway.online()).toEqual([])

    expect((await admit({ clean: true })).sessionPresent).toBe(false)
    expect((await admit({ clean: false })).sessionPresent).toBe(false)
  })

  it('is ended by its own device only', async () => {
    await queue()
    await addMill('mill-2')
    await gateway.poll()
    const thief = await admit({ clientId: 'mill-2' })

    thief.send({ ...publish('answers', { id: commandId, result: 'ok' }), topic: topic('answers', 'mill-2') } as Packet)

    expect(await thief.next()).toMatchObject({ cmd: 'puback' })
    expect(await command()).toMatchObject({ state: 'queued' })
    expect(counts()['mqtt.answers_refused']).toBe(1)
  })

  it.each([
    '{"id":"x","result":"ok"}',
    '{"result":"ok"}',
    `{"id":"${commandId}","result":"perhaps"}`,
    `{"id":"${commandId}","result":"ok","message":"\\ud800"}`,
    `{"id":"${commandId}","result":"ok","values":{"a":{"b":1}}}`,
  ])('is not ended by %s', async (payload) => {
    await queue()
    const device = await admit()
    device.send(publish('answers', payload))
    expect(await device.next()).toMatchObject({ cmd: 'puback' })

    expect(await command()).toMatchObject({ state: 'queued' })
    expect(counts()['mqtt.answers_refused']).toBe(1)
  })
})

describe('what is no MQTT', () => {
  it.each<[string, Uint8Array]>([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a length of five bytes', Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff, 0x01)],
    ['a CONNECT of a gigabyte', Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f)],
    ['a message before CONNECT', generate(publish('readings', '{}'))],
    ['an empty CONNECT', Uint8Array.of(0x10, 0x00)],
    ['a CONNECT whose text goes past its end', Uint8Array.of(0x10, 0x04, 0x00, 0x09, 0x4d, 0x51)],
    ['a reserved kind', Uint8Array.of(0x00, 0x00)],
    ['a kind of the server', Uint8Array.of(0x20, 0x02, 0x00, 0x00)],
  ])('%s is closed', async (_name, bytes) => {
    const device = await dial()
    device.socket.write(bytes)

    await device.closed
    expect(Object.keys(counts()).some((name) => name.startsWith('mqtt.refused.'))).toBe(true)
  })

  it.each<[string, Uint8Array]>([
    ['a second CONNECT', generate(hello())],
    ['a topic with a wildcard', generate(publish('readings', '{}', { topic: topic('#') }))],
    ['a number that is none', Uint8Array.of(0x32, 0x05, 0x00, 0x01, 0x61, 0x00, 0x00)],
    ['quality 3', Uint8Array.of(0x36, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01)],
    ['a topic that is no UTF-8', Uint8Array.of(0x30, 0x03, 0x00, 0x01, 0xff)],
    ['a subscription without a topic', Uint8Array.of(0x82, 0x02, 0x00, 0x01)],
    ['a subscription with wrong flags', Uint8Array.of(0x80, 0x06, 0x00, 0x01, 0x00, 0x01, 0x61, 0x00)],
    ['a message over 256 KiB', Uint8Array.of(0x30, 0x81, 0x80, 0x10)],
  ])('from a device that was let in, %s closes it and is shown', async (_name, bytes) => {
    const device = await admit()
    device.socket.write(bytes)

    await device.closed
    expect(gateway.frames.read('mqtt', identity).at(-1)?.fault).toBeTruthy()
  })

  it('a stream cut anywhere is the same stream', async () => {
    const bytes = Buffer.concat([
      generate(hello()),
      generate(publish('readings', { at: clock.now, values: { I: 1 } })),
      generate(publish('readings', { at: clock.now + 1, values: { I: 'x'.repeat(300) } }, { messageId: 8 })),
      generate({ cmd: 'pingreq' }),
    ])
    const device = await dial()
    for (const byte of bytes) device.socket.write(Uint8Array.of(byte))

    const heard = [await device.next(), await device.next(), await device.next(), await device.next()]
    expect(heard.map(({ cmd }) => cmd).toSorted()).toEqual(['connack', 'pingresp', 'puback', 'puback'])
  })

  it('a device that does not read what it is sent is dropped, and harms nobody', async () => {
    await addMill('mill-2')
    await gateway.poll()
    const stalled = await admit()
    const other = await admit({ clientId: 'mill-2' })
    stalled.send(subscribe(0, topic('state')))
    await stalled.next()
    stalled.socket.pause()

    // Each comes back to it.
    const echoed = generate(publish('state', 'x'.repeat(8_000), { qos: 0 }))
    for (let count = 0; count < 1_900; count++) stalled.socket.write(echoed)
    for (let count = 0; count < 20; count++) {
      const said = publish('readings', { at: clock.now + count, values: { I: 3 } })
      other.send({ ...said, topic: topic('readings', 'mill-2') } as Packet)
      expect(await other.next()).toMatchObject({ cmd: 'puback' })
    }

    await expect.poll(() => counts()['mqtt.stalled']).toBe(1)
    await expect.poll(() => gateway.online().length).toBe(1)
  })
})

it('speaks with a common client', async () => {
  const client = await connectAsync(`mqtt://127.0.0.1:${gateway.ports.mqtt}`, {
    protocolVersion: 4,
    clientId: identity,
    username: identity,
    password: secret,
    reconnectPeriod: 0,
  })
  await client.subscribeAsync(topic('commands'), { qos: 1 })
  await client.publishAsync(topic('readings'), JSON.stringify({ at: clock.now, values: { I: 12.5 } }), { qos: 1 })
  await client.publishAsync(topic('readings'), JSON.stringify({ at: clock.now + 1, values: { I: 12.6 } }), { qos: 2 })
  await client.endAsync()

  expect((await stored())['MILL-1.I']).toEqual([
    [0, 12.5, 0],
    [1, 12.6, 0],
  ])
})
