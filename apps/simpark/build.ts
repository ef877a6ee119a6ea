import { addDays, localDateOf, type Calendar } from '@tingzhou/calendar'
import type { DemoPhase } from '@tingzhou/demo/contract'
import { epochMs, type EpochMs, type LocalDate } from '@tingzhou/kernel'
import { makeAccounts, officerUsername } from './accounts.ts'
import { agendaOf, attempt, visitsOf } from './agenda.ts'
import type { Refused } from './api.ts'
import { readCalendar } from './calendar.ts'
import type { World } from './decide.ts'
import { chooseFirms, type Firm } from './firms.ts'
import { chooseHolds, type Hold } from './holds.ts'
import { followOpen, openOffice, raise, type Office } from './office.ts'
import type { Options } from './options.ts'
import { meetPeople, type People } from './people.ts'
import type { Planned } from './queue.ts'
import { randomOf } from './random.ts'
import { fillRegister, readRegister, type Register } from './register.ts'
import { settleRules } from './rules.ts'
import { raisesOf } from './schedule.ts'

/** The zone as the simulator knows it. */
export type Zone = {
  readonly options: Options
  readonly people: People
  readonly register: Register
  readonly firms: readonly Firm[]
  readonly calendar: Calendar
}

export type Watch = {
  readonly onProgress: (percent: number, phase: DemoPhase) => void
  readonly onRefused: (what: string, error: Refused) => void
}

const dayMs = 86_400_000
const hourMs = 3_600_000
const holdMs = 72 * hourMs
// What happens within so long happens at one stand of the clock, side by side.
const windowMs = 15 * 60_000
const together = 6
// Shares of the whole work, as measured.
const percentOf = { register: 4, people: 10, rules: 14, history: 18 } as const

/** Puts into the zone what an administrator would: register, people, rules. Safe to repeat after a kill. */
export async function prepareZone(options: Options, watch: Watch): Promise<Zone> {
  const { seed, size, connection } = options
  const people = await meetPeople(connection)
  const { api } = people.machine
  const report = (phase: keyof typeof percentOf) => progress(people, watch, percentOf[phase], phase)
  const { live, began, percent } = await api.demo.status()
  const calendar = await readCalendar(api, epochMs(began), epochMs(Date.now()))
  const built = live && percent === 100
  if (!built) {
    await report('register')
    await fillRegister(people, seed, size)
  }
  const register = await readRegister(people, seed, size)
  const firms = chooseFirms(seed, register.enterprises, options.firms)
  if (!built) {
    await report('people')
    const { password } = await api.access.session.demoAccounts()
    await makeAccounts(people, register, seed, firms, password)
    await report('rules')
    await settleRules(people, register, seed)
  }
  return { options, people, register, firms, calendar }
}

export async function progress(people: People, watch: Watch, percent: number, phase: DemoPhase): Promise<void> {
  watch.onProgress(percent, phase)
  await people.machine.api.demo.report({ percent, phase })
}

/** The world of a zone in which the present begins at an instant. */
export function worldOf(zone: Zone, present: EpochMs, speed: number): World {
  const { options, firms, calendar, people } = zone
  const { seed, leave, needsPerDay: perDay } = options
  const holds = chooseHolds({ seed, firms, calendar, perDay }, present, leave)
  const officers = officersById(zone, people)
  return {
    seed,
    calendar,
    speed,
    present,
    holdMs: holdMs / Math.max(1, speed),
    holdOf: (key) => holds.get(key) ?? null,
    officersOf: (departmentId) => officers(departmentId),
  }
}

const livePlaces: readonly Hold[] = [
  'registered',
  'dispatched',
  'handling',
  'waiting',
  'replied',
  'callback',
  'strike_off',
]

/** In the present, needs that come are left by the dice instead of by a list. */
export const liveHold = (zone: Zone, key: string): Hold | null => {
  const random = randomOf(zone.options.seed, key, 'hold')
  return random.chance(zone.options.leave) ? random.pick(livePlaces) : null
}

function officersById({ register }: Zone, people: People): (departmentId: string) => readonly string[] {
  return (departmentId) => {
    const code = register.departmentCode(departmentId)
    const username = code === null ? null : officerUsername(code)
    return username !== null && people.has(username) ? [people.accountIdOf(username)] : []
  }
}

/**
 * Lives the zone's past: the clock goes from event to event until it has reached the real time.
 * @returns the office as it stands then
 */
export async function livePast(zone: Zone, watch: Watch): Promise<Office> {
  const { people } = zone
  const { api } = people.machine
  const { clock: start, began } = await api.demo.status()
  const present = epochMs(Date.now())
  let now = epochMs(start)
  const world = worldOf(zone, present, 1)
  const office = openOffice({ ...zone, world, now: () => now, onRefused: watch.onRefused })
  for (const planned of plansOf(office, zone, epochMs(began), present)) if (planned.at > now) office.queue.add(planned)
  await followOpen(office, false)

  let told = percentOf.history as number
  for (let batch = takeBatch(office, present); batch.length > 0; batch = takeBatch(office, present)) {
    const moved = await api.demo.moveClock({ to: batch.at(-1)?.at ?? now })
    now = epochMs(moved.clock)
    await runSome(office, batch)
    const share = (now - began) / Math.max(1, present - began)
    const percent = Math.min(99, Math.floor(percentOf.history + share * (100 - percentOf.history)))
    if (percent > told) {
      told = percent
      await progress(people, watch, percent, 'history')
    }
  }
  now = epochMs((await api.demo.moveClock({ to: Date.now() + dayMs })).clock)
  await progress(people, watch, 100, 'ready')
  return office
}

function plansOf(office: Office, { options, firms, calendar }: Zone, began: EpochMs, present: EpochMs): Planned[] {
  const last = localDateOf(present)
  const plans: Planned[] = [...agendaOf(office, began, present)]
  for (let date: LocalDate = localDateOf(began); date <= last; date = addDays(date, 1)) {
    for (const need of raisesOf(options.seed, firms, calendar, date, options.needsPerDay)) {
      office.meant.set(need.key, need.need.category)
      plans.push({ at: need.at, run: () => raise(office, need) })
    }
    plans.push(...visitsOf(office, date, options.visitsPerDay))
  }
  return plans.filter(({ at }) => at >= began + hourMs && at <= present)
}

function takeBatch({ queue }: Office, present: EpochMs): Planned[] {
  const first = queue.first()
  if (!first || first.at > present) return []
  const until = Math.min(first.at + windowMs, present)
  const batch: Planned[] = []
  for (let next = queue.first(); next && next.at <= until; next = queue.first()) {
    queue.take()
    batch.push(next)
  }
  return batch
}

/** Does a few things at once, the rest after them. */
export async function runSome(office: Office, batch: readonly Planned[]): Promise<void> {
  const rest = [...batch]
  const worker = async () => {
    for (let planned = rest.shift(); planned; planned = rest.shift()) {
      const { run } = planned
      await attempt(office, 'agenda', run)
    }
  }
  await Promise.all(Array.from({ length: together }, worker))
}
