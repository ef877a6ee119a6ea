import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { pino } from 'pino'
import * as z from 'zod'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AlarmRule, openAlarmEngine, saveRule } from '@tingzhou/alarms'
import { serve, type Reading, type SpoolOptions, type ToConnector } from '@tingzhou/connector'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import {
  addDevice,
  addNode,
  openTelemetry,
  saveProfile,
  strideOf,
  type Profile,
  type Readings,
  type Telemetry,
} from '@tingzhou/telemetry'
import { ModbusSource } from '@tingzhou/telemetry/source'
import { openGateway, type Gateway } from '../gateway.ts'
import { gatewayEnvironment, gatewayOptions } from '../options.ts'
import { callsOf, type Calls } from './calls.ts'
import type { Entry } from './entry.ts'
import { openSpoolDisk } from './spool-disk.ts'

const log = pino({ level: 'silent' })
const waiting = { timeout: 90_000 }
const name = { zh: '磨机', en: 'Mill' }
const point = (key: string): Profile['points'][number] => ({
  key,
  kind: 'analog',
  name,
  unit: null,
  resolution: 0.1,
  euLow: null,
  euHigh: null,
  sampleMs: 20_000,
  staleAfterS: null,
  counterMax: null,
})
const mill: Profile = { key: 'mill', name, points: [point('I'), point('T')] }

/** Calls a machine that says lines of readings, with the times at which it measured, and tells it that it heard each. */
const program = `
  import { connect } from 'node:net'
  import { runConnector } from '@tingzhou/gateway/connector'
  runConnector(({ host, port }, line) => {
    let rest = ''
    const socket = connect({ host, port })
    socket.setEncoding('utf8')
    socket.on('connect', () => line.state(host + ':' + port, null))
    socket.on('error', () => {})
    socket.on('data', (text) => {
      const lines = (rest + text).split('\\n')
      rest = lines.pop()
      for (const one of lines) line.readings(JSON.parse(one))
      socket.write('.'.repeat(lines.length))
    })
    return { write: async () => null, close: async () => void socket.destroy() }
  })`

let test: TestDatabase
let root: string
let entry: Entry
let folder: string
let zoneId: string
let server: Server
let caller: Socket | null = null
/** Lines that the connectors heard. */
let heard = 0
beforeAll(async () => {
  test = await testDatabase()
  root = mkdtempSync(join(tmpdir(), 'tingzhou-spool-'))
  entry = { file: join(root, 'connector.mjs'), execArgv: [] }
  const resolveDir = fileURLToPath(new URL('.', import.meta.url))
  const stdin = { contents: program, resolveDir, loader: 'ts' as const }
  await build({ stdin, outfile: entry.file, bundle: true, platform: 'node', format: 'esm' })
  server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', ({ length }) => (heard += length))
    socket.on('close', () => (caller = caller === socket ? null : caller))
    caller = socket
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(async () => {
  server.close()
  await test.database.close()
  rmSync(root, { recursive: true, force: true })
})
beforeEach(() => {
  zoneId = newId()
  folder = mkdtempSync(join(root, 'data-'))
})

const spool = (): SpoolOptions => ({
  folder: join(folder, 'modbus'),
  keepMs: 7 * 86_400_000,
  deviceBytesMax: 1 << 26,
  totalBytesMax: 1 << 28,
})
const filesIn = (path: string): readonly string[] => readdirSync(path).filter((file) => file.endsWith('.spool'))

/** A piece of equipment with the points I and T. @returns its id */
async function addMill(segment: string): Promise<string> {
  const id = newId()
  const node = { id, parentId: null, level: 'equipment', segment, name, profileKey: 'mill', partyId: null } as const
  await test.db.transaction().execute(async (tx) => {
    await saveProfile(tx, zoneId, mill, epochMs(Date.now()))
    await addNode(tx, zoneId, node)
  })
  return id
}

/** A device whose machine is the one of the test. */
async function addMachine(identity: string, nodeId: string): Promise<void> {
  // A server on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  const points = ['I', 'T'].map((key, register) => ({
    key,
    table: 'holding',
    register,
    as: 'uint16',
    scale: 0.1,
    resolution: 0.1,
  }))
  const source = ModbusSource.parse({ host: '127.0.0.1', port, everyMs: 20_000, points })
  const device = {
    id: newId(),
    protocol: 'modbus',
    identity,
    name: identity,
    nodeId,
    secret: null,
    settings: { source },
  } as const
  await test.db.transaction().execute((tx) => addDevice(tx, zoneId, device))
}

