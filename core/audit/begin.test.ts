import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { beginHistory } from './begin.ts'
import { appendHistory } from './history.ts'
import { verifyHistory } from './verify.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const entryOf = (objectId: string) => ({
  objectKind: 'firm',
  objectId,
  at: epochMs(Date.UTC(2026, 10, 22, 4, 26, 0, 123)),
  verb: 'imported',
  actorId: 'a',
  actorName: '甲',
  public: true,
  reason: 'register.xlsx',
  data: { added: { name: '甲公司', point: { lon: 87.31, lat: 44.02 }, tags: ['规上'] } },
})

it('writes what appendHistory would write, and the chains go on from there', async () => {
  const { db } = test
  const ids = [newId(), newId(), newId()]
  await db.transaction().execute((tx) => beginHistory(tx, 'zone', ids.map(entryOf)))
  await db.transaction().execute((tx) => appendHistory(tx, 'other', ids.map(entryOf)))
  const [first] = ids
  await db.transaction().execute((tx) => appendHistory(tx, 'zone', [{ ...entryOf(first ?? ''), verb: 'changed' }]))

  const rowsOf = (zone: string) =>
    db
      .selectFrom('history')
      .select(['object_id', 'seq', 'at', 'verb', 'actor_name', 'reason', 'data', 'prev_hash'])
      .where('zone_id', '=', zone)
      .where('verb', '=', 'imported')
      .orderBy('object_id')
      .execute()
  expect(await rowsOf('zone')).toEqual(await rowsOf('other'))
  expect(await verifyHistory(db, 'zone')).toMatchObject({ objects: 3, entries: 4, faults: [] })
})

it('refuses an object that has a history', async () => {
  const id = newId()
  const begin = () => test.db.transaction().execute((tx) => beginHistory(tx, 'zone', [entryOf(id)]))
  await begin()

  await expect(begin()).rejects.toThrow(/history_(head_)?pkey/)
})
