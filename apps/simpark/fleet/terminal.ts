import { connect, type Socket } from 'node:net'
import { createFramer, decode, Jt808Error, type Message } from '@tingzhou/jt808'
import { maker, model, type Identity } from './identity.ts'
import { lookAround, reportEveryMs } from './look.ts'
import { noise } from './noise.ts'
import { obey, type Cab } from './orders.ts'
import { createOutbox } from './outbox.ts'
import { createParameters, type Parameters } from './parameters.ts'
import { pictureCame, resendParts, sendPicturesAgain, takePictures } from './pictures.ts'
import { alarm } from './report.ts'
import { headerOf, resend, send } from './speak.ts'
import { answerMsOf, never, retriesOf, type State, type Surroundings } from './state.ts'
import type { Truck } from './truck.ts'

/** The terminal of a truck. */
export type Terminal = {
  readonly identity: Identity
  /** Does what is due. */
  readonly wake: () => void
  readonly isOnline: () => boolean
  readonly truck: () => Truck
  readonly keptCount: () => number
  readonly close: () => void
}

const doorMs = 10_000
// 20 reports of 44 bytes fit into one package.
const batchMax = 20
const batchesAtOnce = 2
const heartbeatDefaultS = 60
const askTimeEveryMs = 6 * 3_600_000

/**
 * Makes the terminal of a truck: it connects at a time, registers, reports where the truck is, obeys.
 * Source: JT/T 808-2011, -2013, -2019: clauses 4.3 to 4.5 and 6 of 2019.
 */
export function createTerminal(around: Surroundings, identity: Identity, truck: Truck, connectAtMs: number): Terminal {
  const parameters = createParameters(identity, around.reportEveryMs)
  const state: State = {
    around,
    identity,
    parameters,
    outbox: createOutbox({
      keptMax: around.keptMax,
      answerMs: () => answerMsOf(parameters),
      retries: () => retriesOf(parameters),
      onLost: (count) => around.tally.add('reportsLost', count),
    }),
    readOptions: identity.version === '2011' ? { before2019: '2011' } : {},
    cab: cabOf(identity, parameters, () => state),
    pictures: new Map(),
    clock: { setAtMs: around.now(), aheadMs: identity.clockAheadMs },
    askTimeAtMs: never,
    truck,
    movedAtMs: around.now(),
    link: 'down',
    socket: null,
    framer: null,
    serial: 0,
    linkDueMs: connectAtMs,
    failures: 0,
    reportAtMs: never,
    reportedS: 0,
    spokeAtMs: 0,
    tracking: null,
    isBlind: false,
    isSos: false,
    areDoorsLocked: false,
    shot: new Map(),
    mediaId: 0,
    isClosed: false,
  }
  around.wakeAt(identity.id, connectAtMs)
  return {
    identity,
    wake: () => wake(state),
    isOnline: () => state.link === 'online',
    truck: () => state.truck,
    keptCount: () => state.outbox.keptCount(),
    close: () => {
      state.isClosed = true
      state.socket?.destroy()
    },
  }
}

function wake(state: State): void {
  if (state.isClosed) return
  const { around, outbox } = state
  const now = around.now()
  if (now >= state.reportAtMs) reportInTurn(state, now)
  if (state.link !== 'online') {
    if (now >= state.linkDueMs) takeUpLink(state, now)
  } else {
    const again = outbox.again(now)
    if (again === 'given_up') drop(state)
    else resend(state, again)
    sendPicturesAgain(state, now)
    replay(state, now)
    askTime(state, now)
    beat(state, now)
  }
  around.wakeAt(state.identity.id, nextDueMs(state))
}

function nextDueMs(state: State): number {
  if (state.link !== 'online') return Math.min(state.reportAtMs, state.linkDueMs)
  const pictures = [...state.pictures.values()].reduce((first, { dueMs }) => Math.min(first, dueMs), never)
  return Math.min(state.reportAtMs, state.outbox.nextDueMs(), pictures, state.spokeAtMs + heartbeatMs(state))
}

const heartbeatMs = ({ parameters }: State): number => parameters.number('heartbeat_s', heartbeatDefaultS) * 1_000

// The link

