import { createHash, randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { caseDeps } from '@tingzhou/casework'
import { at, newId, type Tx } from '@tingzhou/db'
import { verifyLedger } from '@tingzhou/ledger'
import { assert, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { grabLoad } from '../modules/freight/load/grab.ts'
import { readBankMessage } from '../modules/freight/money/bank-report.ts'
import { approveBatch, prepareBatch, readFile, sendBatch } from '../modules/freight/money/batch.ts'
import { receiveMessage } from '../modules/freight/money/receive.ts'
import { fuelCard } from '../modules/freight/money/testing.ts'
import { makeMove } from '../modules/freight/waybill/moves.ts'
import type { Move, MoveName } from '../modules/freight/waybill/waybill-contract.ts'
import { bankAnswers } from '../apps/simpark/bank.ts'
import { figure, quantile, type Figure, type Say } from './harness.ts'
import { mine, plant, type Crew, type FreightZone } from './freight-zone.ts'

const workers = 8
/** A bank that books everything as it was ordered: how it errs is tested elsewhere. */
const exactBank = { failShare: 0, returnShare: 0, twiceShare: 0, wrongSumShare: 0, unknownShare: 0, bombShare: 0 }

/**
 * Waybills from the grab to the report: every step of the driver, the consignee, the audit, the settlement in the ledger, bank files
 * prepared by one and approved by another, the bank's answers booked, with the events of all of it told at the same time. Each crew
 * makes one trip after the other.
 */
export async function lifeFigures(
  name: string,
  zone: FreightZone,
  count: number,
  say: Say,
): Promise<readonly Figure[]> {
  const { crews, people } = zone
  const times: number[] = []
  // Some are weighed heavier than they were planned.
  const loadId = await zone.addLoad(Math.ceil(count * 1.05))
  const began = performance.now()
  for (let done = 0; done < count; done += crews.length) {
    const crewsOfRound = crews.slice(0, Math.min(crews.length, count - done))
    await driveAll(zone, loadId, crewsOfRound, times)
    await payAll(zone)
    await inTurn(await idsIn(zone, 'paid'), async (id) => {
      await step(zone, id, people.machine, { move: 'report', messageId: newId(), answer: 'accepted' }, times)
    })
    // As a server does by itself whenever a table has grown by a tenth.
    if (done % 2_000 === 0) await sql`analyze`.execute(zone.db)
    zone.wait(180)
    const seconds = (performance.now() - began) / 1_000
    say(`${name}: ${done + crewsOfRound.length} waybills in ${seconds.toFixed(0)} s`)
  }
  const seconds = (performance.now() - began) / 1_000
  await zone.server.relay.settle()
  return [
    figure(
      `${name}: waybills from the grab to the report`,
      await countIn(zone, loadId, 'reported'),
      'waybills',
      `>= ${count}`,
    ),
    figure(`${name}: waybills carried, ${workers} at once`, count / seconds, 'waybills/s'),
    figure(`${name}: steps of waybills, money and events beside them`, times.length / seconds, 'steps/s'),
    figure(`${name}: p50 of a step`, quantile(times, 0.5), 'ms'),
    figure(`${name}: p99 of a step`, quantile(times, 0.99), 'ms'),
    ...(await balanceFigures(name, zone, loadId)),
  ]
}

/** One trip of every crew, all of them a step further at a time. */
async function driveAll(zone: FreightZone, loadId: string, crews: readonly Crew[], times: number[]): Promise<void> {
  const trips: { readonly crew: Crew; readonly id: string }[] = []
  await inTurn(crews, async (crew) => {
    const grab = { commandId: newId(), id: loadId, vehicleId: crew.vehicleId, driverId: null, plan: null }
    const start = performance.now()
    const taken = await grabLoad(zone.deps, crew.driver, grab)
    times.push(performance.now() - start)
    assert(taken.ok, `a truckload is grabbed: ${JSON.stringify(taken)}`)
    trips.push({ crew, id: taken.value.id })
  })
  const { consignee, audit, finance } = zone.people
  const near = (spot: typeof mine | typeof plant) => ({
    position: { ...spot, accuracyM: 10 },
    photoIds: [],
    reason: '',
  })
  const grossOf = new Map(trips.map(({ id }) => [id, 47_000 + randomInt(1_000)]))
  const grossKg = (id: string): number => grossOf.get(id) ?? 0
  const steps: readonly ((trip: (typeof trips)[number]) => Promise<readonly [Actor, Asked]>)[] = [
    async ({ crew }) => [crew.driver, { move: 'arrive_load', ...near(mine) }],
    async ({ crew, id }) => [crew.driver, { move: 'load', slip: await slip(zone, crew.driver, grossKg(id)) }],
    async ({ crew }) => [crew.driver, { move: 'depart' }],
    async ({ crew }) => [crew.driver, { move: 'arrive_unload', ...near(plant) }],
    async ({ crew, id }) => [
      crew.driver,
      { move: 'unload', slip: await slip(zone, crew.driver, grossKg(id) - randomInt(200)) },
    ],
    async () => [
      consignee,
      { move: 'sign', signer: 'consignee', signedBy: 'signature', code: null, fileId: await picture(zone, consignee) },
    ],
    async () => [audit, { move: 'audit', overrides: [] }],
    async () => [finance, { move: 'settle', items: [], parts: [fuelCard], why: '' }],
  ]
  for (const ask of steps) {
    zone.wait(20)
    await inTurn(trips, async (trip) => {
      const [actor, asked] = await ask(trip)
      await step(zone, trip.id, actor, asked, times)
    })
  }
}

type Asked = { readonly move: MoveName } & Readonly<Record<string, unknown>>

async function step(zone: FreightZone, id: string, actor: Actor, asked: Asked, times: number[]): Promise<void> {
  const { rev } = await zone.db
    .selectFrom('freight_waybill')
    .select('rev')
    .where('zone_id', '=', zone.zoneId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  // The steps above write the fields of the move that they name.
  const move = { commandId: newId(), rev, at: null, sentAt: null, position: null, ...asked } as unknown as Move
  const start = performance.now()
  const moved = await makeMove(caseDeps(zone.deps), actor, id, move)
  times.push(performance.now() - start)
  assert(moved.ok, `${asked.move}: ${JSON.stringify(moved)}`)
}

/** Everything that is due goes to the bank in files of at most five hundred, is booked, and the waybills are paid. */
async function payAll(zone: FreightZone): Promise<void> {
  const { deps, db, people } = zone
  const within = <T, E>(body: (tx: Tx) => Promise<Result<T, E>>): Promise<T> =>
    db.transaction().execute(async (tx) => {
      const answer = await body(tx)
      assert(answer.ok, JSON.stringify(answer))
      return answer.value
    })
  while ((await countDue(zone)) > 0) {
    const { id } = await within((tx) => prepareBatch(tx, deps, people.finance, { paymentIds: null }))
    await within((tx) => approveBatch(tx, deps, people.second, { id, rev: 1 }))
    await within((tx) => sendBatch(tx, deps, people.finance, { id, rev: 2 }))
    const file = await readFile(db, zone.zoneId, id)
    assert(file, 'the file is there')
    for (const { xml } of bankAnswers('bench', file.xml, exactBank)) {
      const read = readBankMessage(xml)
      assert(read.ok, JSON.stringify(read))
      const message = { message: read.value, sha256: createHash('sha256').update(xml).digest('hex') }
      await within((tx) => receiveMessage(tx, deps, people.finance, message))
    }
  }
  await zone.server.relay.settle()
}

async function countDue({ db, zoneId }: FreightZone): Promise<number> {
  const { n } = await db
    .selectFrom('freight_payment')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'due')
    .where('means', '=', 'bank')
    .executeTakeFirstOrThrow()
  return n
}

async function idsIn({ db, zoneId }: FreightZone, state: 'paid'): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('freight_waybill')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('state', '=', state)
    .execute()
  return rows.map(({ id }) => id)
}

async function countIn({ db, zoneId }: FreightZone, loadId: string, state: 'reported') {
  const { n } = await db
    .selectFrom('freight_waybill')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('load_id', '=', loadId)
    .where('state', '=', state)
    .executeTakeFirstOrThrow()
  return n
}

/** Ledger, payments, sheets and load against each other. */
async function balanceFigures(name: string, { db, zoneId }: FreightZone, loadId: string): Promise<readonly Figure[]> {
  const { faults, transfers } = await verifyLedger(db, zoneId)
  const { rows } = await sql<{ payable: number; unequal: number; taken: number; net: number }>`select
    (select coalesce(sum(abs(credits - debits)), 0)::float8 from ledger_account
      where zone_id = ${zoneId} and code = 'carrier_payable') as payable,
    (select count(*)::int from freight_waybill w
      join freight_settlement s on s.zone_id = w.zone_id and s.waybill_id = w.id and s.version = w.settlement_version
      where w.zone_id = ${zoneId} and w.load_id = ${loadId} and (s.sheet -> 'totals' ->> 'outFen')::bigint is distinct from (
        select sum(p.amount_fen) from freight_payment p
        where p.zone_id = w.zone_id and p.waybill_id = w.id and p.state = 'done')) as unequal,
    (select taken::float8 from freight_load where zone_id = ${zoneId} and id = ${loadId}) as taken,
    (select sum(load_net_kg)::float8 from freight_waybill where zone_id = ${zoneId} and load_id = ${loadId}) as net`.execute(
    db,
  )
  const [row] = rows
  assert(row, 'the sums are there')
  return [
    figure(`${name}: transfers booked`, transfers, 'transfers'),
    figure(`${name}: faults found by the ledger's verifier`, faults.length, 'faults', '<= 0'),
    figure(`${name}: still payable to carriers`, row.payable, 'fen', '<= 0'),
    figure(`${name}: waybills whose payments are not their sheet's sum`, row.unequal, 'waybills', '<= 0'),
    figure(`${name}: what the load says is taken, less what was weighed`, Math.abs(row.taken - row.net), 'kg', '<= 0'),
  ]
}

async function slip(zone: FreightZone, actor: Actor, grossKg: number) {
  return {
    number: `BD${newId().slice(-6)}`,
    grossKg,
    tareKg: 15_000,
    source: 'manual',
    photoId: await picture(zone, actor),
    operator: '',
  }
}

/** A picture that somebody has uploaded, different each time. */
async function picture({ db, zoneId, now }: FreightZone, actor: Actor): Promise<string> {
  const id = newId()
  await db
    .insertInto('file')
    .values({
      zone_id: zoneId,
      id,
      sha256: createHash('sha256').update(id).digest('hex'),
      size_bytes: 1,
      media_type: 'image/jpeg',
      name: 'slip.jpg',
      purpose: 'evidence',
      width: 1,
      height: 1,
      thumbnail_sha256: null,
      original_sha256: null,
      original_size_bytes: null,
      longitude: null,
      latitude: null,
      taken_at: null,
      uploaded_by: actor.accountId,
      uploaded_at: at(now()),
    })
    .execute()
  return id
}

/** All of them, eight at once. */
async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = all.values()
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (const one of waiting) await work(one)
    }),
  )
}
