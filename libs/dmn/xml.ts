/** XML → elements with their lines. Namespaces are told by what a prefix stands for, so any version's prefix will do. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { err, ok, type Result } from '@tingzhou/kernel'

export type XmlElement = {
  /** Name without prefix. */
  readonly name: string
  /** The namespace that its prefix, or the lack of one, stands for; '' when none is declared. */
  readonly namespace: string
  readonly attributes: { readonly [name: string]: string }
  readonly children: readonly XmlElement[]
  /** The text directly within. */
  readonly text: string
  /** From 1. */
  readonly line: number
}

/** A file longer than this is refused unread. */
export const xmlLengthMax = 4_000_000

export type XmlMistake = {
  readonly kind: 'not_xml' | 'too_large'
  readonly message: string
  readonly line: number | null
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  captureMetaData: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
})

/**
 * Reads an XML text. Entities of its own are refused with the DOCTYPE that would declare them.
 * @returns the root element, or what keeps it from being read
 */
export function readXml(xml: string): Result<XmlElement, XmlMistake> {
  if (xml.length > xmlLengthMax)
    return err({ kind: 'too_large', message: `the file is longer than ${xmlLengthMax} characters`, line: null })
  if (/<!DOCTYPE/i.test(xml)) return err({ kind: 'not_xml', message: 'a DOCTYPE is not accepted', line: null })
  const validity = XMLValidator.validate(xml)
  if (validity !== true) return err({ kind: 'not_xml', message: validity.err.msg, line: validity.err.line })
  const lines = lineCounter(xml)
  const [root] = nodesOf(parser.parse(xml)).flatMap((node) => elementOf(node, {}, lines))
  return root === undefined ? err({ kind: 'not_xml', message: 'there is no element', line: null }) : ok(root)
}

type Raw = { readonly [name: string]: unknown }

/** The parser's answer is plain data of its own shape; nothing is taken from it unseen. */
function nodesOf(value: unknown): readonly Raw[] {
  return Array.isArray(value) ? value.filter(isRaw) : []
}

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null

function elementOf(node: Raw, outer: Prefixes, lines: (index: number) => number): XmlElement[] {
  const tag = Object.keys(node).find((key) => key !== ':@')
  if (tag === undefined || tag.startsWith('#')) return []
  const attributes = attributesOf(node[':@'])
  const prefixes = { ...outer, ...declared(attributes) }
  const [prefix, name] = tag.includes(':')
    ? [tag.slice(0, tag.indexOf(':')), tag.slice(tag.indexOf(':') + 1)]
    : ['', tag]
  const inner = nodesOf(node[tag])
  return [
    {
      name,
      namespace: prefixes[prefix] ?? '',
      attributes,
      children: inner.flatMap((child) => elementOf(child, prefixes, lines)),
      text: inner.map(textOf).join(''),
      line: lines(startOf(node)),
    },
  ]
}

type Prefixes = { readonly [prefix: string]: string }

function declared(attributes: { readonly [name: string]: string }): Prefixes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      name === 'xmlns' ? [['', value]] : name.startsWith('xmlns:') ? [[name.slice(6), value]] : [],
    ),
  )
}

function attributesOf(value: unknown): { readonly [name: string]: string } {
  if (!isRaw(value)) return {}
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, decoded(String(text))]))
}

function textOf(node: Raw): string {
  if (typeof node['#text'] === 'string') return decoded(node['#text'])
  return nodesOf(node['#cdata'])
    .map((part) => (typeof part['#text'] === 'string' ? part['#text'] : ''))
    .join('')
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hex, number, name) => {
    if (typeof name === 'string') return entities[name] ?? whole
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(number)
    return code > 0x10ffff ? whole : String.fromCodePoint(code)
  })
}

function startOf(node: Raw): number {
  // The parser hangs the place on the only symbol that a node has.
  const [symbol] = Object.getOwnPropertySymbols(node)
  const place: unknown = symbol === undefined ? null : Reflect.get(node, symbol)
  return isRaw(place) && typeof place['startIndex'] === 'number' ? place['startIndex'] : 0
}

/** Tells the line of an index, from 1. O(log n) after one pass. */
function lineCounter(text: string): (index: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (index) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= index) low = middle
      else high = middle
    }
    return low + 1
  }
}

/** The children of a name, whatever their prefix. */
export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name)

export const childOf = (element: XmlElement, name: string): XmlElement | null =>
  element.children.find((child) => child.name === name) ?? null

/** Text made safe to stand in XML, in an attribute as well. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\t', '&#9;')
}
