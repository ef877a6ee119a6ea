import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { sql } from 'kysely'
import { pino } from 'pino'
import * as z from 'zod'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FromConnector } from '@tingzhou/connector'
import { jsonb, newId, repoRoot, type Json } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import {
  addDevice,
  addNode,
  openTelemetry,
  quality,
  queueCommand,
  saveProfile,
  type DeviceSettings,
  type Readings,
  type Telemetry,
} from '@tingzhou/telemetry'
import { ModbusSource, OpcuaSource, type DeviceSource } from '@tingzhou/telemetry/source'
import { openGateway, type Gateway } from '../gateway.ts'
import { gatewayEnvironment, gatewayOptions } from '../options.ts'
import { keepChild, type ChildEnd } from './child.ts'
import { entryOf, type Entry } from './entry.ts'
import { openLogins } from './logins.ts'
import { openTestMachine, type TestMachine } from './testing-machine.ts'

const clock = () => epochMs(Date.now())
const log = pino({ level: 'silent' })
const waiting = { timeout: 20_000 }

let test: TestDatabase
let zoneId: string
let telemetry: Telemetry
let gateway: Gateway
let machine: TestMachine
let isBroken = false
/** The connector as it is shipped: it begins in a fifth of the time that it takes from its sources. */
let shipped: Entry

const bundleInto = async (file: string): Promise<Entry> => {
  const entryPoints = [entryOf('modbus').file]
  await build({ entryPoints, outfile: file, bundle: true, platform: 'node', format: 'esm', external: ['jsmodbus'] })
  return { file, execArgv: [] }
}

beforeAll(async () => {
  test = await testDatabase()
  // Where it finds the packages of this checkout.
  shipped = await bundleInto(join(repoRoot(), `node_modules/.cache/tingzhou/connector-${process.pid}.mjs`))
})
afterAll(async () => {
  await test.database.close()
  rmSync(shipped.file)
})
beforeEach(async () => {
  zoneId = newId()
  isBroken = false
  machine = await openTestMachine()
  telemetry = await openTelemetry({ database: test.database, zoneId, clock, log, stream: 'test' }, false)
  const name = { zh: '采集端', en: 'Sender' }
  await test.db.transaction().execute((tx) => saveProfile(tx, zoneId, { key: 'sender', name, points: [] }, clock()))
  const ingest = async (readings: Readings) => {
    if (isBroken) throw new Error('the disk is full')
    return telemetry.ingest(readings)
  }
  const deps = { db: test.db, zoneId, clock, log, telemetry: { ...telemetry, ingest }, keepMedium: async () => {} }
  gateway = await openGateway({ ...deps, calls: { modbus: shipped } }, { host: '127.0.0.1' })
})
afterEach(async () => {
  await gateway.close()
  await telemetry.close()
  await machine.leave()
})

const current = { key: 'I', table: 'holding', register: 0, as: 'uint16', scale: 0.1, resolution: 0.1 } as const

/** A device whose machine is the one of the test. */
async function addMachine(
  identity: string,
  source: DeviceSource,
  protocol: 'modbus' | 'opcua' = 'modbus',
): Promise<string> {
  const name = { zh: identity, en: identity }
  return test.db.transaction().execute(async (tx) => {
    const nodeId = newId()
    const segment = identity.toUpperCase()
    const node = { id: nodeId, parentId: null, level: 'equipment', segment, name, profileKey: 'sender' } as const
    await addNode(tx, zoneId, { ...node, partyId: null })
    const settings = { source }
    const device = {
      id: newId(),
      protocol,
      identity,
      name: identity,
      nodeId,
      secret: null,
      settings,
    } as const
    const added = await addDevice(tx, zoneId, device)
    return added.ok ? added.value.id : ''
  })
}
const sourceOf = (more: object) =>
  ModbusSource.parse({ host: '127.0.0.1', port: machine.port, everyMs: 100, points: [current], ...more })

