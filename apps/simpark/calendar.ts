import { daysOfYear, localDateOf, weekdayOf, type Calendar, type CalendarDay } from '@tingzhou/calendar'
import { epochMs, localDate, type EpochMs, type LocalDate } from '@tingzhou/kernel'
import { Refused, type Api } from './api.ts'
import { commandIdOf } from './command-id.ts'

const yearOf = (at: EpochMs): number => Number(localDateOf(at).slice(0, 4))
const dayMs = 86_400_000
// A due time may lie some weeks after what starts its clock.
const aheadMs = 35 * dayMs

const inventedSource = 'invented for the demo, not official'

/** The zone's working calendar, read over the API; years that the zone has not got and the demo needs are invented first. */
export async function readCalendar(api: Api, from: EpochMs, present: EpochMs): Promise<Calendar> {
  const [first, last] = [yearOf(from), yearOf(epochMs(present + aheadMs))]
  const { rows, version } = await api.calendar.years()
  const loaded = new Set(rows.map((row) => row.year))
  const days = new Map<LocalDate, CalendarDay>()
  for (let year = first; year <= last; year++) {
    if (!loaded.has(year)) await inventYear(api, year)
    for (const day of (await api.calendar.year({ year })).days)
      days.set(localDate(day.date), { kind: day.kind, name: day.name ?? null, nameEn: day.nameEn ?? null })
  }
  const { seasons } = await api.calendar.officeHours()
  return { version: version ?? '', days, hours: seasons }
}

/** A year of plain weekdays: nobody has published its holidays, and the demo says so. */
async function inventYear(api: Api, year: number): Promise<void> {
  const days = daysOfYear(year).map((date) => ({
    date,
    kind: weekdayOf(date) <= 5 ? ('work' as const) : ('off' as const),
  }))
  try {
    await api.calendar.loadYear({ year, days, source: inventedSource, commandId: commandIdOf('calendar', year) })
  } catch (error) {
    // Somebody loaded it meanwhile.
    if (!(error instanceof Refused) || error.status !== 409) throw error
  }
}
