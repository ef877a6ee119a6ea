import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { CompiledQuery } from 'kysely'
import { repoRoot } from './root.ts'
import type { Wire } from './wire.ts'

type Answer = {
  readonly id: number
  readonly value?: unknown
  readonly error?: Record<string, unknown> & { message: string }
}
type Pending = { resolve: (value: unknown) => void; reject: (error: Error) => void }

/** The embedded PostgreSQL in its thread. One statement runs at a time; `acquire` hands out the one connection in turn. */
export type PGliteWorker = {
  readonly call: (op: string, message?: Record<string, unknown>) => Promise<unknown>
  readonly acquire: () => Promise<() => void>
  readonly stop: () => Promise<void>
}

export type PGliteStart = {
  /** Folder on disk; absent for memory. */
  readonly dataDir?: string
  /** A tar of a prepared data folder, used once to fill an empty one. */
  readonly image?: string
  /** A new data folder with few buffers and short segments of its log: it, and what is copied from it, begins twice as fast. */
  readonly isSmall?: boolean
}

/** The database's program as the first thread compiled it; the next ones begin with it. */
let program: unknown

/**
 * Starts the embedded database.
 * @throws Error when the data folder cannot be opened
 */
export async function startPGlite(options: PGliteStart): Promise<PGliteWorker> {
  const workerData = { ...options, program }
  const worker = new Worker(join(repoRoot(), 'core/db/pglite-worker.mjs'), { workerData })
  const pending = new Map<number, Pending>()
  let lastId = 0
  let dead: Error | null = null

  const fail = (error: Error) => {
    dead = error
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }
  worker.on('message', (answer: Answer) => {
    const waiting = pending.get(answer.id)
    pending.delete(answer.id)
    if (answer.error) waiting?.reject(Object.assign(new Error(answer.error.message), answer.error))
    else waiting?.resolve(answer.value)
  })
  worker.on('error', fail)
  worker.on('exit', (code) => fail(new Error(`the embedded database stopped with code ${code}`)))

  const ready = new Promise((resolve, reject) => pending.set(0, { resolve, reject }))
  const call = (op: string, message: Record<string, unknown> = {}) =>
    new Promise<unknown>((resolve, reject) => {
      if (dead) return reject(dead)
      const id = ++lastId
      pending.set(id, { resolve, reject })
      worker.postMessage({ ...message, id, op })
    })
  program = await ready
  return { call, acquire: createTurnstile(), stop: async () => void (await worker.terminate()) }
}

/** A queue of one: each caller waits for the release of the one before. */
function createTurnstile(): () => Promise<() => void> {
  let tail: Promise<void> = Promise.resolve()
  return async () => {
    const before = tail
    let release = () => {}
    tail = new Promise((resolve) => (release = resolve))
    await before
    return release
  }
}

/** The one connection of the embedded database, in turn. */
export async function pgliteWire(worker: PGliteWorker): Promise<Wire> {
  const release = await worker.acquire()
  const send = async (queries: readonly CompiledQuery[]) => {
    const answer = await worker.call('queries', {
      queries: queries.map(({ sql, parameters }) => ({ sql, params: parameters })),
    })
    // The worker's answer has the shape its operation gives.
    const results = answer as readonly { rows: unknown[]; affected: number }[]
    return results.map(({ rows, affected }) => ({ rows, numAffectedRows: BigInt(affected) }))
  }
  return { send, release }
}