/** The minutes of a point in the database. */
async function keptOf(code: string) {
  await telemetry.store.flush(true)
  return test.db
    .selectFrom('sample_minute as m')
    .innerJoin('telemetry_point as p', (join) =>
      join.onRef('p.zone_id', '=', 'm.zone_id').onRef('p.id', '=', 'm.point_id'),
    )
    .select(['m.n', 'm.min', 'm.max', 'm.quality'])
    .where('m.zone_id', '=', zoneId)
    .where('p.code', '=', code)
    .execute()
}
const totalOf = async (code: string): Promise<number> => (await keptOf(code)).reduce((sum, { n }) => sum + n, 0)
const qualityOf = async (code: string): Promise<number> => Math.max(...(await keptOf(code)).map((row) => row.quality))

/** Changes the row of a device as a keeper's command does. */
const change = async (id: string, to: (settings: DeviceSettings) => object): Promise<void> => {
  const { settings } = await test.db
    .selectFrom('telemetry_device')
    .select('settings')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const touched = { changed_at: sql<Date>`clock_timestamp()`, rev: sql<number>`rev + 1` }
  await test.db
    .updateTable('telemetry_device')
    .set({ ...to(settings), ...touched })
    .where('id', '=', id)
    .execute()
}

it('reads a register of a machine into the database', async () => {
  machine.holding[0] = 418

  await addMachine('mill-1', sourceOf({}))

  await expect.poll(() => keptOf('MILL-1.I'), waiting).not.toHaveLength(0)
  expect((await keptOf('MILL-1.I'))[0]).toMatchObject({ min: 41.8, max: 41.8 })
  expect(gateway.machine('modbus', 'mill-1')).toMatchObject({ address: `127.0.0.1:${machine.port}`, reason: null })
})

it('reads on, loses nothing and doubles nothing when its connector is killed while it reads', async () => {
  await addMachine('mill-1', sourceOf({}))
  await expect.poll(() => totalOf('MILL-1.I'), waiting).toBeGreaterThan(3)
  const first = gateway.connectors().modbus ?? 0
  const before = await totalOf('MILL-1.I')

  process.kill(first, 'SIGKILL')

  await expect.poll(() => gateway.counters.read()['modbus.connector_ended'], waiting).toBe(1)
  expect(gateway.machine('modbus', 'mill-1')).toMatchObject({ address: null, reason: 'its connector begins again' })
  expect(gateway.online()).toEqual([])
  await expect.poll(() => gateway.machine('modbus', 'mill-1')?.address, waiting).not.toBeNull()
  expect(gateway.connectors().modbus).not.toBe(first)
  await expect.poll(() => totalOf('MILL-1.I'), waiting).toBeGreaterThan(before + 3)
  await gateway.close()
  // Each reading that was taken is there once.
  expect(await totalOf('MILL-1.I')).toBe(gateway.counters.read()['modbus.readings'])
})

it('takes again what could not be kept, once', async () => {
  isBroken = true
  await addMachine('mill-1', sourceOf({}))
  await expect.poll(() => gateway.counters.read()['modbus.not_kept'] ?? 0, waiting).toBeGreaterThan(1)
  const asked = machine.asked.length
  expect(await totalOf('MILL-1.I')).toBe(0)

  isBroken = false

  // From the first on: as many as it was asked for.
  await expect.poll(() => totalOf('MILL-1.I'), waiting).toBeGreaterThan(asked)
  await gateway.close()
  expect(await totalOf('MILL-1.I')).toBeLessThanOrEqual(machine.asked.length)
})

