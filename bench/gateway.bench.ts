// npm run bench -- gateway: JT/T 808 terminals over TCP, one frame a packet, each report answered after it is durable; the
// generator runs beside the gateway on the same cores. What was answered is counted in the database.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sql } from 'kysely'
import { openDatabase, repoRoot, type Database } from '@tingzhou/db'
import { embeddedScratch, serverScratch, type Scratch } from './databases.ts'
import { addTrucks } from './gateway-zone.ts'
import { figure, report, type Figure, type Say } from './harness.ts'

const zoneId = 'bench'

await report('bench', 'gateway', async (say) => [
  ...(await measure('PostgreSQL', await serverScratch(4), { connections: 2_000, perSecond: 21_000, seconds: 60 }, say)),
  ...(await measure('PGlite', await embeddedScratch(), { connections: 500, perSecond: 5_000, seconds: 30 }, say)),
])

type Load = { readonly connections: number; readonly perSecond: number; readonly seconds: number }
type Outcome = {
  sent: number
  answered: number
  refused: number
  seconds: number
  p50: number
  p99: number
  max: number
}

async function measure(name: string, scratch: Scratch, load: Load, say: Say): Promise<readonly Figure[]> {
  await addTrucks(scratch.database, zoneId, load.connections)
  // An embedded database has one owner at a time.
  if (scratch.dataDir) await scratch.database.close()
  const host = run('gateway-host.ts', [], scratch)
  const { port } = JSON.parse(await firstLine(host)) as { port: number }
  const generator = run('gateway-load.ts', [port, load.connections, load.perSecond, load.seconds].map(String), scratch)
  const outcome = JSON.parse(await firstLine(generator)) as Outcome
  const { rss } = await memoryOf(host)
  host.kill('SIGTERM')
  await once(host, 'exit')
  const database = scratch.dataDir ? await openDatabase({ dataDir: scratch.dataDir }) : scratch.database
  const kept = await countFixes(database)
  say(`${name}: ${JSON.stringify(outcome)}, kept ${kept}`)
  await (scratch.dataDir ? database.close() : scratch.drop())
  const rate = outcome.sent / outcome.seconds
  return [
    figure(
      `${name}: reports sent over ${load.connections} connections for ${load.seconds} s`,
      rate,
      'reports/s',
      `>= ${load.perSecond * 0.99}`,
    ),
    figure(`${name}: reports answered`, outcome.answered, 'reports', `>= ${outcome.sent}`),
    figure(
      `${name}: answered reports that are not in the database, or twice`,
      Math.abs(outcome.answered - kept),
      'reports',
      '<= 0',
    ),
    figure(`${name}: from sending to the answer, p50`, outcome.p50, 'ms'),
    figure(`${name}: from sending to the answer, p99`, outcome.p99, 'ms', '<= 1000'),
    figure(`${name}: memory of the gateway (RSS)`, rss / 2 ** 20, 'MiB'),
  ]
}

function run(file: string, args: readonly string[], { url, dataDir }: Scratch): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', join(repoRoot(), 'bench', file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ZONE_ID: zoneId, ...(url ? { DATABASE_URL: url } : { DATA_DIR: dataDir ?? '' }) },
  })
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('a child without standard output')
  for await (const line of createInterface(stdout)) return line
  throw new Error('a child ended without a word')
}

async function memoryOf(host: ChildProcess): Promise<{ readonly rss: number }> {
  host.send('memory')
  const [answer] = await once(host, 'message')
  return answer as { rss: number }
}

async function countFixes({ db }: Database): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select coalesce(sum(n), 0)::bigint as n from track_minute where zone_id = ${zoneId}`.execute(db)
  return rows[0]?.n ?? 0
}
