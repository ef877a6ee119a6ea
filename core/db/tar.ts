import { Buffer } from 'node:buffer'

/** One file of an archive. The body must be read before the next entry is asked for. */
export type TarEntry = { readonly name: string; readonly size: number; readonly body: AsyncIterable<Uint8Array> }

const block = 512
const padding = (size: number): Uint8Array => new Uint8Array((block - (size % block)) % block)

/**
 * The header of one file.
 * @param name  ASCII, at most 100 characters
 * @param size  bytes, below 8 GiB
 * Source: POSIX.1-1988 ustar.
 */
export function tarHeader(name: string, size: number, modifiedSeconds: number): Uint8Array {
  if (name.length > 100 || size >= 8 ** 11) throw new RangeError(`an archive cannot hold ${name} of ${size} bytes`)
  const header = Buffer.alloc(block)
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`
  const fields: readonly (readonly [string, number])[] = [
    [name, 0],
    [octal(0o600, 8), 100],
    [octal(0, 8), 108],
    [octal(0, 8), 116],
    [octal(size, 12), 124],
    [octal(modifiedSeconds, 12), 136],
    [' '.repeat(8), 148],
    ['0', 156],
    ['ustar\u000000', 257],
  ]
  for (const [text, offset] of fields) header.write(text, offset, 'latin1')
  header.write(`${sum(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

/**
 * Writes files into an archive, one after the other.
 * @param entries  bodies have exactly the stated sizes
 * @throws Error when one has not
 */
export async function* writeTar(
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
  modifiedSeconds: number,
): AsyncIterable<Uint8Array> {
  for await (const { name, size, body } of entries) {
    yield tarHeader(name, size, modifiedSeconds)
    let written = 0
    for await (const chunk of body) {
      written += chunk.length
      yield chunk
    }
    if (written !== size) throw new Error(`${name} has ${written} bytes, ${size} were announced`)
    yield padding(size)
  }
  yield new Uint8Array(2 * block)
}

/**
 * Reads the files of an archive that `writeTar` wrote.
 * @throws Error when it is damaged or cut off
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncIterable<TarEntry> {
  const take = createTaker(chunks)
  for (;;) {
    const header = Buffer.from(await take(block))
    if (header.every((byte) => byte === 0)) return
    const entry = parseHeader(header)
    let left = entry.size
    const body = (async function* () {
      while (left > 0) {
        const chunk = await take(Math.min(left, 65_536))
        left -= chunk.length
        yield chunk
      }
    })()
    yield { ...entry, body }
    // What was not read is passed over.
    for await (const _rest of body);
    await take(padding(entry.size).length)
  }
}

function parseHeader(header: Buffer): { name: string; size: number } {
  const text = (from: number, to: number) => header.toString('latin1', from, to).replace(/\0.*$/s, '').trim()
  const expected = parseInt(text(148, 156), 8)
  const blanked = Buffer.from(header)
  blanked.fill(' ', 148, 156)
  if (expected !== sum(blanked)) throw new Error('the archive is damaged: a header does not add up')
  return { name: text(0, 100), size: parseInt(text(124, 136), 8) }
}

const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0)

/** Gives exactly as many bytes as asked for. */
function createTaker(chunks: AsyncIterable<Uint8Array>): (size: number) => Promise<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]()
  let held: Uint8Array = new Uint8Array()
  return async (size) => {
    const parts: Uint8Array[] = []
    for (let missing = size; missing > 0;) {
      if (held.length === 0) {
        const next = await source.next()
        if (next.done) throw new Error('the archive is cut off')
        held = next.value
        continue
      }
      const part = held.subarray(0, missing)
      held = held.subarray(part.length)
      missing -= part.length
      parts.push(part)
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
  }
}
