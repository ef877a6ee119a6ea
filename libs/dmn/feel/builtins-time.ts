/** Built-in functions on dates, times and durations. Source: DMN 1.5 clauses 10.3.4.1, 10.3.4.6 and 10.3.4.8. */
import { builtIn, signature, type Slot } from './builtin.ts'
import { dayNumber, weekdayOf, weekOf } from './calendar.ts'
import { same } from './compare.ts'
import { readDuration } from './duration.ts'
import {
  atMidnight,
  makeDate,
  makeDateTime,
  midnight,
  monthsBetween,
  readDate,
  readDateTime,
  readTime,
  timeOf,
  utc,
} from './temporal.ts'
import { readZone } from './zone.ts'
import { isDate, isDateTime, isSpan, isTime, type FeelDate, type FeelFunction, type Value } from './value.ts'

const number = (value: Value | undefined): number => (typeof value === 'number' ? value : 0)
const only = (value: Value | undefined): Value =>
  (Array.isArray(value) && value.length === 1 ? value[0] : value) ?? null

/** The calendar day of a date or date and time. */
const dayOf = (value: Value | undefined): FeelDate | null =>
  isDate(value) ? value : isDateTime(value) ? value.date : null

function dateFrom(from: Value): Value {
  if (typeof from === 'string') return readDate(from)
  return dayOf(from)
}

function timeFrom(from: Value): Value {
  if (typeof from === 'string') return readTime(from)
  if (isTime(from)) return from
  if (isDate(from)) return midnight(utc)
  return isDateTime(from) ? from.time : null
}

function dateTimeFrom(from: Value): Value {
  if (typeof from === 'string') return readDateTime(from)
  if (isDateTime(from)) return from
  return isDate(from) ? atMidnight(from) : null
}

function timeOfParts(hour: Value, minute: Value, second: Value, offset: Value): Value {
  if (!isSpan(offset) && offset !== null) return null
  if (offset !== null && Math.abs(offset.seconds) > 18 * 3600) return null
  return timeOf(number(hour), number(minute), number(second), offset === null ? null : { offsetS: offset.seconds })
}

/** A date and time from its parts; the zone is a distance from UTC or a name. */
function dateTimeOfParts([year, month, day, hour, minute, second, zone]: readonly Value[]): Value {
  const date = makeDate(number(year), number(month), number(day))
  const time =
    typeof zone === 'string'
      ? timeOf(number(hour), number(minute), number(second), readZone(`@${zone}`) ?? null)
      : timeOfParts(hour ?? null, minute ?? null, second ?? null, zone ?? null)
  return date !== null && isTime(time) ? makeDateTime(date, time) : null
}

const parts: readonly Slot[] = [
  ['year', 'number'],
  ['month', 'number'],
  ['day', 'number'],
  ['hour', 'number'],
  ['minute', 'number'],
  ['second', 'number'],
]

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

const ofDay = (name: string, compute: (day: FeelDate) => Value): FeelFunction =>
  builtIn(name, [
    signature([['date', 'date or date and time']], ([date]) => {
      const day = dayOf(date)
      return day === null ? null : compute(day)
    }),
  ])

const numberOf = (day: FeelDate): number => dayNumber(day.year, day.month, day.day)
const from: readonly Slot[] = [['from', 'any']]

export const timeFunctions: Readonly<Record<string, FeelFunction>> = {
  date: builtIn('date', [
    signature(from, ([value]) => dateFrom(only(value))),
    signature(
      [
        ['year', 'number'],
        ['month', 'number'],
        ['day', 'number'],
      ],
      ([year, month, day]) => makeDate(number(year), number(month), number(day)),
    ),
  ]),
  time: builtIn('time', [
    signature(from, ([value]) => timeFrom(only(value))),
    signature(
      [
        ['hour', 'number'],
        ['minute', 'number'],
        ['second', 'number'],
        ['offset', 'span~'],
      ],
      ([hour, minute, second, offset]) => timeOfParts(hour ?? null, minute ?? null, second ?? null, offset ?? null),
    ),
  ]),
  'date and time': builtIn('date and time', [
    signature(from, ([value]) => dateTimeFrom(only(value))),
    signature(
      [
        ['date', 'date or date and time'],
        ['time', 'time'],
      ],
      ([date, time]) => {
        const day = dayOf(date)
        return day !== null && isTime(time) ? makeDateTime(day, time) : null
      },
    ),
    signature([...parts, ['offset', 'span~']], dateTimeOfParts),
    signature([...parts, ['timezone', 'string']], dateTimeOfParts),
  ]),
  duration: builtIn('duration', [
    signature([['from', 'string']], ([value]) => (typeof value === 'string' ? readDuration(value) : null)),
  ]),
  'years and months duration': builtIn('years and months duration', [
    signature(
      [
        ['from', 'date or date and time'],
        ['to', 'date or date and time'],
      ],
      ([start, end]) => {
        const [first, last] = [dayOf(start), dayOf(end)]
        return first === null || last === null ? null : monthsBetween(first, last)
      },
    ),
  ]),
  is: builtIn('is', [
    signature(
      [
        ['value1', 'any?'],
        ['value2', 'any?'],
      ],
      ([a, b]) => same(a ?? null, b ?? null),
    ),
  ]),
  'day of year': ofDay('day of year', (day) => numberOf(day) - dayNumber(day.year, 1, 1) + 1),
  'day of week': ofDay('day of week', (day) => weekdays[weekdayOf(numberOf(day)) - 1] ?? null),
  'month of year': ofDay('month of year', (day) => months[day.month - 1] ?? null),
  'week of year': ofDay('week of year', (day) => weekOf(day.year, day.month, day.day)),
}
