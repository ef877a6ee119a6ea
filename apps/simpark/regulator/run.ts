import { join } from 'node:path'
import { Refused } from '../api.ts'
import type { Watch, Zone } from '../build.ts'
import { commandIdOf } from '../command-id.ts'
import data from '../data/regulator.json' with { type: 'json' }
import { usualHabits } from './habits.ts'
import { startRegulator, type Regulator } from './server.ts'

const fileName = 'simpark-regulator.jsonl'

/**
 * Starts the monitoring system of a demo zone and tells the zone to report to it, unless somebody chose another one.
 * @param dataDir  where it remembers what it accepted
 * @param tell     says in a line why there is none
 * @returns null when there is none
 */
export async function startReporting(
  { options, people }: Pick<Zone, 'options' | 'people'>,
  dataDir: string,
  watch: Pick<Watch, 'onRefused'>,
  tell: (line: string) => void,
): Promise<Regulator | null> {
  const { regulatorPort: port, seed } = options
  if (port === null) return null
  const regulator = await startOrTell(
    { port, seed, file: join(dataDir, fileName), habits: usualHabits, enterprises: [data.enterprise] },
    tell,
  )
  if (!regulator) return null
  try {
    await settle(people.machine.api.freight.regulator, seed, regulator)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    watch.onRefused('regulator', error)
  }
  return regulator
}

async function startOrTell(
  options: Parameters<typeof startRegulator>[0],
  tell: (line: string) => void,
): Promise<Regulator | null> {
  try {
    return await startRegulator(options)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    tell(`No monitoring system: port ${options.port} is taken (REGULATOR_PORT)`)
    return null
  }
}

type Settings = Zone['people']['machine']['api']['freight']['regulator']

/** Says in the zone whom to report to. What a visitor set stays. Safe to repeat. */
async function settle(settings: Settings, seed: string, { url, publicKey }: Regulator): Promise<void> {
  const { regulator: present } = await settings.get()
  const { user, password, enterpriseCode } = data.enterprise
  if (present && present.username !== user) return
  if (present?.url === url && present.publicKey === publicKey) return
  const { adapter, ...rest } = data.settings
  await settings.set({
    ...rest,
    adapter: adapter === 'tianjin-1.2.1' ? adapter : 'fujian-2.0',
    commandId: commandIdOf(seed, 'regulator', url, publicKey, present?.version ?? 0),
    version: present?.version ?? 0,
    url,
    publicKey,
    enterpriseCode,
    username: user,
    password,
    isOn: true,
    tracks: true,
  })
}
