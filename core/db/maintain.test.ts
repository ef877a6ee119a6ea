import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maintainDatabase } from './index.ts'
import { testDatabase, type TestDatabase } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

it('renews the statistics of tables that changed much, once, and leaves a server to itself', async () => {
  await sql`insert into command (zone_id, id, name, actor_id, input_sha256, answer, at)
    select 'zone', gen_random_uuid(), 'n', 'a', 'x', '{}', now() from generate_series(1, 500)`.execute(test.db)

  const first = await maintainDatabase(test.database)

  const embedded = test.database.kind === 'pglite'
  expect(first.includes('command')).toBe(embedded)
  expect(await maintainDatabase(test.database)).toEqual([])
})
