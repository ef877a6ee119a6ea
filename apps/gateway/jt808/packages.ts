import {
  decodeWhole,
  encode,
  encodeParts,
  Jt808Error,
  type Dropped,
  type Message,
  type Profile,
  type RawMessage,
  type Whole,
} from '@tingzhou/jt808'
import { answer, keepAsIs, type Heard, type State } from './state.ts'

const mediaDataId = 0x0801

/** The frames of a message that was put together, as its terminal would write it. */
export const packagesOf = (
  { options: { profile } }: Pick<State, 'options'>,
  { id, header, bytes }: Whole,
): readonly Uint8Array[] =>
  encodeParts({ kind: 'unknown', id, header, body: { bytes } }, undefined, profile ? { profile } : {})

/** What takes over a message that is whole, and how a medium that was kept before is told again. */
export type Whereto = {
  readonly handle: (state: State, heard: Heard) => void
  readonly tellMediumKept: (state: State, header: Message['header'], mediaId: number) => void
}

/** Takes over one package of a message. */
export function takePart(state: State, part: RawMessage, { handle, tellMediumKept }: Whereto): void {
  const { platform, unkept } = state
  const { assembler, counters } = platform
  if (!state.admitted || part.header.phone !== state.identity) return answer(state, part, 'failed')
  const added = assembler.add(part, performance.now())
  if (added.state === 'refused') {
    counters.add(`jt808.parts_refused.${added.why}`)
    return answer(state, part, 'failed')
  }
  const key = keyOf(part)
  const isMedium = part.id === mediaDataId
  if (added.state !== 'complete') {
    // What its message said is not durable yet: it is answered then.
    if (unkept.has(key)) return
    // Each package is answered; media are answered as a whole.
    if (!isMedium) return answer(state, part, 'ok')
    const first = firstOf(part)
    if (added.state === 'duplicate' && added.isDone && first) tellMediumKept(state, part.header, first.getUint32(0))
    return
  }
  const { whole } = added
  unkept.add(key)
  const settled = (isKept: boolean): void => {
    unkept.delete(key)
    if (!isKept) assembler.forget(part)
  }
  const frames = () => packagesOf(state, whole)
  try {
    const message = decodeWhole(whole, state.options)
    for (const { rule } of message.forgiven) counters.add(`jt808.forgiven.${rule}`)
    handle(state, { message, frames, asked: part, settled })
  } catch (error) {
    if (!(error instanceof Jt808Error)) throw error
    counters.add(`jt808.refused.${error.rule}`)
    if (!isMedium) return keepAsIs(state, { message: part, frames, asked: part, settled }, 'unread', 'malformed')
    settled(true)
    answer(state, part, 'malformed')
  }
}

/** Of a medium: its first package begins with its number. */
const firstOf = ({ header, body: { bytes } }: RawMessage): DataView | null =>
  header.package?.index === 1 && bytes.length >= 4 ? new DataView(bytes.buffer, bytes.byteOffset) : null

const keyOf = ({ id, header: { serial, package: item } }: RawMessage): string =>
  `${id} ${(serial - (item?.index ?? 1) + 1 + 0x10000) % 0x10000} ${item?.total ?? 1}`

/** The packages that came of a message that was given up, as frames of its terminal; none of media, which were not answered. */
export function framesOfDropped({ id, header, parts, total }: Dropped, profile: Profile): readonly Uint8Array[] {
  if (id === mediaDataId) return []
  return [...parts].map(([index, bytes]) => {
    const serial = (header.serial + index - 1) % 0x10000
    const message = {
      kind: 'part',
      id,
      header: { ...header, serial, package: { total, index } },
      body: { bytes },
    } as const
    return encode(message, { profile })
  })
}