it('follows a source that changes, makes its new points, and lets go a device that is retired', async () => {
  machine.holding.set([1, 77])
  const id = await addMachine('mill-1', sourceOf({}))
  await expect.poll(() => totalOf('MILL-1.I'), waiting).toBeGreaterThan(0)
  const next = { key: 'T', name: '温度', unit: 'Cel', table: 'holding', register: 1, as: 'uint16' } as const

  await change(id, (device) => ({ settings: jsonb({ ...device, source: sourceOf({ points: [next] }) }) }))

  await expect.poll(() => totalOf('MILL-1.T'), waiting).toBeGreaterThan(0)
  const point = await test.db
    .selectFrom('telemetry_point')
    .select(['unit', 'name'])
    .where('code', '=', 'MILL-1.T')
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  expect(point).toMatchObject({ unit: 'Cel', name: { zh: '温度' } })
  expect(machine.asked.at(-1)?.start).toBe(1)
  expect(machine.connections()).toBe(2)

  await change(id, () => ({ state: 'retired' }))

  await expect.poll(() => gateway.connectors().modbus, waiting).toBeNull()
  expect([gateway.online(), gateway.machine('modbus', 'mill-1')]).toEqual([[], null])
  const asked = machine.asked.length
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(machine.asked).toHaveLength(asked)
})

it('says what of its readings cannot be kept, for as long as it cannot', async () => {
  machine.holding.set([0xffff, 0xffff])
  await addMachine('mill-1', sourceOf({ points: [{ ...current, as: 'uint32', scale: 1e9 }] }))

  await expect.poll(() => gateway.machine('modbus', 'mill-1')?.reason, waiting).toContain('within 2^50 steps')
  machine.holding.fill(0)
  await expect.poll(() => gateway.machine('modbus', 'mill-1')?.reason, waiting).toBeNull()
  expect(gateway.machine('modbus', 'mill-1')?.address).not.toBeNull()
})

it('shows the frames of a machine, and bad readings where it refuses a range', async () => {
  machine.refuses.set(50, 2)
  await addMachine(
    'mill-1',
    sourceOf({ points: [current, { key: 'X', table: 'holding', register: 50, as: 'uint16' }] }),
  )

  await expect.poll(() => gateway.counters.read()['modbus.faults'] ?? 0, waiting).toBeGreaterThan(0)
  const frames = gateway.frames.read('modbus', 'mill-1')
  expect(new Set(frames.map(({ direction }) => direction))).toEqual(new Set(['up', 'down']))
  expect(frames.find(({ fault }) => fault !== null)).toMatchObject({
    direction: 'up',
    fault: expect.stringMatching(/^exception 2/),
  })
  await expect.poll(() => qualityOf('MILL-1.X'), waiting).toBe(quality.bad)
  expect(await qualityOf('MILL-1.I')).toBe(quality.good)
  expect(gateway.machine('modbus', 'mill-1')).toMatchObject({
    address: `127.0.0.1:${machine.port}`,
    reason: expect.stringMatching(/^1 of 2 points are not read: X: exception 2 /),
  })
})

/** How it stands with a command. */
const endOf = async (command: string) => {
  const row = await test.db
    .selectFrom('telemetry_command')
    .select(['state', 'answer'])
    .where('id', '=', command)
    .executeTakeFirstOrThrow()
  return [row.state, row.answer]
}

