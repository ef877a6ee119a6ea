/** What GeoReport v2 sends: plain records and lists. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }

export const formats = { json: 'application/json; charset=utf-8', xml: 'text/xml; charset=utf-8' } as const
export type Format = keyof typeof formats

/** Element names: of the document, and of one item of a list. */
const itemNames: Readonly<Record<string, string>> = {
  services: 'service',
  service_requests: 'request',
  errors: 'error',
  attributes: 'attribute',
  values: 'value',
  endpoints: 'endpoint',
  formats: 'format',
}

/**
 * Writes a value as a document of the wanted format.
 * @param root  name of the XML document, such as `service_requests`
 * Source: GeoReport v2, "Response formats". O(size).
 */
export function writeDocument(format: Format, root: string, value: Plain): string {
  if (format === 'json') return JSON.stringify(value)
  return `<?xml version="1.0" encoding="utf-8"?>\n${element(root, value)}\n`
}

function element(name: string, value: Plain): string {
  if (value === null || value === '') return `<${name}/>`
  return `<${name}>${content(name, value)}</${name}>`
}

function content(name: string, value: Plain): string {
  if (isList(value)) return value.map((item) => element(itemNames[name] ?? 'item', item)).join('')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, inner]) => element(key, inner))
      .join('')
  return escapeXml(String(value))
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value)

// Characters that XML 1.0 does not allow at all (production 2), among them halves of surrogate pairs.
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

/** Text that may stand in an element: signs escaped, characters that XML forbids dropped. O(length). */
export const escapeXml = (text: string): string =>
  text
    .replaceAll(forbidden, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')

/**
 * Splits `services.json` into name and format.
 * @param accept  the header, read where the address has no ending
 * Source: GeoReport v2, "Format". O(length).
 */
export function readFormat(
  file: string,
  accept: string | undefined,
): { readonly name: string; readonly format: Format | null } {
  const match = /^(.*)\.([a-z]+)$/i.exec(file)
  if (!match) return { name: file, format: accept?.includes('xml') && !accept.includes('html') ? 'xml' : 'json' }
  const [, name = '', ending = ''] = match
  const format = ending.toLowerCase()
  return { name, format: format === 'json' || format === 'xml' ? format : null }
}

/**
 * An instant as GeoReport writes it: local wall clock of the zone with its offset.
 * @param ms  milliseconds since the epoch
 * Source: W3C note-datetime. O(1).
 */
export const toW3c = (ms: number): string => `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
