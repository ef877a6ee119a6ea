import { Refused, type Api } from '../api.ts'
import type { Watch, Zone } from '../build.ts'
import { commandIdOf } from '../command-id.ts'
import { stations, type Identity } from './identity.ts'
import { createStation, type Station } from './station.ts'

const profileKey = 'station'
const tickMs = 1_000
const usually = { realtimeMs: 60_000, minuteMs: 600_000, hourMs: 3_600_000, now: Date.now }

/** The monitoring stations of a demo zone. */
export type Stations = { readonly stations: readonly Station[]; readonly close: () => void }

/**
 * Lets the monitoring stations of a demo zone measure: makes them known and connects them.
 * @param tell  says in a line why there are none
 * @param how  their periods, ms, and their clock
 * @returns null when the zone has no place for them
 */
export async function startStations(
  { options, people }: Pick<Zone, 'options' | 'people'>,
  watch: Pick<Watch, 'onRefused'>,
  tell: (line: string) => void,
  how = usually,
): Promise<Stations | null> {
  const wanted = stations.slice(0, options.stations)
  if (wanted.length === 0) return null
  const { api } = people.machine
  const { hj212: port = null } = (await api.telemetry.counters({})).ports
  if (port === null) {
    tell('No monitoring stations: the server does not listen for HJ 212 monitors (HJ212_PORT)')
    return null
  }
  const known: Identity[] = []
  for (const identity of wanted) if (await enrol(api, options.seed, identity, watch.onRefused)) known.push(identity)
  const host = new URL(options.connection.url).hostname
  const running = known.map((identity) => createStation({ host, port, identity, ...how }))
  const timer = setInterval(() => {
    for (const station of running) station.tick()
  }, tickMs)
  timer.unref()
  return {
    stations: running,
    close: () => {
      clearInterval(timer)
      for (const station of running) station.close()
    },
  }
}

/** Makes a station known. Safe to repeat. @returns false when the platform does not want it */
async function enrol(
  { telemetry }: Pick<Api, 'telemetry'>,
  seed: string,
  { mn, pw, name, segment }: Identity,
  onRefused: (what: string, error: Refused) => void,
): Promise<boolean> {
  const commandId = commandIdOf(seed, 'station', mn)
  const wish = { commandId, protocol: 'hj212', identity: mn, name, profileKey, segment, secret: pw } as const
  try {
    await telemetry.addDevice(wish)
    return true
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    // It is known from before.
    if (error.kind === 'identity_taken') return true
    onRefused(`station ${name}`, error)
    return false
  }
}
