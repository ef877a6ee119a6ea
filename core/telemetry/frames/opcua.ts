import type { FrameReader } from '../frame-view.ts'
import { names, statusWords, titles } from './catalogue-opcua.ts'
import { shownValue } from './field.ts'

/** What an OPC UA server said or was told: JSON of the connector, for the channel itself is binary and mostly encrypted. */
export const opcuaReader: FrameReader = {
  isText: true,
  read: (bytes) => {
    const fields = fieldsOf(new TextDecoder().decode(bytes))
    const service = fields.find(({ name }) => name === 'service')?.value
    const kind = service !== undefined && isService(service) ? service : null
    return {
      kind,
      title: kind === null ? null : titles[kind],
      fault: kind === null ? 'neither a notification nor a write' : null,
      fields: fields.map(({ name, ...field }) => ({ ...field, ...names[name] })),
    }
  },
  cut: (bytes) => [bytes],
}

type Name = keyof typeof names

const isService = (name: string): name is keyof typeof titles => Object.hasOwn(titles, name)
const isName = (name: string): name is Name => Object.hasOwn(names, name)

/** A name with a value that is neither a list nor an object; quotes within a text are escaped, so no text is taken for one. */
const pair = /"(\w+)"\s*:\s*("(?:[^"\\]|\\.)*"|[-+.\w]+)/g

/** The fields in their order, as far as the text goes. O(length). */
function fieldsOf(text: string) {
  let [at, offset] = [0, 0]
  return [...text.matchAll(pair)].flatMap((match) => {
    const [whole, name = '', written = ''] = match
    offset += Buffer.byteLength(text.slice(at, match.index))
    at = match.index
    if (!isName(name)) return []
    const raw = Buffer.from(whole)
    const value = textOf(written)
    const words = name === 'status' ? statusWords(value) : null
    return [{ name, offset, length: raw.length, raw: raw.toString('hex'), value: shownValue(value), words }]
  })
}

function textOf(written: string): string {
  if (written === 'null') return ''
  if (!written.startsWith('"')) return written
  try {
    return String(JSON.parse(written))
  } catch {
    return written.slice(1, -1)
  }
}
