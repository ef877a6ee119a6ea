// npm run soak -- gateway: the gateway killed ten times under the load of terminals that send again what was not answered, on PostgreSQL and
// embedded; the server with the gateway in it; a gateway apart and its server; and NATS between the two; terminals of JT/T 808 and data
// loggers of HJ 212. Then every report that was acknowledged is in the store, once. --kills: how often; --only: legs whose name has it.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase, type Database } from '@tingzhou/db'
import { fixesOf, fixKind, readMinutes, sampleKind, type StoredMinute } from '@tingzhou/telemetry'
import { embeddedScratch, serverScratch, type Scratch } from './databases.ts'
import { apartRig, type Rig } from './gateway-apart.ts'
import type { Told } from './gateway-line.ts'
import { end, run, startHost, zoneId, type HostPorts } from './gateway-process.ts'
import { addStations, addTrucks } from './gateway-zone.ts'
import { figure, report, said, type Figure, type Say } from './harness.ts'
import { buildAll, freePort, startServer } from './server.ts'

const connections = 100
const kills = Number(said('--kills') ?? 10)
const secondsBetween = 3

/** Devices of a protocol that never give up. */
type Fleet = {
  readonly who: string
  readonly add: typeof addTrucks
  readonly load: `${string}-load.ts`
  readonly portOf: (ports: HostPorts) => number
  /** What reports become; those that the gateway makes of itself are left out. */
  readonly kind: typeof fixKind
  readonly timesOf: (minute: StoredMinute) => readonly number[]
}

const terminals: Fleet = {
  who: 'terminals',
  add: addTrucks,
  load: 'gateway-soak-load.ts',
  portOf: ({ port }) => port,
  kind: fixKind,
  timesOf: ({ minute, rows }) => fixesOf(rows, minute).map(({ at }) => at),
}
const loggers: Fleet = {
  who: 'data loggers',
  add: addStations,
  load: 'hj212-soak-load.ts',
  portOf: ({ hj212 }) => hj212,
  kind: sampleKind,
  timesOf: ({ minute, rows }) =>
    Array.from({ length: rows.count }, (_, index) => minute * 60_000 + (rows.data[index * 3] ?? 0)),
}

type Leg = {
  readonly name: string
  readonly fleet: Fleet
  readonly scratch: () => Promise<Scratch>
  readonly open: (scratch: Scratch) => Promise<Rig>
}

const onServer = () => serverScratch(4)
const legsOf = (fleet: Fleet, prefix: string): readonly Leg[] => [
  { name: `${prefix}PGlite`, fleet, scratch: embeddedScratch, open: hostRig },
  { name: `${prefix}PostgreSQL`, fleet, scratch: onServer, open: hostRig },
  { name: `${prefix}server on PostgreSQL`, fleet, scratch: onServer, open: serverRig },
  {
    name: `${prefix}gateway apart`,
    fleet,
    scratch: onServer,
    open: (scratch) => apartRig(scratch, zoneId, false),
  },
  {
    name: `${prefix}gateway behind NATS`,
    fleet,
    scratch: onServer,
    open: (scratch) => apartRig(scratch, zoneId, true),
  },
]

buildAll()
await report('soak', 'gateway', async (say) => {
  const legs = [...legsOf(terminals, ''), ...legsOf(loggers, 'HJ 212, ')]
  const figures: Figure[] = []
  for (const leg of legs) if (leg.name.includes(said('--only') ?? '')) figures.push(...(await soak(leg, say)))
  return figures
})

async function soak({ name, fleet, scratch: made, open }: Leg, say: Say): Promise<readonly Figure[]> {
  const scratch = await made()
  await fleet.add(scratch.database, zoneId, connections)
  // An embedded database has one owner at a time.
  if (scratch.dataDir) await scratch.database.close()
  const rig = await open(scratch)
  const load = run(fleet.load, [fleet.portOf(rig.ports), connections].map(String), scratch)
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
  const found = await compare(database, fleet, told)
  await (scratch.dataDir ? database.close() : scratch.drop())
  return [
    figure(`${name}: kill -9 under load of ${connections} ${fleet.who}`, kills, 'kills', `>= ${kills}`),
    figure(`${name}: reports acknowledged`, found.acknowledged, 'reports', `>= ${connections * 10}`),
    figure(`${name}: acknowledged reports that are not in the store`, found.lost, 'reports', '<= 0'),
    figure(`${name}: reports that are in the store twice`, found.doubled, 'reports', '<= 0'),
    figure(`${name}: reports refused by name`, told.refused, 'reports', '<= 0'),
    figure(`${name}: journal entries left after the end`, found.entries, 'entries', '<= 0'),
  ]
}

/** The gateway in a process of its own. */
async function hostRig(scratch: Scratch): Promise<Rig> {
  const ports = { port: await freePort(), hj212: await freePort() }
  const environment = { JT808_PORT: String(ports.port), HJ212_PORT: String(ports.hj212) }
  let { host } = await startHost(scratch, environment)
  return {
    ports,
    kill: async () => {
      await end(host, 'SIGKILL')
      host = (await startHost(scratch, environment)).host
      return 'the gateway'
    },
    stop: () => end(host, 'SIGTERM'),
  }
}

/** The server that is shipped, with the gateway in it. */
async function serverRig({ url }: Scratch): Promise<Rig> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-soak-'))
  const ports = { port: await freePort(), hj212: await freePort() }
  const httpPort = await freePort()
  const environment = { ZONE_ID: zoneId, JT808_PORT: String(ports.port), HJ212_PORT: String(ports.hj212) }
  const start = () => startServer({ dataDir, databaseUrl: url, port: httpPort, environment })
  let server = await start()
  return {
    ports,
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

/** Reports that were acknowledged, those of them of which something is not in the store, and readings that are in it twice. */
async function compare({ db }: Database, { kind, timesOf }: Fleet, { acknowledged }: Told) {
  const points = await db
    .selectFrom('telemetry_device as d')
    .innerJoin('telemetry_point as p', (both) =>
      both.onRef('p.zone_id', '=', 'd.zone_id').onRef('p.node_id', '=', 'd.node_id'),
    )
    .select(['d.identity', 'p.id'])
    .where('d.zone_id', '=', zoneId)
    // What the gateway notes of itself.
    .where('p.template', '<>', 'INTERVAL')
    .execute()
  const pointsOf = new Map<string, number[]>()
  for (const { identity, id } of points) pointsOf.set(identity, [...(pointsOf.get(identity) ?? []), id])
  const found = { acknowledged: 0, lost: 0, doubled: 0, entries: 0 }
  const [from, to] = [Date.now() - 2 * 86_400_000, Date.now() - 43_200_000]
  for (const [identity, times] of acknowledged) {
    const lost = new Set<number>(pointsOf.has(identity) ? [] : times)
    for (const id of pointsOf.get(identity) ?? []) {
      const kept = (await readMinutes(db, zoneId, kind, id, from, to)).flatMap(timesOf)
      const once = new Set(kept)
      for (const time of times) if (!once.has(time)) lost.add(time)
      found.doubled += kept.length - once.size
    }
    found.acknowledged += times.length
    found.lost += lost.size
  }
  const left = await db.selectFrom('telemetry_journal').select('seq').where('zone_id', '=', zoneId).execute()
  found.entries = left.length
  return found
}
