/** Built-in functions on numbers. Source: DMN 1.5 clauses 10.3.4.1 and 10.3.4.5. */
import { builtIn, signature, type Slot } from './builtin.ts'
import { scaled, secondsOf } from './duration.ts'
import { decimal, plus, round, times, type Rounding } from './number.ts'
import { isDuration, isMonths, isSpan, type FeelFunction, type Value } from './value.ts'

const number = (value: Value | undefined): number => (typeof value === 'number' ? value : 0)

const rounded = (name: string, rounding: Rounding, scale: 'number' | 'number?'): FeelFunction => {
  const slots: readonly Slot[] = [
    ['n', 'number'],
    ['scale', scale],
  ]
  return builtIn(name, [signature(slots, ([n, places]) => round(number(n), number(places), rounding))])
}

const ofNumber = (name: string, compute: (n: number) => Value, parameter = 'number'): FeelFunction =>
  builtIn(name, [signature([[parameter, 'number']], ([n]) => compute(number(n)))])

function absolute(n: Value): Value {
  if (typeof n === 'number') return Math.abs(n)
  if (isMonths(n)) return scaled(n, n.months < 0 ? -1 : 1)
  return isSpan(n) ? scaled(n, secondsOf(n) < 0 ? -1 : 1) : null
}

/** Reads a number with its separators. */
function readNumber(from: string, grouping: string | null, point: string | null): number | null {
  if (grouping !== null && ![' ', ',', '.'].includes(grouping)) return null
  if (point !== null && (!['.', ','].includes(point) || point === grouping)) return null
  const plain = grouping === null ? from : from.replaceAll(grouping, '')
  const text = point === null || point === '.' ? plain : plain.replaceAll('.', '#').replace(point, '.')
  return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? decimal(Number(text)) : null
}

const textOrNull = (value: Value | undefined): string | null => (typeof value === 'string' ? value : null)

export const numberFunctions: Readonly<Record<string, FeelFunction>> = {
  number: builtIn('number', [
    signature([['from', 'string']], ([from]) => (typeof from === 'string' ? readNumber(from, null, null) : null)),
    signature(
      [
        ['from', 'string'],
        ['grouping separator', 'string!'],
        ['decimal separator', 'string!'],
      ],
      ([from, grouping, point]) =>
        typeof from === 'string' ? readNumber(from, textOrNull(grouping), textOrNull(point)) : null,
    ),
  ]),
  decimal: rounded('decimal', 'half even', 'number'),
  floor: rounded('floor', 'floor', 'number?'),
  ceiling: rounded('ceiling', 'ceiling', 'number?'),
  'round up': rounded('round up', 'up', 'number'),
  'round down': rounded('round down', 'down', 'number'),
  'round half up': rounded('round half up', 'half up', 'number'),
  'round half down': rounded('round half down', 'half down', 'number'),
  abs: builtIn('abs', [
    signature([['n', 'any']], ([n]) => {
      const only = Array.isArray(n) && n.length === 1 ? (n[0] ?? null) : (n ?? null)
      return typeof only === 'number' || isDuration(only) ? absolute(only) : null
    }),
  ]),
  modulo: builtIn('modulo', [
    signature(
      [
        ['dividend', 'number'],
        ['divisor', 'number'],
      ],
      ([dividend, divisor]) => {
        const [a, b] = [number(dividend), number(divisor)]
        return b === 0 ? null : plus(a, -(times(b, Math.floor(decimal(a / b) ?? 0)) ?? 0))
      },
    ),
  ]),
  sqrt: ofNumber('sqrt', (n) => (n < 0 ? null : decimal(Math.sqrt(n)))),
  log: ofNumber('log', (n) => (n <= 0 ? null : decimal(Math.log(n)))),
  exp: ofNumber('exp', (n) => decimal(Math.exp(n))),
  odd: ofNumber('odd', (n) => (Number.isInteger(n) ? Math.abs(n % 2) === 1 : null)),
  even: ofNumber('even', (n) => (Number.isInteger(n) ? n % 2 === 0 : null)),
}
