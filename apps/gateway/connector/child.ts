import { fork, type ChildProcess } from 'node:child_process'
import type { FromConnector, ToConnector } from '@tingzhou/connector'
import type { Entry } from './entry.ts'

/** A process that is begun again for as long as it is wanted. */
export type Child = {
  /** Nothing is sent while it is not there. */
  readonly send: (message: ToConnector) => void
  /** Null while it is not there. */
  readonly pid: () => number | null
  /** Lets it end what it does; after 3 s it ends anyway. */
  readonly close: () => Promise<void>
}

export type ChildEvents = {
  /** It is there, and knows nothing yet. */
  readonly onStart: (child: Pick<Child, 'send'>) => void
  readonly onMessage: (message: FromConnector) => void
  /** It is gone. */
  readonly onEnd: (how: ChildEnd) => void
}

/** How a process ended, what it said last, and when it is begun again. */
export type ChildEnd = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly said: string
  readonly waitMs: number
}

const silentMaxMs = 30_000
const closeMs = 3_000
const lastWordsMs = 200
const saidMax = 4_000
const waitMinMs = 1_000
const waitMaxMs = 60_000

// What stands in the environment of a server opens its database: a process that speaks with machines is not told.
const passedOn = ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR', 'DATA_DIR', 'SystemRoot'] as const

/**
 * Forks a process and begins it again when it ends or has said nothing for 30 s: after 1 s, then ever longer up to a minute,
 * until one has lived for longer than that.
 * @param silentMs  how long it may say nothing
 */
export function keepChild(
  { file, execArgv }: Entry,
  { onStart, onMessage, onEnd }: ChildEvents,
  silentMs: number = silentMaxMs,
): Child {
  let child: ChildProcess | null = null
  let isClosed = false
  let waitMs = waitMinMs
  let next: NodeJS.Timeout | undefined

  /** Begins the next one after a while. */
  const again = (how: Omit<ChildEnd, 'waitMs'>): void => {
    if (!isClosed) next = setTimeout(start, waitMs)
    onEnd({ ...how, waitMs })
    waitMs = Math.min(waitMs * 2, waitMaxMs)
  }
  const start = (): void => {
    const env = Object.fromEntries(passedOn.map((name) => [name, process.env[name]] as const))
    let own: ChildProcess
    try {
      own = fork(file, {
        execArgv: [...execArgv],
        env,
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      })
    } catch (error) {
      // There is no memory for it, or no room for another process.
      return again({ code: null, signal: null, said: error instanceof Error ? error.message : String(error) })
    }
    const begunMs = performance.now()
    let said = ''
    let isOver = false
    const silent = setTimeout(() => own.kill('SIGKILL'), silentMs)
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (isOver) return
      isOver = true
      clearTimeout(silent)
      child = null
      if (performance.now() - begunMs > waitMaxMs) waitMs = waitMinMs
      again({ code, signal, said: said.trim() })
    }
    own.stderr?.on('data', (bytes: Buffer) => {
      said = `${said}${bytes.toString()}`.slice(-saidMax)
    })
    own.on('message', (message) => {
      silent.refresh()
      // Whoever was forked says what its main sends.
      if (!isOver) onMessage(message as FromConnector)
    })
    // It could not be begun, or not be told something; only the first is its end.
    own.on('error', (error) => {
      said = `${said}${error.message}`.slice(-saidMax)
      if (own.pid === undefined) end(null, null)
    })
    // After its last message; where we hung up ourselves, `close` does not come.
    own.on('close', end)
    own.on('exit', (code, signal) => void setTimeout(() => end(code, signal), lastWordsMs))
    child = own
    onStart({ send })
  }
  const send = (message: ToConnector): void => {
    // What is told to one that ends is told anew to the next.
    if (child?.connected) child.send(message, () => {})
  }
  start()
  return {
    send,
    pid: () => child?.pid ?? null,
    close: async () => {
      isClosed = true
      clearTimeout(next)
      const own = child
      // One that has ended, and is only not known to have, ends no more.
      if (!own || own.exitCode !== null || own.signalCode !== null || own.pid === undefined) return
      const ended = new Promise<void>((resolve) => own.once('exit', () => resolve()))
      if (own.connected) own.disconnect()
      const timer = setTimeout(() => own.kill('SIGKILL'), closeMs)
      await ended
      clearTimeout(timer)
    },
  }
}
