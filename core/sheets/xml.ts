import { unreadable } from './table.ts'

/** What a scan reports. Names come without namespace prefix; attributes as raw text, to be read with `attributeOf`. */
export type XmlEvents = {
  readonly open: (name: string, attributes: string) => void
  readonly close: (name: string) => void
  readonly text: (text: string) => void
}

// A cell holds at most 32 767 characters, each at most 10 as a character reference.
const tokenLengthMax = 1_048_576
const depthMax = 100

/**
 * Scans XML piece by piece, in memory bounded by the longest tag or text. Document types are refused, so there are no entities to expand.
 * Refuses what is not well nested; it is not a validator beyond that.
 * @returns `write` for each piece, `end` after the last
 * @throws SheetRefused `damaged`
 * Source: XML 1.0 (fifth edition), the productions that SpreadsheetML uses. O(length).
 */
export function createXmlScanner(events: XmlEvents): { write: (piece: string) => void; end: () => void } {
  const openNames: string[] = []
  let rest = ''

  const scanTag = (tag: string): void => {
    if (tag.startsWith('/')) {
      const name = tag.slice(1).trim()
      if (openNames.pop() !== name) throw unreadable('damaged')
      return events.close(localName(name))
    }
    const empty = tag.endsWith('/')
    const body = empty ? tag.slice(0, -1) : tag
    const nameEnd = body.search(/[\s/]/)
    const name = nameEnd < 0 ? body : body.slice(0, nameEnd)
    if (name === '' || openNames.length >= depthMax) throw unreadable('damaged')
    events.open(localName(name), nameEnd < 0 ? '' : body.slice(nameEnd))
    if (empty) return events.close(localName(name))
    openNames.push(name)
  }

  /** Scans one piece of markup at `at`; answers where the next begins, or -1 when it is not complete yet. */
  const scanMarkup = (source: string, at: number): number => {
    if (source[at + 1] === '!' || source[at + 1] === '?') return scanDeclaration(source, at, events)
    const end = tagEnd(source, at + 1)
    if (end < 0) return -1
    scanTag(source.slice(at + 1, end))
    return end + 1
  }

  const write = (piece: string): void => {
    const source = rest + piece
    let at = 0
    for (;;) {
      const next = source.indexOf('<', at)
      if (next < 0) break
      if (next > at) events.text(unescapeXml(source.slice(at, next)))
      at = next
      const after = scanMarkup(source, next)
      if (after < 0) break
      at = after
    }
    rest = source.slice(at)
    if (rest.length > tokenLengthMax) throw unreadable('damaged')
  }
  const end = (): void => {
    if (rest.trim() !== '' || openNames.length > 0) throw unreadable('damaged')
  }
  return { write, end }
}

/**
 * The value of an attribute.
 * @param attributes  raw text of a start tag
 * @param name        without prefix
 * @returns unescaped, or null when the tag has no such attribute
 */
export function attributeOf(attributes: string, name: string): string | null {
  let at = 0
  for (;;) {
    const equals = attributes.indexOf('=', at)
    if (equals < 0) return null
    const open = nextQuote(attributes, equals, attributes.length)
    const shut = open < 0 ? -1 : attributes.indexOf(attributes.charAt(open), open + 1)
    if (shut < 0) return null
    if (localName(attributes.slice(at, equals).trim()) === name) return unescapeXml(attributes.slice(open + 1, shut))
    at = shut + 1
  }
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

// A '>' inside a quoted attribute does not end the tag.
function tagEnd(source: string, from: number): number {
  const end = source.indexOf('>', from)
  if (end < 0) return -1
  const quote = /["']/.exec(source.slice(from, end))
  if (!quote) return end
  let at = from
  for (;;) {
    const close = source.indexOf('>', at)
    const open = nextQuote(source, at, close)
    if (close < 0 || open < 0) return close
    const shut = source.indexOf(source.charAt(open), open + 1)
    if (shut < 0) return -1
    at = shut + 1
  }
}

function nextQuote(source: string, from: number, to: number): number {
  for (let at = from; at < to; at++) if (source[at] === '"' || source[at] === "'") return at
  return -1
}

function scanDeclaration(source: string, at: number, events: XmlEvents): number {
  if (source.startsWith('<?', at)) return after(source, '?>', at)
  if (source.startsWith('<!--', at)) return after(source, '-->', at + 4)
  if (source.startsWith('<![CDATA[', at)) {
    const end = after(source, ']]>', at)
    if (end > 0) events.text(source.slice(at + 9, end - 3))
    return end
  }
  // The first characters of a comment or CDATA section may be all that has come yet.
  const start = source.slice(at, at + 9)
  if ('<!--'.startsWith(start) || '<![CDATA['.startsWith(start)) return -1
  throw unreadable('damaged')
}

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from)
  return found < 0 ? -1 : found + mark.length
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return named[name] ?? whole
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}
