/** What stands after a dot. Source: DMN 1.5 clause 10.3.2, properties of values; clause 10.3.2.5 for lists. */
import { dayNumber, weekdayOf } from './calendar.ts'
import { span } from './duration.ts'
import { offsetOf } from './temporal.ts'
import {
  entryOf,
  isContext,
  isDate,
  isDateTime,
  isList,
  isMonths,
  isRange,
  isSpan,
  isTime,
  type FeelDate,
  type FeelDateTime,
  type FeelRange,
  type FeelSpan,
  type FeelTime,
  type Value,
} from './value.ts'

/** The entry of a context or property of a value by its name; of a list, what each item has. */
export function propertyOf(value: Value, name: string): Value {
  if (value === null) return null
  if (isList(value)) return value.map((item) => propertyOf(item, name))
  if (isContext(value)) return entryOf(value, name) ?? null
  if (isDate(value)) return dateProperty(value, name)
  if (isTime(value)) return timeProperty(value, name, value)
  if (isDateTime(value)) return dateProperty(value.date, name) ?? timeProperty(value.time, name, value)
  if (isMonths(value)) {
    if (name === 'years') return Math.trunc(value.months / 12) + 0
    return name === 'months' ? (value.months % 12) + 0 : null
  }
  if (isSpan(value)) return spanProperty(value, name)
  return isRange(value) ? rangeProperty(value, name) : null
}

function dateProperty(date: FeelDate, name: string): Value {
  switch (name) {
    case 'year':
      return date.year
    case 'month':
      return date.month
    case 'day':
      return date.day
    case 'weekday':
      return weekdayOf(dayNumber(date.year, date.month, date.day))
    default:
      return null
  }
}

function timeProperty(time: FeelTime, name: string, whole: FeelTime | FeelDateTime): Value {
  const seconds = Math.floor(time.nanos / 1e9)
  switch (name) {
    case 'hour':
      return Math.floor(seconds / 3600)
    case 'minute':
      return Math.floor(seconds / 60) % 60
    case 'second':
      return seconds % 60
    case 'time offset': {
      const offsetS = offsetOf(whole)
      return offsetS === null ? null : span(offsetS)
    }
    case 'timezone':
      return time.zone !== null && 'name' in time.zone ? time.zone.name : null
    default:
      return null
  }
}

function spanProperty(value: FeelSpan, name: string): Value {
  switch (name) {
    case 'days':
      return Math.trunc(value.seconds / 86_400) + 0
    case 'hours':
      return (Math.trunc(value.seconds / 3600) % 24) + 0
    case 'minutes':
      return (Math.trunc(value.seconds / 60) % 60) + 0
    case 'seconds':
      return (value.seconds % 60) + 0
    default:
      return null
  }
}

function rangeProperty(range: FeelRange, name: string): Value {
  switch (name) {
    case 'start':
      return range.start
    case 'end':
      return range.end
    case 'start included':
      return range.isStartIncluded
    case 'end included':
      return range.isEndIncluded
    default:
      return null
  }
}
