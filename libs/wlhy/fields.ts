import { assert } from '@tingzhou/kernel'
import { adapterIds, type AdapterId } from './adapter.ts'
import codesFile from './data/codes.json' with { type: 'json' }
import fieldsFile from './data/fields.json' with { type: 'json' }
import { documentKinds, type DocumentKind } from './documents.ts'

/** Of vehicles up to 4.5 t, of a way in segments, of all, of none. */
const needs = ['always', 'light', 'segment', 'no'] as const
export type Need = (typeof needs)[number]

/** What a text of a field looks like. */
export type Shape =
  | { readonly shape: 'text'; readonly lengthMax: number; readonly exact: boolean }
  | { readonly shape: 'number'; readonly digitsMax: number; readonly decimals: number; readonly positive: boolean }
  | { readonly shape: 'day' }
  | { readonly shape: 'time' }
  | { readonly shape: 'part'; readonly fields: readonly Field[] }
  | { readonly shape: 'list'; readonly fields: readonly Field[]; readonly max: number }

/** A field of a document. */
export type Field = {
  readonly name: string
  readonly zh: string
  readonly en: string
  readonly type: string
  readonly shape: Shape
  /** Table of the codes that it may hold; null: any text. */
  readonly codes: string | null
  readonly needOf: (adapter: AdapterId) => Need
  readonly isOf: (adapter: AdapterId) => boolean
  /** Its name where the guide writes names with a small first letter. */
  readonly wireNames: { readonly [adapter in AdapterId]?: string }
}

type Row = {
  readonly name: string
  readonly type: string
  readonly need: string | { readonly [adapter: string]: string }
  readonly only?: readonly string[]
  readonly codes?: string
  readonly positive?: boolean
  readonly max?: number
  readonly wire?: { readonly [adapter in AdapterId]?: string }
  readonly fields?: readonly Row[]
  readonly zh: string
  readonly en: string
}

/**
 * Reads a row of the table of fields.
 * @throws Error naming a row whose type, need, guide or codes are not known
 */
function readRow(row: Row): Field {
  const needBy = new Map(adapterIds.map((id) => [id, needIn(row, id)]))
  const { codes = null, only } = row
  assert(codes === null || codes in codesFile.tables, `${row.name}: the table ${codes} is known`)
  assert(!only || only.every((id) => adapterIds.some((known) => known === id)), `${row.name}: its guides are known`)
  return {
    name: row.name,
    zh: row.zh,
    en: row.en,
    type: row.type,
    shape: shapeOf(row),
    codes,
    needOf: (adapter) => needBy.get(adapter) ?? 'always',
    isOf: (adapter) => !only || only.includes(adapter),
    wireNames: row.wire ?? {},
  }
}

function needIn({ name, need }: Row, adapter: AdapterId): Need {
  const text = typeof need === 'string' ? need : need[adapter]
  const found = needs.find((known) => known === text)
  assert(found, `${name}: ${text} says when it is needed`)
  return found
}

function shapeOf(row: Row): Shape {
  const { type, positive = false, fields = [], max = 0 } = row
  if (type === 'n8') return { shape: 'day' }
  if (type === 'n14') return { shape: 'time' }
  if (type === 'part') return { shape: 'part', fields: fields.map(readRow) }
  if (type === 'list') return { shape: 'list', fields: fields.map(readRow), max }
  const text = /^an(\.\.)?(\d+)$/.exec(type)
  if (text) return { shape: 'text', lengthMax: Number(text[2]), exact: text[1] === undefined }
  const number = /^n\.\.(\d+)(?:,(\d+))?$/.exec(type)
  assert(number, `${row.name}: ${type} is a type`)
  return { shape: 'number', digitsMax: Number(number[1]), decimals: Number(number[2] ?? 0), positive }
}

const table: ReadonlyMap<DocumentKind, readonly Field[]> = new Map(
  documentKinds.map((kind) => [kind, (fieldsFile.kinds[kind] as readonly Row[]).map(readRow)]),
)

/** The fields of a document, as rendering, checking, writing and reading use them. Source: `data/fields.json`. O(1). */
export const fieldsOf = (kind: DocumentKind): readonly Field[] => table.get(kind) ?? []

/**
 * A field by the path that a fault or an answer names.
 * @param path  `VehicleInfo.Driver.0.DrivingLicense`
 * O(fields).
 */
export function fieldAt(kind: DocumentKind, path: string): Field | undefined {
  let fields = fieldsOf(kind)
  let found: Field | undefined
  for (const name of path.split('.')) {
    if (/^\d+$/.test(name)) continue
    found = fields.find((field) => field.name === name)
    if (!found) return undefined
    fields = 'fields' in found.shape ? found.shape.fields : []
  }
  return found
}

/** The name of a field on the wire of a guide. O(1). */
export const wireName = ({ name, wireNames }: Field, adapter: AdapterId, letters: string): string =>
  wireNames[adapter] ?? (letters === 'small' ? name.charAt(0).toLowerCase() + name.slice(1) : name)

type CodeTable = {
  readonly codes?: readonly string[]
  readonly pattern?: string
  readonly only?: { readonly [adapter in AdapterId]?: readonly string[] }
}

const codeTests = new Map(
  Object.entries(codesFile.tables as { readonly [name: string]: CodeTable }).map(([name, { codes, pattern, only }]) => {
    const whole = pattern === undefined ? null : new RegExp(`^(?:${pattern})$`)
    const known = new Set(codes)
    return [
      name,
      (adapter: AdapterId, code: string) =>
        known.has(code) || whole?.test(code) === true || only?.[adapter]?.includes(code) === true,
    ] as const
  }),
)

/** Whether a guide's table has a code; of a long table, whether the code looks like one. Source: `data/codes.json`. O(1). */
export const isCode = (name: string, adapter: AdapterId, code: string): boolean =>
  codeTests.get(name)?.(adapter, code) === true
