import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileTypeFromFile } from 'file-type'
import { err, ok, type Result } from '@tingzhou/kernel'

type Kind = {
  readonly extensions: readonly string[]
  readonly types: readonly string[]
  readonly image?: 'jpeg' | 'png' | 'webp'
}

const zipped = 'application/vnd.openxmlformats-officedocument'
// Media type → the names and declared types that agree with it. What a browser could run as a page is not here.
const allowed: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['image/jpeg', { extensions: ['.jpg', '.jpeg'], types: ['image/jpeg', 'image/jpg'], image: 'jpeg' }],
  ['image/png', { extensions: ['.png'], types: ['image/png'], image: 'png' }],
  ['image/webp', { extensions: ['.webp'], types: ['image/webp'], image: 'webp' }],
  ['application/pdf', { extensions: ['.pdf'], types: ['application/pdf'] }],
  [`${zipped}.wordprocessingml.document`, { extensions: ['.docx'], types: [`${zipped}.wordprocessingml.document`] }],
  [`${zipped}.spreadsheetml.sheet`, { extensions: ['.xlsx'], types: [`${zipped}.spreadsheetml.sheet`] }],
  ['text/plain', { extensions: ['.txt'], types: ['text/plain'] }],
  [
    'text/csv',
    { extensions: ['.csv'], types: ['text/csv', 'text/plain', 'application/csv', 'application/vnd.ms-excel'] },
  ],
  ['video/mp4', { extensions: ['.mp4'], types: ['video/mp4'] }],
  ['audio/x-m4a', { extensions: ['.m4a'], types: ['audio/x-m4a', 'audio/mp4', 'audio/m4a'] }],
  ['audio/mpeg', { extensions: ['.mp3'], types: ['audio/mpeg', 'audio/mp3'] }],
  // What terminals of vehicles send beside these. JT/T 808-2019 table 80.
  ['image/tiff', { extensions: ['.tif', '.tiff'], types: ['image/tiff'] }],
  ['audio/wav', { extensions: ['.wav'], types: ['audio/wav', 'audio/x-wav', 'audio/vnd.wave', 'audio/wave'] }],
  ['video/x-ms-asf', { extensions: ['.wmv', '.asf'], types: ['video/x-ms-asf', 'video/x-ms-wmv'] }],
  ['audio/x-ms-asf', { extensions: ['.wma', '.wmv', '.asf'], types: ['audio/x-ms-asf', 'audio/x-ms-wma'] }],
  ['application/vnd.ms-asf', { extensions: ['.wmv', '.asf'], types: ['application/vnd.ms-asf', 'video/x-ms-wmv'] }],
])

/** What a file is by its own bytes. */
export type Sniffed = { readonly mediaType: string; readonly image: 'jpeg' | 'png' | 'webp' | null }
export type SniffError =
  | { readonly kind: 'file_type_not_allowed'; readonly field: 'file'; readonly value: string; readonly rule: string }
  | {
      readonly kind: 'file_type_mismatch'
      readonly field: 'file'
      readonly value: string
      readonly found: string
      readonly rule: string
    }
  | { readonly kind: 'file_not_an_image'; readonly field: 'file'; readonly value: string; readonly rule: string }

const rule = [...allowed.values()].flatMap((kind) => kind.extensions).join(' ')

/**
 * Finds out what a file is, and whether its name and its declared type say the same.
 * @param declared  name as given; type as given, `application/octet-stream` or empty when the sender does not know
 * Source: own; signatures by the library file-type. Reads at most the archive's directory.
 */
export async function sniff(
  path: string,
  declared: { readonly name: string; readonly type: string },
): Promise<Result<Sniffed, SniffError>> {
  const extension = extname(declared.name).toLowerCase()
  const type = (declared.type.split(';')[0] ?? '').trim().toLowerCase()
  const found = (await fileTypeFromFile(path))?.mime ?? (await textType(path, extension)) ?? 'application/octet-stream'
  const kind = allowed.get(found)
  if (!kind) return err(refuse(declared.name, extension, type, found))
  const said = type === '' || type === 'application/octet-stream' || kind.types.includes(type)
  if (!said) return err({ kind: 'file_type_mismatch', field: 'file', value: type, found, rule: kind.types.join(', ') })
  if (!kind.extensions.includes(extension))
    return err({
      kind: 'file_type_mismatch',
      field: 'file',
      value: declared.name,
      found,
      rule: kind.extensions.join(', '),
    })
  return ok({ mediaType: found, image: kind.image ?? null })
}

/** A name or a type that promises a picture gets the answer for a picture. */
function refuse(name: string, extension: string, type: string, found: string): SniffError {
  const promised = [...allowed.values()].some(
    (kind) => kind.image && (kind.extensions.includes(extension) || kind.types.includes(type)),
  )
  if (promised) return { kind: 'file_not_an_image', field: 'file', value: name, rule: 'image' }
  return { kind: 'file_type_not_allowed', field: 'file', value: found, rule }
}

const textBytes = 65_536

/** Plain text has no signature: no control characters at its beginning, in UTF-8 or GB 18030. */
async function textType(path: string, extension: string): Promise<string | null> {
  const mediaType = extension === '.csv' ? 'text/csv' : extension === '.txt' ? 'text/plain' : null
  if (!mediaType) return null
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(textBytes), 0, textBytes, 0)
    const text = decode(buffer.subarray(0, bytesRead))
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    return text !== null && !/[\u0000-\u0008\u000e-\u001f]/.test(text) ? mediaType : null
  } finally {
    await handle.close()
  }
}

function decode(bytes: Uint8Array): string | null {
  for (const encoding of ['utf-8', 'gb18030'])
    try {
      // `stream`: a character cut at the end of the sample is no error.
      return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true })
    } catch {
      continue
    }
  return null
}
