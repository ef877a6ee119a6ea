import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectAsync, type MqttClient } from 'mqtt'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { frameOf } from '@tingzhou/hj212'
import type { Message } from '@tingzhou/jt808'
import { epochMs } from '@tingzhou/kernel'
import {
  addDevice,
  addNode,
  claimLinks,
  openElsewhere,
  openForwarding,
  queueCommand,
  saveProfile,
  type Elsewhere,
  type DeviceSettings,
  type Protocol,
  type TelemetryEdge,
} from '@tingzhou/telemetry'
import { ModbusSource } from '@tingzhou/telemetry/source'
import type { Calls } from './connector/calls.ts'
import { entryOf } from './connector/entry.ts'
import { openGateway, type Gateway } from './gateway.ts'
import { connectMonitor, connectTerminal, openTestMachine, type TestMonitor, type TestTerminal } from './testing.ts'

const clock = () => epochMs(Date.now())
const log = pino({ level: 'silent' })
const phone = '13800138000'
const waiting = { timeout: 20_000 }

let test: TestDatabase
let zoneId: string
/** Gateways, each with what a process of its own has. */
let all: readonly { readonly gateway: Gateway; readonly edge: TelemetryEdge }[]
let deviceId: string
const open: { close: () => void }[] = []

beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())
beforeEach(async () => {
  zoneId = newId()
  deviceId = await addTruck('jt808', phone)
  all = [await openOne('gateway-1'), await openOne('gateway-2')]
})
afterEach(async () => {
  for (const each of open.splice(0)) each.close()
  for (const { gateway, edge } of all) {
    await gateway.close()
    await edge.close()
  }
})

async function openOne(name: string, calls: Calls = {}) {
  const edge = await openForwarding({ database: test.database, zoneId, clock, log, stream: name, nats: null })
  const deps = { db: test.db, zoneId, clock, log, telemetry: edge, keepMedium: async () => {}, name, calls }
  return { edge, gateway: await openGateway(deps, { host: '127.0.0.1', jt808: 0, hj212: 0, mqtt: 0 }) }
}

const at = (place: number): Gateway => {
  const one = all[place]
  if (!one) throw new Error(`there is no gateway ${place}`)
  return one.gateway
}

async function addTruck(
  protocol: Protocol,
  identity: string,
  secret: string | null = null,
  settings: DeviceSettings = {},
): Promise<string> {
  return test.db.transaction().execute(async (tx) => {
    const name = { zh: '货车', en: 'Truck' }
    await saveProfile(tx, zoneId, { key: 'truck', name, points: [] }, clock())
    const nodeId = newId()
    const node = { id: nodeId, parentId: null, level: 'equipment', profileKey: 'truck', partyId: null, name } as const
    await addNode(tx, zoneId, { ...node, segment: `T${identity}`.toUpperCase() })
    const added = await addDevice(tx, zoneId, {
      id: newId(),
      protocol,
      identity,
      name: identity,
      nodeId,
      secret,
      settings,
    })
    return added.ok ? added.value.id : ''
  })
}

async function connect(place: number, identity = phone): Promise<TestTerminal> {
  const terminal = await connectTerminal(at(place).ports.jt808 ?? 0, identity)
  open.push(terminal)
  await terminal.admit()
  return terminal
}

async function order(device: string, kind = 'link_test', body: Parameters<typeof queueCommand>[2]['body'] = {}) {
  const id = newId()
  const who = { actorId: 'a', actorName: '甲', reason: null, expiresAt: epochMs(clock() + 600_000) }
  await queueCommand(test.db, zoneId, { id, deviceId: device, kind, body, ...who }, clock())
  return id
}

