// npm run soak -- gateway: the gateway killed ten times under the load of terminals that send again what was not answered, on PostgreSQL and
// embedded; the server with the gateway in it; a gateway apart and its server; and NATS between the two. Then every report that was acknowledged
// is in the store, once.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase, repoRoot, type Database } from '@tingzhou/db'
import { fixesOf, fixKind, readMinutes } from '@tingzhou/telemetry'
import { embeddedScratch, serverScratch, type Scratch } from './databases.ts'
import { addTrucks } from './gateway-zone.ts'
import { figure, report, type Figure, type Say } from './harness.ts'
import { apartRig, type Rig } from './gateway-apart.ts'
import { buildAll, freePort, startServer } from './server.ts'

const zoneId = 'bench'
const connections = 100
const kills = 10
const secondsBetween = 3

buildAll()
await report('soak', 'gateway', async (say) => [
  ...(await soak('PGlite', await embeddedScratch(), hostRig, say)),
  ...(await soak('PostgreSQL', await serverScratch(4), hostRig, say)),
  ...(await soak('server on PostgreSQL', await serverScratch(4), serverRig, say)),
  ...(await soak('gateway apart', await serverScratch(4), (scratch) => apartRig(scratch, zoneId, false), say)),
  ...(await soak('gateway behind NATS', await serverScratch(4), (scratch) => apartRig(scratch, zoneId, true), say)),
])

type Told = {
  readonly refused: number
  readonly acknowledged: readonly (readonly [phone: string, times: readonly number[]])[]
}

async function soak(
  name: string,
  scratch: Scratch,
  open: (scratch: Scratch) => Promise<Rig>,
  say: Say,
): Promise<readonly Figure[]> {
  await addTrucks(scratch.database, zoneId, connections)
  // An embedded database has one owner at a time.
  if (scratch.dataDir) await scratch.database.close()
  const rig = await open(scratch)
  const load = spawn(
    process.execPath,
    ['--import', 'tsx', join(repoRoot(), 'bench/gateway-soak-load.ts'), String(rig.port), String(connections)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  )
  await once(load, 'message')
  for (let round = 1; round <= kills; round++) {
    await sleep(secondsBetween * 1_000)
    say(`${name}: killed ${await rig.kill(round)}, ${round} of ${kills}`)
  }
  await sleep(secondsBetween * 1_000)
  load.send('stop')
  const [told] = (await once(load, 'message')) as [Told]
  await rig.stop()
  const database = scratch.dataDir ? await openDatabase({ dataDir: scratch.dataDir }) : scratch.database
  const found = await compare(database, told)
  await (scratch.dataDir ? database.close() : scratch.drop())
  return [
    figure(`${name}: kill -9 under load of ${connections} terminals`, kills, 'kills', `>= ${kills}`),
    figure(`${name}: reports acknowledged`, found.acknowledged, 'reports', `>= ${connections * 10}`),
    figure(`${name}: acknowledged reports that are not in the store`, found.lost, 'reports', '<= 0'),
    figure(`${name}: reports that are in the store twice`, found.doubled, 'reports', '<= 0'),
    figure(`${name}: reports refused by name`, told.refused, 'reports', '<= 0'),
    figure(`${name}: journal entries left after the end`, found.entries, 'entries', '<= 0'),
  ]
}

async function startHost({ url, dataDir }: Scratch, port: number): Promise<ChildProcess> {
  const host = spawn(process.execPath, ['--import', 'tsx', join(repoRoot(), 'bench/gateway-host.ts')], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      ...process.env,
      ZONE_ID: zoneId,
      JT808_PORT: String(port),
      ...(url ? { DATABASE_URL: url } : { DATA_DIR: dataDir ?? '' }),
    },
  })
  if (!host.stdout) throw new Error('a child without standard output')
  for await (const _line of createInterface(host.stdout)) return host
  throw new Error('the gateway did not start')
}

/** The gateway in a process of its own. */
async function hostRig(scratch: Scratch): Promise<Rig> {
  const port = await freePort()
  let host = await startHost(scratch, port)
  const end = async (signal: NodeJS.Signals) => {
    host.kill(signal)
    await once(host, 'exit')
  }
  return {
    port,
    kill: async () => {
      await end('SIGKILL')
      host = await startHost(scratch, port)
      return 'the gateway'
    },
    stop: () => end('SIGTERM'),
  }
}

/** The server that is shipped, with the gateway in it. */
async function serverRig({ url }: Scratch): Promise<Rig> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-soak-'))
  const [port, httpPort] = [await freePort(), await freePort()]
  const environment = { ZONE_ID: zoneId, JT808_PORT: String(port) }
  const start = () => startServer({ dataDir, databaseUrl: url, port: httpPort, environment })
  let server = await start()
  return {
    port,
    kill: async () => {
      await server.kill()
      server = await start()
      return 'the server'
    },
    stop: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function compare({ db }: Database, { acknowledged }: Told) {
  const points = await db
    .selectFrom('telemetry_device as d')
    .innerJoin('telemetry_point as p', (both) =>
      both.onRef('p.zone_id', '=', 'd.zone_id').onRef('p.node_id', '=', 'd.node_id'),
    )
    .select(['d.identity', 'p.id'])
    .where('d.zone_id', '=', zoneId)
    .execute()
  const pointOf = new Map(points.map(({ identity, id }) => [identity, id]))
  const found = { acknowledged: 0, lost: 0, doubled: 0, entries: 0 }
  for (const [phone, times] of acknowledged) {
    const now = Date.now()
    const minutes = await readMinutes(
      db,
      zoneId,
      fixKind,
      pointOf.get(phone) ?? 0,
      now - 2 * 86_400_000,
      now - 43_200_000,
    )
    const kept = minutes.flatMap(({ minute, rows }) => fixesOf(rows, minute)).map(({ at }) => at)
    const once = new Set(kept)
    found.acknowledged += times.length
    found.lost += times.filter((time) => !once.has(time)).length
    found.doubled += kept.length - once.size
  }
  const left = await db.selectFrom('telemetry_journal').select('seq').where('zone_id', '=', zoneId).execute()
  found.entries = left.length
  return found
}
