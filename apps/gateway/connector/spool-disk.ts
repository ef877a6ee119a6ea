import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsync,
  ftruncateSync,
  mkdirSync,
  open,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
  close,
} from 'node:fs'
import { join } from 'node:path'
import type { Disk, DiskFile } from '@tingzhou/connector'

// The database may live on the same disk: it is not to be stopped by readings that wait.
const freeBytesMin = 256 * 1_024 * 1_024

/**
 * Opens a folder for readings that wait, and makes it where it is not there.
 * @param freeBytes  so much of the disk is left free
 * @throws Error when the folder cannot be made
 */
export function openSpoolDisk(folder: string, freeBytes = freeBytesMin): Disk {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const at = (name: string): string => join(folder, name)
  /** Files that were written since they were synchronised; the folder, when there is a new one. */
  const dirty = new Set<string>()
  /** What the disk said when it was to write through, until somebody hears of it. */
  let failed: Error | null = null
  return {
    writer: `${process.pid.toString(36)}${randomBytes(6).toString('hex')}`,
    list: () =>
      readdirSync(folder).flatMap((name): DiskFile[] => {
        const stat = statSync(at(name), { throwIfNoEntry: false })
        return stat?.isFile() ? [{ name, bytes: stat.size, changedAt: stat.mtimeMs }] : []
      }),
    append: (name, bytes) => {
      const said = failed
      failed = null
      if (said) throw said
      const { bavail, bsize } = statfsSync(folder)
      if (bavail * bsize < freeBytes + bytes.length)
        throw new Error(`ENOSPC: less than ${freeBytes / 1_048_576} MiB of the disk would be free`)
      const file = openSync(at(name), 'a', 0o600)
      try {
        const { size } = fstatSync(file)
        if (size === 0) dirty.add('')
        appendTo(file, bytes, size)
        dirty.add(name)
      } finally {
        closeSync(file)
      }
    },
    read: (name, offset, length) => {
      const file = openSync(at(name), 'r')
      try {
        const bytes = new Uint8Array(length)
        let read = 0
        for (let more = 1; more > 0 && read < length; read += more)
          more = readSync(file, bytes, read, length - read, offset + read)
        return bytes.subarray(0, read)
      } finally {
        closeSync(file)
      }
    },
    remove: (name) => {
      dirty.delete(name)
      rmSync(at(name), { force: true })
    },
    sync: () => {
      for (const name of dirty)
        writeThrough(at(name), (error) => {
          failed = error
        })
      dirty.clear()
    },
  }
}

/** Adds bytes to a file, all of them or none. @throws what the disk says */
function appendTo(file: number, bytes: Uint8Array, size: number): void {
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written)
  } catch (error) {
    ftruncateSync(file, size)
    throw error
  }
}

// Of a file that was removed meanwhile, and of a folder where the system opens none.
const needless: ReadonlySet<string | undefined> = new Set(['ENOENT', 'EISDIR', 'EPERM'])

function writeThrough(path: string, onError: (error: Error) => void): void {
  open(path, 'r', (refused, file) => {
    if (refused) return needless.has(refused.code) ? undefined : onError(refused)
    fsync(file, (error) => {
      if (error) onError(error)
      close(file)
    })
  })
}

/** How many files wait in a folder, for a process that would send them. */
export function segmentsIn(folder: string): number {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.spool')).length
  } catch {
    // It was never made: nothing had to wait.
    return 0
  }
}
