import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from '@tingzhou/db'
import type { Server } from './create-server.ts'

/** The simulated zone beside the server: kept running until it is stopped. */
type Simulator = { readonly stop: () => void }

// A simulator that cannot start is not started for ever.
const failuresMax = 5
const calmMs = 60_000

/**
 * Runs the demo's firms and officers, a process of their own that speaks HTTP only; starts it again when it dies. When it
 * cannot run at all, or is not wanted, the demo's clock becomes real, so that nobody is left in the past.
 * @param wanted  false: the demo stands as it is
 */
export function startSimulator(server: Server, dataDir: string, wanted: boolean): Simulator {
  const bundle = join(repoRoot(), 'dist/simpark.mjs')
  let child: ChildProcess | null = null
  let stopped = false
  let failures = 0
  const giveUp = () => {
    server.demoZone
      ?.release(server.timers)
      .then(() => server.demoZone?.report(server.demoZone.status().percent, 'stopped'))
      .catch((error: unknown) => server.deps.log.error({ err: error }, 'the demo clock could not be released'))
  }
  const start = () => {
    if (stopped) return
    const startedAt = performance.now()
    child = spawn(process.execPath, ['--enable-source-maps', bundle], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, TINGZHOU_URL: server.url, DATA_DIR: dataDir },
    })
    child.on('exit', (code, signal) => {
      if (stopped || code === 0) return
      failures = performance.now() - startedAt > calmMs ? 1 : failures + 1
      server.deps.log.error({ code, signal, failures }, 'the simulated zone stopped')
      if (failures >= failuresMax) giveUp()
      else setTimeout(start, 1_000 * 2 ** failures).unref()
    })
  }
  if (wanted && existsSync(bundle)) start()
  else giveUp()
  return {
    stop: () => {
      stopped = true
      child?.kill('SIGTERM')
    },
  }
}
