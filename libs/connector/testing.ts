import type { Disk } from './spool.ts'
import type { Ticker } from './ticker.ts'

/** What a disk in memory holds, and how it behaves. */
export type Memory = {
  readonly files: Map<string, { bytes: Uint8Array; changedAt: number }>
  /** It takes nothing more than this, bytes. */
  bytesMax: number
  appends: number
  /** Leaves a part of what it could not take whole. */
  isCareless: boolean
  isUnreadable: boolean
}

/** A disk without files that takes everything. */
export const createMemory = (): Memory => ({
  files: new Map(),
  bytesMax: Infinity,
  appends: 0,
  isCareless: false,
  isUnreadable: false,
})

/** A disk for tests: what was written outlives the process that wrote it. */
export function openMemoryDisk(memory: Memory, now: () => number, writer: string): Disk {
  const { files } = memory
  const at = (name: string) => {
    if (memory.isUnreadable) throw new Error('EIO: i/o error, read')
    const file = files.get(name)
    if (!file) throw new Error(`ENOENT: ${name}`)
    return file
  }
  return {
    writer,
    list: () => [...files].map(([name, { bytes, changedAt }]) => ({ name, bytes: bytes.length, changedAt })),
    append: (name, bytes) => {
      const used = [...files.values()].reduce((sum, file) => sum + file.bytes.length, 0)
      const before = files.get(name)?.bytes ?? new Uint8Array(0)
      const isFull = used + bytes.length > memory.bytesMax
      const taken = isFull ? bytes.subarray(0, memory.isCareless ? bytes.length >> 1 : 0) : bytes
      if (taken.length > 0) {
        memory.appends++
        const after = new Uint8Array(before.length + taken.length)
        after.set(before)
        after.set(taken, before.length)
        files.set(name, { bytes: after, changedAt: now() })
      }
      if (isFull) throw new Error('ENOSPC: no space left on device')
    },
    read: (name, offset, length) => at(name).bytes.slice(offset, offset + length),
    remove: (name) => void files.delete(name),
    sync: () => {},
  }
}

/** A clock that only the test moves. */
export function createTestClock(startMs: number): Ticker & { readonly pass: (ms: number) => void } {
  let nowMs = startMs
  const timers = new Set<{ at: number; work: () => void }>()
  return {
    now: () => nowMs,
    later: (ms, work) => {
      const timer = { at: nowMs + ms, work }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    pass: (ms) => {
      const until = nowMs + ms
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]
        if (!next) break
        timers.delete(next)
        nowMs = Math.max(nowMs, next.at)
        next.work()
      }
      nowMs = until
    },
  }
}
