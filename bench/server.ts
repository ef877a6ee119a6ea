import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { repoRoot } from '@tingzhou/db'

/** The real server, built, in a process of its own. */
export type ServerProcess = {
  readonly url: string
  /** Credential of the machine's own commands: administrator. */
  readonly token: string
  /** From the start of the process to its first answer. */
  readonly readyMs: number
  /** Ends it at once, as a power cut would. */
  readonly kill: () => Promise<void>
  /** Resident memory of the process; 0 where /proc is not known. */
  readonly memoryMib: () => number
  readonly stop: () => Promise<void>
}

const startTimeoutMs = 120_000
const pollMs = 5

/** Brings dist/ up to the sources. */
export function buildAll(): void {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: repoRoot(), stdio: ['ignore', 2, 2] })
  if (built.status !== 0) throw new Error('the build failed')
}

/**
 * Starts the built server and waits for its first answer.
 * @throws Error when it ends before it answers, or does not answer within two minutes
 */
export async function startServer(options: {
  readonly dataDir: string
  readonly databaseUrl?: string | null
  readonly port?: number
  /** What is set beside, such as the ports of devices. */
  readonly environment?: Readonly<Record<string, string>>
}): Promise<ServerProcess> {
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const { DATABASE_URL: _, ...environment } = process.env
  const began = performance.now()
  const child = spawn(process.execPath, ['--enable-source-maps', join(repoRoot(), 'dist/server.mjs'), '--empty'], {
    cwd: repoRoot(),
    // Its words go to the error stream: the standard output belongs to the report.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...environment,
      PORT: String(port),
      JT808_PORT: 'off',
      HJ212_PORT: 'off',
      MQTT_PORT: 'off',
      HOST: '127.0.0.1',
      DATA_DIR: options.dataDir,
      PUBLIC_URL: url,
      LOG_LEVEL: 'silent',
      REQUESTS_PER_MINUTE: '1000000',
      ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {}),
      ...options.environment,
    },
  })
  const ended = once(child, 'exit')
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('the server ended before it answered')
    if (performance.now() - began > startTimeoutMs) {
      await end('SIGKILL')
      throw new Error('the server did not answer within two minutes')
    }
    await sleep(pollMs)
  }
  const readyMs = performance.now() - began
  // The server writes its card when it listens.
  const { token } = JSON.parse(readFileSync(join(options.dataDir, 'server.json'), 'utf8')) as { token: string }
  return {
    url,
    token,
    readyMs,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    memoryMib: () => memoryMibOf(child.pid ?? 0),
  }
}

function memoryMibOf(pid: number): number {
  try {
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Math.round(Number(kib ?? 0) / 1_024)
  } catch {
    return 0
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/api/v1/sign-in-options`).then(
    async (response) => {
      await response.text()
      return response.ok
    },
    () => false,
  )

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  // A TCP listener has a port.
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** What came back. */
export type Answer = { readonly status: number; readonly body: unknown }

/** One request as the holder of a key. Rejects when the server goes away. */
export async function ask(url: string, key: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      'accept-language': 'zh-CN',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}