/** What is kept of a zone, minute by minute, as one check value; and how many values that are. */
async function history(telemetry: Telemetry, until: number) {
  await telemetry.store.flush(true)
  const rows = await test.db
    .selectFrom('sample_minute as m')
    .innerJoin('telemetry_point as p', (join) =>
      join.onRef('p.zone_id', '=', 'm.zone_id').onRef('p.id', '=', 'm.point_id'),
    )
    .select(['p.code', 'm.minute', 'm.n', 'm.min', 'm.max', 'm.sum', 'm.first', 'm.last', 'm.quality', 'm.raw'])
    .where('m.zone_id', '=', zoneId)
    .where('m.minute', '<', epochMs(until))
    .orderBy('p.code')
    .orderBy('m.minute')
    .execute()
  const hash = createHash('sha256')
  for (const { raw, ...row } of rows) hash.update(JSON.stringify(row)).update(raw)
  return { hash: hash.digest('hex'), minutes: rows.length, values: rows.reduce((sum, { n }) => sum + n, 0) }
}

const midnight = Date.UTC(2026, 10, 26, 16)
const stepMs = 20_000
const tomorrow = midnight + 86_400_000
const stepsADay = 86_400_000 / stepMs
const stepsAtOnce = 12
// Into the middle of a minute, and out of it in the middle of another one.
const broken = { from: 601, to: 3_721 }
const killedAt = 1_800
const begunAnewAt = 2_600
const hot = [
  { from: 300, to: 310 },
  { from: 1_500, to: 1_530 },
] as const

const valueAt = (step: number): number =>
  hot.some(({ from, to }) => step >= from && step < to) ? 85.5 : 60 + (Math.round(Math.sin(step / 50) * 100) / 100) * 10
const qualityAt = (step: number): Reading['quality'] => {
  if (step % 97 === 0) return 'uncertain'
  return step % 101 === 0 ? 'bad' : 'good'
}
// Bad ones are kept and do not count.
const valuesADay =
  2 * stepsADay - Array.from({ length: stepsADay }, (_, step) => qualityAt(step)).filter((one) => one === 'bad').length
const readingsAt = (step: number): readonly Reading[] => {
  const at = midnight + step * stepMs
  return [
    { point: 'I', at, value: valueAt(step), quality: qualityAt(step) },
    { point: 'T', at: at + 7, value: (step % 500) / 10, quality: 'good' },
  ]
}

