import { type MediaFragment, type Message, type MessageOf } from '@tingzhou/jt808'
import { answer, type Heard, type State } from './state.ts'

/** Where a medium goes that is whole, and how one that was kept before is told again. */
export type Whereto = {
  readonly keep: (state: State, heard: Heard<MessageOf<'media_data'>>) => void
  readonly tellMediumKept: (state: State, header: Message['header'], mediaId: number) => void
}

/**
 * Takes one piece of a medium as 2011 sends it, each a message of its own. They are joined by the medium's id, and answered once,
 * when the whole is kept; pieces that do not come, for instance because the gateway had ended meanwhile, are asked for with 0x8800.
 * Source: JT/T 808-2011, 0x0801 and 0x8800. O(piece).
 */
export function takeFragment(state: State, heard: Heard<MediaFragment>, { keep, tellMediumKept }: Whereto): void {
  const { platform, unkept } = state
  const { assembler, counters } = platform
  const { message, settled, asked } = heard
  const { mediaId } = message.body
  const added = assembler.addFragment(message, performance.now())
  if (added.state !== 'complete') {
    // A piece that came in packages of its own is put together again when it comes again: only the whole is answered.
    settled?.(false)
    if (added.state === 'refused') {
      counters.add(`jt808.parts_refused.${added.why}`)
      return answer(state, asked, 'failed')
    }
    const isKept = added.state === 'duplicate' && added.isDone && !unkept.has(keyOf(mediaId))
    return isKept ? tellMediumKept(state, message.header, mediaId) : undefined
  }
  unkept.add(keyOf(mediaId))
  const done = (isKept: boolean): void => {
    unkept.delete(keyOf(mediaId))
    if (!isKept) assembler.forget(message)
    settled?.(isKept)
  }
  const body = { ...message.body, partCount: 1, partIndex: 1, data: added.whole.bytes }
  keep(state, { ...heard, message: { ...message, body }, settled: done })
}

const keyOf = (mediaId: number): string => `medium ${mediaId}`
