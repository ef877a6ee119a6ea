import { tooLate, type Connect, type Line, type Reading } from '@tingzhou/connector'
import { ModbusSource, type ModbusPoint } from '@tingzhou/telemetry/source'
import { planOf, type Ask } from './plan.ts'
import { Lost, openSession, Refused, type Library, type Session } from './session.ts'
import { readValue, writeValue } from './value.ts'

type Write = {
  readonly point: string
  readonly value: number
  readonly isWanted: () => boolean
  readonly done: (held: number | null) => void
  readonly failed: (error: Error) => void
}

const againMinMs = 1_000
const againMaxMs = 60_000
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
    line.state(null, said)
    return { write: () => Promise.reject(new Error(said)), close: () => Promise.resolve() }
  }

function callMachine(library: Library, source: ModbusSource, line: Line): ReturnType<Connect> {
  const { host, port, everyMs } = source
  const plan = planOf(source.points)
  const points = new Map(source.points.map((point) => [point.key, point]))
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
  /** The last value of each point that could be read. */
  const last = new Map<string, number>()
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
  const pause = async (ms: number): Promise<void> => {
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

  let told: string | null | undefined
  const answers = (): void => {
    if (told !== null) line.state(address, null)
    told = null
  }
  const isAway = (reason: string): void => {
    if (told !== reason) line.state(null, reason)
    told = reason
  }

  const settleWrites = async (open: Session): Promise<void> => {
    for (let next = writes.shift(); next; next = writes.shift()) {
      const { point, value, isWanted, done, failed } = next
      try {
        if (!isWanted()) throw new Refused(tooLate)
        done(await setPoint(open, points.get(point), value))
      } catch (error) {
        failed(error instanceof Error ? error : new Error(String(error)))
        if (error instanceof Lost) throw error
      }
    }
  }
  const readAll = async (open: Session): Promise<void> => {
    const readings: Reading[] = []
    try {
      for (const ask of plan) {
        await settleWrites(open)
        readings.push(...(await readOne(open, ask, last)))
        answers()
      }
    } finally {
      if (readings.length > 0) line.readings(readings)
    }
  }
  /** Reads for as long as the machine answers. @returns whether it did at all, and why it does no more */
  const hold = async (): Promise<{ readonly answered: boolean; readonly reason: string }> => {
    let answered = false
    isWoken = false
    try {
      session = await openSession(library, source, line.frame, closing.signal, wake)
      for (let due = performance.now(); !isClosed();) {
        await readAll(session)
        answered = true
        due = Math.max(due + everyMs, performance.now())
        for (let leftMs = everyMs; leftMs > 0 && !isClosed();) {
          await settleWrites(session)
          const fault = session.fault()
          if (fault !== null) throw new Lost(fault)
          leftMs = due - performance.now()
          if (leftMs > 0) await pause(leftMs)
        }
      }
      return { answered, reason: 'closed' }
    } catch (error) {
      return { answered, reason: error instanceof Error ? error.message : String(error) }
    } finally {
      session?.close()
      session = null
    }
  }
  const run = async (): Promise<void> => {
    for (let againMs = againMinMs; !isClosed();) {
      const { answered, reason } = await hold()
      for (const { failed } of writes.splice(0)) failed(new Error(reason))
      if (isClosed()) return
      isAway(reason)
      if (answered) againMs = againMinMs
      await rest(againMs, closing.signal)
      againMs = Math.min(againMs * 2, againMaxMs)
    }
  }
  const running = run()
  return {
    write: (point, value, isWanted = () => true) =>
      new Promise((done, failed) => {
        if (!session) return failed(new Error(told ?? 'the machine does not answer'))
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

/** Waits, unless it is over. */
function rest(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (over.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      over.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    over.addEventListener('abort', end)
  })
}

/** Readings of the points of a request; of those that the machine refuses the last value, as bad. */
async function readOne(session: Session, ask: Ask, last: Map<string, number>): Promise<Reading[]> {
  const at = Date.now()
  const bytes = await session.read(ask).catch((error: unknown) => {
    if (error instanceof Refused) return null
    throw error
  })
  return ask.points.map((point) => {
    const value = bytes && readValue(point, bytes, ask.register)
    if (value !== null) last.set(point.key, value)
    return { point: point.key, at, value: last.get(point.key) ?? 0, quality: value === null ? 'bad' : 'good' }
  })
}

// A machine takes a value over in its cycle: it is asked again, after so long.
const readBackMs = [0, 100, 300, 600] as const

/** Sets a point and reads it back. @returns what the machine holds now; null where it does not let that be read */
async function setPoint(session: Session, point: ModbusPoint | undefined, value: number): Promise<number | null> {
  if (!point?.write || value < point.write.low || value > point.write.high)
    throw new Refused(`${value} is nothing that may be set here`)
  const written = writeValue(point, value)
  if ('fault' in written) throw new Refused(written.fault)
  const { table, register } = point
  await session.write(register, written)
  const count = 'bit' in written ? 1 : written.bytes.length / 2
  let now: number | null = null
  for (const ms of readBackMs) {
    await new Promise((resolve) => setTimeout(resolve, ms))
    const held = await session.read({ table, register, count }).catch((error: unknown) => {
      if (error instanceof Refused) return null
      const why = error instanceof Error ? error.message : String(error)
      throw new Lost(`it was set, but could not be read back: ${why}`)
    })
    if (held === null) return null
    now = readValue(point, held, register)
    // A coil may be a push-button: whether it stays is the machine's affair.
    if ('bit' in written || Buffer.compare(held, written.bytes) === 0) return now
  }
  throw new Refused(`the machine holds ${now} after it was set`)
}
