import { Refused, type Api } from './api.ts'
import { isWeighedByBridge, openBridges, weighAtBridge } from './bridge.ts'
import type { Watch, Zone } from './build.ts'
import { commandIdOf } from './command-id.ts'
import data from './data/carriage.json' with { type: 'json' }
import { identityOf } from './fleet/identity.ts'
import { noise } from './fleet/noise.ts'

type Freight = Api['freight']
type Row = Awaited<ReturnType<Freight['waybills']['list']>>['rows'][number]
type Move = Parameters<Freight['waybills']['move']>[0]['move']
type PlaceKey = keyof typeof data.places
type Carrying = Pick<Zone, 'options' | 'people' | 'register' | 'firms'>
type Told = Pick<Watch, 'onRefused'>

const dayMs = 86_400_000
const minuteMs = 60_000
/** Coal by the ton, one of the rules of settlement that a zone begins with. */
const terms = { id: '0199f000-0000-7000-8000-000000000001', version: 1 }

/**
 * Enters what is to be carried: places and loads of the first firm, a carrier and drivers who may be played by a visitor. Safe to
 * repeat: every command has a fixed id and content.
 * @returns the load of which trucks are assigned
 */
export async function openCarriage(zone: Carrying, watch: Told): Promise<string> {
  const { options, people, register, firms } = zone
  const { freight, demo } = people.machine.api
  const { began } = await demo.status()
  const shipperId = register.enterpriseId(firms[0]?.plan.uscc ?? '')
  const id = (...words: readonly string[]) => commandIdOf(options.seed, 'carriage', ...words)
  const places = new Map<PlaceKey, string>()
  // A handful, each once.
  for (const [key, place] of Object.entries(data.places)) {
    const made = await freight.places.create({ ...place, commandId: id('place', key), shipperId, synthetic: true })
    // The keys are those of the file.
    places.set(key as PlaceKey, made.id)
  }
  const loads = new Map<string, string>()
  for (const { key, from, to, mode, ...load } of data.loads) {
    const isBid = mode === 'bid'
    const made = await freight.loads.create({
      ...load,
      commandId: id('load', key),
      shipperId,
      fromId: places.get(from as PlaceKey) ?? '',
      toId: places.get(to as PlaceKey) ?? '',
      consignee: data.consignee,
      measure: 'ton',
      mode: mode as 'assign' | 'grab' | 'bid',
      bidKind: isBid ? 'sealed' : null,
      bidUntil: isBid ? began + 300 * dayMs : null,
      terms,
      loadFrom: began,
      loadUntil: began + 365 * dayMs,
      offerMinutes: 1_440,
      synthetic: true,
    })
    await freight.loads.publish({ id: made.id, rev: 1, commandId: id('publish', key) })
    loads.set(key, made.id)
  }
  // The keys are those of the file.
  await openBridges(zone, shipperId, (key) => places.get(key as PlaceKey) ?? '')
  await openAccounts(zone, watch)
  return loads.get('assigned') ?? ''
}

/** The first carrier and some of its drivers as accounts of the sign-in page. */
async function openAccounts({ options, people }: Carrying, watch: Told): Promise<void> {
  const { freight, access } = people.machine.api
  const { password } = await access.session.demoAccounts()
  const add = async (username: string, name: string) => {
    if (people.has(username)) return
    const commandId = commandIdOf(options.seed, 'account', username)
    const roles = [] as const
    await access.accounts.create({
      commandId,
      username,
      name,
      roles: [...roles],
      lang: 'zh-CN',
      demo: true,
      synthetic: true,
      password,
    })
  }
  const attempt = async (what: string, act: () => Promise<unknown>) => {
    try {
      await act()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      watch.onRefused(what, error)
    }
  }
  for (let n = 0; n < data.drivers; n++) {
    const vehicle = await vehicleOf(freight, n)
    const detail = vehicle && (await freight.vehicles.get({ id: vehicle.id }))
    const driving = detail?.drivings[0]
    if (!vehicle || !driving) continue
    if (n === 0) {
      await add('carrier1', data.carrierAccount)
      const commandId = commandIdOf(options.seed, 'carriage', 'member')
      await attempt('carrier1', () =>
        freight.carriers.addMember({ id: vehicle.carrier.id, commandId, username: 'carrier1' }),
      )
    }
    const username = `driver${n + 1}`
    await add(username, data.driverAccount.replace('{n}', String(n + 1)))
    const commandId = commandIdOf(options.seed, 'carriage', username)
    await attempt(username, () => freight.drivers.linkAccount({ id: driving.driver.id, commandId, username }))
  }
}

async function vehicleOf(freight: Freight, truck: number) {
  const { plate } = identityOf(truck)
  const { rows } = await freight.vehicles.list({ q: plate, limit: 1 })
  return rows[0] ?? null
}

/**
 * One turn of the trucks that carry: each waybill that is due takes its next step, and a truck is assigned while there are few. Some
 * are left where a visitor finds something to do.
 * @returns steps that were taken
 */
