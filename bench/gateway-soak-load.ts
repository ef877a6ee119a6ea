// Terminals that never give up: each reports one second after the other, sends again what was not answered, and calls again
// when the line is dead. Arguments: port, connections. Told "stop" it waits for nothing and says, phone by phone, the times of the reports that
// were acknowledged.
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFramer, decode, encode, type Message, type Outgoing } from '@tingzhou/jt808'
import { phoneOf } from './gateway-zone.ts'

const [port = 0, connections = 0] = process.argv.slice(2).map(Number)
const firstTime = Math.floor(Date.now() / 1_000) * 1_000 - 86_400_000
const acknowledged = new Map<string, number[]>()
const answerWaitMs = 5_000
let stopped = false
let refused = 0

type Line = {
  readonly ask: (message: Pick<Outgoing, 'kind' | 'body'>) => Promise<Message | null>
  readonly close: () => void
}

/** A connection that gives null for an answer that does not come. */
async function call(phone: string): Promise<Line | null> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  if (!opened) return null
  const framer = createFramer()
  let serial = 0
  let waiting: ((message: Message | null) => void) | null = null
  const tell = (message: Message | null) => {
    waiting?.(message)
    waiting = null
  }
  socket.on('data', (bytes: Buffer) => {
    for (const frame of framer.push(bytes)) tell(decode(frame))
  })
  socket.on('error', () => tell(null))
  socket.on('close', () => tell(null))
  return {
    close: () => void socket.destroy(),
    ask: (message) =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve(null)
        const timer = setTimeout(() => tell(null), answerWaitMs)
        waiting = (answer) => {
          clearTimeout(timer)
          resolve(answer)
        }
        // The pair of kind and body comes from this file.
        socket.write(encode({ ...message, header: { version: '2019', phone, serial } } as Outgoing))
        serial = (serial + 1) % 0x10000
      }),
  }
}

async function admit(line: Line, index: number): Promise<boolean> {
  const body = {
    provinceCode: 65,
    cityCode: 2301,
    maker: 'SOAK',
    model: 'S',
    terminalId: `S${index}`,
    plateColour: 'yellow',
    plate: '新B00000',
  } as const
  const registered = await line.ask({ kind: 'register', body })
  if (registered?.kind !== 'register_answer' || registered.body.result !== 'ok') return false
  const shown = { authCode: registered.body.authCode ?? '', imei: '1', softwareVersion: '1' }
  const admitted = await line.ask({ kind: 'authenticate', body: shown })
  return admitted?.kind === 'platform_answer' && admitted.body.result === 'ok'
}

async function live(index: number): Promise<void> {
  const phone = phoneOf(index)
  const mine: number[] = []
  acknowledged.set(phone, mine)
  let turn = 0
  while (!stopped) {
    const line = await call(phone)
    if (line && (await admit(line, index))) {
      while (!stopped) {
        const timeMs = firstTime + turn * 1_000
        const body = {
          alarmBits: 0,
          statusBits: 3,
          latitude: 44,
          longitude: 87 + turn * 1e-5,
          altitudeM: 1,
          speedKmh: 1,
          directionDeg: 1,
          timeMs,
          items: [],
        }
        const answer = await line.ask({ kind: 'position', body })
        if (answer?.kind !== 'platform_answer') break
        if (answer.body.result !== 'ok') {
          refused++
          break
        }
        mine.push(timeMs)
        turn++
      }
    }
    line?.close()
    await sleep(100)
  }
}

process.on('message', () => {
  stopped = true
})
process.send?.('started')
await Promise.all(Array.from({ length: connections }, (_, index) => live(index)))
process.send?.({ refused, acknowledged: [...acknowledged] }, () => process.exit(0))
