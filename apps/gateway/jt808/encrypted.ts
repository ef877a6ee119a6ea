import { decodeWhole, Jt808Error, type Message, type MessageOf } from '@tingzhou/jt808'
import { packagesOf } from './packages.ts'
import { deviceOf, headerTo, sendFrame, written, type Heard, type State } from './state.ts'

/** Tells a terminal the key by which it may encrypt, in answer to its own. */
export async function tellKey(state: State, { message }: Heard<MessageOf<'terminal_key'>>): Promise<void> {
  const { platform } = state
  try {
    const { told } = await platform.keys.make()
    sendFrame(state, written(state, { kind: 'platform_key', header: headerTo(state, message.header), body: told }))
  } catch (error) {
    platform.log.error({ err: error }, 'there is no key to be told')
  }
}

const authenticationId = 0x0102

/** What an encrypted message says, and in which frames that stands; null when it cannot be opened. */
export function openEncrypted(state: State, message: Message): Pick<Heard, 'message' | 'frames'> | null {
  const { platform, options, admitted } = state
  const { id, header } = message
  const key = platform.keys.made()
  // Opening costs time: of terminals that may speak, or are about to show their code.
  const isAwaited = admitted || (id === authenticationId && deviceOf(state) !== null)
  if (message.kind !== 'encrypted' || header.encryption !== 'rsa' || !key || !isAwaited) return null
  const bytes = key.open(message.body.bytes)
  if (!bytes) {
    platform.counters.add('jt808.not_decrypted')
    return null
  }
  const whole = { id, header: { ...header, encryption: 'none' as const }, bytes }
  try {
    const opened = decodeWhole(whole, options)
    platform.counters.add('jt808.decrypted')
    return { message: opened, frames: () => packagesOf(state, whole) }
  } catch (error) {
    if (!(error instanceof Jt808Error)) throw error
    platform.counters.add(`jt808.refused.${error.rule}`)
    return null
  }
}
