// Terminals of a fleet in a process of their own: they register, show their codes and report, one frame a packet.
// Arguments: port, connections, reports a second in all (0: only stays connected), seconds. Tells what came of it as one line of JSON.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createFramer, decode, encode, type Framer, type Message, type Outgoing } from '@tingzhou/jt808'
import { asked, joinAll, keepPace, newTally } from './gateway-pace.ts'
import { phoneOf } from './gateway-zone.ts'

const { port, connections, perSecond } = asked()
const clock = () => performance.now()
const tally = newTally()

type Terminal = {
  readonly socket: Socket
  readonly framer: Framer
  readonly phone: string
  serial: number
  waiting: ((message: Message) => void) | null
  readonly pending: Map<number, number>
}

const send = (terminal: Terminal, message: Pick<Outgoing, 'kind' | 'body'>): number => {
  const serial = terminal.serial
  terminal.serial = (serial + 1) % 0x10000
  // The pair of kind and body comes from this file.
  terminal.socket.write(encode({ ...message, header: { version: '2019', phone: terminal.phone, serial } } as Outgoing))
  return serial
}
const next = (terminal: Terminal) => new Promise<Message>((resolve) => (terminal.waiting = resolve))

async function join(index: number): Promise<Terminal> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const terminal: Terminal = {
    socket,
    framer: createFramer(),
    phone: phoneOf(index),
    serial: 0,
    waiting: null,
    pending: new Map(),
  }
  socket.on('data', (bytes: Buffer) => {
    for (const frame of terminal.framer.push(bytes)) hear(terminal, decode(frame))
  })
  socket.on('error', () => tally.refused++)
  socket.on('close', () => {
    // Nobody would end the wait for one that is not admitted.
    if (terminal.waiting) throw new Error(`terminal ${index} was not admitted`)
  })
  const body = {
    provinceCode: 65,
    cityCode: 2301,
    maker: 'BENCH',
    model: 'B',
    terminalId: `B${index}`,
    plateColour: 'yellow',
    plate: '新B00000',
  } as const
  send(terminal, { kind: 'register', body })
  const registered = await next(terminal)
  const authCode = registered.kind === 'register_answer' ? (registered.body.authCode ?? '') : ''
  send(terminal, { kind: 'authenticate', body: { authCode, imei: '1', softwareVersion: '1' } })
  await next(terminal)
  return terminal
}

function hear(terminal: Terminal, message: Message): void {
  if (terminal.waiting) {
    const { waiting } = terminal
    terminal.waiting = null
    return waiting(message)
  }
  if (message.kind !== 'platform_answer') return
  const since = terminal.pending.get(message.body.answeredSerial)
  if (since === undefined) return
  terminal.pending.delete(message.body.answeredSerial)
  if (message.body.result === 'ok') tally.answered++
  else tally.refused++
  tally.latencies.push(clock() - since)
}

const terminals = await joinAll(connections, join)
// One that only is there says so.
if (perSecond === 0)
  setInterval(() => {
    for (const terminal of terminals) send(terminal, { kind: 'heartbeat', body: {} })
  }, 30_000)

// Each report of a terminal is of another second, however fast it sends: what is kept can be counted.
const firstTime = Math.floor(Date.now() / 1_000) * 1_000 - 86_400_000
const report = (terminal: Terminal, turn: number): void => {
  const serial = send(terminal, {
    kind: 'position',
    body: {
      alarmBits: 0,
      statusBits: 3,
      latitude: 44 + (turn % 1000) * 1e-5,
      longitude: 87 + (turn % 1000) * 1e-5,
      altitudeM: 577,
      speedKmh: 60,
      directionDeg: 90,
      timeMs: firstTime + turn * 1_000,
      items: [{ kind: 'odometer', odometerM: 100_000 + turn * 100 }],
    },
  })
  terminal.pending.set(serial, clock())
}

await keepPace(terminals, tally, report)
