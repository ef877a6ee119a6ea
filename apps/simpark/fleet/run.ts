import type { Watch, Zone } from '../build.ts'
import { hashOf } from '../random.ts'
import { enrol, profileKey } from './enrol.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { readMemory, writeMemory } from './memory.ts'
import { readRoads } from './roads.ts'

const writeEveryMs = 60_000

/**
 * Puts the fleet of a demo zone on the roads: makes its trucks known, lets them connect over a minute, remembers them.
 * @param tell  says in a line why there is no fleet
 * @param spreadMs  over how long they connect
 * @returns null when the zone has no place for one
 */
export async function startFleet(
  { options, people }: Pick<Zone, 'options' | 'people'>,
  dataDir: string,
  watch: Pick<Watch, 'onRefused'>,
  tell: (line: string) => void,
  spreadMs = 60_000,
): Promise<Fleet | null> {
  const { seed, trucks: count, connection } = options
  if (count === 0) return null
  const { api } = people.machine
  const { jt808: port = null } = (await api.telemetry.counters({})).ports
  if (port === null) {
    tell('No trucks: the server does not listen for JT/T 808 terminals (JT808_PORT)')
    return null
  }
  const { rows: profiles } = await api.telemetry.profiles({})
  if (!profiles.some(({ key }) => key === profileKey)) {
    tell(`No trucks: the server has no type of equipment "${profileKey}"`)
    return null
  }
  const known = await enrol(api, seed, count, watch.onRefused)
  if (known.length === 0) {
    tell('No trucks: the server refuses all of them')
    return null
  }
  const roads = readRoads()
  const name = [seed, roads.graph.nodeIds.length, roads.graph.edgeFrom.length, roads.lanes.length].join('/')
  const memory = readMemory(dataDir, name)
  const fleet = createFleet({
    host: new URL(connection.url).hostname,
    port,
    count,
    seed: hashOf(seed)(),
    roads,
    spreadMs,
    codes: new Map(Object.entries(memory.codes)),
    trucks: new Map(memory.trucks.map((truck) => [truck.id, truck])),
  })
  const remember = () => writeMemory(dataDir, name, fleet)
  const timer = setInterval(remember, writeEveryMs)
  timer.unref()
  process.once('exit', remember)
  return {
    ...fleet,
    close: () => {
      clearInterval(timer)
      process.off('exit', remember)
      remember()
      fleet.close()
    },
  }
}
