import type { HeaderInput, Header } from './header.ts'
import type { MessageOf, Outgoing, RawMessage } from './message.ts'

/** How much may wait for its missing packages, and for how long. */
export type AssemblerLimits = {
  /** Packages of one message. */
  readonly totalMax: number
  /** Bytes of one message. */
  readonly messageBytesMax: number
  /** Messages of one terminal that may be open at once; a further one drops the oldest. */
  readonly openPerPhoneMax: number
  /** Messages of all terminals that may be open at once; a further one drops the oldest. */
  readonly openMax: number
  /** Bytes of all messages together, with 64 for keeping each package; a package beyond is refused. */
  readonly bytesMax: number
  /** Time without a package after which the missing ones are asked for. */
  readonly timeoutMs: number
  /** How often they are asked for before the message is dropped. */
  readonly roundsMax: number
  /** Packages asked for in one request. */
  readonly requestMax: number
}

// Own values, above what a terminal sends: a photograph has about 100 packages. 125 is what 0x8800 may list.
const defaultLimits: AssemblerLimits = {
  totalMax: 4_096,
  messageBytesMax: 8 * 2 ** 20,
  openPerPhoneMax: 4,
  openMax: 1_024,
  bytesMax: 64 * 2 ** 20,
  timeoutMs: 30_000,
  roundsMax: 3,
  requestMax: 125,
}

/** A message put together, ready for `decodeWhole`; of fragments of a medium: its header, and the data in `bytes`. */
export type Whole = { readonly id: number; readonly header: Header; readonly bytes: Uint8Array }

type MediaBody = MessageOf<'media_data'>['body']
/** A piece of a medium as 2011 sends it: each a message of its own, counted in the body. */
export type MediaFragment = Omit<MessageOf<'media_data'>, 'body'> & {
  readonly body: Extract<MediaBody, { readonly partCount: number }>
}

/** Whether a message is one of several pieces of a medium. O(1). */
export const isFragment = (message: MessageOf<'media_data'>): message is MediaFragment =>
  'partCount' in message.body && message.body.partCount > 1

/** Why a package was not taken. */
export type PartFault = 'total' | 'index' | 'message_bytes' | 'bytes'

/** What became of a package. */
export type Added =
  | { readonly state: 'waiting'; readonly missing: number }
  | { readonly state: 'complete'; readonly whole: Whole }
  /** It was there already, or (`isDone`) its message was completed a while ago: answer it, do nothing else. */
  | { readonly state: 'duplicate'; readonly isDone: boolean }
  | { readonly state: 'refused'; readonly why: PartFault }

/** Packages to ask for again. */
export type Missing = {
  readonly id: number
  readonly header: Header
  /** Of fragments: of the one that came last. */
  readonly firstSerial: number
  readonly indexes: readonly number[]
  /** Of 0x0801, when its first package, or any fragment, is there. */
  readonly mediaId: number | null
}

/** A message that was given up, with what had come of it. */
export type Dropped = {
  readonly id: number
  readonly header: Header
  /** `replaced`: the terminal began again under the same serial numbers with other bytes. */
  readonly why: 'timeout' | 'crowded' | 'replaced'
  readonly had: number
  /** What had come of it, by index from 1. */
  readonly parts: ReadonlyMap<number, Uint8Array>
  readonly total: number
}

/** Puts messages together from their packages. Time is passed in; nothing runs by itself. */
export type Assembler = {
  readonly add: (part: RawMessage, nowMs: number) => Added
  /** Joins a medium by its id. Terminals may change serial numbers when they send a piece again: those say nothing here. */
  readonly addFragment: (fragment: MediaFragment, nowMs: number) => Added
  /** The message of a package or fragment was completed and could not be kept: its packages count as new when they come again. */
  readonly forget: (part: Pick<RawMessage, 'id' | 'header'> | MediaFragment) => void
  /** What has to be asked for again now, and what is given up. Call it every second or so. */
  readonly due: (nowMs: number) => { readonly missing: readonly Missing[]; readonly dropped: readonly Dropped[] }
  readonly openCount: () => number
  readonly bytes: () => number
}

type Open = {
  readonly key: string
  readonly id: number
  readonly header: Header
  firstSerial: number
  readonly total: number
  /** Of fragments of a medium; null: not known, or not asked for by it. */
  readonly mediaId: number | null
  /** By index, from 1. */
  readonly parts: Map<number, Uint8Array>
  bytes: number
  rounds: number
  lastMs: number
}

/** When a message was completed, and a sum of each of its packages. */
type Done = { readonly atMs: number; readonly sums: Uint32Array }

type State = {
  readonly limits: AssemblerLimits
  readonly open: Map<string, Open>
  readonly perPhone: Map<string, Set<string>>
  /** Messages that were completed, so that a late repeat of a package does not open them again. */
  readonly done: Map<string, Done>
  dropped: Dropped[]
  bytes: number
}

