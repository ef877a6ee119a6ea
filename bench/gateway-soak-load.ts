// Terminals that never give up: each reports one second after the other, sends again what was not answered, and calls again
// when the line is dead. Arguments: port, connections. Told "stop" it waits for nothing and says, phone by phone, the times of the reports that
// were acknowledged.
import { createFramer, decode, encode, type Message, type Outgoing } from '@tingzhou/jt808'
import { call, neverGiveUp, type Line } from './gateway-line.ts'
import { phoneOf } from './gateway-zone.ts'

const [port = 0, connections = 0] = process.argv.slice(2).map(Number)
const firstTime = Math.floor(Date.now() / 1_000) * 1_000 - 86_400_000
let refused = 0

type Ask = (message: Pick<Outgoing, 'kind' | 'body'>) => Promise<Message | null>

/** Numbers what a terminal says over a line. */
function asker(line: Line<Message>, phone: string): Ask {
  let serial = 0
  return (message) => {
    const header = { version: '2019', phone, serial } as const
    serial = (serial + 1) % 0x10000
    // The pair of kind and body comes from this file.
    return line.ask(encode({ ...message, header } as Outgoing))
  }
}

async function admit(ask: Ask, index: number): Promise<boolean> {
  const body = {
    provinceCode: 65,
    cityCode: 2301,
    maker: 'SOAK',
    model: 'S',
    terminalId: `S${index}`,
    plateColour: 'yellow',
    plate: '新B00000',
  } as const
  const registered = await ask({ kind: 'register', body })
  if (registered?.kind !== 'register_answer' || registered.body.result !== 'ok') return false
  const shown = { authCode: registered.body.authCode ?? '', imei: '1', softwareVersion: '1' }
  const admitted = await ask({ kind: 'authenticate', body: shown })
  return admitted?.kind === 'platform_answer' && admitted.body.result === 'ok'
}

async function report(ask: Ask, mine: number[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const turn = mine.length
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
    const answer = await ask({ kind: 'position', body })
    if (answer?.kind !== 'platform_answer') return
    if (answer.body.result !== 'ok') {
      refused++
      return
    }
    mine.push(timeMs)
  }
}

await neverGiveUp(
  connections,
  phoneOf,
  async (index, mine, isOver) => {
    const framer = createFramer()
    const line = await call(port, (bytes) => framer.push(bytes).map((frame) => decode(frame)))
    if (!line) return
    const ask = asker(line, phoneOf(index))
    if (await admit(ask, index)) await report(ask, mine, isOver)
    line.close()
  },
  () => refused,
)
