import { isObject, type JsonObject, type Path } from './json-path.ts'

/** One place that two windows changed differently; undefined: it is not there. */
export type Clash = { readonly path: Path; readonly mine: unknown; readonly theirs: unknown }
export type Side = 'mine' | 'theirs'

export type Merged = {
  readonly value: unknown
  readonly clashes: readonly Clash[]
}

/**
 * Merges two versions of JSON that grew out of the same one: a place that one side changed is as that side has it; where both did,
 * differently, the preferred side's stands and the place is named. Objects are merged by name, lists of parts by the parts' codes,
 * any other list is one place. A part that one side took away and the other changed is such a place too.
 * Source: three-way merge as in diff3 (Khanna, Kunal, Pierce, FSTTCS 2007), on trees. O(size).
 */
export function merge(base: unknown, mine: unknown, theirs: unknown, prefer: Side = 'mine', path: Path = []): Merged {
  if (isSame(mine, theirs)) return { value: mine, clashes: [] }
  if (isSame(mine, base)) return { value: theirs, clashes: [] }
  if (isSame(theirs, base)) return { value: mine, clashes: [] }
  if (isObject(mine) && isObject(theirs)) return mergeObjects(isObject(base) ? base : {}, mine, theirs, prefer, path)
  const parts = codedParts(base, mine, theirs)
  if (parts) return mergeParts(parts, prefer, path)
  return { value: prefer === 'mine' ? mine : theirs, clashes: [{ path, mine, theirs }] }
}

function mergeObjects(base: JsonObject, mine: JsonObject, theirs: JsonObject, prefer: Side, path: Path): Merged {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])]
  const merged = names.map(
    (name) => [name, merge(base[name], mine[name], theirs[name], prefer, [...path, name])] as const,
  )
  return {
    value: Object.fromEntries(merged.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]]))),
    clashes: merged.flatMap(([, { clashes }]) => clashes),
  }
}

type Parts = {
  readonly base: readonly JsonObject[]
  readonly mine: readonly JsonObject[]
  theirs: readonly JsonObject[]
}

/** Lists whose entries are parts with codes of their own; null when one of them is no such list. */
function codedParts(base: unknown, mine: unknown, theirs: unknown): Parts | null {
  const lists = { base: codedList(base ?? []), mine: codedList(mine), theirs: codedList(theirs) }
  return lists.base && lists.mine && lists.theirs
    ? { ...lists, base: lists.base, mine: lists.mine, theirs: lists.theirs }
    : null
}

function codedList(value: unknown): readonly JsonObject[] | null {
  if (!Array.isArray(value) || !value.every(isObject)) return null
  const codes = value.map(codeOf)
  return codes.every((code) => code !== '') && new Set(codes).size === codes.length ? value : null
}

const codeOf = (part: JsonObject): string => (typeof part['code'] === 'string' ? part['code'] : '')
const byCode = (parts: readonly JsonObject[]): JsonObject =>
  Object.fromEntries(parts.map((part) => [codeOf(part), part]))

/** The order is that of the side that moved parts about; parts that only the other side has come after. */
function mergeParts({ base, mine, theirs }: Parts, prefer: Side, path: Path): Merged {
  const { value, clashes } = mergeObjects(byCode(base), byCode(mine), byCode(theirs), prefer, path)
  const kept = isObject(value) ? value : {}
  const common = (parts: readonly JsonObject[]) =>
    parts.map(codeOf).filter((code) => [base, mine, theirs].every((list) => list.some((one) => codeOf(one) === code)))
  const [first, then] = isSame(common(mine), common(base)) ? [theirs, mine] : [mine, theirs]
  const order = [...new Set([...first, ...then].map(codeOf))]
  return { value: order.flatMap((code) => (code in kept ? [kept[code]] : [])), clashes }
}

/** Whether two JSON values say the same; the order of names says nothing. O(size). */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, index) => isSame(one, b[index]))
  if (!isObject(a) || !isObject(b)) return false
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every((name) => isSame(a[name], b[name]))
}