describe('an order', () => {
  const setpoint = {
    key: 'SP',
    table: 'holding',
    register: 7,
    as: 'int16',
    scale: 0.5,
    write: { low: -10, high: 10 },
  } as const
  let id: string
  beforeEach(async () => {
    machine.holding[0] = 1
    id = await addMachine('mill-1', sourceOf({ points: [current, setpoint] }))
    await expect.poll(() => gateway.online(), waiting).toEqual([id])
  })
  const order = async (body: Json, kind = 'set_value'): Promise<string> => {
    const command = { id: newId(), deviceId: id, kind, body, actorId: 'a', actorName: 'A', reason: null }
    await queueCommand(test.db, zoneId, { ...command, expiresAt: epochMs(clock() + 60_000) }, clock())
    return command.id
  }
  it('sets a value and is acknowledged with what the machine holds', async () => {
    const command = await order({ point: 'SP', value: -2.5 })

    await expect.poll(() => endOf(command), waiting).toEqual(['acknowledged', { value: -2.5 }])
    expect(machine.holding[7]).toBe(0xfffb)
  })

  it('that the machine refuses fails with its words', async () => {
    machine.refuses.set(7, 4)
    const command = await order({ point: 'SP', value: 1 })

    await expect
      .poll(() => endOf(command), waiting)
      .toEqual(['failed', { fault: expect.stringMatching(/^exception 4/) }])
  })

  it.each([
    ['outside the limits', { point: 'SP', value: 10.5 }, 'value 10.5: -10 … 10'],
    ['for a point that is only read', { point: 'I', value: 1 }, 'point I: SP'],
    ['without a value', { point: 'SP' }, 'set_value cannot be sent to a machine so'],
  ])('%s is not sent', async (_name, body, fault) => {
    const command = await order(body)

    await expect.poll(() => endOf(command), waiting).toEqual(['failed', { fault }])
    expect(machine.asked.every(({ code }) => code === 3)).toBe(true)
  })

  it('that was under way when its connector was killed is not sent a second time', async () => {
    machine.answerWith = () => null
    const command = await order({ point: 'SP', value: 3 })
    await expect.poll(() => endOf(command).then(([state]) => state), waiting).toBe('sent')
    process.kill(gateway.connectors().modbus ?? 0, 'SIGKILL')
    machine.answerWith = null

    const fault = 'its connector ended: whether it was set is not known'
    await expect.poll(() => endOf(command), waiting).toEqual(['failed', { fault }])
    await expect.poll(() => gateway.online(), waiting).toEqual([id])
    expect(machine.asked.filter(({ code }) => code === 6).length).toBeLessThanOrEqual(1)
  })

  it('waits until the connector knows where the machine is now, and goes there', async () => {
    const elsewhere = await openTestMachine()
    elsewhere.holding[0] = 1
    await change(id, (device) => ({
      settings: jsonb({ ...device, source: sourceOf({ port: elsewhere.port, points: [current, setpoint] }) }),
    }))
    const command = await order({ point: 'SP', value: 4 })

    await expect.poll(() => endOf(command), waiting).toEqual(['acknowledged', { value: 4 }])
    expect([machine.holding[7], elsewhere.holding[7]]).toEqual([0, 8])
    expect(machine.asked.every(({ code }) => code === 3)).toBe(true)
    await elsewhere.leave()
  })

  it('goes over the connection that stands where points are only called otherwise', async () => {
    await change(id, (device) => ({
      settings: jsonb({
        ...device,
        source: sourceOf({ points: [current, { ...setpoint, name: '间隙', unit: 'mm' }] }),
      }),
    }))
    await gateway.poll()
    const command = await order({ point: 'SP', value: 4 })

    await expect.poll(() => endOf(command), waiting).toEqual(['acknowledged', { value: 4 }])
    expect(machine.connections()).toBe(1)
  })
})

