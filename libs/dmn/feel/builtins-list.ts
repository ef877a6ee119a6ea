/** Built-in functions on lists. Source: DMN 1.5 clauses 10.3.4.4 and 10.3.4.9. */
import { builtIn, signature, type Signature, type Slot } from './builtin.ts'
import { slice } from './builtins-text.ts'
import { compare, equal, sumOf } from './compare.ts'
import { decimal, isNumber, times } from './number.ts'
import { isFunction, isList, type FeelFunction, type Value } from './value.ts'

const list = (value: Value | undefined): readonly Value[] => (isList(value) ? value : [])
const number = (value: Value | undefined): number => (typeof value === 'number' ? value : 0)
const none = (value: Value | undefined): Value => value ?? null

/** A function of one list, or of any number of items. */
const ofItems = (name: string, compute: (items: readonly Value[]) => Value): FeelFunction =>
  builtIn(name, [signature([['list', '...any']], ([items]) => compute(list(items)))])

const ofList = (name: string, slots: readonly Slot[], compute: Signature['run']): FeelFunction =>
  builtIn(name, [signature([['list', 'list'], ...slots], compute)])

/** A function of numbers only; null when one is none or there are none. */
const ofNumbers = (name: string, compute: (numbers: readonly number[]) => Value): FeelFunction =>
  ofItems(name, (items) => {
    const numbers = items.filter(isNumber)
    return numbers.length < items.length || numbers.length === 0 ? null : compute(numbers)
  })

function extreme(items: readonly Value[], sign: 1 | -1): Value {
  let best: Value | undefined
  for (const item of items) {
    const order = best === undefined ? compare(item, item) : compare(item, best)
    if (order === null) return null
    if (best === undefined || order * sign > 0) best = item
  }
  return best ?? null
}

/** Three-valued: a decisive item decides, else anything that is no boolean makes it unknown. */
function decide(items: readonly Value[], decisive: boolean): Value {
  if (items.includes(decisive)) return decisive
  return items.every((item) => typeof item === 'boolean') ? !decisive : null
}

const has = (items: readonly Value[], item: Value): boolean => items.some((other) => equal(other, item) === true)

function distinct(items: readonly Value[]): readonly Value[] {
  const found: Value[] = []
  for (const item of items) if (!has(found, item)) found.push(item)
  return found
}

const flatten = (items: readonly Value[]): readonly Value[] =>
  items.flatMap((item) => (isList(item) ? flatten(item) : [item]))

