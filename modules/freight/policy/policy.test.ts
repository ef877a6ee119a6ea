import { afterAll, beforeAll, expect, it } from 'vitest'
import { localDateOf } from '@tingzhou/calendar'
import { at, newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import { policyFor } from './policy.ts'

const now = epochMs(Date.UTC(2026, 2, 2, 2))
const zoneId = `zone-${newId().slice(-6)}`
let test: TestDatabase
let shipperId: string
let otherId: string
beforeAll(async () => {
  test = await testDatabase()
  const firm = (name: string) =>
    test.db.transaction().execute((tx) => createParty(tx, zoneId, { kind: 'enterprise', name, synthetic: true }, now))
  shipperId = await firm('合成货主')
  otherId = await firm('合成旁人')
})
afterAll(() => test.database.close())

const enter = (number: string, validFrom: string, validTo: string, over: object = {}) =>
  test.db
    .insertInto('freight_policy')
    .values({
      zone_id: zoneId,
      id: newId(),
      shipper_id: null,
      insurer_code: 'PICC',
      number,
      sum_fen: 500_000_00,
      remark: '',
      synthetic: true,
      valid_from: validFrom,
      valid_to: validTo,
      created_at: at(now),
      created_by: 'test',
      updated_at: at(now),
      updated_by: 'test',
      ...over,
    })
    .execute()

it('a policy covers from the first moment of its first day in Beijing to the last of its last', async () => {
  await enter('DAYS', '2026-03-02', '2026-03-03')
  const covered = async (utc: string) =>
    (
      await test.db
        .transaction()
        .execute((tx) => policyFor(tx, zoneId, shipperId, localDateOf(epochMs(Date.parse(utc)))))
    )?.number ?? null

  expect(await covered('2026-03-01T15:59:59.999Z')).toBe(null)
  expect(await covered('2026-03-01T16:00:00Z')).toBe('DAYS')
  expect(await covered('2026-03-03T15:59:59.999Z')).toBe('DAYS')
  expect(await covered('2026-03-03T16:00:00Z')).toBe(null)
})

it('the own before the platform’s, the one that lasts longest, never another’s or a closed one', async () => {
  const of = async (id: string) =>
    (await test.db.transaction().execute((tx) => policyFor(tx, zoneId, id, '2026-06-01')))?.number ?? null
  await enter('CLOSED', '2026-06-01', '2026-12-31', { state: 'closed' })
  expect(await of(shipperId)).toBe(null)
  await enter('ALL', '2026-06-01', '2026-12-31')
  await enter('OWN', '2026-06-01', '2026-06-30', { shipper_id: shipperId })
  await enter('OWN-LONGER', '2026-05-01', '2026-07-31', { shipper_id: shipperId })

  expect(await of(shipperId)).toBe('OWN-LONGER')
  expect(await of(otherId)).toBe('ALL')
})
