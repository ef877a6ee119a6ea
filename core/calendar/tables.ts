import type { Instant, Jsonb } from '@tingzhou/db'
import type { LocalDate } from '@tingzhou/kernel'
import type { DayKind } from './calendar.ts'
import type { OfficeSpan } from './office-hours.ts'

type CalendarDayTable = {
  zone_id: string
  date: LocalDate
  kind: DayKind
  name: string | null
  name_en: string | null
  source: string
}
type CalendarVersionTable = {
  zone_id: string
  seq: number
  version: string
  change: CalendarChange
  subject: string
  source: string
  loaded_by: string | null
  loaded_at: Instant
}
type OfficeHoursTable = {
  zone_id: string
  from_month_day: string
  to_month_day: string
  spans: Jsonb<readonly OfficeSpan[]>
}

/** What a version of the calendar changed. */
export type CalendarChange = 'built_in' | 'year_loaded' | 'year_replaced' | 'office_hours'

declare module '@tingzhou/db' {
  interface Tables {
    calendar_day: CalendarDayTable
    calendar_version: CalendarVersionTable
    office_hours: OfficeHoursTable
  }
}
