import { parentPort } from 'node:worker_threads'
import { stopper, type Answer, type ComputeJob, type Question } from './job.ts'

/**
 * The program of a thread: does what it is asked, one after the other.
 * @param jobs  every piece of work that may be asked for
 * @throws Error outside a thread
 */
export function serveCompute(jobs: readonly ComputeJob<never, unknown>[]): void {
  const port = parentPort
  if (!port) throw new Error('this program runs in a thread of the server')
  const known = new Map(jobs.map((job) => [job.name, job]))
  port.on('message', ({ id, name, input, seconds }: Question) => {
    port.postMessage(answer(id, () => known.get(name), input, stopper(seconds)))
  })
}

function answer(
  id: number,
  find: () => ComputeJob<never, unknown> | undefined,
  input: unknown,
  shouldStop: () => boolean,
): Answer {
  try {
    const job = find()
    if (!job) throw new Error('the threads do not know this work')
    // Whoever asked had the job itself, which says what it takes.
    return { id, value: job.run(input as never, shouldStop) }
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    return { id, error: { message, stack } }
  }
}
