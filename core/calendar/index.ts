import './tables.ts'
import './texts.ts'

export { dayKind, lastDay, type Calendar, type CalendarDay, type CalendarNotLoaded, type DayKind } from './calendar.ts'
export { builtInSource, builtInYear, builtInYears, type YearDay } from './built-in.ts'
export { calendarModule } from './handlers.ts'
export { findOfficeHours, loadDefaultOfficeHours, saveOfficeHours } from './hours.ts'
export { addDays, daysOfYear, instantOf, localDateOf, weekdayOf } from './local-time.ts'
export {
  checkOfficeHours,
  defaultOfficeHours,
  type OfficeHours,
  type OfficeHoursError,
  type OfficeSpan,
} from './office-hours.ts'
export { createCalendarStore, loadCalendar, prepareCalendar, type CalendarStore } from './store.ts'
export { calendarStamp, listVersions, type CalendarVersion, type ChangeStamp } from './version.ts'
export {
  addDuration,
  addWorkingDays,
  addWorkingTime,
  isOpenAt,
  workingSecondsBetween,
  type Duration,
} from './work-time.ts'
export {
  checkYear,
  findYear,
  listYears,
  loadBuiltInYears,
  loadYear,
  type YearError,
  type YearLoad,
  type YearSummary,
} from './years.ts'
