import { childrenOf, escaped, readXml, type XmlElement } from '@tingzhou/dmn/xml'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { AdapterId } from './adapter.ts'
import { toUtf8 } from './bytes.ts'
import type { DocumentKind } from './documents.ts'
import { faultAt, type Fault } from './fault.ts'
import { fieldsOf, wireName, type Field } from './fields.ts'
import { guideOf } from './guide.ts'
import { isObject, readObject, told } from './json.ts'
import type { WireRecord, WireValue } from './record.ts'

/** A record as the text that is sealed: JSON in Fujian, XML in Tianjin. */
export type Content = {
  readonly print: (kind: DocumentKind, record: WireRecord) => string
  /** Reads only what the table of fields has: anything else is refused by its name. What is absent is empty. */
  readonly read: (kind: DocumentKind, text: string) => Result<WireRecord, Fault>
}

/** The characters of a record when it is sealed. O(length). */
export function sealedLength(adapter: AdapterId, kind: DocumentKind, record: WireRecord): number {
  const bytes = toUtf8(contentOf(adapter).print(kind, record)).length
  // SM4 fills the last block, or adds one; SM2 adds point and check. Base64 makes four characters of three bytes.
  const sealed = adapter === 'fujian-2.0' ? bytes + 16 - (bytes % 16) : bytes + 97
  return Math.ceil(sealed / 3) * 4
}

/** How a guide writes records. O(1). */
export const contentOf = (adapter: AdapterId): Content => (adapter === 'fujian-2.0' ? json(adapter) : xml(adapter))

const fieldsIn = (adapter: AdapterId, fields: readonly Field[]): readonly Field[] =>
  fields.filter((field) => field.isOf(adapter))
const innerOf = ({ shape }: Field): readonly Field[] => ('fields' in shape ? shape.fields : [])

function json(adapter: AdapterId): Content {
  const { letters } = guideOf(adapter)
  const nameOf = (field: Field): string => wireName(field, adapter, letters)
  const print = (fields: readonly Field[], record: WireRecord): object =>
    Object.fromEntries(
      fieldsIn(adapter, fields).map((field) => [nameOf(field), printValue(field, record[field.name] ?? '')]),
    )
  const printValue = (field: Field, value: WireValue): unknown => {
    if (typeof value === 'string') return value
    return isRows(value) ? value.map((row) => print(innerOf(field), row)) : print(innerOf(field), value)
  }
  const read = (fields: readonly Field[], value: unknown, path: string): Result<WireRecord, Fault> => {
    if (!isObject(value)) return err(faultAt(path, '', 'a_part'))
    const known = new Map(fieldsIn(adapter, fields).map((field) => [nameOf(field), field]))
    const stranger = Object.keys(value).find((name) => !known.has(name))
    if (stranger !== undefined) return err(faultAt(under(path, stranger), '', 'known_field'))
    return collect(
      [...known].map(([name, field]) => [field, readValue(field, value[name], under(path, name))] as const),
    )
  }
  const readValue = (field: Field, value: unknown, path: string): Result<WireValue, Fault> => {
    const { shape } = field
    if (shape.shape === 'part') return read(shape.fields, value ?? {}, path)
    if (shape.shape === 'list') {
      const rows: unknown = value ?? []
      if (!Array.isArray(rows) || rows.length > shape.max) return err(faultAt(path, '', `a_list ${shape.max}`))
      return all(rows.map((row: unknown, index) => read(shape.fields, row, `${path}.${index}`)))
    }
    const text = value ?? ''
    return typeof text === 'string' ? ok(text) : err(faultAt(path, told(value), 'a_text'))
  }
  return {
    print: (kind, record) => JSON.stringify(print(fieldsOf(kind), record)),
    read: (kind, text) => {
      const value = readObject(text)
      return value.ok ? read(fieldsOf(kind), value.value, '') : value
    },
  }
}

