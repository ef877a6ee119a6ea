import { isFragment, messageById, type Message, type MessageKind, type MessageOf } from '@tingzhou/jt808'
import { isSecret, setSecret } from '@tingzhou/telemetry'
import { noteStranger } from '../stranger.ts'
import { admit, leave } from './admission.ts'
import { openEncrypted, tellKey } from './encrypted.ts'
import { takeFragment } from './fragments.ts'
import { heartbeatOf, learnHeartbeat } from './idle.ts'
import { register } from './registration.ts'
import { report, takeAsked } from './report.ts'
import { sendAgain, takeAnswer } from './sending.ts'
import { learnVersion } from './spoken-version.ts'
import {
  answer,
  deviceOf,
  headerTo,
  keepAsIs,
  reply,
  sendFrame,
  settle,
  written,
  type Heard,
  type State,
} from './state.ts'

type Handlers = { readonly [K in MessageKind]?: (state: State, heard: Heard<MessageOf<K>>) => void }

const hiddenCode = '******'

/** What needs no code. */
const before: Handlers = {
  register: (state, { message }) => {
    const tell = (body: MessageOf<'register_answer'>['body']) => {
      const header = headerTo(state, message.header)
      const shown = body.authCode === undefined ? body : { ...body, authCode: hiddenCode }
      const logged = written(state, { kind: 'register_answer', header, body: shown })
      sendFrame(state, written(state, { kind: 'register_answer', header, body }), logged)
    }
    // Headers of 2011 and 2013 are the same: the registration tells which bodies will follow.
    if (message.header.version === '2011') state.options = { ...state.options, before2019: '2011' }
    void register(state.platform, deviceOf(state), state.peer.address, message, tell)
  },
  authenticate: (state, { message }) => {
    const device = deviceOf(state)
    if (!device) return refuseStranger(state, message)
    if (!state.admitted && !isSecret(message.body.authCode, device.secretSha256)) {
      state.platform.counters.add('jt808.code_wrong')
      return answer(state, message, 'failed')
    }
    admit(state, device)
    answer(state, message, 'ok')
  },
}

/** Nothing is answered, but for a package. */
const takeSilently = (state: State, heard: Heard): void => {
  if (heard.settled) reply(state, heard, 'ok')
}

/** What a terminal that was admitted may say, beside what is kept as it is. */
const after: Handlers = {
  heartbeat: (state, heard) => reply(state, heard, 'ok'),
  position: (state, heard) => report(state, heard, [heard.message.body], false),
  position_batch: (state, heard) => {
    const { batchKind, positions } = heard.message.body
    report(state, heard, positions, batchKind === 'blind_area')
  },
  position_answer: (state, heard) => takeAsked(state, heard, heard.message.body.position),
  vehicle_control_answer: (state, heard) => takeAsked(state, heard, heard.message.body.position),
  query_time: (state, heard) => {
    // The answer says whole seconds.
    const body = { timeMs: Math.floor(state.platform.clock() / 1_000) * 1_000 }
    sendFrame(state, written(state, { kind: 'time_answer', header: headerTo(state, heard.message.header), body }))
    heard.settled?.(true)
  },
  unregister: (state, heard) => void unregister(state, heard),
  terminal_resend_request: sendAgain,
  terminal_key: (state, heard) =>
    settle(state, heard, { why: 'other', hasReadings: false }, () => void tellKey(state, heard)),
  media_data: (state, heard) => {
    const { message } = heard
    const keep = (at: State, whole: Heard<MessageOf<'media_data'>>) => void keepMedium(at, whole)
    if (isFragment(message)) takeFragment(state, { ...heard, message }, { keep, tellMediumKept })
    else keep(state, heard)
  },
  terminal_answer: takeSilently,
  parameters_answer: (state, heard) => {
    learnHeartbeat(state, heartbeatOf(heard.message))
    takeSilently(state, heard)
  },
  attributes_answer: takeSilently,
  picture_answer: takeSilently,
  media_found: takeSilently,
  areas_answer: takeSilently,
  recorder_data: takeSilently,
}

