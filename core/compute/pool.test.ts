import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadId, type Worker } from 'node:worker_threads'
import { afterAll, describe, expect, it } from 'vitest'
import { ComputeFailed, openCompute, type Compute } from './pool.ts'
import { testJobs } from './testing-jobs.ts'

// The threads' program, run from its sources.
const folder = mkdtempSync(join(tmpdir(), 'tingzhou-compute-'))
const program = join(folder, 'program.mjs')
const here = (name: string) => JSON.stringify(new URL(name, import.meta.url))
writeFileSync(
  program,
  `import { createRequire } from 'node:module'
  createRequire(${here('pool.test.ts')})('tsx/esm/api').register()
  const { serveCompute } = await import(${here('serve.ts')})
  serveCompute(Object.values((await import(${here('testing-jobs.ts')})).testJobs))`,
)
// Threads that have begun and not ended.
let alive = 0
const noticeThread = (worker: Worker) => {
  alive++
  worker.once('exit', () => alive--)
}
process.on('worker', noticeThread)
afterAll(() => {
  process.off('worker', noticeThread)
  rmSync(folder, { recursive: true })
})

const { sum, where, fail, count, deaf, die, dieSoon } = testJobs
const soon = { seconds: 20 }

describe('threads', () => {
  const pool = openCompute(program, { threads: 2, graceSeconds: 0.2 })
  afterAll(pool.close)

  it('do work beside the server, as many at once as there are, the others in line', async () => {
    let turns = 0
    const ticking = setInterval(() => turns++, 5)
    const answers = await Promise.all([300, 301, 302].map((ms) => pool.run(deaf, ms, soon)))
    clearInterval(ticking)
    expect(answers).toEqual([300, 301, 302])
    // The event loop went on while they worked.
    expect(turns).toBeGreaterThan(20)
    expect(await pool.run(where, 0, soon)).not.toBe(threadId)
  })

  it('tell a failure to whoever asked, and go on', async () => {
    await expect(pool.run(fail, 'no such road', soon)).rejects.toThrow('test.fail: no such road')
    await expect(pool.run(die, 3, soon)).rejects.toBeInstanceOf(ComputeFailed)
    expect(await pool.run(sum, Float64Array.of(1, 2, 3.5), soon)).toBe(6.5)
  })

  it('stop when the time is over, and refuse what waited for longer than that', async () => {
    expect(await pool.run(count, 0, { seconds: 0.05 })).toBeGreaterThan(0)
    const long = [500, 501].map((ms) => pool.run(deaf, ms, soon))
    await expect(pool.run(count, 0, { seconds: 0.1 })).rejects.toThrow('waited too long')
    expect(await Promise.all(long)).toEqual([500, 501])
  })

  it('that die while they rest are replaced', async () => {
    // Both threads work once; then each ends by itself, a while after its answer.
    await Promise.all([30, 31].map((ms) => pool.run(dieSoon, ms, soon)))
    await expect.poll(() => alive, { timeout: 20_000 }).toBe(0)
    expect(await Promise.all([1, 2].map((n) => pool.run(sum, Float64Array.of(n), soon)))).toEqual([1, 2])
  })

  it('are ended when they do not stop, and another takes their place', async () => {
    const told = await pool.run(deaf, 60_000, { seconds: 0.1 }).catch((error: unknown) => error)
    expect(told).toBeInstanceOf(ComputeFailed)
    expect(await pool.run(sum, Float64Array.of(2), soon)).toBe(2)
  })

  it('refuse what cannot be sent, and work that they do not know', async () => {
    const odd = { name: 'test.odd', run: (make: () => number) => make() }
    await expect(pool.run(odd, () => 1, soon)).rejects.toThrow('cannot be sent')
    await expect(pool.run({ name: 'test.unknown', run: () => 1 }, null, soon)).rejects.toThrow('do not know this work')
    expect(await pool.run(sum, Float64Array.of(1), soon)).toBe(1)
  })
})

describe('a pool that is closed', () => {
  it('ends what is under way and refuses what waits and what comes', async () => {
    const pool = openCompute(program, { threads: 1 })
    const told = [pool.run(deaf, 60_000, soon), pool.run(sum, Float64Array.of(1), soon)].map((answer) =>
      answer.catch((error: unknown) => error),
    )
    await pool.close()
    for (const answer of await Promise.all(told)) expect(answer).toBeInstanceOf(ComputeFailed)
    await expect(pool.run(where, 0, soon)).rejects.toThrow('closed')
  })
})

describe('without threads', () => {
  it('work is done here, with copies, under the same rules', async () => {
    const pool: Compute = openCompute(null)
    expect(await pool.run(where, 0, soon)).toBe(threadId)
    await expect(pool.run(fail, 'no such road', soon)).rejects.toThrow('test.fail: no such road')
    expect(await pool.run(count, 0, { seconds: 0.02 })).toBeGreaterThan(0)
    await expect(pool.run({ name: 'test.odd', run: () => () => 1 }, null, soon)).rejects.toThrow()
  })
})
