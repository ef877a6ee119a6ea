import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { at, createBackup, jsonb, listMigrations, migrate, restoreBackup, type Database } from './index.ts'
import { emptyDatabase, type TestDatabase } from './testing.ts'
import { readTar, writeTar, type TarEntry } from './tar.ts'

let source: TestDatabase
let target: TestDatabase
let folder: string
let archive: Buffer
const now = epochMs(Date.UTC(2026, 10, 22, 4, 26))
// The schema of when the backup was made: less of it is put back faster.
const ofThen = listMigrations().filter(({ name }) => name.startsWith('core/'))
const words = '两行\n制表\t反斜\\ \\N "引号" \u0001 é 😀'

const write = async (database: Database) => {
  const file = join(folder, 'photo')
  writeFileSync(file, 'the bytes of a photo')
  const backup = await createBackup(database, {
    folder,
    now,
    attachments: async () => [{ name: 'files/photo', path: file }],
    notes: async (session) => ({ commands: await session.query('select count(*) as n from command') }),
  })
  return { manifest: backup.manifest, bytes: await buffer(backup.stream) }
}
const restore = (database: Database, bytes: Uint8Array, options = {}) =>
  restoreBackup(database, Readable.from([bytes]), { migrations: ofThen, ...options })
const commands = async ({ db }: Pick<Database, 'db'>) =>
  (await sql<{ id: string; answer: unknown; at: number }>`select id, answer, at from command order by id`.execute(db))
    .rows
