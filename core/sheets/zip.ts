import { TextDecoder } from 'node:util'
import { createInflateRaw } from 'node:zlib'
import { overLimit, unreadable } from './table.ts'

/** One file inside the archive, as the central directory declares it. */
export type ZipEntry = {
  readonly name: string
  readonly method: number
  readonly packedBytes: number
  readonly unpackedBytes: number
  readonly offset: number
}

const entriesMax = 5_000
const endSignature = 0x06054b50
const directorySignature = 0x02014b50
const localSignature = 0x04034b50
const endBytes = 22
const commentMax = 65_535

/**
 * Lists an archive by its central directory; nothing is unpacked.
 * @returns entries by lower-case name
 * @throws SheetRefused when the archive is damaged, encrypted or needs ZIP64 (a part or the whole of 4 GB or more)
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.12 and 4.3.16. O(entries).
 */
export function listZip(bytes: Uint8Array): ReadonlyMap<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  const count = view.getUint16(end + 10, true)
  if (count > entriesMax) throw unreadable('damaged')
  const entries = new Map<string, ZipEntry>()
  let at = view.getUint32(end + 16, true)
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== directorySignature) throw unreadable('damaged')
    // Bit 0 of the flags: encrypted.
    if ((view.getUint16(at + 8, true) & 1) === 1) throw unreadable('old_or_encrypted_workbook')
    const nameBytes = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes))
    entries.set(name.toLowerCase().replaceAll('\\', '/'), {
      name,
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      unpackedBytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    })
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}

/**
 * Unpacks one entry piece by piece, as text.
 * @param unpackedBytesMax  refused before unpacking when the entry declares more, and while unpacking when it lied
 * @throws SheetRefused
 * Source: own, on zlib's streaming inflate. Memory O(piece).
 */
export async function* readZipText(
  bytes: Uint8Array,
  entry: ZipEntry,
  unpackedBytesMax: number,
): AsyncGenerator<string, void, undefined> {
  if (entry.unpackedBytes > unpackedBytesMax) throw overLimit('unpacked_bytes', entry.unpackedBytes, unpackedBytesMax)
  let decoder: TextDecoder | null = null
  let unpackedBytes = 0
  for await (const piece of unpack(bytes, entry)) {
    unpackedBytes += piece.length
    if (unpackedBytes > entry.unpackedBytes) throw unreadable('damaged')
    decoder ??= new TextDecoder(encodingOf(piece), { fatal: true })
    yield decode(decoder, piece)
  }
  if (unpackedBytes !== entry.unpackedBytes) throw unreadable('damaged')
}

async function* unpack(bytes: Uint8Array, entry: ZipEntry): AsyncGenerator<Uint8Array, void, undefined> {
  const packed = packedOf(bytes, entry)
  if (entry.method === 0) return yield packed
  if (entry.method !== 8) throw unreadable('damaged')
  const inflate = createInflateRaw({ chunkSize: 131_072 })
  inflate.end(packed)
  try {
    for await (const piece of inflate) yield piece
  } catch (error) {
    // zlib's own errors have codes such as Z_DATA_ERROR.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) throw unreadable('damaged')
    throw error
  } finally {
    inflate.destroy()
  }
}

function packedOf(bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (entry.offset + 30 > bytes.length || view.getUint32(entry.offset, true) !== localSignature)
    throw unreadable('damaged')
  const from = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true)
  if (from + entry.packedBytes > bytes.length) throw unreadable('damaged')
  return bytes.subarray(from, from + entry.packedBytes)
}

// The end record is last, before a comment of at most 65,535 bytes.
function findEnd(view: DataView): number {
  for (let at = view.byteLength - endBytes; at >= Math.max(0, view.byteLength - endBytes - commentMax); at--)
    if (view.getUint32(at, true) === endSignature) return at
  throw unreadable('damaged')
}

const encodingOf = (piece: Uint8Array): string => {
  if (piece[0] === 0xff && piece[1] === 0xfe) return 'utf-16le'
  return piece[0] === 0xfe && piece[1] === 0xff ? 'utf-16be' : 'utf-8'
}

function decode(decoder: TextDecoder, piece: Uint8Array): string {
  try {
    return decoder.decode(piece, { stream: true })
  } catch {
    throw unreadable('damaged')
  }
}
