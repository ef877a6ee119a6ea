import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const answerWaitMs = 5_000
const againMs = 100

/** A connection that gives null for an answer that does not come. */
export type Line<A> = {
  readonly ask: (bytes: Uint8Array) => Promise<A | null>
  readonly close: () => void
}

/**
 * Calls a gateway.
 * @param answersIn  the answers in what came
 * @returns null when nobody listens
 */
export async function call<A>(port: number, answersIn: (bytes: Uint8Array) => readonly A[]): Promise<Line<A> | null> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  if (!opened) return null
  let waiting: ((answer: A | null) => void) | null = null
  const tell = (answer: A | null) => {
    waiting?.(answer)
    waiting = null
  }
  socket.on('data', (bytes: Buffer) => {
    for (const answer of answersIn(bytes)) tell(answer)
  })
  socket.on('error', () => tell(null))
  socket.on('close', () => tell(null))
  return {
    close: () => void socket.destroy(),
    ask: (bytes) =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve(null)
        const timer = setTimeout(() => tell(null), answerWaitMs)
        waiting = (answer) => {
          clearTimeout(timer)
          resolve(answer)
        }
        socket.write(bytes)
      }),
  }
}

/** What devices that never give up were told. */
export type Told = {
  readonly refused: number
  /** The times of the reports that were acknowledged, by device. */
  readonly acknowledged: readonly (readonly [identity: string, times: readonly number[]])[]
}

/** How a device speaks: over one line until it is dead. @returns when it was the turn of another line */
export type Live = (index: number, mine: number[], isOver: () => boolean) => Promise<void>

/**
 * Lets so many devices live until the process is told to stop; then tells what was acknowledged, and ends.
 * @param live  speaks over one line; called again when it is dead
 */
export async function neverGiveUp(
  connections: number,
  identityOf: (index: number) => string,
  live: Live,
  refusedOf: () => number,
): Promise<void> {
  let isOver = false
  process.on('message', () => {
    isOver = true
  })
  process.send?.('started')
  const acknowledged = await Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      const mine: number[] = []
      while (!isOver) {
        await live(index, mine, () => isOver)
        await sleep(againMs)
      }
      return [identityOf(index), mine] as const
    }),
  )
  const told: Told = { refused: refusedOf(), acknowledged }
  process.send?.(told, () => process.exit(0))
}
