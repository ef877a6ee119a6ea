import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import {
  addDevice,
  addNode,
  openTelemetry,
  queueCommand,
  saveProfile,
  type Readings,
  type Telemetry,
} from '@tingzhou/telemetry'
import { openGateway, type Gateway } from '../gateway.ts'
import { matches, readSources, type Source } from './config.ts'
import { batchOf, speakerOf } from './message.ts'

const now = Date.UTC(2026, 10, 28, 4, 0)
const clock = () => epochMs(now)
const log = pino({ level: 'silent' })
const bytes = (text: string) => new TextEncoder().encode(text)

describe('what a topic says', () => {
  it.each([
    ['mill/+/current', 'mill/b1/current', true],
    ['mill/+/current', 'mill/b1/x/current', false],
    ['mill/#', 'mill', true],
    ['mill/#', 'mill/b1/current', true],
    ['#', '$SYS/uptime', false],
    ['+/uptime', '$SYS/uptime', false],
    ['mill', 'mill/b1', false],
    ['mill/b1', 'mill', false],
  ])('%s means %s: %s', (pattern, topic, is) => expect(matches(pattern, topic)).toBe(is))

  it('a number is a value at its arrival, unless it was left at the broker before', () => {
    const topic = { filter: 'a', device: 'mill-1', holds: 'number', point: 'I' } as const
    const said = (text: string, isRetained = false) =>
      batchOf(topic, { topic: 'a', payload: bytes(text), isRetained }, now)

    expect(said(' 41.8 ')).toEqual({ batch: { at: now, values: { I: 41.8 } } })
    for (const wrong of ['', 'on', '1e999', `${'1'.repeat(65)}`]) expect(said(wrong)).toEqual({ fault: 'a number' })
    expect(said('1', true)).toHaveProperty('fault')
  })

  it('fields of an object are points', () => {
    const topic = {
      filter: 'a/+',
      deviceLevel: 1,
      devices: ['mill-1'],
      holds: 'fields',
      fields: { temp: 'T', __proto__x: 'X' },
      time: 'ts',
    } as const
    const said = (text: string) => batchOf(topic, { topic: 'a/b', payload: bytes(text), isRetained: true }, now)

    expect(said('{"temp":21.5,"other":1,"ts":5}')).toEqual({ batch: { at: 5, values: { T: 21.5 } } })
    expect(said('[1]')).toEqual({ fault: 'a JSON object' })
    expect(speakerOf(topic, 'a/mill-1')).toBe('mill-1')
  })

  it('names who speaks, among those that the broker may speak for', () => {
    const some = { filter: 'a/#', deviceLevel: 1, devices: ['mill-1', 'mill-2'], holds: 'readings' } as const
    const said = ['a/mill-2', 'a/press-7', 'a/', 'a'].map((topic) => speakerOf(some, topic))
    expect(said).toEqual(['mill-2', null, null, null])
    expect(speakerOf({ filter: 'a/#', device: 'mill-1', holds: 'readings' }, 'a/press-7')).toBe('mill-1')
  })
})

describe('the file of sources', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tingzhou-sources-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const good = {
    name: 'mill',
    url: 'mqtt://h:1',
    clientId: 'c',
    topics: [{ filter: 'a', device: 'd', holds: 'readings' }],
  }
  const write = (content: unknown): string => {
    const file = join(folder, `${randomUUID()}.json`)
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    return file
  }

  it('is read', async () => expect(await readSources(write([good]))).toHaveLength(1))
  it.each([
    ['no JSON', '[', /no JSON/],
    ['a code in the address', [{ ...good, url: 'mqtt://u:p@h' }], /0\.url: without a user name or password/],
    ['an unknown field', [{ ...good, password: 'x' }], /password/],
    ['a filter that is none', [{ ...good, topics: [{ ...good.topics[0], filter: 'a/#/b' }] }], /topics\.0\.filter/],
    ['nobody who speaks', [{ ...good, topics: [{ filter: 'a', holds: 'readings' }] }], /device/],
    [
      'a level that may name any device',
      [{ ...good, topics: [{ filter: 'a/+', deviceLevel: 1, holds: 'readings' }] }],
      /topics\.0\.devices: with deviceLevel/,
    ],
    ['two of one name', [good, good], /names that differ/],
  ])('is refused with %s', async (_name, content, says) => {
    await expect(readSources(write(content))).rejects.toThrow(says)
  })
})