describe('a connector that cannot do its work', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tingzhou-connector-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const entry = (program: string): Entry => {
    const file = join(folder, 'connector.mjs')
    writeFileSync(file, program)
    return { file, execArgv: [] }
  }

  it('is begun again after ever longer waits, and what it said last is told; it knows no secret of the server', async () => {
    process.env['AUTH_SECRET'] = 'the-secret'
    const ends: ChildEnd[] = []
    const child = keepChild(entry('process.stderr.write(`lost ${process.env.AUTH_SECRET}`); process.exit(3)'), {
      onStart: () => {},
      onMessage: () => {},
      onEnd: (end) => void ends.push(end),
    })

    await expect.poll(() => ends.length, waiting).toBe(3)
    await child.close()

    expect(ends.map(({ code, waitMs }) => [code, waitMs])).toEqual([
      [3, 1_000],
      [3, 2_000],
      [3, 4_000],
    ])
    expect(ends[0]?.said).toBe('lost undefined')
    delete process.env['AUTH_SECRET']
  })

  it('is not trusted with words that cannot be kept, nor with machines that there are not', async () => {
    const program = `
      const send = (message) => process.send(message)
      process.on('message', ({ kind, order }) => {
        if (kind === 'devices') {
          send({ kind: 'state', device: 'nobody', address: 'x', reason: null })
          send({ kind: 'readings', batch: 1, device: 'nobody', readings: [{ point: 'I', at: 1, value: 1, quality: 'good' }], lost: 0 })
          send({ kind: 'state', device: 'mill-1', address: 'here:502', reason: 'a' + String.fromCharCode(0, 0xd800) + 'b'.repeat(1000) })
        }
        if (kind === 'write') send({ kind: 'written', order, fault: 'no' + String.fromCharCode(0, 0xd800), value: null })
      })`
    await gateway.close()
    const deps = { db: test.db, zoneId, clock, log, telemetry, keepMedium: async () => {} }
    gateway = await openGateway({ ...deps, calls: { modbus: entry(program) } }, { host: '127.0.0.1' })
    const id = await addMachine('mill-1', sourceOf({ points: [{ ...current, write: { low: 0, high: 9 } }] }))
    const command = {
      id: newId(),
      deviceId: id,
      kind: 'set_value',
      body: { point: 'I', value: 1 },
      actorId: 'a',
      actorName: 'A',
      reason: null,
    }
    await queueCommand(test.db, zoneId, { ...command, expiresAt: epochMs(clock() + 60_000) }, clock())

    await expect.poll(() => endOf(command.id), waiting).toEqual(['failed', { fault: 'no  ' }])
    expect(gateway.online()).toEqual([id])
    expect(gateway.machine('modbus', 'mill-1')?.reason).toBe(`a  ${'b'.repeat(497)}`)
    expect(gateway.counters.read()['modbus.readings_of_nobody']).toBe(1)
  })

  it('says so of every machine where its library is not installed', async () => {
    // Beside this bundle there are no packages.
    const alone = await bundleInto(join(folder, 'connector.mjs'))
    const heard: FromConnector[] = []
    const source = sourceOf({})
    const child = keepChild(alone, {
      onStart: ({ send }) =>
        send({ kind: 'devices', devices: ['a', 'b'].map((identity) => ({ identity, node: newId(), source })) }),
      onMessage: (message) => void heard.push(message),
      onEnd: () => {},
    })

    await expect.poll(() => heard.filter(({ kind }) => kind === 'state'), waiting).toHaveLength(2)
    child.send({ kind: 'write', order: '1', device: 'a', point: 'I', value: 1, expiresAt: Date.now() + 60_000 })
    await expect.poll(() => heard.at(-1)?.kind, waiting).toBe('written')
    await child.close()

    const reason = 'jsmodbus is not installed (npm install --include=optional)'
    expect(heard.filter(({ kind }) => kind !== 'alive')).toEqual([
      { kind: 'state', device: 'a', address: null, reason },
      { kind: 'state', device: 'b', address: null, reason },
      { kind: 'written', order: '1', fault: reason, value: null },
    ])
  })

  it('is killed when it says nothing for as long as it may', async () => {
    const ends: ChildEnd[] = []
    const events = { onStart: () => {}, onMessage: () => {}, onEnd: (end: ChildEnd) => void ends.push(end) }
    const child = keepChild(entry('setInterval(() => {}, 1000)'), events, 1_000)

    await expect.poll(() => ends[0]?.signal, waiting).toBe('SIGKILL')
    await child.close()
  })

  it('ends with the gateway, though it does not listen', async () => {
    const program = "process.on('disconnect', () => {}); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"
    const child = keepChild(entry(program), { onStart: () => {}, onMessage: () => {}, onEnd: () => {} })
    const pid = child.pid() ?? 0

    await child.close()

    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })
})

