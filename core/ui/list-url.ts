import type * as z from 'zod'

/** Names in the address that are the list's own; filters use every other name. */
const reserved = { q: 'q', sort: 'sort', cursor: 'after', columns: 'cols', density: 'rows', view: 'view' } as const

export type ListFilter =
  | {
      readonly kind: 'choice'
      readonly key: string
      readonly label: string
      readonly options: readonly Choice[]
      readonly multiple?: boolean
    }
  | {
      readonly kind: 'lookup'
      readonly key: string
      readonly label: string
      readonly find: (text: string, signal: AbortSignal) => Promise<readonly Choice[]>
      /** The label of a value that came with the address. */
      readonly name?: (value: string) => Promise<string>
    }
  | { readonly kind: 'dates'; readonly from: string; readonly to: string; readonly label: string }
  | { readonly kind: 'flag'; readonly key: string; readonly label: string }

export type Choice = { readonly value: string; readonly label: string }

/** What the API is asked for: everything optional. */
export type ListInputBase = {
  cursor?: string | undefined
  limit?: number | undefined
  sort?: string | undefined
  q?: string | undefined
}

export type ListParams = { readonly [key: string]: string | readonly string[] }

export const listParam = reserved

/** The names of the filters in the address. */
export function filterKeys(filters: readonly ListFilter[]): readonly string[] {
  return filters.flatMap((filter) => (filter.kind === 'dates' ? [filter.from, filter.to] : [filter.key]))
}

/** The filters, words and order that the address holds; names it does not know are left alone. */
export function readParams(
  query: URLSearchParams,
  filters: readonly ListFilter[],
  extra: readonly string[] = [],
): ListParams {
  const params: Record<string, string | readonly string[]> = {}
  const many = new Set(filters.flatMap((filter) => (filter.kind === 'choice' && filter.multiple ? [filter.key] : [])))
  for (const key of new Set([reserved.q, reserved.sort, ...filterKeys(filters), ...extra])) {
    const values = query.getAll(key).filter((value) => value !== '')
    if (values.length > 0) params[key] = many.has(key) ? values : (values[0] ?? '')
  }
  return params
}

/**
 * Fits what the address holds to the contract's input. A value the schema refuses is tried as a number and as a yes or no, then dropped,
 * so that an old or mistyped link still opens the list.
 */
export function fitInput<S extends z.ZodType>(schema: S, params: Readonly<Record<string, unknown>>): z.input<S> {
  let candidate: Record<string, unknown> = { ...params }
  const tried = new Map<string, number>()
  for (let round = 0; round < 40; round++) {
    const result = schema.safeParse(candidate)
    if (result.success) break
    const refused = new Set(result.error.issues.map((issue) => String(issue.path[0] ?? '')))
    if (refused.has('')) {
      candidate = {}
      break
    }
    for (const key of refused) {
      const turn = tried.get(key) ?? 0
      tried.set(key, turn + 1)
      const next = otherForms(params[key])[turn]
      if (next === undefined) delete candidate[key]
      else candidate[key] = next
    }
  }
  // The schema has just accepted it, or it is empty; zod has no type for "input that was accepted".
  return candidate as z.input<S>
}

function otherForms(value: unknown): readonly unknown[] {
  const forms: unknown[] = []
  if (typeof value === 'string') {
    if (value.trim() !== '' && Number.isFinite(Number(value))) forms.push(Number(value))
    if (value === 'true' || value === 'false') forms.push(value === 'true')
    forms.push([value])
  }
  if (Array.isArray(value) && value.length === 1) forms.push(value[0])
  return forms
}

/** The address with changes; null takes a name away. Any change of filter or order goes back to the first page. */
export function withParams(
  query: URLSearchParams,
  changes: Readonly<Record<string, string | readonly string[] | null>>,
): URLSearchParams {
  const next = new URLSearchParams(query)
  if (!(reserved.cursor in changes)) next.delete(reserved.cursor)
  for (const [key, value] of Object.entries(changes)) {
    next.delete(key)
    for (const item of value === null ? [] : typeof value === 'string' ? [value] : value)
      if (item !== '') next.append(key, item)
  }
  return next
}

/** The same list as a query string for an export link, in the notation the API reads. */
export function apiQuery(input: object): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue
    if (Array.isArray(value)) value.forEach((item, index) => query.append(`${key}[${index}]`, String(item)))
    else query.append(key, String(value))
  }
  return query.toString()
}

/** `-dueAt` → due time, downwards. */
export function readSort(sort: string | undefined): { readonly key: string; readonly down: boolean } | null {
  if (!sort) return null
  return sort.startsWith('-') ? { key: sort.slice(1), down: true } : { key: sort, down: false }
}

/** The next order when a head is pressed: up, down, none. */
export function nextSort(sort: string | undefined, key: string): string | null {
  const now = readSort(sort)
  if (now?.key !== key) return key
  return now.down ? null : `-${key}`
}

/** Own views, kept on this device until the server keeps them. */
export type SavedView = { readonly name: string; readonly query: string }

/** The names in the address that belong to the list and its page; every other name is somebody else's and stays. */
export function listKeys(filters: readonly ListFilter[], extra: readonly string[] = []): ReadonlySet<string> {
  return new Set([...Object.values(reserved), ...filterKeys(filters), ...extra])
}

/** The part of the address a saved view remembers: the list's own names but the page. */
export function viewQuery(query: URLSearchParams, own: ReadonlySet<string>): string {
  const kept = new URLSearchParams([...query].filter(([key]) => own.has(key) && key !== reserved.cursor))
  kept.sort()
  return kept.toString()
}

/** The address of a view, with the names of others around it. */
export function viewAddress(query: URLSearchParams, own: ReadonlySet<string>, view: string): string {
  const others = [...query].filter(([key]) => !own.has(key))
  const next = new URLSearchParams([...others, ...new URLSearchParams(view)]).toString()
  return next === '' ? '?' : `?${next}`
}

/** The input schema of a list of the contract, so that its address is read by the same rules. */
export function inputOf<S extends z.ZodType>(procedure: { readonly '~orpc': { readonly inputSchema?: S } }): S {
  const schema = procedure['~orpc'].inputSchema
  if (!schema) throw new Error('every list of the contract has an input')
  return schema
}