const doneMax = 256
const droppedMax = 1_024
const keepingBytes = 64

/**
 * Makes an assembler for one connection or for a whole gateway.
 * @param limits  what differs from the defaults: 4,096 packages and 8 MiB a message, 4 messages a terminal, 1,024 messages and 64 MiB in all,
 *   30 s, 3 rounds
 * Source: JT/T 808-2019 clause 4.4.3 (package item), 0x8003, 0x0005, 0x8800; the limits are own. `add` O(part),
 *   completing O(message), `due` O(open messages + missing packages).
 */
export function createAssembler(limits: Partial<AssemblerLimits> = {}): Assembler {
  const state: State = {
    limits: { ...defaultLimits, ...limits },
    open: new Map(),
    perPhone: new Map(),
    done: new Map(),
    dropped: [],
    bytes: 0,
  }
  return {
    add: (part, nowMs) => add(state, part, nowMs),
    addFragment: (fragment, nowMs) => addFragment(state, fragment, nowMs),
    forget: (part) =>
      void state.done.delete('body' in part && 'partCount' in part.body ? keyOfMedium(part) : keyOf(part).key),
    due: (nowMs) => due(state, nowMs),
    openCount: () => state.open.size,
    bytes: () => state.bytes,
  }
}

/** Packages of a message have consecutive serial numbers: all of them lead to the first. */
const firstSerialOf = (serial: number, index: number): number => (serial - index + 1 + 0x10000) % 0x10000

function keyOf({ id, header }: Pick<RawMessage, 'id' | 'header'>) {
  const { total, index } = header.package ?? { total: 1, index: 1 }
  const firstSerial = firstSerialOf(header.serial, index)
  return { total, index, firstSerial, key: `${header.phone} ${id} ${firstSerial} ${total}` }
}

const keyOfMedium = ({ id, header, body }: MediaFragment): string =>
  `${header.phone} ${id} medium ${body.mediaId} ${body.partCount}`

function add(state: State, part: RawMessage, nowMs: number): Added {
  const { id, header, body } = part
  const { index, ...of } = keyOf(part)
  const first = { ...header, serial: of.firstSerial }
  return put(state, { ...of, id, header: first, mediaId: null }, index, body.bytes, nowMs)
}

function addFragment(state: State, fragment: MediaFragment, nowMs: number): Added {
  const { id, header, body } = fragment
  const { mediaId, partCount: total, partIndex: index, data } = body
  const one = { key: keyOfMedium(fragment), id, header, firstSerial: header.serial, total, mediaId }
  return put(state, one, index, data, nowMs)
}

function put(state: State, one: Beginning, index: number, bytes: Uint8Array, nowMs: number): Added {
  const { limits } = state
  const { key, total } = one
  if (total < 1 || total > limits.totalMax) return { state: 'refused', why: 'total' }
  if (index < 1 || index > total) return { state: 'refused', why: 'index' }
  const repeated = isRepeated(state, key, index, bytes, nowMs)
  if (repeated) return { state: 'duplicate', isDone: repeated === 'done' }
  const known = state.open.get(key)
  const cost = bytes.length + keepingBytes
  if ((known?.bytes ?? 0) + cost > limits.messageBytesMax) return { state: 'refused', why: 'message_bytes' }
  if (state.bytes + cost > limits.bytesMax) return { state: 'refused', why: 'bytes' }
  const open = known ?? begin(state, one)
  open.parts.set(index, bytes)
  open.bytes += cost
  open.lastMs = nowMs
  open.firstSerial = one.firstSerial
  state.bytes += cost
  if (open.parts.size < total) return { state: 'waiting', missing: total - open.parts.size }
  return { state: 'complete', whole: complete(state, open, nowMs) }
}

/**
 * Whether a package came before. Repeats are byte for byte the same, so other bytes under the same serial numbers are
 * another message: a terminal that was restarted counts from 0 again.
 */
function isRepeated(
  state: State,
  key: string,
  index: number,
  bytes: Uint8Array,
  nowMs: number,
): 'done' | 'there' | null {
  const { open, done, limits } = state
  const finished = done.get(key)
  if (finished) {
    const isFresh = nowMs - finished.atMs <= limits.timeoutMs * (limits.roundsMax + 1)
    if (isFresh && finished.sums[index - 1] === sumOf(bytes)) return 'done'
    done.delete(key)
  }
  const known = open.get(key)
  const there = known?.parts.get(index)
  if (!known || !there) return null
  if (there.length === bytes.length && there.every((byte, at) => byte === bytes[at])) return 'there'
  drop(state, known, 'replaced')
  return null
}

