import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { assert } from '@tingzhou/kernel'

/** Bytes by their SHA-256 under one folder: `ab/cd/abcd…`. */
export type FileStore = {
  /** Takes a stream into a file of its own that nothing refers to yet. */
  readonly receive: (stream: Readable, sizeMax: number) => Promise<Draft | 'too_large'>
  /** Keeps a draft, or bytes, under their hash; safe on disk when it returns. */
  readonly keep: (draft: Draft) => Promise<Kept>
  readonly keepBytes: (bytes: Uint8Array) => Promise<Kept>
  readonly discard: (draft: Draft) => Promise<void>
  readonly open: (sha256: string, range?: { readonly start: number; readonly end: number }) => Readable
  readonly pathOf: (sha256: string) => string
  readonly remove: (sha256: string) => Promise<void>
  /** Hashes kept in one of the 256 folders, those untouched since `before` (epoch ms). */
  readonly listOld: (folder: string, before: number) => Promise<readonly string[]>
  /** Drafts of uploads that broke off. */
  readonly removeOldDrafts: (before: number) => Promise<void>
}
export type Kept = { readonly sha256: string; readonly sizeBytes: number }
export type Draft = Kept & { readonly path: string }

const hash = /^[0-9a-f]{64}$/

/**
 * Opens the store.
 * @param folder  made when absent
 * Source: own; bytes are synced, then renamed, then the folder is synced. O(size) a file.
 */
export async function openFileStore(folder: string): Promise<FileStore> {
  const drafts = join(folder, 'draft')
  await mkdir(drafts, { recursive: true })
  const pathOf = (sha256: string) => {
    assert(hash.test(sha256), 'a file is named by its SHA-256')
    return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }
  const receive: FileStore['receive'] = async (stream, sizeMax) => {
    const path = join(drafts, randomUUID())
    const handle = await open(path, 'wx')
    try {
      const taken = await take(stream, handle.createWriteStream({ flush: true }), sizeMax)
      if (taken) return { path, ...taken }
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
    await rm(path, { force: true })
    return 'too_large'
  }
  const keep: FileStore['keep'] = async ({ path, sha256, sizeBytes }) => {
    const target = pathOf(sha256)
    await mkdir(dirname(target), { recursive: true })
    await rename(path, target)
    // Equal bytes may be old and about to be swept: the sweeper looks at this time.
    await utimes(target, new Date(), new Date())
    for (const synced of [dirname(target), dirname(dirname(target)), folder]) await syncFolder(synced)
    return { sha256, sizeBytes }
  }
  return {
    receive,
    keep,
    keepBytes: async (bytes) => {
      const path = join(drafts, randomUUID())
      const handle = await open(path, 'wx')
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      return keep({ path, sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length })
    },
    discard: ({ path }) => rm(path, { force: true }),
    open: (sha256, range) => createReadStream(pathOf(sha256), range),
    pathOf,
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
    listOld: async (name, before) => {
      const names = await namesIn(join(folder, name))
      const found = await Promise.all(names.map((inner) => namesIn(join(folder, name, inner))))
      const all = found.flat().filter((entry) => hash.test(entry))
      const old = await Promise.all(all.map(async (sha256) => (await touchedAt(pathOf(sha256))) < before))
      return all.filter((_sha256, i) => old[i])
    },
    removeOldDrafts: async (before) => {
      for (const name of await namesIn(drafts))
        if ((await touchedAt(join(drafts, name))) < before) await rm(join(drafts, name), { force: true })
    },
  }
}

async function take(stream: Readable, target: NodeJS.WritableStream, sizeMax: number): Promise<Kept | null> {
  const sha256 = createHash('sha256')
  let sizeBytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length
      if (sizeBytes > sizeMax) return done(new TooLarge())
      sha256.update(chunk)
      return done(null, chunk)
    },
  })
  try {
    await pipeline(stream, count, target)
  } catch (error) {
    if (error instanceof TooLarge) return null
    throw error
  }
  return { sha256: sha256.digest('hex'), sizeBytes }
}

class TooLarge extends Error {}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const namesIn = (path: string): Promise<string[]> => readdir(path).catch(() => [])
const touchedAt = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.mtimeMs ?? Infinity
