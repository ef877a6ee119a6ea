import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Tx } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import type { PlacedEvent } from '@tingzhou/events'
import { assert, epochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { mine, plant, waybillZone } from '../waybill/testing.ts'
import type { MoveName } from '../waybill/waybill-contract.ts'
import { readBankMessage } from './bank-report.ts'
import { approveBatch, prepareBatch, sendBatch } from './batch.ts'
import { paidHandler } from './paid-handler.ts'
import { setPayer } from './payer.ts'
import { receiveMessage } from './receive.ts'
import { fuelCard } from './testing.ts'
import { notificationOf } from './testing-bank.ts'

type Zone = Awaited<ReturnType<typeof waybillZone>>

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

/** Drives a waybill to its settlement. */
async function settled(zone: Zone, parts: readonly object[]): Promise<string> {
  const { driver, consignee, audit, finance } = zone.people
  const id = await zone.begin('accepted')
  const near = (spot: typeof mine | typeof plant) => ({
    position: { ...spot, accuracyM: 10 },
    photoIds: [],
    reason: '',
  })
  const fileId = await zone.picture(consignee)
  const steps: readonly (readonly [Actor, { readonly move: MoveName } & Readonly<Record<string, unknown>>])[] = [
    [driver, { move: 'arrive_load', ...near(mine) }],
    [driver, { move: 'load', slip: await zone.slip(driver, 47_000) }],
    [driver, { move: 'depart' }],
    [driver, { move: 'arrive_unload', ...near(plant) }],
    [driver, { move: 'unload', slip: await zone.slip(driver, 46_900) }],
    [consignee, { move: 'sign', signer: '收货人', signedBy: 'signature', code: null, fileId }],
    [audit, { move: 'audit', overrides: [] }],
    [finance, { move: 'settle', items: [], parts, why: '' }],
  ]
  for (const [actor, asked] of steps) {
    await zone.moveTo(epochMs(zone.now() + 20 * 60_000))
    await zone.move(id, actor, asked)
  }
  return id
}

const done = <T, E>(result: Result<T, E>): T => {
  assert(result.ok, JSON.stringify(result))
  return result.value
}

/** Tells the handler what the outbox holds of a waybill, as often as asked. */
async function tellAll(zone: Zone, id: string, times = 1): Promise<readonly string[]> {
  const { rows } =
    await sql<PlacedEvent>`select position, type, object_kind as "objectKind", object_id as "objectId", data, at
    from outbox where zone_id = ${zone.zoneId} and object_id = ${id} order by position`.execute(test.db)
  const handler = paidHandler(zone.deps)
  const heard = rows.filter(({ type }) => handler.types.includes(type))
  for (let i = 0; i < times; i++)
    for (const event of heard) await test.db.transaction().execute((tx) => handler.handle(tx, event))
  return heard.map(({ type }) => type)
}

it('moves a waybill to paid once the bank has paid all of it', async () => {
  const zone = await waybillZone(test.database, epochMs(Date.UTC(2026, 2, 2, 2)))
  const { deps, people } = zone
  const { finance } = people
  const second = { ...finance, accountId: 'another' }
  const within = <T>(body: (tx: Tx) => Promise<T>): Promise<T> => test.db.transaction().execute(body)
  const id = await settled(zone, [fuelCard])
  await tellAll(zone, id)
  expect((await zone.row(id)).state).toBe('settled')
  const payer = { holder: 'synthetic', bankCode: 'ICBK', accountNumber: '6222020000000000001', rev: 0, why: 'test' }
  done(await within((tx) => setPayer(tx, deps, finance, payer)))
  const batch = done(await within((tx) => prepareBatch(tx, deps, finance, { paymentIds: null })))
  const step = (rev: number) => ({ id: batch.id, rev })
  done(await within((tx) => approveBatch(tx, deps, second, step(1))))
  done(await within((tx) => sendBatch(tx, deps, finance, step(2))))
  await tellAll(zone, id)
  expect((await zone.row(id)).state).toBe('settled')
  const rows = await test.db
    .selectFrom('freight_payment')
    .select(['id', 'amount_fen'])
    .where('batch_id', '=', batch.id)
    .execute()
  const told = rows.map((row) => ({ paymentId: row.id, amountFen: row.amount_fen, serial: `S-${row.id}` }))
  const message = done(readBankMessage(notificationOf('N1', told)))
  done(await within((tx) => receiveMessage(tx, deps, finance, { message, sha256: 'a' })))

  const heard = await tellAll(zone, id, 3)

  expect(heard).toContain('freight.payments_moved')
  const { state, paid_at: paidAt, next_step: nextStep } = await zone.row(id)
  expect({ state, paidAt, nextStep }).toEqual({ state: 'paid', paidAt: zone.now(), nextStep: 'to_report' })
}, 120_000)

it('moves a waybill to paid at once when wallets have paid all of it', async () => {
  const zone = await waybillZone(test.database, epochMs(Date.UTC(2026, 2, 2, 2)))
  const id = await settled(zone, [{ ...fuelCard, amount: { by: 'sum', fen: 9_999_99 } }])

  await tellAll(zone, id)

  expect((await zone.row(id)).state).toBe('paid')
}, 120_000)