const tablesOf = (database: Database) =>
  database.session('snapshot', (session) =>
    session.query(`select 1 from pg_class where relnamespace = 'public'::regnamespace`),
  )

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tz-backup-'))
  source = await emptyDatabase()
  await migrate(source.database, ofThen)
  target = await emptyDatabase()
  await sql`insert into command (zone_id, id, name, actor_id, input_sha256, answer, at)
    select 'zone', gen_random_uuid(), ${words}, 'a', 'x', ${jsonb({ words, n: 1.5, deep: [null, true] })}::jsonb, ${at(now)}::timestamptz + i * interval '1 millisecond'
    from generate_series(1, 3000) i`.execute(source.db)
  // A child before its parent, and a number drawn from a sequence.
  await sql`insert into party (zone_id, id, kind, name, parent_id, created_at, updated_at) values
    ('zone', 'child', 'department', '乙', null, now(), now()), ('zone', 'parent', 'department', '甲', null, now(), now())`.execute(
    source.db,
  )
  await sql`update party set parent_id = 'parent' where id = 'child'`.execute(source.db)
  await sql`insert into outbox (zone_id, type, object_kind, object_id, data, to_parties, at)
    values ('zone', 't', 'k', 'o', '{}', ${['一', 'b,"c"', '']}::text[], now())`.execute(source.db)
  // A table in days, of which each database has its own.
  await source.database.exec(`create table sample_minute_20261127 partition of sample_minute
    for values from ('2026-11-27T00:00:00Z') to ('2026-11-28T00:00:00Z')`)
  await sql`insert into sample_minute (zone_id, point_id, minute, n, sum, quality, raw)
    select 'zone', i, '2026-11-27T04:00:00Z', 1, 1, 0, '\\x00'::bytea from generate_series(1, 100) i`.execute(source.db)
  archive = (await write(source.database)).bytes
})
afterAll(async () => {
  await source.database.close()
  await target.database.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a backup', () => {
  it('says what it holds, and leaves no copies behind', async () => {
    const { manifest } = await write(source.database)

    expect(manifest.tables.find((table) => table.name === 'command')).toMatchObject({ rows: 3_000 })
    expect(manifest.migrations).toHaveLength(ofThen.length)
    expect(manifest.attachments).toEqual([{ name: 'files/photo', size: 20 }])
    expect(manifest.notes).toEqual({ commands: [{ n: 3_000 }] })
    expect(readdirSync(folder)).toEqual(['photo'])
  })

  it('goes into an empty database of today, rows, sequences, keys and files', async () => {
    const kept: Record<string, string> = {}
    const keep = async (name: string, body: AsyncIterable<Uint8Array>) =>
      void (kept[name] = (await buffer(body)).toString())

    await restore(target.database, archive, { keep, migrations: listMigrations() })

    expect(await commands(target)).toEqual(await commands(source))
    // What was made since then has run as well.
    expect(await migrate(target.database)).toEqual([])
    expect(kept).toEqual({ 'files/photo': 'the bytes of a photo' })
    const orphan = sql`insert into party (zone_id, id, kind, name, parent_id, created_at, updated_at) values ('zone', 'x', 'area', 'x', 'nobody', now(), now())`
    await expect(orphan.execute(target.db)).rejects.toThrow('foreign key')
    const next = sql<{
      seq: number
    }>`insert into outbox (zone_id, type, object_kind, object_id, data, to_parties, at) values ('zone', 't', 'k', 'o', '{}', '{}', now()) returning seq`
    expect((await next.execute(target.db)).rows[0]?.seq).toBeGreaterThan(1)
  })

  it('brings the days of a table that is cut by day', async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from sample_minute_20261127`.execute(target.db)

    expect(rows).toEqual([{ n: 100 }])
  })

  it('is refused by a database that is not empty, which stays as it was', async () => {
    await expect(restore(source.database, archive)).rejects.toThrow('not empty')
    expect(await commands(source)).toHaveLength(3_000)
  })

  it('moves between the embedded database and a server, and back, unchanged', async () => {
    const embedded = await emptyDatabase('embedded')
    await restore(embedded.database, archive)
    const again = await write(embedded.database)
    await embedded.database.close()
    const back = await emptyDatabase()

    await restore(back.database, again.bytes)

    expect(await commands(back)).toEqual(await commands(source))
    await back.database.close()
  })

  it('is one moment, although others write meanwhile', async () => {
    let going = true
    const writing = (async () => {
      while (going)
        await sql`with c as (insert into command values ('zone', gen_random_uuid(), 'during', 'a', 'x', '{}', now()))
        insert into outbox (zone_id, type, object_kind, object_id, data, to_parties, at) values ('zone', 'during', 'k', 'o', '{}', '{}', now())`.execute(
          source.db,
        )
    })()
    const { bytes } = await write(source.database)
    going = false
    await writing
    const other = await emptyDatabase()

    await restore(other.database, bytes)

    const counts = await sql<{
      c: number
      o: number
    }>`select (select count(*) from command where name = 'during') as c, (select count(*) from outbox where type = 'during') as o`.execute(
      other.db,
    )
    expect(counts.rows[0]?.c).toBe(counts.rows[0]?.o)
    await other.database.close()
  })
})

describe('a backup that cannot be put back', () => {
  let empty: TestDatabase
  beforeAll(async () => {
    empty = await emptyDatabase()
  })
  afterAll(() => empty.database.close())

  /** The archive with some of its files changed. */
  const tampered = async (
    change: (entry: { name: string; bytes: Buffer }) => { name: string; bytes: Buffer } | null,
  ) => {
    const entries: TarEntry[] = []
    for await (const { name, body } of readTar(Readable.from([gunzipSync(archive)]))) {
      const changed = change({ name, bytes: await buffer(body) })
      if (changed)
        entries.push({
          name: changed.name,
          size: changed.bytes.length,
          body: Readable.from([changed.bytes], { objectMode: false }),
        })
    }
    return gzipSync(await buffer(writeTar(entries, 0)))
  }
  const manifestWith = (change: (manifest: Record<string, unknown>) => unknown) =>
    tampered(({ name, bytes }) =>
      name === 'manifest.json'
        ? { name, bytes: Buffer.from(JSON.stringify(change(JSON.parse(bytes.toString('utf8'))))) }
        : { name, bytes },
    )

  it.each([
    ['is cut off', async () => archive.subarray(0, archive.length / 2), 'cannot be put back'],
    ['is something else', async () => Buffer.from('hello'), 'cannot be put back'],
    [
      'is another archive',
      async () => tampered(({ name, bytes }) => (name === 'manifest.json' ? null : { name, bytes })),
      'no manifest',
    ],
    [
      'has a changed row',
      async () =>
        tampered(({ name, bytes }) =>
          name === 'tables/party'
            ? { name, bytes: Buffer.from(bytes.toString('utf8').replace('甲', '丙')) }
            : { name, bytes },
        ),
      'party is damaged',
    ],
    [
      'lacks a table',
      async () => tampered(({ name, bytes }) => (name === 'tables/command' ? null : { name, bytes })),
      'lacks command',
    ],
    [
      'lacks a file',
      async () => tampered(({ name, bytes }) => (name.startsWith('attachments/') ? null : { name, bytes })),
      'lacks files/photo',
    ],
    [
      'holds more than it says',
      async () => tampered(({ name, bytes }) => ({ name: name === 'tables/party' ? '../party' : name, bytes })),
      'does not name',
    ],
    ['is of a later format', () => manifestWith((manifest) => ({ ...manifest, format: 2 })), 'newer version'],
    [
      'is of a later schema',
      () => manifestWith((manifest) => ({ ...manifest, migrations: [{ name: 'core/x/0001_later', sha256: 'x' }] })),
      'does not have core/x/0001_later',
    ],
  ])('because it %s leaves the target empty and says why', async (_name, make, message) => {
    await expect(restore(empty.database, await make())).rejects.toThrow(message)

    expect(await tablesOf(empty.database)).toEqual([])
  })
})

describe('an archive', () => {
  it('gives back what was written, whatever was read of it', async () => {
    const files = [0, 1, 511, 512, 513, 70_000].map((size, i) => ({ name: `f${i}`, bytes: Buffer.alloc(size, i) }))
    const bytes = await buffer(
      writeTar(
        files.map((file) => ({
          name: file.name,
          size: file.bytes.length,
          body: Readable.from([file.bytes], { objectMode: false }),
        })),
        7,
      ),
    )

    const seen: [string, number][] = []
    for await (const { name, size, body } of readTar(Readable.from([bytes])))
      seen.push([name, name === 'f3' ? size : (await buffer(body)).length])

    expect(seen).toEqual(files.map((file) => [file.name, file.bytes.length]))
  })
})
