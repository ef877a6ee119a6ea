import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import {
  createFramer,
  decode,
  encode,
  standardProfile,
  type Message,
  type Outgoing,
  type Profile,
} from '@tingzhou/jt808'

export { openTestMachine, type TestMachine } from './connector/testing-machine.ts'

/** A terminal as a test drives it: real bytes over a real connection. */
export type TestTerminal = {
  /** Where it calls from, as a gateway sees it. */
  readonly address: string
  readonly send: (message: Outgoing) => void
  readonly sendBytes: (bytes: Uint8Array) => void
  /** The next message of the platform. */
  readonly next: () => Promise<Message>
  /** Registers and shows the code. */
  readonly admit: () => Promise<void>
  readonly header: () => { readonly version: '2011' | '2013' | '2019'; readonly phone: string; readonly serial: number }
  readonly closed: Promise<void>
  readonly close: () => void
}

/**
 * Connects a terminal.
 * @param profile  how it departs from the standard
 */
export async function connectTerminal(
  port: number,
  phone: string,
  version: '2011' | '2013' | '2019' = '2019',
  terminalId = 'TZ00001',
  profile: Profile = standardProfile,
): Promise<TestTerminal> {
  const socket: Socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const framer = createFramer({ profile })
  const heard: Message[] = []
  const waiting: ((message: Message) => void)[] = []
  socket.on('data', (bytes: Buffer) => {
    for (const frame of framer.push(bytes)) {
      const message = decode(frame, { profile, ...(version === '2011' ? { before2019: version } : {}) })
      const next = waiting.shift()
      if (next) next(message)
      else heard.push(message)
    }
  })
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  let serial = 0
  // A header with bodies of another version has its own version byte.
  const mixed = profile.bodyVersion === null ? {} : { protocolVersion: 1 }
  const header = () => ({ version, phone, serial: serial++ % 0x10000, ...mixed })
  const next = (): Promise<Message> => {
    const ready = heard.shift()
    return ready ? Promise.resolve(ready) : new Promise((resolve) => waiting.push(resolve))
  }
  const terminal: TestTerminal = {
    address: `${socket.localAddress}:${socket.localPort}`,
    send: (message) => void socket.write(encode(message, { profile })),
    sendBytes: (bytes) => void socket.write(bytes),
    next,
    header,
    closed,
    close: () => void socket.destroy(),
    admit: async () => {
      const body = {
        provinceCode: 65,
        cityCode: 2301,
        maker: 'TZHOU',
        model: 'TZ-BD100',
        terminalId,
        plateColour: 'yellow',
        plate: '新B12345',
      } as const
      terminal.send({ kind: 'register', header: header(), body })
      const registered = await next()
      if (registered.kind !== 'register_answer' || registered.body.result !== 'ok')
        throw new Error(`not registered: ${JSON.stringify(registered.body)}`)
      const authCode = registered.body.authCode ?? ''
      const more = version === '2019' ? { imei: '868120300001234', softwareVersion: 'V1.0.3' } : {}
      terminal.send({ kind: 'authenticate', header: header(), body: { authCode, ...more } })
      const admitted = await next()
      if (admitted.kind !== 'platform_answer' || admitted.body.result !== 'ok') throw new Error('not admitted')
    },
  }
  return terminal
}

/** A monitor as a test drives it: frames of HJ 212 over a real connection. */
export type TestMonitor = {
  /** Sends frames without their line ends. */
  readonly send: (...frames: readonly string[]) => void
  readonly sendBytes: (bytes: Uint8Array) => void
  /** The next frame of the platform, without its line end. */
  readonly next: () => Promise<string>
  /** Everything that was heard and not yet asked for. */
  readonly heard: () => readonly string[]
  readonly closed: Promise<void>
  readonly close: () => void
}

/** Connects a monitor. */
export async function connectMonitor(port: number): Promise<TestMonitor> {
  const socket: Socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const heard: string[] = []
  const waiting: ((frame: string) => void)[] = []
  let rest = ''
  socket.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString('utf8')).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const next = waiting.shift()
      if (next) next(line)
      else heard.push(line)
    }
  })
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return {
    send: (...frames) => void socket.write(frames.map((frame) => `${frame}\r\n`).join('')),
    sendBytes: (bytes) => void socket.write(bytes),
    next: () => {
      const ready = heard.shift()
      return ready === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(ready)
    },
    heard: () => heard.splice(0),
    closed,
    close: () => void socket.destroy(),
  }
}