const stateOf = async (id: string) => {
  const row = await test.db
    .selectFrom('telemetry_command')
    .select(['state', 'attempts'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return [row.state, row.attempts]
}

const answer = (terminal: TestTerminal, { header: { serial }, id }: Message) =>
  terminal.send({
    kind: 'terminal_answer',
    header: terminal.header(),
    body: { answeredSerial: serial, answeredId: id, result: 'ok' },
  })

const isClosed = (terminal: Pick<TestTerminal, 'closed'>): (() => boolean) => {
  let closed = false
  void terminal.closed.then(() => (closed = true))
  return () => closed
}

const supersededOf = async (device: string) => {
  const row = await test.db
    .selectFrom('telemetry_device')
    .select(['superseded', 'last_address'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', device)
    .executeTakeFirstOrThrow()
  return row
}

describe('a terminal that shows who it is at another gateway', () => {
  it('is connected there only: its old connection is ended and counted', async () => {
    const old = await connect(0)
    await at(0).poll()
    const fresh = await connect(1)

    await old.closed

    expect([at(0).online(), at(1).online()]).toEqual([[], [deviceId]])
    expect(at(0).counters.read()['jt808.superseded']).toBe(1)
    expect(at(1).counters.read()['jt808.superseded']).toBeUndefined()
    fresh.send({ kind: 'heartbeat', header: fresh.header(), body: {} })
    expect(await fresh.next()).toMatchObject({ body: { result: 'ok' } })

    // Closing tells what was seen; what the old one was is not where the device is now.
    const { address } = fresh
    await at(1).close()
    await at(0).close()
    expect(await supersededOf(deviceId)).toMatchObject({ superseded: 1, last_address: address })
  })

  it('gets its orders there only, also one that it was sent before', async () => {
    const old = await connect(0)
    const first = await order(deviceId)
    const sent = await old.next()
    expect(sent.kind).toBe('link_test')
    const wasClosed = isClosed(old)
    const fresh = await connect(1)
    await at(1).poll()
    const second = await order(deviceId)

    // What nobody has sent is sent at once; what was sent waits until the old connection is certainly gone.
    answer(fresh, await fresh.next())
    await expect.poll(() => stateOf(second), waiting).toEqual(['acknowledged', 1])
    const again = await fresh.next()
    expect(wasClosed()).toBe(true)
    answer(fresh, again)
    await expect.poll(() => stateOf(first), waiting).toEqual(['acknowledged', 2])

    // And back.
    fresh.close()
    const back = await connect(0)
    const third = await order(deviceId)
    answer(back, await back.next())
    await expect.poll(() => stateOf(third), waiting).toEqual(['acknowledged', 1])
  })

  it('is told nothing by a gateway that has not looked yet', async () => {
    const old = await connect(0)
    await at(0).poll()
    // Another process takes over, and this one is asked for orders before it has seen that.
    const { rows } = await takenBy(newId())
    expect(rows).toBe(1)
    const id = await order(deviceId)
    const heard: string[] = []
    void old.next().then((message) => heard.push(message.kind))
    await at(0).poll()
    await old.closed
    expect(heard).toEqual([])
    expect(await stateOf(id)).toEqual(['queued', 0])
  })

  it('gets its orders at the old one, when the new one let go of it before the old one had looked', async () => {
    const old = await connect(0)
    await at(0).poll()
    const other = newId()
    await test.db.transaction().execute(async (tx) => {
      await claimLinks(tx, zoneId, other, { taken: [deviceId], left: [] })
      await claimLinks(tx, zoneId, other, { taken: [], left: [deviceId] })
    })
    const id = await order(deviceId)
    answer(old, await old.next())
    await expect.poll(() => stateOf(id), waiting).toEqual(['acknowledged', 1])
    expect(at(0).counters.read()['jt808.superseded']).toBeUndefined()
  })

  it('may go to and fro: one connection stays, and each order comes once', async () => {
    const terminals: TestTerminal[] = []
    for (let turn = 0; turn < 12; turn++) terminals.push(await connect(turn % 2))
    const closed = terminals.map(isClosed)
    await expect.poll(() => closed.filter((each) => !each()).length, waiting).toBe(1)
    await at(0).poll()
    await at(1).poll()
    const last = terminals[closed.findIndex((each) => !each())]
    if (!last) throw new Error('no terminal')
    const id = await order(deviceId)
    answer(last, await last.next())
    await expect.poll(() => stateOf(id), waiting).toEqual(['acknowledged', 1])
    expect(at(0).online().length + at(1).online().length).toBe(1)
  })

  const takenBy = async (gatewayId: string) => {
    const { numUpdatedRows } = await test.db
      .updateTable('telemetry_link')
      .set((eb) => ({ gateway_id: gatewayId, epoch: eb('epoch', '+', 1_000) }))
      .where('zone_id', '=', zoneId)
      .executeTakeFirst()
    return { rows: Number(numUpdatedRows) }
  }
})

it('an order is on one open connection at a time, however many terminals call whichever gateway', async () => {
  const identities = Array.from({ length: 6 }, (_, index) => `1390013900${index}`)
  const ids = await Promise.all(identities.map((identity) => addTruck('jt808', identity)))
  await at(0).poll()
  await at(1).poll()
  type Call = { readonly terminal: TestTerminal; readonly isClosed: () => boolean; readonly heard: Set<string> }
  const breaches: string[] = []
  const orders: string[] = []
  let isOver = false

  const listen = async (call: Call, calls: readonly Call[]) => {
    for (;;) {
      const message = await call.terminal.next()
      if (message.kind !== 'text') continue
      const { text } = message.body
      for (const other of calls)
        if (other !== call && other.heard.has(text) && !other.isClosed()) breaches.push(`${text} on two connections`)
      call.heard.add(text)
      // Some answers get lost.
      if (isOver || Math.random() < 0.5) answer(call.terminal, message)
    }
  }
  const callOn = async (identity: string, calls: Call[]) => {
    try {
      const terminal = await connect(Math.random() < 0.5 ? 0 : 1, identity)
      const call = { terminal, isClosed: isClosed(terminal), heard: new Set<string>() }
      calls.push(call)
      void listen(call, calls)
    } catch {
      // It was ended before it was let in: the other gateway had made it known under the same code meanwhile.
    }
  }
  await Promise.all(
    identities.map(async (identity, index) => {
      const calls: Call[] = []
      for (let turn = 0; turn < 5; turn++) {
        await callOn(identity, calls)
        orders.push(
          await order(ids[index] ?? '', 'text', { flagBits: 1, textKind: 'notice', text: `${index}-${turn}` }),
        )
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 900))
      }
      await callOn(identity, calls)
      isOver = true
      for (let turn = 0; calls.every((call) => call.isClosed()) && turn < 5; turn++) await callOn(identity, calls)
    }),
  )
  const open = async () => {
    const states = await Promise.all(orders.map(stateOf))
    return states.filter(([state]) => state !== 'acknowledged').length
  }
  await expect.poll(open, { timeout: 40_000, interval: 500 }).toBe(0)
  expect(breaches).toEqual([])
}, 90_000)

describe('other devices', () => {
  it('a client of MQTT is ended where it was, and what it wanted said when it vanishes is not said any more', async () => {
    const id = await addTruck('mqtt', 'mill-1', 'geheim')
    await at(0).poll()
    await at(1).poll()
    const topic = (kind: string) => `tingzhou/v1/mill-1/${kind}`
    const will = { topic: topic('state'), payload: Buffer.from('away'), qos: 1, retain: true } as const
    const call = async (place: number): Promise<MqttClient> => {
      const who = { clientId: 'mill-1', username: 'mill-1', password: 'geheim', clean: false, reconnectPeriod: 0 }
      const client = await connectAsync(`mqtt://127.0.0.1:${at(place).ports.mqtt}`, { ...who, will })
      open.push({ close: () => void client.end(true) })
      await client.subscribeAsync(topic('commands'), { qos: 1 })
      return client
    }
    const old = await call(0)
    const gone = new Promise<void>((resolve) => old.once('close', () => resolve()))
    await at(0).poll()
    const fresh = await call(1)
    await fresh.publishAsync(topic('state'), 'here', { qos: 1, retain: true })
    await gone

    expect(at(0).counters.read()).toMatchObject({ 'mqtt.superseded': 1 })
    expect(at(0).counters.read()['mqtt.wills']).toBeUndefined()
    const heard = new Promise<string>((resolve) => fresh.once('message', (_topic, bytes) => resolve(String(bytes))))
    const asked = await order(id, 'restart')
    expect(JSON.parse(await heard)).toMatchObject({ id: asked })
    const kept = await test.db
      .selectFrom('mqtt_retained')
      .select('payload')
      .where('zone_id', '=', zoneId)
      .executeTakeFirstOrThrow()
    expect(Buffer.from(kept.payload).toString()).toBe('here')
  })

  it('a monitor is taken over by what it says elsewhere; a logger that speaks for others goes on for them', async () => {
    const [shared, own] = [await addTruck('hj212', 'mn-shared', '123456'), await addTruck('hj212', 'mn-own', '123456')]
    await at(0).poll()
    await at(1).poll()
    const call = async (place: number): Promise<TestMonitor> => {
      const monitor = await connectMonitor(at(place).ports.hj212 ?? 0)
      open.push(monitor)
      return monitor
    }
    const [logger, monitor] = [await call(0), await call(1)]
    const loggerClosed = isClosed(logger)
    logger.sendBytes(heartbeat('mn-shared'))
    logger.sendBytes(heartbeat('mn-own'))
    await expect.poll(() => at(0).online().toSorted(), waiting).toEqual([shared, own].toSorted())
    await at(0).poll()
    monitor.sendBytes(heartbeat('mn-shared'))

    await expect.poll(() => at(0).online(), waiting).toEqual([own])
    expect(at(1).online()).toEqual([shared])
    expect(at(0).counters.read()).toMatchObject({ 'hj212.superseded': 1 })
    expect(loggerClosed()).toBe(false)
    logger.sendBytes(heartbeat('mn-own'))
  })

  const heartbeat = (mn: string): Uint8Array =>
    frameOf(Buffer.from(`QN=20261128110000000;ST=31;CN=9015;PW=123456;MN=${mn};Flag=9;CP=&&&&`))
})

it('a machine that two processes call gets its orders from one, and from the other when that is gone', async () => {
  const machine = await openTestMachine()
  try {
    const point = { key: 'SP', table: 'holding', register: 0, as: 'uint16', write: { low: 0, high: 100 } }
    const source = ModbusSource.parse({ host: '127.0.0.1', port: machine.port, everyMs: 100, points: [point] })
    const id = await addTruck('modbus', 'm1', null, { source })
    const calls = { modbus: entryOf('modbus') }
    const [first, second] = [await openOne('calls-1', calls), await openOne('calls-2', calls)]
    all = [...all, first, second]
    const both = [first.gateway, second.gateway]
    await expect.poll(() => both.map((each) => each.online()), waiting).toEqual([[id], [id]])
    for (const each of both) await each.poll()
    const holder = await test.db
      .selectFrom('telemetry_link')
      .select('gateway_id')
      .where('device_id', '=', id)
      .executeTakeFirstOrThrow()
    const set = await order(id, 'set_value', { point: 'SP', value: 7 })
    await expect.poll(() => stateOf(set), waiting).toEqual(['acknowledged', 1])
    expect(both.filter((each) => each.counters.read()['modbus.written'] === 1).map((each) => each.id)).toEqual([
      holder.gateway_id,
    ])

    const other = both.find((each) => each.id !== holder.gateway_id)
    await expect.poll(() => other?.counters.read()['modbus.superseded'], waiting).toBe(1)
    await both.find((each) => each.id === holder.gateway_id)?.close()
    const again = await order(id, 'set_value', { point: 'SP', value: 8 })
    await expect.poll(() => stateOf(again), waiting).toEqual(['acknowledged', 1])
    expect(other?.counters.read()).toMatchObject({ 'modbus.written': 1 })
    expect(machine.holding[0]).toBe(8)
  } finally {
    await machine.leave()
  }
})

describe('a process that is killed', () => {
  it('is not there any more after a while, and its terminals are let in by another at once', async () => {
    const dead = newId()
    await test.db
      .insertInto('telemetry_gateway')
      .values({
        zone_id: zoneId,
        id: dead,
        name: 'gateway-3',
        began_at: new Date(),
        beat_at: new Date(),
        online: 1,
        counts: '{}',
      })
      .execute()
    await test.db
      .insertInto('telemetry_link')
      .values({ zone_id: zoneId, device_id: deviceId, gateway_id: dead, epoch: 1, taken_from: null })
      .execute()
    await test.db.insertInto('telemetry_link_turn').values({ zone_id: zoneId, epoch: 1 }).execute()
    const elsewhere = await openElsewhere({ db: test.db, zoneId, log, ownId: newId() })
    try {
      expect(elsewhere.online()).toEqual([deviceId])
      const beatAt = new Date(Date.now() - 16_000)
      await test.db.updateTable('telemetry_gateway').set({ beat_at: beatAt }).where('id', '=', dead).execute()
      await expect.poll(elsewhere.online, waiting).toEqual([])
      expect(elsewhere.gateways().map(({ name, isThere }) => [name, isThere])).toEqual([
        ['gateway-1', true],
        ['gateway-2', true],
        ['gateway-3', false],
      ])

      const terminal = await connect(1)
      const id = await order(deviceId)
      answer(terminal, await terminal.next())
      await expect.poll(() => stateOf(id), waiting).toEqual(['acknowledged', 1])
      await expect.poll(elsewhere.online, waiting).toEqual([deviceId])
    } finally {
      await elsewhere.close()
    }
  })

  const url = process.env.TEST_DATABASE_URL
  it.skipIf(!url)(
    'loses its terminals to another, with what was asked of them (needs PostgreSQL)',
    async () => {
      const [folder, port] = [mkdtempSync(join(tmpdir(), 'tingzhou-gateway-')), await freePort()]
      const child = await startProcess(port, folder)
      let elsewhere: Elsewhere | null = null
      try {
        elsewhere = await openElsewhere({ db: test.db, zoneId, log, ownId: newId() })
        const there = await connectTerminal(port, phone)
        open.push(there)
        await there.admit()
        await expect.poll(elsewhere.online, waiting).toEqual([deviceId])
        const id = await order(deviceId)
        expect((await there.next()).kind).toBe('link_test')
        // It is taken over while it lives …
        const here = await connect(0)
        await there.closed
        // … takes over again, and is killed.
        const back = await connectTerminal(port, phone)
        open.push(back)
        await back.admit()
        await here.closed
        child.kill('SIGKILL')
        await back.closed

        const last = await connect(1)
        answer(last, await last.next())
        await expect.poll(() => stateOf(id).then(([state]) => state), waiting).toBe('acknowledged')
        await expect
          .poll(
            () =>
              elsewhere
                ?.gateways()
                .filter(({ isThere }) => !isThere)
                .map(({ name }) => name),
            waiting,
          )
          .toEqual(['gateway-9'])
      } finally {
        child.kill('SIGKILL')
        await elsewhere?.close()
        rmSync(folder, { recursive: true, force: true })
      }
    },
    120_000,
  )

  async function startProcess(port: number, folder: string): Promise<ChildProcess> {
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(test.db)
    const databaseUrl = new URL(url ?? '')
    databaseUrl.pathname = `/${rows[0]?.name}`
    const file = fileURLToPath(new URL('main.ts', import.meta.url))
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl.href,
        DATA_DIR: folder,
        ZONE_ID: zoneId,
        TELEMETRY_STREAM: 'gateway-9',
        HOST: '127.0.0.1',
        JT808_PORT: String(port),
        HJ212_PORT: 'off',
        MQTT_PORT: 'off',
      },
    })
    let said = ''
    for await (const bytes of child.stdout) {
      said += String(bytes)
      if (said.includes('the gateway listens')) return child
    }
    throw new Error(`the gateway ended: ${said}`)
  }
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP listener has a port.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
