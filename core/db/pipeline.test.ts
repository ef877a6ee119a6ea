import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { at, executeTogether } from './index.ts'
import { toText } from './parameter.ts'
import { testDatabase, type TestDatabase } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
  await test.database.exec('create table probe (id int primary key, tags text[], bytes bytea)')
})
afterAll(() => test.database.close())

const insert = (id: number) => sql`insert into probe (id) values (${id})`.execute(test.db)
const idsFrom = (from: number) => sql<{ id: number }>`select id from probe where id >= ${from} order by id`

describe('a statement', () => {
  it('that fails the first time it is prepared can be run again', async () => {
    const divide = (by: number) => sql<{ n: number }>`select 10 / ${by}::int as n`.execute(test.db)

    await expect(divide(0)).rejects.toMatchObject({ code: '22012' })

    expect((await divide(5)).rows).toEqual([{ n: 2 }])
    await expect(divide(0)).rejects.toMatchObject({ code: '22012' })
    expect((await divide(2)).rows).toEqual([{ n: 5 }])
  })

  it('that cannot be parsed is refused every time, and what follows runs', async () => {
    const wrong = () => sql`select nothing_there from probe where id = ${1}`.execute(test.db)

    await expect(wrong()).rejects.toMatchObject({ code: '42703' })
    await expect(wrong()).rejects.toMatchObject({ code: '42703' })

    expect((await insert(1)).numAffectedRows).toBe(1n)
    expect((await sql`update probe set tags = '{}' where id > ${100}`.execute(test.db)).numAffectedRows).toBe(0n)
  })

  it('may stand twice in a packet', async () => {
    await test.db.transaction().execute(async (tx) => {
      const one = tx.selectFrom('command').select('id').where('id', '=', '01a220c4-f2d0-75d0-9601-1b3c2e8d5ec6')

      expect(await executeTogether(tx, one, sql`${one}`)).toEqual([[], []])
      expect(await executeTogether(tx, one, sql`${one}`)).toEqual([[], []])
    })
  })

  it('that fails at the end of a transaction undoes the transaction', async () => {
    const twice = test.db.transaction().execute(async (tx) => {
      await sql`insert into probe (id) values (${20})`.execute(tx)
      await sql`insert into probe (id) values (${20})`.execute(tx)
    })

    await expect(twice).rejects.toMatchObject({ code: '23505', constraint: 'probe_pkey' })

    expect((await idsFrom(20).execute(test.db)).rows).toEqual([])
  })
})

describe('a parameter', () => {
  it('arrives as it was sent', async () => {
    const tags = ['plain', 'a "quoted" one', 'back\\slash', 'comma, {brace}', '', 'null', '庭州']
    const bytes = new Uint8Array([0, 92, 255])
    await sql`insert into probe (id, tags, bytes) values (${30}, ${tags}, ${bytes})`.execute(test.db)

    const { rows } = await sql<{
      tags: string[]
      hex: string
    }>`select tags, encode(bytes, 'hex') as hex from probe where id = ${30}`.execute(test.db)

    expect(rows).toEqual([{ tags, hex: '005cff' }])
  })

  it('is written as the server reads it', () => {
    expect(toText([1, null, [true, 'x"y']])).toBe('{"1",null,{"true","x\\"y"}}')
    expect(toText({ a: 1 })).toBe('{"a":1}')
    expect(toText(undefined)).toBeNull()
    expect(toText(at(epochMs(Date.UTC(12_026, 0, 1))))).toBe('12026-01-01T00:00:00.000Z')
    expect(() => toText(() => 1)).toThrow('a parameter cannot be a function')
  })
})
