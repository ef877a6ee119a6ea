import { pause, Refused, type Api } from './api.ts'
import type { Zone } from './build.ts'
import { commandIdOf } from './command-id.ts'
import data from './data/bridge.json' with { type: 'json' }

type Freight = Api['freight']
type Row = Awaited<ReturnType<Freight['waybills']['list']>>['rows'][number]
type Weighing = Pick<Zone, 'options' | 'people'>

/** Whose key the weighbridges' software speaks with. */
const software = 'sim.bridge'

/**
 * Enters weighbridges at places of a firm, the account of their software, and a clerk whom a visitor may play. Safe to repeat: every
 * command has a fixed id and content.
 */
export async function openBridges(
  { options, people }: Weighing,
  shipperId: string,
  placeOf: (key: string) => string,
): Promise<void> {
  const { access, freight } = people.machine.api
  for (const { place, ...bridge } of data.bridges)
    await freight.bridges.create({
      ...bridge,
      commandId: commandIdOf(options.seed, 'bridge', place),
      placeId: placeOf(place),
      synthetic: true,
    })
  const { password } = await access.session.demoAccounts()
  for (const { username, name, demo } of data.accounts) {
    if (people.has(username)) continue
    await access.accounts.create({
      commandId: commandIdOf(options.seed, 'account', username),
      username,
      name,
      roles: [{ role: 'weighbridge_clerk', partyId: shipperId }],
      lang: 'zh-CN',
      demo,
      synthetic: true,
      ...(demo ? { password } : {}),
    })
  }
  await people.refresh()
}

/** Whether a waybill gets its slips from the weighbridge instead of being typed. */
export const isWeighedByBridge = (share: number): boolean => share < data.share

/** The weighbridge where a truck stands tells what it weighs; said again it is the same. A truck drives on when its waybill has taken it. */
export async function weighAtBridge(
  { people }: Pick<Weighing, 'people'>,
  row: Row,
  kg: { readonly grossKg: number; readonly tareKg: number },
): Promise<void> {
  const { freight } = (await people.get(software)).api
  const placeId = row.state === 'at_load' ? row.from.id : row.to.id
  const { rows } = await freight.bridges.list({ state: 'open', limit: 200 })
  const bridge = rows.find(({ place }) => place.id === placeId)
  if (!bridge) throw new Refused(404, 'no_bridge', `no weighbridge at ${placeId}`)
  const number = `${row.number}-${row.serial}`
  const weighing = { ...kg, number, plate: row.plate, weighedAt: row.updatedAt, operator: data.operator }
  const { results } = await freight.bridges.weigh({ id: bridge.id, weighings: [weighing] })
  const problem = results[0]?.problem
  if (problem) throw new Refused(422, problem.rule, `${problem.field} ${problem.message}`)
  await untilTaken(people.machine.api.freight, row)
}

const looksMax = 20
const lookMs = 100

/** A waybill takes what was weighed after the commit, which is a moment; one that takes longer is looked at in the next turn. */
async function untilTaken({ waybills }: Freight, { id, state }: Row): Promise<void> {
  for (let looks = 0; looks < looksMax; looks++) {
    if ((await waybills.get({ id })).state !== state) return
    await pause(lookMs)
  }
}
