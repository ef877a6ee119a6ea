/** Built-in functions on contexts and booleans. Source: DMN 1.5 clauses 10.3.4.2 and 10.3.4.10. */
import { builtIn, signature, type Slot } from './builtin.ts'
import { entryOf, isContext, isList, type Context, type FeelFunction, type Value } from './value.ts'

const list = (value: Value | undefined): readonly Value[] => (isList(value) ? value : [])

function contextOf(entries: readonly Value[]): Value {
  const found = new Map<string, Value>()
  for (const entry of entries) {
    if (!isContext(entry)) return null
    const [key, value] = [entryOf(entry, 'key'), entryOf(entry, 'value')]
    if (typeof key !== 'string' || value === undefined || found.has(key)) return null
    found.set(key, value)
  }
  return Object.fromEntries(found)
}

/** The context with an entry set, at a path of keys; null when the path leads through something else. */
function withEntry(context: Value, keys: readonly Value[], value: Value): Context | null {
  const [key, ...rest] = keys
  if (!isContext(context) || typeof key !== 'string') return null
  const inner = rest.length === 0 ? value : withEntry(entryOf(context, key) ?? null, rest, value)
  if (rest.length > 0 && inner === null) return null
  return Object.fromEntries([
    ...Object.entries(context).map((entry) => (entry[0] === key ? ([key, inner] as const) : entry)),
    ...(Object.hasOwn(context, key) ? [] : [[key, inner] as const]),
  ])
}

function merged(contexts: readonly Value[]): Value {
  const all = contexts.filter(isContext)
  return all.length < contexts.length ? null : Object.fromEntries(all.flatMap((context) => Object.entries(context)))
}

const target: readonly Slot[] = [['context', 'context']]

export const contextFunctions: Readonly<Record<string, FeelFunction>> = {
  'get value': builtIn('get value', [
    signature(
      [
        ['m', 'context'],
        ['key', 'string'],
      ],
      ([m, key]) => (isContext(m) && typeof key === 'string' ? (entryOf(m, key) ?? null) : null),
    ),
  ]),
  'get entries': builtIn('get entries', [
    signature([['m', 'context']], ([m]) =>
      isContext(m) ? Object.entries(m).map(([key, value]) => ({ key, value })) : null,
    ),
  ]),
  context: builtIn('context', [signature([['entries', 'list']], ([entries]) => contextOf(list(entries)))]),
  'context put': builtIn('context put', [
    signature([...target, ['key', 'string'], ['value', 'any']], ([context, key, value]) =>
      withEntry(context ?? null, [key ?? null], value ?? null),
    ),
    signature([...target, ['keys', 'list'], ['value', 'any']], ([context, keys, value]) =>
      withEntry(context ?? null, list(keys), value ?? null),
    ),
  ]),
  'context merge': builtIn('context merge', [
    signature([['contexts', 'list']], ([contexts]) => merged(list(contexts))),
  ]),
  not: builtIn('not', [signature([['negand', 'boolean']], ([negand]) => negand !== true)]),
}
