import { isOpenAt, localDateOf } from '@tingzhou/calendar'
import { epochMs, type LocalDate } from '@tingzhou/kernel'
import { attempt, visitsOf } from './agenda.ts'
import { pause } from './api.ts'
import { liveHold, runSome, worldOf, type Watch, type Zone } from './build.ts'
import { readCalendar } from './calendar.ts'
import { pickCategory } from './need.ts'
import { followOpen, openOffice, raise, type Office } from './office.ts'
import type { Planned } from './queue.ts'
import { randomOf } from './random.ts'
import { invent } from './schedule.ts'

const turnMs = 2_000
const pollMs = 20_000
const officeHoursADay = 8
const shareAtNight = 0.03
const atOnce = 20

/**
 * Lives on in the present until the signal: firms raise, officers act on what firms of the simulation raised.
 * @param before  the office that lived the past, if it did so just now
 */
export async function liveOn(zone: Zone, watch: Watch, signal: AbortSignal, before?: Office): Promise<void> {
  const { options } = zone
  const now = () => epochMs(Date.now())
  const { holdOf, ...world } = worldOf(zone, now(), options.speed)
  const office = openOffice(
    {
      ...zone,
      world: { ...world, holdOf: (key) => holdOf(key) ?? liveHold(zone, key) },
      now,
      onRefused: watch.onRefused,
    },
    before,
  )
  const dice = randomOf(options.seed, 'live', Date.now())
  let today: LocalDate | null = null
  let polledAt = 0
  await followOpen(office, false)
  while (!signal.aborted) {
    const date = localDateOf(now())
    if (today !== date) {
      await attempt(office, 'calendar', () => readCalendar(zone.people.machine.api, now(), now()))
      for (const visit of visitsOf(office, date, options.visitsPerDay)) if (visit.at > now()) office.queue.add(visit)
      today = date
    }
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
function chanceOfNeed({ options, calendar }: Zone, at: ReturnType<typeof epochMs>): number {
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
