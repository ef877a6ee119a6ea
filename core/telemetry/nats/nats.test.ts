import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectTcp, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { sampleKind } from '../kind.ts'
import { addNode, saveProfile } from '../plant.ts'
import { newReadings, type Readings } from '../readings.ts'
import { addSample } from '../sample.ts'
import { openTelemetry, type Telemetry } from '../telemetry.ts'
import { openForwarding, type TelemetryEdge } from '../forward.ts'
import { startReceiving, type Receiver } from './receive.ts'
import { streamOf, subjectOf } from './stream.ts'

const isInstalled = spawnSync('nats-server', ['--version']).status === 0
const now = Date.UTC(2026, 10, 28, 4, 0)
const clock = () => epochMs(now)
const log = pino({ level: 'silent' })

// The binary comes with Debian's package nats-server.
describe.skipIf(!isInstalled)('readings by way of JetStream (needs nats-server)', () => {
  let test: TestDatabase
  let folder: string
  let port: number
  let nats: ChildProcess
  let zoneId: string
  let telemetry: Telemetry
  let edge: TelemetryEdge
  let receiver: Receiver | null
  let points: readonly number[]
  const config = () => ({ url: `nats://127.0.0.1:${port}`, credentialsFile: null, authorityFile: null })

  beforeAll(async () => {
    test = await testDatabase()
    port = await freePort()
    folder = mkdtempSync(join(tmpdir(), 'tingzhou-nats-'))
    nats = await startNats(port, folder)
  })
  afterAll(async () => {
    await kill(nats)
    await test.database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    zoneId = newId()
    receiver = null
    points = await addMotors(8)
    telemetry = await openTelemetry({ database: test.database, zoneId, clock, log, stream: 'server' }, false)
    edge = await openForwarding({ database: test.database, zoneId, clock, log, stream: 'gateway-1', nats: config() })
  })
  afterEach(async () => {
    await edge.close()
    await receiver?.close()
    await telemetry.close()
  })

  /** Machines with a point each. */
  async function addMotors(count: number): Promise<readonly number[]> {
    const name = { zh: '电机', en: 'Motor' }
    const rest = { unit: null, euLow: null, euHigh: null, sampleMs: null, staleAfterS: null, counterMax: null }
    const profile = {
      key: 'motor',
      name,
      points: [{ key: 'I', kind: 'analog', name, resolution: 1, ...rest }],
    } as const
    await test.db.transaction().execute(async (tx) => {
      await saveProfile(tx, zoneId, profile, clock())
      for (let index = 0; index < count; index++) {
        const node = {
          id: newId(),
          parentId: null,
          level: 'equipment',
          segment: `M${index}`,
          profileKey: 'motor',
        } as const
        await addNode(tx, zoneId, { ...node, name, partyId: null })
      }
    })
    const rows = await test.db
      .selectFrom('telemetry_point')
      .select('id')
      .where('zone_id', '=', zoneId)
      .orderBy('id')
      .execute()
    return rows.map(({ id }) => id)
  }

  const receive = (into: Pick<Telemetry, 'ingest'> = telemetry): Receiver =>
    startReceiving({ nats: config(), zoneId, telemetry: into, log })

  const samples = (...all: readonly (readonly [point: number, at: number, value: number])[]): Readings => {
    const readings = newReadings(sampleKind)
    for (const [point, at, value] of all) addSample(readings, point, now + at, value)
    return readings
  }

  /** How many samples are in rows. */
  async function kept(): Promise<number> {
    await telemetry.store.flush(true)
    const rows = await test.db.selectFrom('sample_minute').select('n').where('zone_id', '=', zoneId).execute()
    return rows.reduce((sum, { n }) => sum + n, 0)
  }

  async function withManager<T>(
    work: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<T>,
  ): Promise<T> {
    const connection = await connect({ servers: `127.0.0.1:${port}` })
    try {
      return await work(await jetstreamManager(connection))
    } finally {
      await connection.close()
    }
  }
  const waiting = () => withManager(async (manager) => (await manager.streams.info(streamOf(zoneId))).state.messages)

  it('are durable in the stream until the server has them, then gone from it', async () => {
    const [first = 0, second = 0] = points
    await edge.ingest(samples([first, 0, 1], [second, 0, 2], [first, 1_000, 3]))
    expect(await waiting()).toBeGreaterThan(0)
    expect(await kept()).toBe(0)

    receiver = receive()

    await expect.poll(waiting).toBe(0)
    expect(await kept()).toBe(3)
    expect(telemetry.last.sample(first)).toMatchObject({ steps: 3 })
  })

  it('of one piece of equipment go one way, and of many several', async () => {
    for (let turn = 0; turn < 3; turn++)
      await edge.ingest(samples(...points.map((point) => [point, turn, turn] as const)))

    const subjects = await withManager(async (manager) => {
      const info = await manager.streams.info(streamOf(zoneId), { subjects_filter: '>' })
      return Object.keys(info.state.subjects ?? {})
    })
    expect(subjects.length).toBeGreaterThan(1)
    expect(subjects.every((subject) => subject.startsWith(`tingzhou.${zoneId}.readings.`))).toBe(true)
  })

  it('more than a message holds are several messages', async () => {
    const [point = 0] = points
    const many = samples(...Array.from({ length: 20_000 }, (_, index) => [point, index, index % 7] as const))
    await edge.ingest(many)
    expect(await waiting()).toBe(3)

    receiver = receive()
    await expect.poll(waiting).toBe(0)
    expect(await kept()).toBe(20_000)
  })

  it('are not acknowledged while NATS is away; what was acknowledged is there when it is back', async () => {
    const [point = 0] = points
    receiver = receive()
    const acknowledged: number[] = []
    for (let round = 0; round < 2; round++) {
      await edge.ingest(samples([point, round, round]))
      acknowledged.push(round)
      await kill(nats)
      await expect(edge.ingest(samples([point, 1_000 + round, round]))).rejects.toThrow()
      nats = await startNats(port, folder)
      await expect
        .poll(
          () =>
            edge.ingest(samples([point, 2_000 + round, round])).then(
              () => true,
              () => false,
            ),
          { timeout: 30_000 },
        )
        .toBe(true)
      acknowledged.push(2_000 + round)
    }

    // A server of NATS that was killed may have forgotten that it deleted a message: what is in the stream says nothing here.
    await expect.poll(kept, { timeout: 30_000 }).toBeGreaterThanOrEqual(acknowledged.length)
    const total = await kept()
    expect(total).toBeLessThanOrEqual(acknowledged.length + 3)
  }, 120_000)

  it('that the server cannot keep stay in the stream until it can', async () => {
    const [point = 0] = points
    let isBroken = true
    const broken = {
      ingest: async (readings: Readings) => {
        if (isBroken) throw new Error('the disk is full')
        return telemetry.ingest(readings)
      },
    }
    receiver = receive(broken)
    await edge.ingest(samples([point, 0, 1]))
    await expect
      .poll(
        () =>
          withManager(async (manager) => {
            const infos = await manager.consumers.list(streamOf(zoneId)).next()
            return infos.reduce((sum, { num_redelivered: again }) => sum + again, 0)
          }),
        { timeout: 20_000 },
      )
      .toBeGreaterThan(0)
    expect(await kept()).toBe(0)

    isBroken = false

    await expect.poll(waiting, { timeout: 20_000 }).toBe(0)
    expect(await kept()).toBe(1)
  })

  it('that nobody can read stay, and hold no others up', async () => {
    const [point = 0] = points
    const connection = await connect({ servers: `127.0.0.1:${port}` })
    for (let partition = 0; partition < 4; partition++)
      await jetstream(connection).publish(subjectOf(zoneId, partition), Uint8Array.of(99, 1, 2))
    await connection.close()
    receiver = receive()

    await edge.ingest(samples([point, 0, 1]))

    await expect.poll(waiting).toBe(4)
    expect(await kept()).toBe(1)
  })

  it('a server that is told to end while NATS is away ends', async () => {
    const nowhere = { url: 'nats://127.0.0.1:1', credentialsFile: null, authorityFile: null }
    const waits = startReceiving({ nats: nowhere, zoneId, telemetry, log })

    await waits.close()
  })
})

async function startNats(port: number, folder: string): Promise<ChildProcess> {
  const child = spawn('nats-server', ['-js', '-a', '127.0.0.1', '-p', String(port), '-sd', folder], { stdio: 'ignore' })
  const isUp = () =>
    new Promise<boolean>((resolve) => {
      const probe = connectTcp(port, '127.0.0.1')
      probe.once('data', () => resolve(true)).once('error', () => resolve(false))
      probe.once('close', () => resolve(false))
    })
  await vi.waitFor(async () => expect(await isUp()).toBe(true), { timeout: 20_000, interval: 20 })
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP listener has a port.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