function takeUpLink(state: State, now: number): void {
  if (state.link !== 'down') return drop(state)
  if (state.isBlind) {
    state.linkDueMs = never
    return
  }
  const { around, identity } = state
  state.link = 'connecting'
  state.linkDueMs = now + doorMs
  state.framer = createFramer()
  const socket = connect({ port: around.port, host: around.host, noDelay: true })
  state.socket = socket
  socket.on('connect', () => {
    around.tally.add('connects')
    const code = around.codeOf(identity.phone)
    if (code === undefined) register(state)
    else authenticate(state, code)
  })
  socket.on('data', (bytes: Buffer) => hear(state, socket, bytes))
  // What went wrong is followed by "close".
  socket.on('error', () => around.tally.add('connectErrors'))
  socket.on('close', () => {
    if (state.socket === socket) disconnected(state)
  })
}

function register(state: State): void {
  const { identity, around } = state
  state.link = 'registering'
  state.linkDueMs = around.now() + doorMs
  const { terminalId, plate } = identity
  const body = { provinceCode: 65, cityCode: 2301, maker, terminalId, plate, plateColour: 'yellow' } as const
  // A model of 2011 has eight characters.
  send(state, { kind: 'register', header: headerOf(state), body: { ...body, model: model.slice(0, 8) } })
}

function authenticate(state: State, authCode: string): void {
  const { identity, around } = state
  state.link = 'authenticating'
  state.linkDueMs = around.now() + doorMs
  const more =
    identity.version === '2019' ? { imei: String(identity.id + 1).padStart(15, '0'), softwareVersion: 'SIM-1.0' } : {}
  send(state, { kind: 'authenticate', header: headerOf(state), body: { authCode, ...more } })
}

function admitted(state: State): void {
  const { around, identity } = state
  const now = around.now()
  around.tally.add('admissions')
  state.link = 'online'
  state.linkDueMs = never
  state.failures = 0
  state.spokeAtMs = now
  state.shot.clear()
  if (identity.asksTime) state.askTimeAtMs = now
  if (state.reportAtMs === never) {
    state.movedAtMs = now
    state.reportAtMs = now
  }
  around.wakeAt(identity.id, now)
}

/** Ends a connection over which nobody answers, or that is no use. */
function drop(state: State): void {
  const { socket } = state
  disconnected(state)
  socket?.destroy()
}

function disconnected(state: State): void {
  const { around, identity, outbox } = state
  if (state.link === 'online') around.tally.add('disconnects')
  state.link = 'down'
  state.socket = null
  state.framer = null
  state.pictures.clear()
  outbox.disconnected()
  const { first, most } = around.reconnectMs
  const waitMs = Math.min(most, first * 2 ** state.failures)
  state.failures = Math.min(state.failures + 1, 20)
  // Not all at once: each a little later by its own number.
  const spread = 0.75 + noise(identity.id, 71, state.failures) / 2
  state.linkDueMs = state.isBlind ? never : around.now() + waitMs * spread
  if (!state.isClosed) around.wakeAt(identity.id, nextDueMs(state))
}

// What it hears

function hear(state: State, socket: Socket, bytes: Uint8Array): void {
  for (const frame of state.framer?.push(bytes) ?? []) {
    if (state.socket !== socket) return
    try {
      understand(state, decode(frame, state.readOptions))
    } catch (error) {
      if (!(error instanceof Jt808Error)) throw error
      state.around.tally.add('framesUnreadable')
    }
  }
}

function understand(state: State, message: Message): void {
  if (message.kind === 'register_answer') return registered(state, message.body)
  if (message.kind === 'platform_answer') return answered(state, message.body)
  if (state.link !== 'online') return
  state.around.tally.add('ordersHeard')
  obey(state.cab, message)
}

function registered(state: State, body: Extract<Message, { kind: 'register_answer' }>['body']): void {
  const { around, identity } = state
  if (state.link !== 'registering') return
  if (body.result !== 'ok') {
    around.tally.add('refused')
    return drop(state)
  }
  around.tally.add('registrations')
  around.keepCode(identity.phone, body.authCode ?? '')
  authenticate(state, body.authCode ?? '')
}

function answered(
  state: State,
  { answeredSerial, answeredId, result }: Extract<Message, { kind: 'platform_answer' }>['body'],
): void {
  const { around, identity, outbox } = state
  if (answeredId === 0x0102 && state.link === 'authenticating') {
    if (result === 'ok') return admitted(state)
    around.tally.add('refused')
    around.keepCode(identity.phone, null)
    return register(state)
  }
  const done = outbox.answered(answeredSerial)
  if (!done) return
  // The platform does not know it any more: it shows its code again over a new connection, its reports are not lost.
  if (result === 'failed') {
    for (const position of done.positions) outbox.keep(position)
    return drop(state)
  }
  around.tally.add('reportsAnswered', done.positions.length)
  if (done.positions.some(({ alarmBits }) => (alarmBits & alarm.sos) !== 0)) state.isSos = false
  if (outbox.keptCount() > 0) around.wakeAt(identity.id, around.now())
}

