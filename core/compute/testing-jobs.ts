import { threadId } from 'node:worker_threads'
import { defineJob } from './job.ts'

export const testJobs = {
  sum: defineJob('test.sum', (numbers: Float64Array) => numbers.reduce((sum, one) => sum + one, 0)),
  where: defineJob('test.where', (add: number) => threadId + add),
  fail: defineJob('test.fail', (words: string): null => {
    throw new TypeError(words)
  }),
  /** Counts until it is told to stop. */
  count: defineJob('test.count', (from: number, shouldStop) => {
    let count = from
    while (!shouldStop()) count++
    return count
  }),
  /** Never asks. Ended by its thread's end only, or here after the milliseconds. */
  deaf: defineJob('test.deaf', (ms: number) => {
    const endsAt = performance.now() + ms
    while (performance.now() < endsAt);
    return ms
  }),
  dieSoon: defineJob('test.dieSoon', (ms: number) => {
    setTimeout(() => process.exit(4), ms)
    return ms
  }),
  die: defineJob('test.die', (code: number): null => process.exit(code)),
}