/** FNV-1a, 32 bits: tells a repeat from another message, nothing more. Source: Fowler, Noll, Vo. O(length). */
function sumOf(bytes: Uint8Array): number {
  let sum = 0x811c9dc5
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193)
  return sum >>> 0
}

type Beginning = Pick<Open, 'key' | 'id' | 'header' | 'firstSerial' | 'total' | 'mediaId'>

function begin(state: State, one: Beginning): Open {
  const { key, header } = one
  const { openPerPhoneMax, openMax } = state.limits
  const own = state.perPhone.get(header.phone)
  if (own && own.size >= openPerPhoneMax) dropFirst(state, own)
  if (state.open.size >= openMax) dropFirst(state, state.open.keys())
  const open: Open = { ...one, parts: new Map(), bytes: 0, rounds: 0, lastMs: 0 }
  state.open.set(key, open)
  const keys = state.perPhone.get(header.phone) ?? new Set()
  state.perPhone.set(header.phone, keys.add(key))
  return open
}

/** Sets and maps keep the order of insertion: the first is the oldest. */
function dropFirst(state: State, keys: Iterable<string>): void {
  for (const key of keys) {
    const open = state.open.get(key)
    if (open) drop(state, open, 'crowded')
    return
  }
}

function close(state: State, open: Open): void {
  state.open.delete(open.key)
  state.bytes -= open.bytes
  const keys = state.perPhone.get(open.header.phone)
  keys?.delete(open.key)
  if (keys?.size === 0) state.perPhone.delete(open.header.phone)
}

function drop(state: State, open: Open, why: Dropped['why']): void {
  close(state, open)
  const { id, header, parts, total } = open
  // Told at the next `due`; a flood of them is told in part.
  if (state.dropped.length < droppedMax) state.dropped.push({ id, header, why, had: parts.size, parts, total })
}

function complete(state: State, open: Open, nowMs: number): Whole {
  close(state, open)
  const parts = Array.from({ length: open.total }, (_, at) => open.parts.get(at + 1) ?? new Uint8Array(0))
  for (const key of state.done.keys()) {
    if (state.done.size < doneMax) break
    state.done.delete(key)
  }
  state.done.set(open.key, { atMs: nowMs, sums: Uint32Array.from(parts, sumOf) })
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return { id: open.id, header: { ...open.header, package: null }, bytes }
}

function due(
  state: State,
  nowMs: number,
): { readonly missing: readonly Missing[]; readonly dropped: readonly Dropped[] } {
  const { timeoutMs, roundsMax } = state.limits
  const late = [...state.open.values()].filter(({ lastMs }) => nowMs - lastMs >= timeoutMs)
  const [given, asked] = [
    late.filter((open) => open.rounds >= roundsMax),
    late.filter((open) => open.rounds < roundsMax),
  ]
  for (const open of given) drop(state, open, 'timeout')
  const missing = asked.map((open) => ask(open, nowMs, state.limits))
  const { dropped } = state
  state.dropped = []
  return { missing, dropped }
}

function ask(open: Open, nowMs: number, { requestMax }: AssemblerLimits): Missing {
  open.rounds++
  open.lastMs = nowMs
  const indexes: number[] = []
  for (let index = 1; index <= open.total && indexes.length < requestMax; index++)
    if (!open.parts.has(index)) indexes.push(index)
  const { id, header, firstSerial } = open
  const mediaId = open.mediaId ?? (id === mediaDataId ? mediaIdOf(open.parts.get(1)) : null)
  return { id, header, firstSerial, indexes, mediaId }
}

const mediaDataId = 0x0801

const mediaIdOf = (first: Uint8Array | undefined): number | null =>
  first && first.length >= 4 ? new DataView(first.buffer, first.byteOffset).getUint32(0) : null

/**
 * The message that asks for missing packages: 0x8800 for media whose id is known, else 0x8003; 0x0005 from a terminal.
 * @param direction  who asks: the platform (`down`) or the terminal (`up`)
 * @param serial     serial number of the request
 * @returns a message for `encode`
 * Source: JT/T 808-2019, 0x8003, 0x0005, 0x8800. O(indexes).
 */
export function toResendRequest(
  { header, firstSerial, indexes, mediaId }: Missing,
  direction: 'up' | 'down',
  serial: number,
): Outgoing {
  const { version, phone, protocolVersion } = header
  const answer: HeaderInput = { version, phone, protocolVersion, serial }
  if (direction === 'up') return { kind: 'terminal_resend_request', header: answer, body: { firstSerial, indexes } }
  if (mediaId === null) return { kind: 'platform_resend_request', header: answer, body: { firstSerial, indexes } }
  const answered = version === '2011' ? { answeredSerial: firstSerial } : {}
  return { kind: 'media_answer', header: answer, body: { ...answered, mediaId, indexes } }
}