/** Does what a message asks for. What no reading holds is kept as it came, and answered then. */
export function handle(state: State, heard: Heard): void {
  const { message } = heard
  const { platform } = state
  // What only a platform says comes from an echo: an answer would come back, for ever.
  if (isOfPlatform(message)) {
    platform.counters.add('jt808.wrong_direction')
    return heard.settled?.(true)
  }
  if (message.kind === 'encrypted') {
    const opened = openEncrypted(state, message)
    // Its key ends with the process: what is kept of it is what it says.
    if (opened) return handle(state, { ...heard, ...opened })
  }
  // The tables hold for each kind a handler of that kind.
  const early = before[message.kind as MessageKind] as ((state: State, heard: Heard) => void) | undefined
  if (early) {
    early(state, heard)
    return heard.settled?.(true)
  }
  if (!deviceOf(state)) {
    refuseStranger(state, message)
    return heard.settled?.(false)
  }
  if (!state.admitted || message.header.phone !== state.identity) {
    platform.counters.add(state.admitted ? 'jt808.other_phone' : 'jt808.not_admitted')
    return reply(state, heard, 'failed')
  }
  learnVersion(state, message.header.version)
  takeAnswer(state, message)
  const own = after[message.kind as MessageKind] as ((state: State, heard: Heard) => void) | undefined
  if (own) return own(state, heard)
  if (message.kind === 'unknown') platform.counters.add('jt808.unknown_message')
  if (message.kind === 'encrypted') return keepAsIs(state, heard, 'encrypted', 'unsupported')
  keepAsIs(state, heard, 'other', message.kind === 'unknown' ? 'unsupported' : 'ok')
}

/** Ids from 0x8000 on are the platform's, but for those that makers give to their terminals. Source: JT/T 808-2019 clause 8. */
export function isOfPlatform({ id }: Pick<Message, 'id'>): boolean {
  const known = messageById.get(id)
  if (known) return known.definition.direction === 'down'
  return id >= 0x8000 && (id < 0xe000 || id > 0xefff)
}

function refuseStranger(state: State, message: Message): void {
  const { platform, peer } = state
  const { phone } = message.header
  noteStranger(platform, { protocol: platform.protocol, identity: phone, name: phone, address: peer.address })
  answer(state, message, 'failed')
}

/** The code is worth nothing from now on; the terminal has to register again. */
async function unregister(state: State, heard: Heard): Promise<void> {
  const { platform } = state
  const device = deviceOf(state)
  state.admitted = false
  leave(state)
  if (!device) return reply(state, heard, 'failed')
  try {
    await setSecret(platform.db, platform.zoneId, device.id, null)
    await platform.devices.reload(device.identity)
  } catch (error) {
    platform.log.error({ err: error, device: device.identity }, 'a code could not be taken back')
    return reply(state, heard, 'failed')
  }
  reply(state, heard, 'ok')
}

async function keepMedium(state: State, heard: Heard<MessageOf<'media_data'>>): Promise<void> {
  const { platform } = state
  const device = deviceOf(state)
  if (!device) return heard.settled?.(false)
  const { header, body } = heard.message
  try {
    await platform.keepMedium(device, body)
  } catch (error) {
    platform.log.error({ err: error, device: device.identity }, 'a medium could not be kept')
    return heard.settled?.(false)
  }
  platform.counters.add('jt808.media')
  heard.settled?.(true)
  tellMediumKept(state, header, body.mediaId)
}

/** @param header  of the message, or of its first package */
export function tellMediumKept(state: State, header: Message['header'], mediaId: number): void {
  const answeredSerial = header.version === '2011' ? { answeredSerial: header.serial } : {}
  const body = { ...answeredSerial, mediaId }
  sendFrame(state, written(state, { kind: 'media_answer', header: headerTo(state, header), body }))
}
