/** A part of a draft, by names and places: `['items', 2, 'name', 'zh']`. */
export type Path = readonly (string | number)[]
export type JsonObject = { readonly [name: string]: unknown }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands at a place; undefined when nothing does. Pure. */
export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, step) => {
    if (Array.isArray(here)) return typeof step === 'number' ? here[step] : undefined
    return isObject(here) ? here[step] : undefined
  }, value)
}

/** A copy with another value at a place; what is missing on the way is made. Pure. */
export function put(value: unknown, path: Path, next: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return next
  if (typeof step === 'number') {
    const list: unknown[] = Array.isArray(value) ? [...value] : []
    list[step] = put(list[step], rest, next)
    return list
  }
  const object = isObject(value) ? value : {}
  return { ...object, [step]: put(object[step], rest, next) }
}

/** The objects of a list; anything else is passed over. Pure. */
export function listAt(value: unknown, path: Path): readonly JsonObject[] {
  const found = at(value, path)
  return Array.isArray(found) ? found.filter(isObject) : []
}

export const textAt = (value: unknown, path: Path): string => {
  const found = at(value, path)
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : ''
}

export const textsAt = (value: unknown, path: Path): readonly string[] => {
  const found = at(value, path)
  return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string') : []
}

/** A list with one entry moved by one place. Pure. */
export function moved<T>(list: readonly T[], from: number, by: 1 | -1): readonly T[] {
  const to = from + by
  const entry = list[from]
  if (entry === undefined || to < 0 || to >= list.length) return list
  const rest = list.filter((_entry, index) => index !== from)
  return [...rest.slice(0, to), entry, ...rest.slice(to)]
}