const canReach = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connectTcp(port, '127.0.0.1')
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false))
    probe.once('close', () => probe.destroy())
  })
const hasBroker = await canReach(1883)

// Mosquitto, or another broker that lets anybody in.
describe.skipIf(!hasBroker)('a source (needs a broker at localhost:1883)', () => {
  let test: TestDatabase
  let zoneId: string
  let telemetry: Telemetry
  let gateway: Gateway
  let site: MqttClient
  let root: string
  let isBroken = false
  let tries = 0
  const source = (): Source => ({
    name: 'mill',
    url: 'mqtt://127.0.0.1:1883',
    clientId: `tz-${zoneId}`,
    topics: [
      { filter: `${root}/+/readings`, deviceLevel: 1, devices: ['mill-1', 'probe'], holds: 'readings' },
      { filter: `${root}/b1/current`, device: 'mill-1', holds: 'number', point: 'I' },
    ],
  })

  beforeAll(async () => {
    test = await testDatabase()
    site = await connectAsync('mqtt://127.0.0.1:1883', { protocolVersion: 4 })
  })
  afterAll(async () => {
    await site.endAsync()
    await test.database.close()
  })
  beforeEach(async () => {
    zoneId = newId()
    root = `tz-test-${zoneId}`
    isBroken = false
    tries = 0
    await addMill(test, zoneId)
    telemetry = await openTelemetry({ database: test.database, zoneId, clock, log, stream: 'test' }, false)
    await open()
  })
  afterEach(async () => {
    await gateway.close()
    await telemetry.close()
    // The broker forgets the session.
    const goodbye = await connectAsync('mqtt://127.0.0.1:1883', {
      protocolVersion: 4,
      clientId: `tz-${zoneId}`,
      clean: true,
    })
    await goodbye.endAsync()
  })

  async function open(): Promise<void> {
    const ingest = async (readings: Readings) => {
      if (readings.count > 0) tries++
      if (isBroken) throw new Error('the disk is full')
      return telemetry.ingest(readings)
    }
    const deps = { db: test.db, zoneId, clock, log, telemetry: { ...telemetry, ingest }, keepMedium: async () => {} }
    gateway = await openGateway({ ...deps, sources: [source()] }, { host: '127.0.0.1' })
    await expect.poll(() => gateway.counters.read()['mqtt_source.connected']).toBe(1)
    // A subscription has no event of its own: what is answered after it came after it.
    await expect
      .poll(async () => {
        await site.publishAsync(`${root}/probe/readings`, '{}', { qos: 1 })
        return gateway.counters.read()['mqtt.stranger'] ?? 0
      })
      .toBeGreaterThan(0)
  }

  it('is listened to, topic by topic', async () => {
    await site.publishAsync(`${root}/mill-1/readings`, JSON.stringify({ at: now - 1_000, values: { I: 1 } }), {
      qos: 1,
    })
    await site.publishAsync(`${root}/b1/current`, '41.8', { qos: 1 })

    await expect.poll(() => keptIn(test, zoneId, telemetry)).toBe(2)
    expect(gateway.frames.read('mqtt', 'mill-1').map(({ fault }) => fault)).toEqual([null, null])
  })

  it('speaks for no other device of the zone', async () => {
    await site.publishAsync(`${root}/press-7/readings`, JSON.stringify({ at: now, values: { I: 1 } }), { qos: 1 })
    await site.publishAsync(`${root}/mill-1/readings`, JSON.stringify({ at: now, values: { I: 1 } }), { qos: 1 })

    await expect.poll(() => keptIn(test, zoneId, telemetry)).toBe(1)
    expect(gateway.counters.read()['mqtt_source.device_not_allowed']).toBe(1)
  })

  it('keeps what comes while the platform is away', async () => {
    await gateway.close()
    for (let count = 0; count < 5; count++)
      await site.publishAsync(`${root}/mill-1/readings`, JSON.stringify({ at: now - count, values: { I: 1 } }), {
        qos: 1,
      })

    await open()

    await expect.poll(() => keptIn(test, zoneId, telemetry)).toBe(5)
  })

  it('is not acknowledged what cannot be kept, and sends it again', async () => {
    isBroken = true
    await site.publishAsync(`${root}/mill-1/readings`, JSON.stringify({ at: now, values: { I: 1 } }), { qos: 1 })
    await expect
      .poll(() => gateway.counters.read()['mqtt_source.not_kept'] ?? 0, { timeout: 20_000 })
      .toBeGreaterThan(0)
    expect(await keptIn(test, zoneId, telemetry)).toBe(0)

    isBroken = false

    await expect.poll(() => keptIn(test, zoneId, telemetry), { timeout: 20_000 }).toBe(1)
    expect(tries).toBeGreaterThan(1)
  })
})