describe('passwords of OPC UA users', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tingzhou-logins-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const url = 'opc.tcp://plc:4840'

  it('are those of a user at a server, and read again when the file changes', async () => {
    const file = join(folder, 'passwords.json')
    writeFileSync(file, JSON.stringify([{ url, username: 'tz', password: 'one' }]))
    const logins = await openLogins(file)
    expect([logins.find(url, 'tz'), logins.find(url, 'other'), logins.find('opc.tcp://elsewhere:4840', 'tz')]).toEqual([
      'one',
      null,
      null,
    ])

    writeFileSync(file, JSON.stringify([{ url, username: 'tz', password: 'another' }]))
    utimesSync(file, new Date(), new Date(Date.now() + 5_000))
    await logins.refresh()

    expect(logins.find(url, 'tz')).toBe('another')
    rmSync(file)
    await expect(logins.refresh()).rejects.toThrow('ENOENT')
    await logins.refresh()
    expect(logins.find(url, 'tz')).toBe('another')
  })

  it('reach the connector, anew when they change, and stand in no row', async () => {
    const file = join(folder, 'passwords.json')
    const write = (password: string) => writeFileSync(file, JSON.stringify([{ url, username: 'tz', password }]))
    write('one')
    const program = join(folder, 'connector.mjs')
    // It says what it was told as the state of its machine.
    writeFileSync(
      program,
      `process.on('message', ({ devices = [] }) => {
        for (const { identity: device, source } of devices)
          process.send({ kind: 'state', device, address: null, reason: source.password ?? 'none' })
      })`,
    )
    await gateway.close()
    const deps = { db: test.db, zoneId, clock, log, telemetry, keepMedium: async () => {} }
    const calls = { opcua: { file: program, execArgv: [] }, logins: await openLogins(file) }
    gateway = await openGateway({ ...deps, calls }, { host: '127.0.0.1' })
    const points = [{ key: 'I', nodeId: 'i=2258' }]
    const source = { url, security: 'sign', username: 'tz', points }
    await addMachine('plc-1', OpcuaSource.parse(source), 'opcua')
    await addMachine('plc-2', OpcuaSource.parse({ ...source, url: 'opc.tcp://elsewhere:4840' }), 'opcua')
    const reasonOf = (identity: string) => gateway.machine('opcua', identity)?.reason

    await expect.poll(() => [reasonOf('plc-1'), reasonOf('plc-2')], waiting).toEqual(['one', 'none'])
    write('another')
    utimesSync(file, new Date(), new Date(Date.now() + 5_000))
    await expect.poll(() => reasonOf('plc-1'), waiting).toBe('another')

    const rows = await test.db.selectFrom('telemetry_device').select('settings').where('zone_id', '=', zoneId).execute()
    expect(JSON.stringify(rows)).not.toMatch(/one|another|password/)
  })

  it('are complained of without being told', async () => {
    const file = join(folder, 'passwords.json')
    writeFileSync(file, `[{"url":"${url}","username":"tz","password":"geheim"`)
    await expect(openLogins(file)).rejects.toThrow(/^(?!.*geheim).*is no JSON/)
    writeFileSync(file, JSON.stringify([{ url, username: 'tz', pass: 'geheim' }]))
    await expect(openLogins(file)).rejects.toThrow(/0\.password/)
  })
})

it('machines are called by the server, and by a gateway of its own only where it is told to', () => {
  const called = (environment: object, calls: boolean) =>
    gatewayOptions(z.object(gatewayEnvironment).parse(environment), calls).called

  expect([called({}, true), called({}, false)]).toEqual([['modbus', 'opcua'], []])
  expect(called({ MODBUS: 'on' }, false)).toEqual(['modbus'])
  expect(called({ MODBUS: 'off' }, true)).toEqual(['opcua'])
  expect(() => called({ OPCUA: 'yes' }, true)).toThrow()
})
