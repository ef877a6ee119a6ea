import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { createParties, grantRoles } from '@tingzhou/parties'
import { alarmNotices } from './notices.ts'
import { noon, plantZone, ruleOf } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

describe('the bell of alarms', () => {
  it('rings ten times in ten minutes, then says once to each position that there is a flood; red comes through', async () => {
    const zone = await plantZone(test.database)
    const { db, zoneId, clock } = zone
    const T = zone.one.T ?? 0
    const people = { dispatcher: newId(), duty_officer: newId() }
    for (const role of ['dispatcher', 'duty_officer'] as const) {
      const id = people[role]
      await createParties(db, zoneId, [{ id, kind: 'person', name: role, synthetic: true }], clock())
      await grantRoles(db, zoneId, id, [{ role, partyId: null }], 'test', clock())
      for (let index = 0; index < 12; index++) {
        const condition = { kind: 'limit', side: 'hi', limit: 50 + index }
        await zone.give({ pointId: T }, ruleOf({ key: `${role}_${index}`, condition, owner: role }))
      }
    }
    await zone.give(
      { pointId: T },
      ruleOf({ key: 'red', condition: { kind: 'limit', side: 'hi', limit: 70 }, level: 1 }),
    )
    await zone.open()
    for (const [index, value] of [51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 71].entries()) {
      await zone.send(T, noon + index * 1_000, value)
      await zone.settle()
    }

    const handler = alarmNotices({ zoneId })
    for (const { id, announced_at } of await zone.alarms()) {
      const event = { position: 1, type: 'alarms.announced', objectKind: 'alarm', objectId: id, data: {}, to: [] }
      await db.transaction().execute((tx) => handler.handle(tx, { ...event, at: announced_at ?? clock() }))
    }

    const told = async (account: string) => {
      const rows = await db
        .selectFrom('notice')
        .select('title_key')
        .where('zone_id', '=', zoneId)
        .where('account_id', '=', account)
        .orderBy('at')
        .execute()
      return rows.map(({ title_key }) => title_key)
    }
    const ten = Array.from({ length: 10 }, () => 'alarms:level_2')
    expect(await told(people.dispatcher)).toEqual([...ten, 'alarms:flood', 'alarms:level_1'])
    expect(await told(people.duty_officer)).toEqual([...ten, 'alarms:flood'])
  })
})
