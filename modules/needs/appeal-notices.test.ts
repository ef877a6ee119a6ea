import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instantOf } from '@tingzhou/calendar'
import type { Json } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { localDate } from '@tingzhou/kernel'
import { createParties, grantRoles } from '@tingzhou/parties'
import { noticeHandler } from './appeal-notices.ts'
import { testZone } from './testing.ts'

let test: TestDatabase
let zone: Awaited<ReturnType<typeof testZone>>
let id: string

beforeAll(async () => {
  test = await testDatabase()
  zone = await testZone(test.database, instantOf(localDate('2026-03-02'), '10:00'))
  const { people, zoneId } = zone
  const accounts = [people.head, people.officer, people.otherHead]
  await createParties(
    test.db,
    zoneId,
    accounts.map(({ accountId, name }) => ({ id: accountId, kind: 'person', name, synthetic: true })),
    zone.now(),
  )
  for (const { accountId, memberships } of accounts)
    await grantRoles(test.db, zoneId, accountId, memberships, 'test', zone.now())
  id = await zone.raise()
  await zone.move(id, people.dispatcher, 'dispatch', { ownerId: zone.departments.power, assistantIds: [], note: '' })
})
afterAll(() => test.database.close())

/** Who is told of the event. */
async function told(type: string, data: Json): Promise<readonly string[]> {
  const { zoneId, people } = zone
  const event = { position: 1, type, objectKind: 'appeal', objectId: id, at: zone.now(), data, to: [] }
  const rows = await test.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('notice').where('zone_id', '=', zoneId).execute()
    await noticeHandler(zone.deps).handle(tx, event)
    return tx.selectFrom('notice').select('account_id').where('zone_id', '=', zoneId).execute()
  })
  const name = (accountId: string) =>
    Object.entries(people).find(([, one]) => one.accountId === accountId)?.[0] ?? accountId
  return rows.map((row) => name(row.account_id)).toSorted()
}

describe('the ladder tells', () => {
  it('the officers at half the time, the head at four fifths, the head of what is late', async () => {
    expect(await told('needs.reminded', { rung: 'at50' })).toEqual(['officer'])
    expect(await told('needs.reminded', { rung: 'at80' })).toEqual(['head'])
    expect(await told('needs.supervised', { level: 1, auto: true })).toEqual(['head'])
  })

  it('the head at half the time where the department has no officer', async () => {
    const other = await zone.raise()
    await zone.move(other, zone.people.dispatcher, 'dispatch', {
      ownerId: zone.departments.water,
      assistantIds: [],
      note: '',
    })
    const first = id
    id = other
    expect(await told('needs.reminded', { rung: 'at50' })).toEqual(['otherHead'])
    id = first
  })
})