function xml(adapter: AdapterId): Content {
  const { letters } = guideOf(adapter)
  const nameOf = (field: Field): string => wireName(field, adapter, letters)
  const print = (fields: readonly Field[], record: WireRecord): string =>
    fieldsIn(adapter, fields)
      .map((field) => printField(field, record[field.name] ?? ''))
      .join('')
  const printField = (field: Field, value: WireValue): string => {
    const name = nameOf(field)
    const element = (inner: string): string => (inner === '' ? '' : `<${name}>${inner}</${name}>`)
    if (typeof value === 'string') return element(escaped(value))
    return isRows(value)
      ? value.map((row) => element(print(innerOf(field), row))).join('')
      : element(print(innerOf(field), value))
  }
  const read = (fields: readonly Field[], part: XmlElement, path: string): Result<WireRecord, Fault> => {
    const known = new Map(fieldsIn(adapter, fields).map((field) => [nameOf(field), field]))
    const stranger = part.children.find(({ name }) => !known.has(name))
    if (stranger) return err(faultAt(under(path, stranger.name), '', 'known_field'))
    if (part.text.trim() !== '') return err(faultAt(path, part.text, 'a_part'))
    return collect(
      [...known].map(([name, field]) => [field, readField(field, childrenOf(part, name), under(path, name))] as const),
    )
  }
  const readField = (field: Field, found: readonly XmlElement[], path: string): Result<WireValue, Fault> => {
    const { shape } = field
    if (shape.shape === 'list') {
      if (found.length > shape.max) return err(faultAt(path, String(found.length), `a_list ${shape.max}`))
      return all(found.map((row, index) => read(shape.fields, row, `${path}.${index}`)))
    }
    const [only, second] = found
    if (second) return err(faultAt(path, '', 'each_once'))
    if (shape.shape === 'part') return only ? read(shape.fields, only, path) : ok(emptyPart(adapter, shape.fields))
    if (only && only.children.length > 0) return err(faultAt(path, '', 'a_text'))
    return ok(only?.text ?? '')
  }
  return {
    print: (kind, record) => `<Root><Body>${print(fieldsOf(kind), record)}</Body></Root>`,
    read: (kind, text) => {
      const root = readPlainXml(text)
      if (!root.ok) return root
      const [body, second] = root.value.children
      if (root.value.name !== 'Root' || body?.name !== 'Body' || second)
        return err(faultAt('Root.Body', '', 'each_once'))
      return read(fieldsOf(kind), body, '')
    },
  }
}

const isRows = (value: WireValue): value is readonly WireRecord[] => Array.isArray(value)
const under = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`).slice(0, 200)

const emptyPart = (adapter: AdapterId, fields: readonly Field[]): WireRecord =>
  Object.fromEntries(fieldsIn(adapter, fields).map((field) => [field.name, field.shape.shape === 'list' ? [] : '']))

/** The values of fields as a record, or the first fault. */
function collect(values: readonly (readonly [Field, Result<WireValue, Fault>])[]): Result<WireRecord, Fault> {
  const read = all(values.map(([, value]) => value))
  return read.ok ? ok(Object.fromEntries(values.map(([field], index) => [field.name, read.value[index] ?? '']))) : read
}

function all<T>(results: readonly Result<T, Fault>[]): Result<readonly T[], Fault> {
  const broken = results.find((result) => !result.ok)
  if (broken && !broken.ok) return broken
  return ok(results.flatMap((result) => (result.ok ? [result.value] : [])))
}

// The deepest element of a waybill is the fifth; nothing needs more.
const depthMax = 8

/**
 * Reads XML of elements and texts alone. DOCTYPE, entities of its own, comments, CDATA, attributes and deep nesting are refused by name
 * before anything is taken apart.
 */
function readPlainXml(text: string): Result<XmlElement, Fault> {
  const declared = /<!\s*(\w+|--|\[)/.exec(text)
  if (declared) return err(faultAt('', declared[0], 'no_declarations'))
  let depth = 0
  for (const [tag] of text.replace(/^\s*<\?xml[^<>]{0,100}\?>/, '').matchAll(/<[^<]{0,80}/g)) {
    const element = /^<(\/?)[A-Za-z]{1,60}\s{0,9}(\/?)>/.exec(tag)
    if (!element) return err(faultAt('', tag, 'plain_element'))
    if (element[1] === '/') depth--
    else if (element[2] !== '/') depth++
    if (depth > depthMax) return err(faultAt('', tag, `depth_max ${depthMax}`))
  }
  const read = readXml(text)
  return read.ok ? read : err(faultAt('', read.error.message, 'well_formed'))
}
