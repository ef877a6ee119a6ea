import { err, ok, type Result } from '@tingzhou/kernel'
import type { WireRequest } from './adapter.ts'
import wire from './data/wire.json' with { type: 'json' }
import { documentKinds, type DocumentKind } from './documents.ts'
import { faultAt, type Fault } from './fault.ts'
import { isObject, readObject, told, type JsonObject } from './json.ts'

/** Documents of a kind that a month has, and what they are worth: shipper's freight of waybills, payments of fund flows. */
export type KindCount = { readonly count: number; readonly sumFen: number }

/** What the regulator holds of an enterprise for a month: documents whose first acceptance lies in it, Beijing time. */
export type MonthCounts = { readonly month: string; readonly kinds: Readonly<Record<DocumentKind, KindCount>> }

export type CountsQuery = { readonly token: string; readonly enterpriseCode: string; readonly month: string }

/** `after`: the key that the page before ended with; empty: the first page. */
export type DocumentsQuery = CountsQuery & { readonly kind: DocumentKind; readonly after: string }

/** Documents of a month and kind, by their keys (`keyOf`) in order; `next` is the `after` of the next page, null at the end. */
export type DocumentsPage = {
  readonly rows: readonly { readonly key: string; readonly sumFen: number }[]
  readonly next: string | null
}

export const countsPath = wire.own.countsPath.path
export const documentsPath = wire.own.documentsPath.path

/** Rows of one page. */
export const documentsPageMax = 500
const keyLengthMax = 100
const tokenLengthMax = 2_048
const contentType = 'application/json; charset=utf-8'

/** Whether a text is a month: `2026-11`. O(1). */
export const isMonth = (text: string): boolean => /^[1-9]\d{3}-(?:0[1-9]|1[0-2])$/.test(text)

/** Asks for the counts of a month. Source: own; no guide at hand says how. O(1). */
export const countsRequest = ({ token, enterpriseCode, month }: CountsQuery): WireRequest => ({
  path: countsPath,
  contentType,
  body: JSON.stringify({ token, enterpriseCode, month }),
})

/** Asks for the documents behind a count. Source: own. O(1). */
export const documentsRequest = ({ token, enterpriseCode, month, kind, after }: DocumentsQuery): WireRequest => ({
  path: documentsPath,
  contentType,
  body: JSON.stringify({ token, enterpriseCode, month, kind, after }),
})

/** The regulator's side of `countsRequest`. O(length). */
export function readCountsRequest(text: string): Result<CountsQuery, Fault> {
  const read = readObject(text)
  return read.ok ? readQuery(read.value) : read
}

/** The regulator's side of `documentsRequest`. O(length). */
export function readDocumentsRequest(text: string): Result<DocumentsQuery, Fault> {
  const read = readObject(text)
  const query = read.ok ? readQuery(read.value) : read
  if (!read.ok || !query.ok) return query.ok ? err(faultAt('', '', 'json_object')) : query
  const kind = documentKinds.find((one) => one === read.value.kind)
  if (!kind) return err(faultAt('kind', told(read.value.kind), 'known_kind'))
  const after = textIn(read.value, 'after', keyLengthMax)
  return after === null ? err(faultAt('after', '', `length_max ${keyLengthMax}`)) : ok({ ...query.value, kind, after })
}

function readQuery(value: JsonObject): Result<CountsQuery, Fault> {
  const token = textIn(value, 'token', tokenLengthMax)
  const enterpriseCode = textIn(value, 'enterpriseCode', 35)
  const month = textIn(value, 'month', 7)
  if (token === null) return err(faultAt('token', '', `length_max ${tokenLengthMax}`))
  if (enterpriseCode === null) return err(faultAt('enterpriseCode', '', 'length_max 35'))
  if (month === null || !isMonth(month)) return err(faultAt('month', month ?? '', 'month YYYY-MM'))
  return ok({ token, enterpriseCode, month })
}

const textIn = (value: JsonObject, name: string, lengthMax: number): string | null => {
  const text = value[name]
  return typeof text === 'string' && text.length <= lengthMax ? text : null
}

/** The regulator's answer to `countsRequest`. O(1). */
export const printCounts = ({ month, kinds }: MonthCounts): string => JSON.stringify({ month, kinds })

/** The regulator's answer to `documentsRequest`. O(rows). */
export const printDocuments = ({ rows, next }: DocumentsPage): string => JSON.stringify({ rows, next })

/**
 * Reads counts; what else stands there is ignored.
 * @returns whole numbers, not negative; or what is wrong: an answer of another kind is no count
 * O(length).
 */
export function readCounts(text: string): Result<MonthCounts, Fault> {
  const read = readObject(text)
  if (!read.ok) return read
  const month = textIn(read.value, 'month', 7)
  const { kinds } = read.value
  if (month === null || !isMonth(month)) return err(faultAt('month', month ?? '', 'month YYYY-MM'))
  if (!isObject(kinds)) return err(faultAt('kinds', '', 'json_object'))
  const counts = documentKinds.map((kind) => [kind, kindCount(kinds[kind])] as const)
  const odd = counts.find(([, count]) => count === null)
  if (odd) return err(faultAt(`kinds.${odd[0]}`, told(kinds[odd[0]]), 'whole_numbers'))
  const [driver, vehicle, waybill, flow] = counts.map(([, count]) => count ?? { count: 0, sumFen: 0 })
  return driver && vehicle && waybill && flow
    ? ok({ month, kinds: { driver, vehicle, waybill, fund_flow: flow } })
    : err(faultAt('kinds', '', 'whole_numbers'))
}

function kindCount(value: unknown): KindCount | null {
  if (!isObject(value)) return null
  const { count, sumFen } = value
  return isWhole(count) && isWhole(sumFen) ? { count, sumFen } : null
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** Reads a page of documents; more rows than a page has are refused. O(length). */
export function readDocuments(text: string): Result<DocumentsPage, Fault> {
  const read = readObject(text)
  if (!read.ok) return read
  const { rows, next } = read.value
  if (!Array.isArray(rows) || rows.length > documentsPageMax)
    return err(faultAt('rows', '', `rows_max ${documentsPageMax}`))
  if (next !== null && (typeof next !== 'string' || next.length > keyLengthMax))
    return err(faultAt('next', '', `length_max ${keyLengthMax}`))
  const found = rows.flatMap((row: unknown) => {
    const key = isObject(row) ? textIn(row, 'key', keyLengthMax) : null
    return isObject(row) && key !== null && isWhole(row.sumFen) ? [{ key, sumFen: row.sumFen }] : []
  })
  return found.length === rows.length ? ok({ rows: found, next }) : err(faultAt('rows', '', 'key_and_sum'))
}