// What it says

function beat(state: State, now: number): void {
  if (now < state.spokeAtMs + heartbeatMs(state)) return
  const header = headerOf(state)
  const frame = send(state, { kind: 'heartbeat', header, body: {} })
  state.outbox.sent(header.serial, [frame], [], false, now)
}

/** Asks what time it is; what it hears sets its clock. */
function askTime(state: State, now: number): void {
  if (now < state.askTimeAtMs) return
  state.askTimeAtMs = now + askTimeEveryMs
  send(state, { kind: 'query_time', header: headerOf(state), body: {} })
}

function reportInTurn(state: State, now: number): void {
  const everyMs = reportEveryMs(state, now)
  state.reportAtMs += everyMs
  if (state.reportAtMs <= now) state.reportAtMs = now + everyMs
  const { position, isBlind } = lookAround(state, now)
  const second = Math.floor((position.timeMs ?? 0) / 1_000)
  if (second <= state.reportedS) return
  state.reportedS = second
  state.around.tally.add('reports')
  state.around.onReport(state.identity, position)
  if (isBlind !== state.isBlind) crossEdgeOfNetwork(state, isBlind, now)
  if (state.link !== 'online') return state.outbox.keep(position)
  const header = headerOf(state)
  const frame = send(state, { kind: 'position', header, body: position })
  state.outbox.sent(header.serial, [frame], [position], false, now)
}

/** Between mountains the connection is gone without a word; behind them the terminal looks for the network again. */
function crossEdgeOfNetwork(state: State, isBlind: boolean, now: number): void {
  state.isBlind = isBlind
  if (isBlind) return drop(state)
  state.failures = 0
  if (state.link === 'down') state.linkDueMs = now + 1_000 + noise(state.identity.id, 73, state.reportedS) * 4_000
}

/** Sends what was kept while nothing could be sent; 2011 has no batches. */
function replay(state: State, now: number): void {
  const { outbox, identity, around } = state
  while (state.link === 'online' && outbox.keptCount() > 0 && outbox.replaysWaiting() < batchesAtOnce) {
    const positions = outbox.takeKept(identity.version === '2011' ? 1 : batchMax)
    const header = headerOf(state)
    const [first] = positions
    const frame =
      identity.version === '2011' && first
        ? send(state, { kind: 'position', header, body: first })
        : send(state, { kind: 'position_batch', header, body: { batchKind: 'blind_area', positions } })
    outbox.sent(header.serial, [frame], positions, true, now)
    around.tally.add('reportsReplayed', positions.length)
  }
}

// What it is ordered

/** The cab speaks of a state that is made after it. */
function cabOf(identity: Identity, parameters: Parameters, stateOf: () => State): Cab {
  return {
    identity,
    parameters,
    areas: new Map(),
    header: () => headerOf(stateOf()),
    send: (message) => void send(stateOf(), message),
    here: () => lookAround(stateOf(), stateOf().around.now()).position,
    track: (everyS, validityS) => track(stateOf(), everyS, validityS),
    lockDoors: (isLocked) => void (stateOf().areDoorsLocked = isLocked),
    takePictures: (orderSerial, channel, count) => takePictures(stateOf(), orderSerial, channel, count),
    pictureCame: (mediaId, missing) => pictureCame(stateOf(), mediaId, missing),
    resendParts: (firstSerial, indexes) => resendParts(stateOf(), firstSerial, indexes),
    clearAlarms: (bits) => {
      if ((bits & alarm.sos) !== 0) stateOf().isSos = false
    },
    setTime: (timeMs) => setTime(stateOf(), timeMs),
    restart: () => void stateOf().socket?.end(),
  }
}

function setTime(state: State, timeMs: number): void {
  const now = state.around.now()
  state.clock = { setAtMs: now, aheadMs: timeMs - now }
}

function track(state: State, everyS: number, validityS: number): void {
  const now = state.around.now()
  state.tracking = everyS === 0 ? null : { everyMs: everyS * 1_000, untilMs: now + validityS * 1_000 }
  state.reportAtMs = Math.min(state.reportAtMs, now + reportEveryMs(state, now))
  state.around.wakeAt(state.identity.id, state.reportAtMs)
}
