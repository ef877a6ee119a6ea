import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import type { Tx } from '@tingzhou/db'
import { inTurn } from './in-turn.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
  await test.database.exec('create table probe_turn (n int primary key)')
})
afterAll(() => test.database.close())

const add = (tx: Tx, ...numbers: number[]) => sql`insert into probe_turn select unnest(${numbers}::int[])`.execute(tx)
const kept = async () => {
  const answer = await sql<{ n: number }>`select n from probe_turn order by n`.execute(test.db)
  return answer.rows.map(({ n }) => n)
}

describe('inTurn', () => {
  it('runs each write behind the one before, and makes it before that one is done', async () => {
    const order: string[] = []
    const write = (tx: Tx, n: number) => async () => {
      order.push(`made ${n}`)
      await sql`insert into probe_turn select ${n}::int where ${n}::int = 1 or exists (select from probe_turn where n = ${n}::int - 1)`.execute(
        tx,
      )
      order.push(`done ${n}`)
    }

    await test.db.transaction().execute((tx) => inTurn([1, 2, 3].map((n) => write(tx, n))))

    expect(await kept()).toEqual([1, 2, 3])
    expect(order.slice(0, 3)).toEqual(['made 1', 'made 2', 'done 1'])
    // One ahead, not all at once.
    expect(order.indexOf('made 3')).toBeGreaterThan(2)
  })

  it('throws what failed first, makes no more, and leaves nothing behind the rollback', async () => {
    const made: string[] = []
    let fail = () => {}
    const failed = new Promise<void>((resolve) => (fail = resolve))
    const writes = (tx: Tx) => [
      async () => add(tx, 10),
      async () => add(tx, 11, 11).finally(fail),
      // Made in time, sent late.
      async () => {
        made.push('third')
        await failed
        for (let i = 0; i < 20; i++) await setImmediate()
        await add(tx, 12)
      },
      async () => made.push('fourth'),
    ]

    await expect(test.db.transaction().execute((tx) => inTurn(writes(tx)))).rejects.toMatchObject({ code: '23505' })

    expect(made).toEqual(['third'])
    // Whatever was still on its way has arrived before this answer.
    expect(await kept()).toEqual([1, 2, 3])
  })

  it('throws what a write threw before it reached the database', async () => {
    const broken = async () => {
      throw new Error('cannot be made')
    }

    await expect(
      test.db.transaction().execute((tx) => inTurn([async () => add(tx, 20), broken, async () => add(tx, 21)])),
    ).rejects.toThrow('cannot be made')

    expect(await kept()).toEqual([1, 2, 3])
  })
})