function median(numbers: readonly number[]): Value {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  if (!Number.isInteger(middle)) return sorted[Math.floor(middle)] ?? null
  return decimal(((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2)
}

function deviation(numbers: readonly number[]): Value {
  if (numbers.length < 2) return null
  const mean = numbers.reduce((sum, n) => sum + n, 0) / numbers.length
  return decimal(Math.sqrt(numbers.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (numbers.length - 1)))
}

function modes(numbers: readonly number[]): Value {
  const counts = new Map<number, number>()
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return Array.from(counts.keys())
    .filter((n) => counts.get(n) === most)
    .toSorted((a, b) => a - b)
}

/** The index of a position from 1, or from the end when negative; null outside the list. */
function indexOf(items: readonly Value[], position: number): number | null {
  const at = Math.trunc(position)
  if (at === 0 || Math.abs(at) > items.length) return null
  return at > 0 ? at - 1 : items.length + at
}

/** Sorts by a function that says what comes first; equal items keep their order. */
function sorted(items: readonly Value[], precedes: FeelFunction): Value {
  let isBroken = false
  const result = items.toSorted((a, b) => {
    const isBefore = precedes.call([a, b])
    if (typeof isBefore !== 'boolean') isBroken = true
    if (isBefore === true) return -1
    return precedes.call([b, a]) === true ? 1 : 0
  })
  return isBroken ? null : result
}

function replaced(items: readonly Value[], match: FeelFunction, item: Value): Value {
  const answers = items.map((old) => match.call([old, item]))
  return answers.every((answer) => typeof answer === 'boolean')
    ? items.map((old, at) => (answers[at] === true ? item : old))
    : null
}

const withPosition: readonly Slot[] = [['position', 'number']]

export const listFunctions: Readonly<Record<string, FeelFunction>> = {
  'list contains': ofList('list contains', [['element', 'any']], ([items, element]) => has(list(items), none(element))),
  count: ofList('count', [], ([items]) => list(items).length),
  min: ofItems('min', (items) => extreme(items, -1)),
  max: ofItems('max', (items) => extreme(items, 1)),
  sum: ofItems('sum', (items) => (items.length === 0 ? null : sumOf(items))),
  mean: ofNumbers('mean', (numbers) => decimal((sumOf(numbers) ?? 0) / numbers.length)),
  all: ofItems('all', (items) => decide(items, false)),
  any: ofItems('any', (items) => decide(items, true)),
  product: ofNumbers('product', (numbers) => numbers.reduce((product, n) => times(product, n) ?? 0, 1)),
  median: ofNumbers('median', median),
  stddev: ofNumbers('stddev', deviation),
  mode: ofItems('mode', (items) => (items.every(isNumber) ? (items.length === 0 ? [] : modes(items)) : null)),
  sublist: ofList(
    'sublist',
    [
      ['start position', 'number'],
      ['length', 'number?'],
    ],
    ([items, start, length]) => slice(list(items), number(start), typeof length === 'number' ? length : null),
  ),
  append: builtIn('append', [
    signature(
      [
        ['list', 'list'],
        ['item', '...any'],
      ],
      ([items, added]) => [...list(items), ...list(added)],
    ),
  ]),
  concatenate: ofItems('concatenate', (lists) => lists.flatMap((item) => (isList(item) ? item : [item]))),
  'insert before': ofList(
    'insert before',
    [
      ['position', 'number'],
      ['newItem', 'any'],
    ],
    ([items, position, item]) => {
      const at = indexOf(list(items), number(position))
      return at === null ? null : list(items).toSpliced(at, 0, none(item))
    },
  ),
  remove: ofList('remove', withPosition, ([items, position]) => {
    const at = indexOf(list(items), number(position))
    return at === null ? null : list(items).toSpliced(at, 1)
  }),
  'list replace': builtIn('list replace', [
    signature([['list', 'list'], ...withPosition, ['newItem', 'any']], ([items, position, item]) => {
      const at = indexOf(list(items), number(position))
      return at === null ? null : list(items).with(at, none(item))
    }),
    signature(
      [
        ['list', 'list'],
        ['match', 'function'],
        ['newItem', 'any'],
      ],
      ([items, match, item]) => (isFunction(match) ? replaced(list(items), match, none(item)) : null),
    ),
  ]),
  reverse: ofList('reverse', [], ([items]) => list(items).toReversed()),
  'index of': ofList('index of', [['match', 'any']], ([items, match]) =>
    list(items).flatMap((item, at) => (equal(item, none(match)) === true ? [at + 1] : [])),
  ),
  union: ofItems('union', (lists) => distinct(lists.flatMap((item) => (isList(item) ? item : [item])))),
  'distinct values': ofList('distinct values', [], ([items]) => distinct(list(items))),
  'duplicate values': ofList('duplicate values', [], ([items]) =>
    distinct(list(items).filter((item, at, all) => has(all.toSpliced(at, 1), item))),
  ),
  flatten: ofList('flatten', [], ([items]) => flatten(list(items))),
  sort: builtIn('sort', [
    signature(
      [
        ['list', 'list'],
        ['precedes', 'function'],
      ],
      ([items, precedes]) => (isFunction(precedes) ? sorted(list(items), precedes) : null),
    ),
    signature([['list', 'list']], ([items]) =>
      list(items).every((item) => compare(item, list(items)[0] ?? null) !== null)
        ? list(items).toSorted((a, b) => compare(a, b) ?? 0)
        : null,
    ),
  ]),
}