describe('a source that is an endpoint of the platform itself', () => {
  const secret = 'relay-secret'
  let test: TestDatabase
  let folder: string
  beforeAll(async () => {
    test = await testDatabase()
    folder = mkdtempSync(join(tmpdir(), 'tingzhou-source-'))
  })
  afterAll(async () => {
    await test.database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is asked again for what was not kept, shows its code, and is acknowledged what was', async () => {
    const zoneId = newId()
    const relayId = await addMill(test, zoneId, secret)
    const telemetry = await openTelemetry({ database: test.database, zoneId, clock, log, stream: 'test' }, false)
    const deps = { db: test.db, zoneId, clock, log, telemetry, keepMedium: async () => {} }
    const endpoint = await openGateway(deps, { host: '127.0.0.1', mqtt: 0 })
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, `${secret}\n`)
    const topic = {
      filter: 'tingzhou/v1/mill-1/commands',
      device: 'mill-1',
      holds: 'fields',
      fields: { expiresAt: 'I' },
      time: 'expiresAt',
    } as const
    const url = `mqtt://127.0.0.1:${endpoint.ports.mqtt}`
    const source: Source = { name: 'self', url, clientId: 'mill-1', username: 'mill-1', passwordFile, topics: [topic] }
    let tries = 0
    const ingest = async (readings: Readings) => {
      if (readings.count > 0 && tries++ === 0) throw new Error('the disk is full')
      return telemetry.ingest(readings)
    }
    const listening = await openGateway(
      { ...deps, telemetry: { ...telemetry, ingest }, sources: [source] },
      { host: '127.0.0.1' },
    )
    const who = { actorId: 'a', actorName: 'A', reason: null, expiresAt: epochMs(now + 60_000) }
    await queueCommand(test.db, zoneId, { id: newId(), deviceId: relayId, kind: 'x', body: {}, ...who }, clock())

    await expect.poll(() => keptIn(test, zoneId, telemetry), { timeout: 30_000 }).toBe(1)

    expect(tries).toBe(2)
    expect(listening.counters.read()).toMatchObject({ 'mqtt_source.not_kept': 1, 'mqtt_source.connected': 2 })
    await listening.close()
    await endpoint.close()
    await telemetry.close()
  })
})

/** A machine with a point, and the device that speaks for it. */
async function addMill(test: TestDatabase, zoneId: string, secret: string | null = null): Promise<string> {
  const name = { zh: '磨', en: 'Mill' }
  const rest = { unit: null, euLow: null, euHigh: null, sampleMs: null, staleAfterS: null, counterMax: null }
  const points = [{ key: 'I', kind: 'analog', name, resolution: 0.1, ...rest }] as const
  return test.db.transaction().execute(async (tx) => {
    await saveProfile(tx, zoneId, { key: 'motor', name, points }, clock())
    const nodeId = newId()
    const node = { id: nodeId, parentId: null, level: 'equipment', segment: 'M1', profileKey: 'motor' } as const
    await addNode(tx, zoneId, { ...node, name, partyId: null })
    const device = {
      id: newId(),
      protocol: 'mqtt',
      identity: 'mill-1',
      name: 'mill-1',
      nodeId,
      secret,
      settings: {},
    } as const
    const added = await addDevice(tx, zoneId, device)
    return added.ok ? added.value.id : ''
  })
}

async function keptIn(test: TestDatabase, zoneId: string, telemetry: Telemetry): Promise<number> {
  await telemetry.store.flush(true)
  const rows = await test.db.selectFrom('sample_minute').select('n').where('zone_id', '=', zoneId).execute()
  return rows.reduce((sum, { n }) => sum + n, 0)
}
