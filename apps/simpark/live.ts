import { isOpenAt, localDateOf } from '@tingzhou/calendar'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { attempt, visitsOf } from './agenda.ts'
import { pause } from './api.ts'
import { liveHold, progress, runSome, worldOf, type Watch, type Zone } from './build.ts'
import { readCalendar } from './calendar.ts'
import type { World } from './decide.ts'
import { pickCategory } from './need.ts'
import { followOpen, openOffice, raise, type Office } from './office.ts'
import type { Planned } from './queue.ts'
import { randomOf } from './random.ts'
import { invent } from './schedule.ts'

const turnMs = 2_000
const yearMs = 366 * 86_400_000
const pollMs = 20_000
const officeHoursADay = 8
const shareAtNight = 0.03
const atOnce = 20

/**
 * Lives on in the present until the signal: firms raise, officers act on what firms of the simulation raised.
 * @param before  the office that lived the past, if it did so just now
 */
export async function liveOn(zone: Zone, watch: Watch, signal: AbortSignal, before?: Office): Promise<void> {
  const { people } = zone
  const { liveSince } = await people.machine.api.demo.status()
  await progress(people, watch, 100, 'ready')
  let office = before
  while (!signal.aborted) {
    // Each day opens anew with the calendar as it then is.
    const calendar = await readCalendar(people.machine.api, epochMs(now() - yearMs), now())
    const today = { ...zone, calendar }
    office = openOffice(
      { ...today, world: liveWorld(today, epochMs(liveSince ?? now())), now, onRefused: watch.onRefused },
      office,
    )
    await liveDay(today, office, signal)
  }
}

const now = () => epochMs(Date.now())

function liveWorld(zone: Zone, present: EpochMs): World {
  const { holdOf, ...world } = worldOf(zone, present, zone.options.speed)
  return { ...world, holdOf: (key) => holdOf(key) ?? liveHold(zone, key) }
}

async function liveDay(zone: Zone, office: Office, signal: AbortSignal): Promise<void> {
  const { options } = zone
  const date = localDateOf(now())
  const dice = randomOf(options.seed, 'live', Date.now())
  for (const visit of visitsOf(office, date, options.visitsPerDay)) if (visit.at > now()) office.queue.add(visit)
  await attempt(office, 'open cases', () => followOpen(office, false))
  let polledAt = Date.now()
  while (!signal.aborted && localDateOf(now()) === date) {
    if (dice.chance(chanceOfNeed(zone, now()))) {
      const need = invent(dice, zone.firms, pickCategory(dice), now())
      await attempt(office, 'raise', () => raise(office, need))
    }
    await runSome(office, takeDue(office, now()))
    if (Date.now() - polledAt > pollMs) {
      await attempt(office, 'poll', () => followOpen(office, true))
      polledAt = Date.now()
    }
    await pause(turnMs)
  }
}

/** How likely a need comes within one turn. */
function chanceOfNeed({ options, calendar }: Zone, at: EpochMs): number {
  const open = isOpenAt(calendar, at)
  const share = options.speed > 1 || (open.ok && open.value) ? 1 : shareAtNight
  return (options.needsPerDay / (officeHoursADay * 3_600_000)) * turnMs * options.speed * share
}

function takeDue({ queue }: Office, at: number): Planned[] {
  const due: Planned[] = []
  for (let next = queue.first(); next && next.at <= at && due.length < atOnce; next = queue.first()) {
    queue.take()
    due.push(next)
  }
  return due
}
