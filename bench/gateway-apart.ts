import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@nats-io/transport-node'
import { jetstreamManager } from '@nats-io/jetstream'
import { repoRoot } from '@tingzhou/db'
import type { Scratch } from './databases.ts'
import { end, type HostPorts } from './gateway-process.ts'
import { freePort, startServer } from './server.ts'

/** What terminals call, and what of it is killed. */
export type Rig = {
  readonly ports: HostPorts
  /** Kills it, or a part of it, and starts it again. @returns what was killed */
  readonly kill: (round: number) => Promise<string>
  /** Ends it well: what is on its way arrives. */
  readonly stop: () => Promise<void>
}

const pollMs = 50
const waitMaxMs = 120_000
// The server looks into the journal five times a second.
const takingMs = 2_000

/**
 * A gateway in a process of its own and the server that takes over what it keeps: in NATS, which is killed in every round, or in
 * the database. The gateway is killed in every third round and the server in every fourth; without NATS one of them in each.
 */
export async function apartRig({ url }: Scratch, zoneId: string, hasNats: boolean): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'tingzhou-soak-apart-'))
  const ports = { port: await freePort(), hj212: await freePort() }
  const [httpPort, natsPort] = [await freePort(), await freePort()]
  const environment = { ZONE_ID: zoneId, ...(hasNats ? { NATS_URL: `nats://127.0.0.1:${natsPort}` } : {}) }
  const dataDir = join(folder, 'server')
  const natsArguments = [
    '-js',
    '-a',
    '127.0.0.1',
    '-p',
    String(natsPort),
    '-sd',
    folder,
    '-l',
    join(folder, 'nats.log'),
  ]
  const startNats = async () => (hasNats ? startChild('nats-server', natsArguments, natsPort) : null)
  const start = () => startServer({ dataDir, databaseUrl: url, port: httpPort, environment })
  const startGateway = () =>
    startChild(process.execPath, ['--enable-source-maps', join(repoRoot(), 'dist/gateway.mjs')], ports.port, {
      ...environment,
      DATABASE_URL: url ?? '',
      TELEMETRY_STREAM: 'gateway-1',
      JT808_PORT: String(ports.port),
      HJ212_PORT: String(ports.hj212),
      MQTT_PORT: 'off',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
    })
  let nats = await startNats()
  let server = await start()
  let gateway = await startGateway()
  return {
    ports,
    kill: async (round) => {
      const [killsGateway, killsServer] = hasNats
        ? [round % 3 === 0, round % 4 === 0]
        : [round % 2 === 0, round % 2 === 1]
      if (nats) await end(nats, 'SIGKILL')
      nats = await startNats()
      if (killsGateway) {
        await end(gateway, 'SIGKILL')
        gateway = await startGateway()
      }
      if (killsServer) {
        await server.kill()
        server = await start()
      }
      return [hasNats ? 'NATS' : [], killsGateway ? 'the gateway' : [], killsServer ? 'the server' : []]
        .flat()
        .join(', ')
    },
    stop: async () => {
      await end(gateway, 'SIGTERM')
      if (hasNats) await untilEmpty(natsPort, `TINGZHOU_${zoneId}`)
      await sleep(takingMs)
      await server.stop()
      if (nats) await end(nats, 'SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startChild(
  command: string,
  args: readonly string[],
  port: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  })
  for (let waitedMs = 0; !(await listens(port)); waitedMs += pollMs) {
    if (child.exitCode !== null || waitedMs > waitMaxMs) throw new Error(`${command} does not listen on port ${port}`)
    await sleep(pollMs)
  }
  return child
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connectTcp(port, '127.0.0.1')
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })

/** What was acknowledged to terminals is with the server now. */
async function untilEmpty(port: number, stream: string): Promise<void> {
  const connection = await connect({ servers: `127.0.0.1:${port}` })
  const manager = await jetstreamManager(connection)
  const pending = async () => {
    const consumers = await manager.consumers.list(stream).next()
    return consumers.reduce((sum, { num_pending: waiting }) => sum + waiting, 0)
  }
  for (let waitedMs = 0; (await pending()) > 0; waitedMs += pollMs) {
    if (waitedMs > waitMaxMs) throw new Error('the stream is not emptied')
    await sleep(pollMs)
  }
  await connection.close()
}