/** A day of a machine. @param isBroken  nothing is kept for most of it; the connector is killed and the gateway begun anew meanwhile */
async function liveADay(isBroken: boolean) {
  let now = midnight
  let refuses = false
  const clock = () => epochMs(now)
  const nodeId = await addMill('MILL')
  await addMachine('mill-1', nodeId)
  const rule = AlarmRule.parse({
    key: 'hi',
    name,
    condition: { kind: 'limit', side: 'hi', limit: 80, deadband: 2 },
    level: 2,
  })
  const wish = { mode: 'own', rule, reason: 'test', rev: 0 } as const
  const seat = { profileKey: 'mill', template: 'I' }
  await test.db.transaction().execute((tx) => saveRule(tx, zoneId, seat, 'hi', wish, { accountId: 'a', name: 'A' }))
  const telemetry = await openTelemetry({ database: test.database, zoneId, clock, log, stream: 'test' }, false)
  const engine = await openAlarmEngine({ db: test.db, zoneId, telemetry, log }, false)
  /** The time of the newest reading that is kept. */
  let newest = 0
  const ingest = async (readings: Readings) => {
    if (refuses) throw new Error('the database does not answer')
    await telemetry.ingest(readings)
    const { kind, data, count } = readings
    for (let row = 0; row < count; row++) newest = Math.max(newest, data[row * strideOf(kind) + 1] ?? 0)
  }
  const deps = { db: test.db, zoneId, clock, log, telemetry: { ...telemetry, ingest }, keepMedium: async () => {} }
  const open = () =>
    openGateway({ ...deps, calls: { modbus: entry, spools: { modbus: spool() } } }, { host: '127.0.0.1' })
  let gateway = await open()
  const called = () =>
    expect.poll(() => caller !== null && gateway.machine('modbus', 'mill-1')?.address != null, waiting).toBe(true)
  /** Says what there is up to a step, a few minutes at a time, as time passes. */
  let next = 0
  const sayTo = async (end: number): Promise<void> => {
    await called()
    while (next < end) {
      const to = Math.min(end, next + stepsAtOnce)
      const readings = Array.from({ length: to - next }, (_, index) => readingsAt(next + index)).flat()
      const before = heard
      next = to
      now = midnight + next * stepMs
      caller?.write(`${JSON.stringify(readings)}\n`)
      if (next % 240 < stepsAtOnce) await telemetry.store.flush()
      if (refuses) await expect.poll(() => heard, { ...waiting, interval: 2 }).toBe(before + 1)
      else await expect.poll(() => newest, { ...waiting, interval: 2 }).toBe(readings.at(-1)?.at)
    }
  }
  const onDisk = () => gateway.machine('modbus', 'mill-1')?.backlog?.readings
  await sayTo(broken.from)
  if (isBroken) {
    await telemetry.store.flush(true)
    refuses = true
    await sayTo(killedAt)
    await expect.poll(onDisk, waiting).toBe((killedAt - broken.from) * 2)
    process.kill(gateway.connectors().modbus ?? 0, 'SIGKILL')
    await expect.poll(() => caller, waiting).toBeNull()
    await sayTo(begunAnewAt)
    await gateway.close()
    gateway = await open()
    await sayTo(broken.to)
    await expect.poll(onDisk, waiting).toBe((broken.to - broken.from) * 2)
    refuses = false
  }
  await sayTo(stepsADay)
  // Time goes on: what is over comes behind what is new.
  const look = async () => {
    await sayTo(next + 1)
    return (await history(telemetry, tomorrow)).values
  }
  await expect.poll(look, { ...waiting, interval: 500 }).toBe(valuesADay)
  await expect.poll(() => filesIn(spool().folder), waiting).toEqual([])
  const counts = gateway.counters.read()
  await gateway.close()
  await engine.settle()
  const told = await history(telemetry, tomorrow)
  await engine.stop()
  await telemetry.close()
  const alarms = await test.db
    .selectFrom('alarm')
    .select(['started_at', 'ended_at', 'late', 'state', 'announced_at'])
    .where('zone_id', '=', zoneId)
    .orderBy('started_at')
    .execute()
  return { ...told, counts, alarms }
}

describe('a day of which most could not be kept', () => {
  it(
    'has the history of one without a break, after a kill and a new beginning, and raises no alarm of what is over',
    { timeout: 300_000 },
    async () => {
      const whole = await liveADay(false)
      const first = zoneId
      ;[zoneId, folder] = [newId(), mkdtempSync(join(root, 'data-'))]
      const mended = await liveADay(true)

      expect(first).not.toBe(zoneId)
      expect(whole.minutes).toBe(2 * 1_440)
      expect(mended).toMatchObject({ hash: whole.hash, minutes: whole.minutes, values: whole.values })
      expect(mended.counts['modbus.spool_sent']).toBeGreaterThanOrEqual((broken.to - broken.from) * 2)
      const times = hot.map(({ from, to }) => [midnight + from * stepMs, midnight + to * stepMs])
      expect(whole.alarms.map(({ started_at, ended_at }) => [started_at, ended_at])).toEqual(times)
      expect(mended.alarms.map(({ started_at, ended_at }) => [started_at, ended_at])).toEqual(times)
      expect(whole.alarms.map(({ late }) => late)).toEqual([false, false])
      expect(mended.alarms).toMatchObject([{ late: false }, { late: true, state: 'normal', announced_at: null }])
    },
  )
})

