import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { waybillZone } from './testing.ts'
import { findWaybillStand } from './waybill-stand.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

it('tells other modules how a waybill stands, and a reader only of those within reach', async () => {
  const zone = await waybillZone(test.database, epochMs(Date.UTC(2026, 2, 2, 2)))
  const id = await zone.begin('accepted')
  const stand = (reader?: typeof zone.people.shipper) => findWaybillStand(test.db, zone.zoneId, id, reader)

  expect(await stand()).toMatchObject({ id, state: 'accepted', signed: false })
  expect(await stand(zone.people.shipper)).toMatchObject({ id, number: (await zone.row(id)).number })
  expect(await stand(zone.people.stranger)).toBeNull()
  expect(await findWaybillStand(test.db, zone.zoneId, newId())).toBeNull()
})
