import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { stopper, type Answer, type ComputeJob, type Question } from './job.ts'

export type RunOptions = {
  /** From now on, waiting in line too; then the work is told to stop, and a thread that goes on regardless is ended. */
  readonly seconds: number
}

/** Threads that do what would keep the server from answering. */
export type Compute = {
  /** How many pieces of work are done at once. */
  readonly threads: number
  /**
   * Does a piece of work; those that are too many wait in line.
   * @throws ComputeFailed when the work threw, its thread was ended, its time was over before it began, too many wait, or the pool is closed
   */
  readonly run: <Input, Output>(job: ComputeJob<Input, Output>, input: Input, options: RunOptions) => Promise<Output>
  readonly close: () => Promise<void>
}

/** Work that came to no answer. */
export class ComputeFailed extends Error {
  override name = 'ComputeFailed'
}

/** A piece of work on its way; told once, whatever comes first. */
type Task = {
  readonly name: string
  readonly input: unknown
  readonly endsAt: number
  readonly tell: (answer: { readonly value: unknown } | { readonly failed: ComputeFailed }) => void
}
type Thread = { worker: Worker | null; task: Task | null; clock: NodeJS.Timeout | null }

export type PoolOptions = {
  /** How many at most. */
  readonly threads?: number
  /** What work that was told to stop may go on for. */
  readonly graceSeconds?: number
}

const waitingMax = 1_000
const idleMs = 60_000

/**
 * Opens the threads; none runs before it is needed, nor a minute after it was.
 * @param file  their program, which calls `serveCompute`; null: the work is done here, between two turns of the event loop, with copies
 * of the data as a thread would have them. For programs that run from their sources.
 * @param options  two threads at least unless it says otherwise, so that a long piece of work holds no short one up; one core is left to
 * the server where there are more
 */
export function openCompute(file: string | null, options: PoolOptions = {}): Compute {
  if (file === null) return here
  const { threads = Math.min(8, Math.max(2, availableParallelism() - 1)), graceSeconds = 10 } = options
  const pool = Array.from({ length: threads }, (): Thread => ({ worker: null, task: null, clock: null }))
  const line: Task[] = []
  let closed = false
  let lastId = 0

  /** Lets a thread go on to the next task, or rest. */
  const release = (thread: Thread): void => {
    if (thread.clock) clearTimeout(thread.clock)
    thread.task = null
    thread.worker?.unref()
    thread.clock = closed ? null : setTimeout(() => end(thread, 'it rested'), idleMs).unref()
    next()
  }
  /** Ends a thread, and what it does. */
  const end = (thread: Thread, why: string): Promise<unknown> => {
    const { worker, task } = thread
    thread.worker = null
    const ended = worker?.terminate() ?? Promise.resolve()
    if (task) task.tell({ failed: new ComputeFailed(`${task.name}: ${why}`) })
    if (task) release(thread)
    else if (thread.clock) clearTimeout(thread.clock)
    return ended
  }
  const begin = (thread: Thread, program: string): Worker => {
    const worker = new Worker(program)
    const lost = (why: unknown): void => {
      if (thread.worker === worker) void end(thread, String(why))
    }
    worker.on('error', (error) => lost(error))
    worker.on('exit', (code) => lost(`the thread ended with code ${code}`))
    worker.on('message', (answer: Answer) => {
      const { task } = thread
      // What an ended thread still says is nobody's.
      if (thread.worker !== worker || answer.id !== lastOf.get(thread) || !task) return
      if ('error' in answer) task.tell({ failed: failedIn(task.name, answer.error) })
      else task.tell(answer)
      release(thread)
    })
    return worker
  }
  const lastOf = new Map<Thread, number>()

  const next = (): void => {
    const thread = pool.find(({ task }) => task === null)
    const task = thread && line.shift()
    if (!thread || !task || closed) return
    const seconds = (task.endsAt - performance.now()) / 1_000
    if (seconds <= 0) {
      task.tell({ failed: new ComputeFailed(`${task.name}: it waited too long for a thread`) })
      return next()
    }
    if (thread.clock) clearTimeout(thread.clock)
    thread.task = task
    try {
      thread.worker ??= begin(thread, file)
      thread.worker.ref()
      thread.clock = setTimeout(() => void end(thread, 'it did not stop in time'), (seconds + graceSeconds) * 1_000)
      lastOf.set(thread, ++lastId)
      thread.worker.postMessage({ id: lastId, name: task.name, input: task.input, seconds } satisfies Question)
    } catch (error) {
      task.tell({ failed: new ComputeFailed(`${task.name}: what it was given cannot be sent`, { cause: error }) })
      release(thread)
    }
  }
  return {
    threads,
    run: ({ name }, input, { seconds }) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new ComputeFailed('the threads are closed'))
        if (line.length >= waitingMax) return reject(new ComputeFailed(`more than ${waitingMax} pieces of work wait`))
        line.push({
          name,
          input,
          endsAt: performance.now() + seconds * 1_000,
          // What a job answers is what its caller is told.
          tell: (answer) => ('failed' in answer ? reject(answer.failed) : resolve(answer.value as never)),
        })
        next()
      }),
    close: async () => {
      closed = true
      for (const { name, tell } of line.splice(0))
        tell({ failed: new ComputeFailed(`${name}: the threads are closed`) })
      await Promise.all(pool.map((thread) => end(thread, 'the threads are closed')))
    },
  }
}

const failedIn = (name: string, { message, stack }: { readonly message: string; readonly stack: string }) =>
  new ComputeFailed(`${name}: ${message}`, { cause: stack })

const here: Compute = {
  threads: 1,
  run: async ({ name, run }, input, { seconds }) => {
    const copy = structuredClone(input)
    await new Promise((resolve) => setImmediate(resolve))
    try {
      return structuredClone(run(copy, stopper(seconds)))
    } catch (error) {
      throw new ComputeFailed(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  },
  close: async () => {},
}