describe('what an earlier process left on disk', () => {
  const hourAgo = () => Date.now() - 3_600_000

  /** Leaves readings that were heard an hour ago, as a connector does whose gateway keeps nothing. */
  function leave(device: string, node: string, readings: readonly Reading[]): void {
    let tell: (message: ToConnector) => void = () => {}
    const channel = { send: () => {}, onMessage: (hear: typeof tell) => (tell = hear) }
    const connect = (_source: unknown, line: { readings: (readings: readonly Reading[]) => void }) => {
      line.readings(readings)
      return { write: async () => null, close: async () => {} }
    }
    const served = serve(channel, connect, { now: hourAgo, later: () => () => {} }, openSpoolDisk)
    tell({ kind: 'spool', spool: spool() })
    tell({ kind: 'devices', devices: [{ identity: device, node, source: 1 }] })
    void served.close()
    for (const file of filesIn(spool().folder))
      utimesSync(join(spool().folder, file), new Date(hourAgo()), new Date(hourAgo()))
  }
  const readings = (point: string, count: number): readonly Reading[] =>
    Array.from({ length: count }, (_, index) => ({ point, at: hourAgo() + index, value: index, quality: 'good' }))

  async function openOn(calls: Calls) {
    const clock = () => epochMs(Date.now())
    const telemetry = await openTelemetry({ database: test.database, zoneId, clock, log, stream: 'test' }, false)
    const deps = { db: test.db, zoneId, clock, log, telemetry, keepMedium: async () => {} }
    const gateway = await openGateway({ ...deps, calls }, { host: '127.0.0.1' })
    open.push({ gateway, telemetry })
    return { gateway, telemetry }
  }
  const open: { readonly gateway: Gateway; readonly telemetry: Telemetry }[] = []
  afterEach(async () => {
    for (const { gateway, telemetry } of open.splice(0)) {
      await gateway.close()
      await telemetry.close()
    }
  })

  it('is sent though nothing is called from here any more, and what nobody can keep holds nothing up', async () => {
    const node = await addMill('MILL')
    leave('retired', node, readings('I', 30))
    leave('retired', node, readings('GONE', 5))
    leave('moved', newId(), readings('I', 7))
    leave('forged', 'no equipment', readings('I', 3))
    writeFileSync(join(spool().folder, `${'0'.repeat(15)}-x-000000.spool`), 'nothing that was written by a connector')
    utimesSync(join(spool().folder, `${'0'.repeat(15)}-x-000000.spool`), 0, 0)

    const spools = { modbus: spool() }
    const { gateway, telemetry } = await openOn({ modbus: entry, spools, emptied: ['modbus'] })

    await expect.poll(() => filesIn(spool().folder), waiting).toEqual([])
    await expect.poll(() => gateway.connectors().modbus, waiting).toBeNull()
    expect((await history(telemetry, Date.now())).values).toBe(30)
    expect(gateway.counters.read()).toMatchObject({
      'modbus.spool_sent': 45,
      'modbus.readings': 30,
      'modbus.readings_refused': 12,
      'modbus.readings_of_nobody': 3,
      'modbus.spool_damaged': 1,
    })
  })

  it('is found where the protocol is called no more, and only there', async () => {
    const environment = { MODBUS: 'off', OPCUA: 'on', DATA_DIR: folder, SPOOL_DAYS: '2', SPOOL_MIB: '10' }
    const options = gatewayOptions(z.object(gatewayEnvironment).parse(environment), false)
    mkdirSync(join(folder, 'spool', 'gateway-1', 'modbus'), { recursive: true })
    expect(await callsOf(options, 'gateway-1')).toMatchObject({ emptied: [] })

    writeFileSync(join(folder, 'spool', 'gateway-1', 'modbus', 'a.spool'), '')

    const calls = await callsOf(options, 'gateway-1')
    expect(calls.emptied).toEqual(['modbus'])
    expect(calls.modbus).toBeDefined()
    expect(calls.spools?.modbus).toEqual({
      folder: join(folder, 'spool', 'gateway-1', 'modbus'),
      keepMs: 2 * 86_400_000,
      deviceBytesMax: 256 * 1_048_576,
      totalBytesMax: 10 * 1_048_576,
    })
    expect((await callsOf(options, 'gateway-2')).emptied).toEqual([])
    const off = gatewayOptions(z.object(gatewayEnvironment).parse({ ...environment, SPOOL_MIB: '0' }), false)
    expect(await callsOf(off, 'gateway-1')).toMatchObject({ emptied: [], spools: {} })
  })

  it('cannot be where the folder cannot be made: that is shown, and readings go on', async () => {
    writeFileSync(join(folder, 'modbus'), 'a file')
    await addMachine('mill-1', await addMill('MILL'))
    const { gateway, telemetry } = await openOn({ modbus: entry, spools: { modbus: spool() } })
    await expect
      .poll(() => gateway.machine('modbus', 'mill-1')?.reason, waiting)
      .toMatch(/^readings cannot wait on disk: EEXIST/)
    await expect.poll(() => caller, waiting).not.toBeNull()

    caller?.write(`${JSON.stringify(readings('I', 5))}\n`)

    await expect.poll(() => gateway.counters.read()['modbus.readings'], waiting).toBe(5)
    // Counted when they came; they are kept a moment later.
    await expect.poll(async () => (await history(telemetry, Date.now())).values, waiting).toBe(5)
    expect(gateway.counters.read()['modbus.spool_faults']).toBe(1)
  })
})
