/** How built-in functions are declared: signatures with names, kinds and the conversions of DMN 1.5 clause 10.3.4. */
import { isNumber } from './number.ts'
import {
  isContext,
  isDate,
  isDateTime,
  isFunction,
  isList,
  isMonths,
  isRange,
  isSpan,
  isTime,
  tagged,
  type FeelFunction,
  type Value,
} from './value.ts'

type Kind =
  | 'any'
  | 'number'
  | 'string'
  | 'boolean'
  | 'list'
  | 'context'
  | 'function'
  | 'range'
  | 'date'
  | 'time'
  | 'date or date and time'
  | 'span'
  | 'months'

/**
 * A parameter: `?` may be left out; `~` may be null, which is the same as left out; `!` may be null, but must be there; `...` takes all
 * that follow as a list; where it is the only parameter, also one list.
 */
export type Slot = readonly [name: string, kind: Kind | `${Kind}${'?' | '~' | '!'}` | `...${Kind}`]

export type Signature = { readonly slots: readonly Slot[]; readonly run: (args: readonly Value[]) => Value }

export const signature = (slots: readonly Slot[], run: (args: readonly Value[]) => Value): Signature => ({ slots, run })

/** Makes a function of signatures; the first that the arguments fit answers. */
export function builtIn(name: string, signatures: readonly Signature[]): FeelFunction {
  const first = signatures[0]
  return tagged({
    feel: 'function',
    text: name,
    parameters: (first?.slots ?? []).map(([slot]) => ({ name: slot, type: null })),
    result: null,
    call: (args) => {
      for (const candidate of signatures) {
        const bound = bindPositional(candidate.slots, args)
        if (bound !== null) return candidate.run(bound)
      }
      return null
    },
    callNamed: (args) => {
      for (const candidate of signatures) {
        const bound = bindNamed(candidate.slots, args)
        if (bound !== null) return candidate.run(bound)
      }
      return null
    },
  })
}

function bindPositional(slots: readonly Slot[], args: readonly Value[]): readonly Value[] | null {
  const last = slots.at(-1)
  if (last !== undefined && last[1].startsWith('...')) {
    const fixed = slots.length - 1
    if (args.length < slots.length) return null
    const rest = args.slice(fixed)
    const [only] = rest
    // append(list, [1]) adds a list, while sum([1]) and sum(1) are the same.
    const items = fixed === 0 && rest.length === 1 && isList(only) ? only : rest
    return bind(slots, [...args.slice(0, fixed), items])
  }
  return args.length > slots.length ? null : bind(slots, args)
}

function bindNamed(slots: readonly Slot[], args: ReadonlyMap<string, Value>): readonly Value[] | null {
  const names = new Set(slots.map(([name]) => name))
  for (const name of args.keys()) if (!names.has(name)) return null
  return bind(
    slots,
    slots.map(([name, kind]) => {
      const value = args.get(name)
      const isWhole = !kind.startsWith('...') || value === undefined || (slots.length === 1 && isList(value))
      return isWhole ? value : [value]
    }),
  )
}

function bind(slots: readonly Slot[], args: readonly (Value | undefined)[]): readonly Value[] | null {
  const bound: Value[] = []
  for (const [at, [, kind]] of slots.entries()) {
    const value = fit(args[at], kind)
    if (value === undefined) return null
    bound.push(value)
  }
  return bound
}

/** The argument as the slot wants it, null for one that is left out; undefined when it does not fit. */
function fit(value: Value | undefined, kind: Slot[1]): Value | undefined {
  if (kind.startsWith('...')) return isList(value) ? value : undefined
  const plain = kind.replace(/[?~!]$/, '')
  if (value === undefined) return /[?~]$/.test(kind) ? null : undefined
  if (value === null) return /[~!]$/.test(kind) || plain === 'any' ? null : undefined
  if (plain === 'any') return value
  if (plain === 'list') return isList(value) ? value : [value]
  const only = isList(value) && value.length === 1 ? (value[0] ?? null) : value
  return accepts(plain, only) ? only : undefined
}

function accepts(kind: string, value: Value): boolean {
  switch (kind) {
    case 'number':
      return isNumber(value)
    case 'string':
      return typeof value === 'string'
    case 'boolean':
      return typeof value === 'boolean'
    case 'context':
      return isContext(value)
    case 'function':
      return isFunction(value)
    case 'range':
      return isRange(value)
    case 'date':
      return isDate(value)
    case 'time':
      return isTime(value)
    case 'date or date and time':
      return isDate(value) || isDateTime(value)
    case 'span':
      return isSpan(value)
    case 'months':
      return isMonths(value)
    default:
      return false
  }
}
