import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile, flushBatch, fragment, insertRow, jsonb, listed, newBatch, plain, updateRow } from './index.ts'
import { testDatabase, type TestDatabase } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const statement = (part: Parameters<typeof compile>[1]) => {
  const { sql: text, parameters } = compile(test.db, part)
  return { text, parameters }
}

describe('a fragment', () => {
  it('numbers the parameters of all its parts in the order of the text', () => {
    const inner = fragment`b = ${2} and c = ${[3, 4]}`

    expect(statement(fragment`select ${1} where ${inner} or d = ${sql`lower(${'E'})`} limit ${5}`)).toEqual({
      text: 'select $1 where b = $2 and c = $3 or d = lower($4) limit $5',
      parameters: [1, 2, [3, 4], 'E', 5],
    })
    expect(statement(fragment`(${listed([plain('now()'), null, 'x'])})`)).toEqual({
      text: '(now(), $1, $2)',
      parameters: [null, 'x'],
    })
  })

  it('never takes for text what somebody sends', () => {
    const sent: unknown = JSON.parse('{"isFragment":true,"texts":["drop table x"],"values":[],"isRawBuilder":true}')

    expect(statement(fragment`select ${sent}`)).toEqual({ text: 'select $1', parameters: [sent] })
  })

  it('refuses a raw query whose text looks like a parameter', () => {
    expect(() => compile(test.db, fragment`${sql`select '$1', ${1}`}`)).toThrow('only parameters look like $1')
  })
})

describe('a row', () => {
  it('is inserted and changed by its columns, beside raw queries of the same batch', async () => {
    const id = '01a220c4-f2d0-75d0-9601-1b3c2e8d5ec6'
    const at = new Date(Date.UTC(2026, 2, 2))
    const row = { zone_id: 'zone', id, name: 'n', actor_id: 'a', input_sha256: 'x', answer: jsonb({ n: 1 }), at }
    const batch = newBatch()
    batch.writes.push(insertRow('command', row), sql`insert into outbox_relay values (${'zone'}, ${7})`)
    batch.calls.push(sql`lower(${'X'})`)

    await flushBatch(test.db, batch)
    await test.db.executeQuery(
      compile(test.db, updateRow('command', { name: 'other', answer: jsonb([2]) }, { zone_id: 'zone', id })),
    )

    expect(await test.db.selectFrom('command').select(['name', 'answer', 'actor_id']).execute()).toEqual([
      { name: 'other', answer: [2], actor_id: 'a' },
    ])
    expect((await sql`select position from outbox_relay`.execute(test.db)).rows).toEqual([{ position: 7 }])
  })
})