export async function carryOn(zone: Carrying, loadId: string, watch: Told, now: number): Promise<number> {
  const { options, people } = zone
  const { freight } = people.machine.api
  const { rows } = await freight.waybills.list({ loadId, limit: 200 })
  let taken = 0
  const open = rows.filter(({ state }) => !resting.has(state))
  for (const row of open) {
    const step = nextStep(row, now, zone)
    if (!step) continue
    try {
      await step(freight, commandIdOf(options.seed, 'carriage', row.id, row.state))
      taken++
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      watch.onRefused(`waybill ${row.number} ${row.state}`, error)
    }
  }
  const busy = open.filter(({ state }) => onTheWay.has(state)).length
  if (busy < data.openMax && options.trucks > data.drivers) taken += await assign(zone, loadId, rows.length, watch)
  return taken
}

/** From the offer to the unloaded truck. */
export const onTheWay: ReadonlySet<string> = new Set([
  'offered',
  'accepted',
  'at_load',
  'loaded',
  'in_transit',
  'at_unload',
  'unloaded',
])
const resting: ReadonlySet<string> = new Set([
  'settled',
  'paid',
  'reported',
  'cancelled',
  'transloaded',
  'disputed',
  'accident',
])

const triesMax = 5

/** Assigns the next truck in turn, or one after it; the visitors' drivers are left out. @returns trucks that were assigned */
async function assign(zone: Carrying, loadId: string, before: number, watch: Told): Promise<number> {
  const trucks = zone.options.trucks - data.drivers
  for (let n = 0; n < Math.min(triesMax, trucks); n++) {
    const truck = data.drivers + ((before + n) % trucks)
    try {
      if (await assignTruck(zone, loadId, before, truck)) return 1
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      watch.onRefused(`assign ${identityOf(truck).plate}`, error)
    }
  }
  return 0
}

async function assignTruck(
  { options, people }: Carrying,
  loadId: string,
  before: number,
  truck: number,
): Promise<boolean> {
  const { freight } = people.machine.api
  const vehicle = await vehicleOf(freight, truck)
  const detail = vehicle && (await freight.vehicles.get({ id: vehicle.id }))
  const driverId = detail?.drivings[0]?.driver.id
  if (!vehicle || driverId === undefined) return false
  const commandId = commandIdOf(options.seed, 'carriage', 'assign', before, truck)
  await freight.loads.assign({ id: loadId, commandId, driverId, vehicleId: vehicle.id })
  return true
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
type Step = (freight: Freight, commandId: string) => Promise<unknown>

/** What happens next to a waybill, or null: it is not due, or left for a visitor. Pure. */
function nextStep(row: Row, now: number, { options: { speed }, people }: Carrying): Step | null {
  const dice = Number.parseInt(row.id.replaceAll('-', '').slice(-8), 16)
  const waitMs = (data.stepMinutes * minuteMs * (0.5 + noise(dice, row.rev))) / speed
  if (now - row.updatedAt < waitMs || isLeft(row.state, noise(dice, 71))) return null
  const make =
    (move: Without<Move, 'commandId'>): Step =>
    (freight, commandId) =>
      // Each is one of the contract's moves, with the id of this attempt.
      freight.waybills.move({ id: row.id, move: { ...move, commandId } as Move })
  const weigh = (move: 'load' | 'unload', grossKg: number): Step =>
    isWeighedByBridge(noise(dice, 75))
      ? () => weighAtBridge({ people }, row, { grossKg, tareKg: data.tareKg })
      : make({ move, rev: row.rev, slip: slipOf(row, dice, grossKg) })
  const rev = row.rev
  switch (row.state) {
    case 'offered':
      return make({ move: 'accept', rev })
    case 'accepted':
      return make({ move: 'arrive_load', rev, position: positionOf('mine') })
    case 'at_load':
      return weigh('load', data.tareKg + row.plan - 1_000 + Math.round(noise(dice, 72) * 900))
    case 'loaded':
      return make({ move: 'depart', rev })
    case 'in_transit':
      return make({ move: 'arrive_unload', rev, position: positionOf('plant') })
    case 'at_unload':
      // A little is lost on the way, sometimes more than the tolerance.
      return weigh('unload', data.tareKg + (row.loadNetKg ?? row.plan) - Math.round(noise(dice, 73) * 90))
    case 'unloaded':
      return (freight, commandId) => sign(freight, row, commandId)
    case 'signed':
      return make({ move: 'audit', rev })
    case 'audited':
      return make({ move: 'settle', rev })
    default:
      return null
  }
}

/** Whether a waybill is left to a visitor in a state. O(1). */
function isLeft(state: Row['state'], share: number): boolean {
  const { offered, signed, audited } = data.left
  if (state === 'offered') return share < offered
  if (state === 'signed') return share >= offered && share < offered + signed
  return state === 'audited' && share >= offered + signed && share < offered + signed + audited
}

function positionOf(key: PlaceKey) {
  const { lonDeg, latDeg } = data.places[key]
  return { lonDeg, latDeg, accuracyM: 15 }
}

const slipOf = (row: Row, dice: number, grossKg: number) => ({
  number: `B${String(dice % 1_000_000).padStart(6, '0')}`,
  grossKg,
  tareKg: data.tareKg,
  source: 'device' as const,
})

/** The consignee signs by the link, with the code that the waybill tells the platform. */
async function sign(freight: Freight, row: Row, commandId: string): Promise<void> {
  const { signCode } = await freight.waybills.get({ id: row.id })
  const { secret } = await freight.waybills.signLink({ id: row.id, commandId: crypto.randomUUID() })
  await freight.waybills.sign({ secret, commandId, signer: data.signer, signedBy: 'code', code: signCode })
}
