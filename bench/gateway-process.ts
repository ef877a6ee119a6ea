import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Scratch } from './databases.ts'
import { programArgs } from './program.ts'

/** The zone of all that is measured of gateways. */
export const zoneId = 'bench'

/** Starts a program of this folder beside the bench, bundled as the server is, on a database of it. */
export function run(
  file: Parameters<typeof programArgs>[0],
  args: readonly string[],
  { url, dataDir }: Pick<Scratch, 'url' | 'dataDir'>,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const where = url ? { DATABASE_URL: url } : { DATA_DIR: dataDir ?? '' }
  return spawn(process.execPath, [...programArgs(file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ZONE_ID: zoneId, ...where, ...environment },
  })
}

/** What a child says first. @throws Error when it ends without a word */
export async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('a child without standard output')
  for await (const line of createInterface(stdout)) return line
  throw new Error('a child ended without a word')
}

/** Where a gateway listens. */
export type HostPorts = { readonly port: number; readonly hj212: number }

/** Starts a gateway in a process of its own. */
export async function startHost(
  scratch: Pick<Scratch, 'url' | 'dataDir'>,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly host: ChildProcess; readonly ports: HostPorts }> {
  const host = run('gateway-host.ts', [], scratch, environment)
  return { host, ports: JSON.parse(await firstLine(host)) as HostPorts }
}

/** Ends a child. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

export type Memory = { readonly rss: number; readonly online: number }

/** Asks a gateway how much it holds. */
export async function memoryOf(host: ChildProcess): Promise<Memory> {
  host.send('memory')
  const [answer] = await once(host, 'message')
  return answer as Memory
}
