import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { callsOf, gatewayEnvironment, gatewayOptions, openGateway, type Gateway } from '@tingzhou/gateway'
import { connectTerminal, openTestMachine, type TestMachine } from '@tingzhou/gateway/testing'
import { epochMs } from '@tingzhou/kernel'
import { openForwarding, type NatsConfig, type TelemetryEdge } from '@tingzhou/telemetry'
import * as z from 'zod'
import { startTestServer, type Client, type TestServer } from './testing.ts'

const log = pino({ level: 'silent' })
const clock = () => epochMs(Date.now())
const waiting = { timeout: 30_000 }
const hasNats = spawnSync('nats-server', ['--version']).status === 0

// The binary comes with Debian's package nats-server.
describe.each([{ way: 'the database' }, { way: 'JetStream (needs nats-server)' }])(
  'a gateway apart, by way of $way',
  ({ way }) => {
    const isByNats = way !== 'the database'
    describe.skipIf(isByNats && !hasNats)('is shown by the server', () => shown(isByNats))
  },
)

function shown(isByNats: boolean): void {
  let test: TestDatabase
  let server: TestServer
  let edge: TelemetryEdge
  let gateway: Gateway
  let machine: TestMachine
  let dispatcher: Client
  let nats: (ChildProcess & { readonly url: string }) | null = null
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tingzhou-apart-'))
    nats = isByNats ? await startNats(folder) : null
    test = await testDatabase()
    machine = await openTestMachine()
    server = await startTestServer({
      background: true,
      database: test.database,
      environment: {
        DATABASE_URL: 'postgres://postgres@127.0.0.1:5432/is-given',
        MODBUS: 'off',
        OPCUA: 'off',
        ...(nats ? { NATS_URL: nats.url } : {}),
      },
    })
    dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
    await open()
  })
  afterAll(async () => {
    await gateway.close()
    await edge.close()
    await server.close()
    await test.database.close()
    await machine.leave()
    nats?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(): Promise<void> {
    const { zoneId } = server.deps
    const config: NatsConfig | null = nats ? { url: nats.url, credentialsFile: null, authorityFile: null } : null
    edge = await openForwarding({ database: test.database, zoneId, clock, log, stream: 'gateway-1', nats: config })
    const environment = z.object(gatewayEnvironment).parse({ MODBUS: 'on', DATA_DIR: folder })
    const calls = await callsOf(gatewayOptions(environment, false), 'gateway-1')
    const deps = { db: test.db, zoneId, clock, log, telemetry: edge, keepMedium: async () => {}, calls }
    gateway = await openGateway({ ...deps, name: 'gateway-1' }, { host: '127.0.0.1', jt808: 0 })
  }

  const add = async (protocol: string, identity: string, more: object = {}): Promise<string> => {
    const device = { commandId: newId(), protocol, identity, name: identity, profileKey: 'sender' }
    const added = await dispatcher.post('/api/v1/devices', {
      ...device,
      segment: `S${identity}`.toUpperCase(),
      ...more,
    })
    expect(added).toMatchObject({ status: 201 })
    return added.body.id
  }
  const show = async (id: string) => (await dispatcher.get(`/api/v1/devices/${id}`)).body
  const framesOf = async (id: string) => (await dispatcher.get(`/api/v1/devices/${id}/frames`)).body.rows
  const counters = async () => (await dispatcher.get('/api/v1/gateway-counters')).body

  it('with its machines: where they are, what they say, why they do not', async () => {
    machine.holding.set([418])
    const point = { key: 'I', table: 'holding', register: 0, as: 'uint16', scale: 0.1, resolution: 0.1 }
    const source = { host: '127.0.0.1', port: machine.port, everyMs: 100, points: [point] }
    const id = await add('modbus', 'm1', { source })

    await expect.poll(async () => (await show(id)).machine?.address, waiting).toBe(`127.0.0.1:${machine.port}`)
    await expect.poll(async () => (await show(id)).online, waiting).toBe(true)
    await expect.poll(async () => (await show(id)).points[0]?.last?.value, waiting).toBe(41.8)
    const frames = await framesOf(id)
    expect(frames.length).toBeGreaterThan(1)
    expect(frames.at(-1)).toMatchObject({ kind: 'read_holding_registers', fault: null })
    // Asked for again, what is newer is there.
    const last = frames.at(-1).at
    await expect.poll(async () => (await framesOf(id)).at(-1).at, waiting).toBeGreaterThan(last)

    await machine.leave()
    await expect.poll(async () => (await show(id)).machine?.address, waiting).toBeNull()
    await expect.poll(async () => (await show(id)).machine.reason, waiting).toContain('ECONNREFUSED')
    await expect.poll(async () => (await show(id)).online, waiting).toBe(false)
  })

  it('with its terminals, their frames and what it has counted', async () => {
    const id = await add('jt808', '13800138000')
    await gateway.poll()
    const terminal = await connectTerminal(gateway.ports.jt808 ?? 0, '13800138000')
    await terminal.admit()
    await expect.poll(async () => (await show(id)).online, waiting).toBe(true)
    const kinds = async () => (await framesOf(id)).map(({ kind }: { kind: string }) => kind)
    // A busy gateway tells its frames by the next time they are asked for.
    await expect.poll(kinds, waiting).toEqual(['register', 'register_answer', 'authenticate', 'platform_answer'])
    const list = (await dispatcher.get('/api/v1/devices?protocol=jt808')).body.rows
    expect(list).toMatchObject([{ id, online: true }])

    const own = async () => (await counters()).gateways.find(({ name }: { name: string }) => name === 'gateway-1')
    await expect.poll(async () => (await own())?.counts['jt808.frames'], waiting).toBe(2)
    expect(await own()).toMatchObject({ isThere: true, online: 1 })
    expect((await counters()).counts['jt808.frames']).toBeUndefined()
    expect((await counters()).online).toBe(1)
    terminal.close()
    await expect.poll(async () => (await show(id)).online, waiting).toBe(false)
  })

  it('until it is gone', async () => {
    const { body } = await dispatcher.get('/api/v1/devices?protocol=modbus')
    const id = body.rows[0].id
    // As after a kill: it has said nothing for longer than it may. This one lives, so it is silenced until that is seen.
    const seen = async () => {
      await silence()
      return (await show(id)).machine
    }
    await expect.poll(seen, waiting).toMatchObject({ address: null, reason: 'the gateway that calls it is away' })
    await gateway.close()
    await expect.poll(async () => (await show(id)).machine, waiting).toBeNull()
    await expect.poll(async () => (await counters()).gateways, waiting).toEqual([])
  })

  /** Lets the last beat of the gateway be long ago, until it beats again. */
  async function silence(): Promise<void> {
    const beatAt = new Date(Date.now() - 60_000)
    await test.db.updateTable('telemetry_gateway').set({ beat_at: beatAt }).where('name', '=', 'gateway-1').execute()
  }
}

async function startNats(folder: string): Promise<ChildProcess & { readonly url: string }> {
  const port = await freePort()
  const child = spawn('nats-server', ['-js', '-a', '127.0.0.1', '-p', String(port), '-sd', folder], { stdio: 'ignore' })
  return Object.assign(child, { url: `nats://127.0.0.1:${port}` })
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  // A TCP listener has a port.
  const { port } = listener.address() as AddressInfo
  listener.close()
  await once(listener, 'close')
  return port
}
