import {
  faultsOf,
  notCalled,
  tooLate,
  usualWaits,
  waitMs,
  wordsOf,
  type Connect,
  type Line,
  type Reading,
} from '@tingzhou/connector'
import { pause } from '@tingzhou/gateway/connector'
import { ModbusSource } from '@tingzhou/telemetry/source'
import { planOf, type Ask } from './plan.ts'
import { readAsk, type Known } from './read.ts'
import { Lost, openSession, Refused, type Library, type Session } from './session.ts'
import { setPoint } from './write.ts'

type Write = {
  readonly point: string
  readonly value: number
  readonly isWanted: () => boolean
  readonly done: (held: number | null) => void
  readonly failed: (error: Error) => void
}

const writesMax = 100

/**
 * Calls Modbus TCP machines: reads the points of each in turn, sets what it is told to between two requests, and calls
 * again, after 1 s and then ever longer up to a minute, one that does not answer.
 */
export const connectModbus =
  (library: Library): Connect =>
  (given, line) => {
    const read = ModbusSource.safeParse(given)
    if (read.success) return callMachine(library, read.data, line)
    const said = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    return notCalled(line, said)
  }

function callMachine(library: Library, source: ModbusSource, line: Line): ReturnType<Connect> {
  const { host, port, everyMs } = source
  const points = new Map(source.points.map((point) => [point.key, point]))
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const known: Known = { values: new Map(), faults: new Map() }
  const writes: Write[] = []
  const closing = new AbortController()
  const isClosed = (): boolean => closing.signal.aborted
  let session: Session | null = null
  let isWoken = false
  let endPause = (): void => {}
  const wake = (): void => {
    isWoken = true
    endPause()
  }
  /** Waits, unless somebody woke it since it waited last. */
  const sleep = async (ms: number): Promise<void> => {
    if (!isWoken)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        endPause = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    isWoken = false
  }

  let told: { readonly address: string | null; readonly reason: string | null } = { address: null, reason: null }
  const tell = (now: typeof told): void => {
    if (now.address === told.address && now.reason === told.reason) return
    told = now
    line.state(now.address, now.reason)
  }
  const faults = (): string | null =>
    faultsOf(source.points.map(({ key }) => ({ key, fault: known.faults.get(key) ?? null })))

  const settleWrites = async (open: Session): Promise<void> => {
    for (let next = writes.shift(); next; next = writes.shift()) {
      const { point, value, isWanted, done, failed } = next
      try {
        if (!isWanted()) throw new Refused(tooLate)
        done(await setPoint(open, points.get(point), value))
      } catch (error) {
        failed(error instanceof Error ? error : new Error(wordsOf(error)))
        if (error instanceof Lost) throw error
      }
    }
  }
  /** Reads all points once. @returns the requests by which they are read from now on */
  const readAll = async (open: Session, asks: readonly Ask[]): Promise<readonly Ask[]> => {
    const left = [...asks]
    const made: Ask[] = []
    const readings: Reading[] = []
    try {
      for (let ask = left.shift(); ask; ask = left.shift()) {
        await settleWrites(open)
        const asked = await readAsk(open, ask, known)
        if ('instead' in asked) {
          left.unshift(...asked.instead)
          continue
        }
        made.push(ask)
        readings.push(...asked.readings)
        if (told.address === null) tell({ address, reason: faults() })
      }
    } finally {
      if (readings.length > 0) line.readings(readings)
    }
    tell({ address, reason: faults() })
    return made
  }
  /** Reads for as long as the machine answers. @returns whether it did at all, and why it does no more */
  const hold = async (): Promise<{ readonly answered: boolean; readonly reason: string }> => {
    let answered = false
    isWoken = false
    try {
      session = await openSession(library, source, line.frame, closing.signal, wake)
      let asks = planOf(source.points)
      for (let due = performance.now(); !isClosed();) {
        asks = await readAll(session, asks)
        answered = true
        due = Math.max(due + everyMs, performance.now())
        for (let leftMs = everyMs; leftMs > 0 && !isClosed();) {
          await settleWrites(session)
          const fault = session.fault()
          if (fault !== null) throw new Lost(fault)
          leftMs = due - performance.now()
          if (leftMs > 0) await sleep(leftMs)
        }
      }
      return { answered, reason: 'closed' }
    } catch (error) {
      return { answered, reason: wordsOf(error) }
    } finally {
      session?.close()
      session = null
    }
  }
  const run = async (): Promise<void> => {
    for (let failures = 0; !isClosed();) {
      const { answered, reason } = await hold()
      for (const { failed } of writes.splice(0)) failed(new Error(reason))
      if (isClosed()) return
      tell({ address: null, reason })
      failures = answered ? 1 : failures + 1
      await pause(waitMs(failures, usualWaits, Math.random()), closing.signal)
    }
  }
  const running = run()
  return {
    write: (point, value, isWanted = () => true) =>
      new Promise((done, failed) => {
        if (!session) return failed(new Error(told.reason ?? 'the machine does not answer'))
        if (writes.length >= writesMax) return failed(new Error(`more than ${writesMax} values wait to be set`))
        writes.push({ point, value, isWanted, done, failed })
        wake()
      }),
    close: async () => {
      closing.abort()
      wake()
      await running
    },
  }
}
