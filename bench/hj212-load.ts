// Data loggers in a process of their own: each calls, sends a first record, and from then on real-time data of eight factors, a packet a
// record. Arguments: port, connections, packets a second in all, seconds. Tells what came of it as one line of JSON.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { asked, joinAll, keepPace, newTally } from './gateway-pace.ts'
import { createAnswers, momentOf, packetOf } from './hj212-talk.ts'

const { port, connections } = asked()
const tally = newTally()

type Logger = { readonly index: number; readonly socket: Socket; readonly pending: Map<string, number> }

function send({ index, socket, pending }: Logger, turn: number): string {
  const { qn, frame } = packetOf(index, momentOf(turn), turn)
  pending.set(qn, performance.now())
  socket.write(frame)
  return qn
}

async function join(index: number): Promise<Logger> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const logger: Logger = { index, socket, pending: new Map() }
  const answersIn = createAnswers()
  let admitted: (() => void) | null = null
  const hear = (qn: string): void => {
    const since = logger.pending.get(qn)
    if (since === undefined) return
    logger.pending.delete(qn)
    if (admitted) {
      admitted()
      admitted = null
      return
    }
    tally.answered++
    tally.latencies.push(performance.now() - since)
  }
  socket.on('data', (bytes: Buffer) => {
    for (const qn of answersIn(bytes)) hear(qn)
  })
  socket.on('error', () => tally.refused++)
  socket.on('close', () => {
    // Nobody would end the wait for one that is not admitted.
    if (admitted) throw new Error(`logger ${index} was not admitted`)
  })
  await new Promise<void>((resolve) => {
    admitted = resolve
    send(logger, 0)
  })
  return logger
}

const loggers = await joinAll(connections, join)
await keepPace(loggers, tally, (logger, turn) => send(logger, turn + 1))
