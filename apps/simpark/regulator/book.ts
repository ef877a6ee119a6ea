import { localDateOf } from '@tingzhou/calendar'
import type { EpochMs } from '@tingzhou/kernel'
import {
  documentKinds,
  keyOf,
  needsOf,
  worthFenOf,
  type DocumentKind,
  type DocumentsPage,
  type KindCount,
  type MonthCounts,
  type WireRecord,
} from '@tingzhou/wlhy'

/** A document that was accepted. */
export type Accepted = {
  readonly enterpriseCode: string
  readonly kind: DocumentKind
  readonly reference: string
  readonly record: WireRecord
  readonly at: EpochMs
}

/** The last word on a document, and when the first was accepted: it counts in that month. */
export type Kept = Accepted & { readonly key: string; readonly firstAt: EpochMs; readonly times: number }

/** What the monitoring system holds, in memory. */
export type Book = {
  readonly find: (enterpriseCode: string, kind: DocumentKind, key: string) => Kept | undefined
  readonly hasReference: (enterpriseCode: string, reference: string) => boolean
  /** The fund flow that tells of a waybill. */
  readonly flowOf: (enterpriseCode: string, waybillKey: string) => Kept | undefined
  readonly isFull: () => boolean
  /** Keeps a document; one of the same key is replaced. */
  readonly keep: (accepted: Accepted) => void
  readonly received: (kind: DocumentKind) => readonly Kept[]
  readonly months: () => readonly (MonthCounts & { readonly enterpriseCode: string })[]
  readonly countsOf: (enterpriseCode: string, month: string) => MonthCounts
  readonly pageOf: (
    enterpriseCode: string,
    month: string,
    kind: DocumentKind,
    after: string,
    rowsMax: number,
  ) => DocumentsPage
}

/** Documents that fit into memory, and references to each of them. */
const documentsMaxDefault = 200_000
const referencesEach = 5

/**
 * Makes an empty book.
 * @param documentsMax  beyond them, or beyond five references to each, it is full
 */
export function openBook(documentsMax = documentsMaxDefault): Book {
  const byKey = new Map<string, Kept>()
  const references = new Set<string>()
  const flowByWaybill = new Map<string, string>()
  const nameOf = (enterpriseCode: string, kind: DocumentKind, key: string) => `${enterpriseCode}\n${kind}\n${key}`
  const find: Book['find'] = (...parts) => byKey.get(nameOf(...parts))
  const all = () => [...byKey.values()]
  const countsOf: Book['countsOf'] = (enterpriseCode, month) =>
    countsIn(
      all().filter((one) => one.enterpriseCode === enterpriseCode && monthOf(one.firstAt) === month),
      month,
    )
  return {
    find,
    hasReference: (enterpriseCode, reference) => references.has(`${enterpriseCode}\n${reference}`),
    flowOf: (enterpriseCode, waybillKey) => byKey.get(flowByWaybill.get(`${enterpriseCode}\n${waybillKey}`) ?? ''),
    isFull: () => byKey.size >= documentsMax || references.size >= documentsMax * referencesEach,
    keep: (accepted) => {
      const { enterpriseCode, kind, record, reference, at } = accepted
      const key = keyOf(kind, record)
      const before = find(enterpriseCode, kind, key)
      const name = nameOf(enterpriseCode, kind, key)
      for (const waybill of before ? toldIn(before) : []) flowByWaybill.delete(waybill)
      for (const waybill of toldIn(accepted)) flowByWaybill.set(waybill, name)
      byKey.set(name, { ...accepted, key, firstAt: before?.firstAt ?? at, times: (before?.times ?? 0) + 1 })
      references.add(`${enterpriseCode}\n${reference}`)
    },
    received: (kind) => all().filter((one) => one.kind === kind),
    months: () => {
      const names = new Set(all().map(({ enterpriseCode, firstAt }) => `${enterpriseCode}\n${monthOf(firstAt)}`))
      return [...names].toSorted().map((name) => {
        const [enterpriseCode = '', month = ''] = name.split('\n')
        return { enterpriseCode, ...countsOf(enterpriseCode, month) }
      })
    },
    countsOf,
    pageOf: (enterpriseCode, month, kind, after, rowsMax) => {
      const keys = all()
        .filter((one) => one.enterpriseCode === enterpriseCode && one.kind === kind && monthOf(one.firstAt) === month)
        .filter(({ key }) => key > after)
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      const rows = keys.slice(0, rowsMax).map(({ key, record }) => ({ key, sumFen: worthFenOf(kind, record) }))
      return { rows, next: keys.length > rowsMax ? (rows.at(-1)?.key ?? null) : null }
    },
  }
}

/** The waybills that a fund flow tells of; nothing else tells of any. */
const toldIn = ({ enterpriseCode, kind, record }: Accepted): readonly string[] =>
  kind === 'fund_flow' ? needsOf(kind, record).map(({ key }) => `${enterpriseCode}\n${key}`) : []

/** `2026-11`, Beijing time. */
const monthOf = (at: EpochMs): string => localDateOf(at).slice(0, 7)

function countsIn(documents: readonly Kept[], month: string): MonthCounts {
  const counted = (kind: DocumentKind): KindCount => {
    const some = documents.filter((one) => one.kind === kind)
    return { count: some.length, sumFen: some.reduce((sum, { record }) => sum + worthFenOf(kind, record), 0) }
  }
  const [driver, vehicle, waybill, flow] = documentKinds
  return {
    month,
    kinds: {
      driver: counted(driver),
      vehicle: counted(vehicle),
      waybill: counted(waybill),
      fund_flow: counted(flow),
    },
  }
}
