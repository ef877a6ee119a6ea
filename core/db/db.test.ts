import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs, err, ok } from '@tingzhou/kernel'
import { at, containing, escapeLike, jsonb, migrate, newId, runCommand } from './index.ts'
import { openDatabase } from './database.ts'
import { databaseUrlFor, prepareTemplate } from './testing-setup.ts'
import { testDatabase, type TestDatabase } from './testing.ts'

let test: TestDatabase
const now = epochMs(Date.UTC(2026, 10, 22, 4, 26, 0, 123))
const deps = () => ({ db: test.db, zoneId: 'zone', clock: () => now })
const command = (commandId: string, input: unknown = { n: 1 }) => ({ commandId, actorId: 'a', name: 'test', input })

beforeAll(async () => {
  test = await testDatabase()
  await test.database.exec(
    'create table probe (id int primary key, n bigint, at timestamptz, day date, body jsonb, tags text[])',
  )
})
afterAll(() => test.database.close())

const countRows = async () => {
  const answer = await sql<{ n: number }>`select count(*) as n from probe`.execute(test.db)
  return answer.rows[0]?.n
}

describe('patterns', () => {
  it('find a text as it is written, anywhere or at the beginning', async () => {
    const texts = ['赔偿100%_问题', '赔偿100元整问题', String.raw`a\b`, 'ab']
    const found = async (pattern: string) => {
      const { rows } = await sql<{ readonly text: string }>`
        select text from unnest(${texts}::text[]) text where text like ${pattern}`.execute(test.db)
      return rows.map(({ text }) => text)
    }

    expect(await found(containing('100'))).toEqual(texts.slice(0, 2))
    expect(await found(containing('0%_'))).toEqual(texts.slice(0, 1))
    expect(await found(containing('\\'))).toEqual(texts.slice(2, 3))
    expect(await found(`${escapeLike('赔偿100%')}%`)).toEqual(texts.slice(0, 1))
    expect(await found(`${escapeLike('偿')}%`)).toEqual([])
  })
})

describe('values', () => {
  it('come back the same from either driver', async () => {
    await sql`insert into probe values (1, ${9007199254740991}, ${at(now)}, ${'2026-02-28'}, ${jsonb({ a: ['x\u0000\u0000', '\\u0000', '\\\u0000', 1] })}, ${['一', "d'e"]})`.execute(
      test.db,
    )

    const answer =
      await sql`select n, at, day, body, tags, count(*) over () as total, 1.50::numeric as amount from probe`.execute(
        test.db,
      )

    expect(answer.rows).toEqual([
      {
        n: 9007199254740991,
        at: now,
        day: '2026-02-28',
        body: { a: ['x', '\\u0000', '\\', 1] },
        tags: ['一', "d'e"],
        total: 1,
        amount: '1.50',
      },
    ])
    await sql`delete from probe`.execute(test.db)
  })

  it('survive a copy out and in', async () => {
    await sql`insert into probe (id, body) values (5, ${jsonb({ text: '两\t行\n' })})`.execute(test.db)
    const bytes = await test.database.copyOut('(select * from probe)')
    await sql`delete from probe`.execute(test.db)

    await test.database.copyIn('probe', bytes)

    const back = await sql`select id, body from probe`.execute(test.db)
    expect(back.rows).toEqual([{ id: 5, body: { text: '两\t行\n' } }])
    await sql`delete from probe`.execute(test.db)
  })
})

describe('migrate', () => {
  it('does nothing the second time', async () => {
    expect(await migrate(test.database)).toEqual([])
  })

  it('leaves nothing of a migration that fails, and names it', async () => {
    const broken = { name: 'core/db/9999_broken', sql: 'create table half (id int); select 1/0;', sha256: 'x' }

    await expect(migrate(test.database, [broken])).rejects.toThrow('core/db/9999_broken failed')

    const half = await sql`select to_regclass('half') as name`.execute(test.db)
    expect(half.rows).toEqual([{ name: null }])
  })

  it('refuses an edited migration', async () => {
    const edited = { name: 'core/db/0001_command', sql: 'select 1', sha256: 'other' }

    await expect(migrate(test.database, [edited])).rejects.toThrow('was edited')
  })
})

describe('runCommand', () => {
  it('gives a repeated id the first answer and changes nothing again', async () => {
    const id = newId()
    const insert = () =>
      runCommand(deps(), command(id), async (tx) => {
        const rows = await sql`insert into probe select coalesce(max(id), 0) + 1 from probe returning id`.execute(tx)
        return ok(rows.rows)
      })

    const first = await insert()
    const second = await insert()

    expect(second).toEqual(first)
    expect(await countRows()).toBe(1)
  })

  it('refuses an id that was used for something else', async () => {
    const id = newId()
    await runCommand(deps(), command(id), async () => ok(1))

    const other = await runCommand(deps(), command(id, { n: 2 }), async () => ok(1))

    expect(other).toEqual(err({ kind: 'command_reused', commandId: id }))
  })

  it('rolls a refusal back and lets the same id try again', async () => {
    const id = newId()
    const refused = await runCommand(deps(), command(id), async (tx) => {
      await sql`insert into probe (id) values (100)`.execute(tx)
      return err({ kind: 'no' })
    })

    expect(refused).toEqual(err({ kind: 'no' }))
    expect(await countRows()).toBe(1)
    expect(await runCommand(deps(), command(id), async () => ok('yes'))).toEqual(ok('yes'))
  })

  it('runs once when the same command arrives eight times at once', async () => {
    const id = newId()
    const before = await countRows()

    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        runCommand(deps(), command(id), async (tx) => {
          const rows = await sql`insert into probe select coalesce(max(id), 0) + 1 from probe returning id`.execute(tx)
          return ok(rows.rows)
        }).catch(() => 'collision on the probe key'),
      ),
    )

    const given = answers.filter((answer) => typeof answer !== 'string')
    expect(new Set(given.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await countRows()).toBe((before ?? 0) + 1)
  })
})

describe.runIf(process.env.TEST_DATABASE_URL)('the database that tests are copied from', () => {
  it('is made once by runs that begin at the same moment', async () => {
    const url = process.env.TEST_DATABASE_URL ?? ''
    const name = `tz_test_template_${process.pid}`
    const admin = await openDatabase({ databaseUrl: url, connectionsMax: 1 })
    try {
      await Promise.all([prepareTemplate(url, name), prepareTemplate(url, name), prepareTemplate(url, name)])
      const made = await openDatabase({ databaseUrl: databaseUrlFor(url, name), connectionsMax: 1 })
      expect(await migrate(made)).toEqual([])
      await made.close()
    } finally {
      await admin.exec(`drop database if exists ${name} with (force)`)
      await admin.close()
    }
  })
})
