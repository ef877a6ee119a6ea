// npm run bench -- gateway: JT/T 808 terminals over TCP, one frame a packet, each report answered after it is durable; the
// generator runs beside the gateway on the same cores. What was answered is counted in the database. Then as many reports as an
// embedded database keeps up with, and terminals that only are there.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { sql } from 'kysely'
import { openDatabase, type Database } from '@tingzhou/db'
import { embeddedScratch, serverScratch, type Scratch } from './databases.ts'
import type { Outcome } from './gateway-pace.ts'
import { end, firstLine, memoryOf, run, startHost, zoneId } from './gateway-process.ts'
import { addTrucks } from './gateway-zone.ts'
import { figure, report, type Figure, type Say } from './harness.ts'

const mebi = 2 ** 20
const idleSeconds = 20
// What a process has open besides: the database, modules, its channel.
const otherFiles = 200

await report('bench', 'gateway', async (say) => [
  ...(await measure('PostgreSQL', await serverScratch(4), { connections: 2_000, perSecond: 21_000, seconds: 60 }, say)),
  ...(await measure('PGlite', await embeddedScratch(), { connections: 500, perSecond: 5_000, seconds: 30 }, say)),
  ...(await highestRate(say)),
  ...(await idle(say)),
])

type Load = { readonly connections: number; readonly perSecond: number; readonly seconds: number }
type Measured = { readonly outcome: Outcome; readonly kept: number; readonly rssBytes: number }

/** Puts a load on a gateway of its own, and counts what it kept. */
async function load(scratch: Scratch, { connections, perSecond, seconds }: Load): Promise<Measured> {
  await addTrucks(scratch.database, zoneId, connections)
  // An embedded database has one owner at a time.
  if (scratch.dataDir) await scratch.database.close()
  const {
    host,
    ports: { port },
  } = await startHost(scratch)
  const generator = run('gateway-load.ts', [port, connections, perSecond, seconds].map(String), scratch)
  const outcome = JSON.parse(await firstLine(generator)) as Outcome
  const { rss } = await memoryOf(host)
  await end(host, 'SIGTERM')
  const database = scratch.dataDir ? await openDatabase({ dataDir: scratch.dataDir }) : scratch.database
  const kept = await countFixes(database)
  await (scratch.dataDir ? database.close() : scratch.drop())
  return { outcome, kept, rssBytes: rss }
}

async function measure(name: string, scratch: Scratch, wish: Load, say: Say): Promise<readonly Figure[]> {
  const { outcome, kept, rssBytes } = await load(scratch, wish)
  const { connections, perSecond, seconds } = wish
  say(`${name}: ${JSON.stringify(outcome)}, kept ${kept}`)
  const rate = outcome.sent / outcome.seconds
  return [
    figure(
      `${name}: reports sent over ${connections} connections for ${seconds} s`,
      rate,
      'reports/s',
      `>= ${perSecond * 0.99}`,
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
    figure(`${name}: memory of the gateway (RSS)`, rssBytes / mebi, 'MiB'),
  ]
}

/** The highest of rising rates at which each report is answered within a second and kept. */
async function highestRate(say: Say): Promise<readonly Figure[]> {
  let highest = 0
  for (let perSecond = 5_000; ; perSecond += 1_000) {
    const { outcome, kept } = await load(await embeddedScratch(), { connections: 500, perSecond, seconds: 20 })
    const { sent, answered, p99 } = outcome
    const isHeld = answered === sent && kept === sent && p99 <= 1_000 && sent / outcome.seconds >= perSecond * 0.99
    say(`PGlite at ${perSecond}/s: ${JSON.stringify(outcome)}, kept ${kept}`)
    if (!isHeld) break
    highest = perSecond
  }
  return [
    figure('PGlite: highest rate of 20 s, by thousands, at which p99 is within 1 s', highest, 'reports/s', '>= 5000'),
  ]
}

/** How many files a process may have open at once; Node begins with as many as it may. */
function filesMax(): number {
  const limit = execFileSync(process.execPath, ['-p', 'process.report.getReport().userLimits.open_files.hard'])
  const said = limit.toString().trim()
  return said === 'unlimited' ? Infinity : Number(said)
}

/** Terminals that are admitted and silent, 20,000 or as many as a process may have: what a gateway needs for one. */
async function idle(say: Say): Promise<readonly Figure[]> {
  const files = filesMax()
  const connections = Math.min(20_000, files - otherFiles)
  const scratch = await serverScratch(4)
  await addTrucks(scratch.database, zoneId, connections)
  const {
    host,
    ports: { port },
  } = await startHost(scratch)
  const before = await memoryOf(host)
  const generator = run('gateway-load.ts', [port, connections, 0, idleSeconds].map(String), scratch)
  const ended = firstLine(generator)
  const [joined] = (await once(generator, 'message')) as [{ admitted: number }]
  await new Promise((resolve) => setTimeout(resolve, (idleSeconds / 2) * 1_000))
  const during = await memoryOf(host)
  await ended
  await end(host, 'SIGTERM')
  await scratch.drop()
  const { online, rss } = during
  say(`${joined.admitted} admitted, ${online} connected, ${rss / mebi} MiB`)
  return [
    figure(
      `idle connections that stay, where a process may open ${files} files`,
      online,
      'connections',
      `>= ${connections}`,
    ),
    figure('memory of the gateway with them (RSS)', rss / mebi, 'MiB'),
    figure('memory of the gateway for each of them', (rss - before.rss) / connections / 1_024, 'KiB'),
  ]
}

async function countFixes({ db }: Database): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select coalesce(sum(n), 0)::bigint as n from track_minute where zone_id = ${zoneId}`.execute(db)
  return rows[0]?.n ?? 0
}
