import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Choice } from '@tingzhou/bpmn'
import { caseZone, cleanWalk, dueAtOf, nameOfChoice, shippedDefinition, walkPaths } from '@tingzhou/casework/testing'
import { at, flushBatch, newBatch, newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs } from '@tingzhou/kernel'
import { createParty, type Actor, type Role } from '@tingzhou/parties'
import { keepOverseasBook } from '../stock/accounts.ts'
import '../tables.ts'
import { bookShipment } from './book.ts'
import { makeMove } from './moves.ts'
import { shipmentHost } from './process.ts'
import type { Move, MoveName } from './shipment-contract.ts'

// A Monday at ten in Beijing.
const start = epochMs(Date.UTC(2026, 2, 2, 2))
const hour = 3_600_000
const times = { documentsBy: start + 4 * hour, crossBy: start + 8 * hour }

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

it('every path of a shipment is run on rows by the moves of its people, and leaves nothing behind', async () => {
  const definition = await shippedDefinition('modules/crossborder/processes/shipment.bpmn')

  const report = await walkPaths(test.db, {
    definition,
    now: start,
    start: [{ outcome: null, ...times }],
    begin,
    act,
  })

  expect(report).toEqual(cleanWalk)
}, 300_000)

/** A zone without rules, so that only the drawing says what comes next; a booked shipment of ordinary goods. */
async function begin() {
  const cases = await caseZone(test.database, start, (ports) => [shipmentHost(ports)])
  const { zoneId, deps, now } = cases
  const { db } = test
  await db.transaction().execute((tx) => keepOverseasBook(tx, zoneId))
  const exporterId = await createParty(db, zoneId, { kind: 'enterprise', name: '合成出口', synthetic: true }, now())
  const person = (role: Role, partyId: string | null = null): Actor => ({
    accountId: newId(),
    name: role,
    kind: 'person',
    lang: 'zh-CN',
    memberships: [{ role, partyId }],
  })
  const people = {
    exporter: person('enterprise', exporterId),
    dispatcher: person('freight_dispatcher'),
    audit: person('freight_audit'),
    keeper: person('overseas_keeper'),
  }
  const by = { created_at: at(now()), created_by: 'test', updated_at: at(now()), updated_by: 'test' }
  const own = { zone_id: zoneId, synthetic: true, ...by }
  const [contractId, lotId, warehouseId] = [newId(), newId(), newId()]
  const goods = { goods_class: 'general', goods: '合成货物', species: '', sku: 'S1', pieces: 10, remark: '' } as const
  await db
    .insertInto('export_contract')
    .values({
      ...own,
      ...goods,
      id: contractId,
      number: 'H1',
      exporter_id: exporterId,
      buyer: 'B',
      country: 'KZ',
      currency: 'USD',
      price_minor: 1,
      signed_on: '2026-01-01',
      valid_to: '2026-12-31',
    })
    .execute()
  await db
    .insertInto('export_lot')
    .values({
      ...own,
      ...goods,
      id: lotId,
      number: 'L1',
      exporter_id: exporterId,
      nursery_id: null,
      plot_id: null,
      height_cm_min: null,
      height_cm_max: null,
      diameter_mm_min: null,
      diameter_mm_max: null,
      lifted_on: null,
      pruned_on: null,
      disinfected_on: null,
      disinfectant: '',
      bundle_pieces: null,
      inspected_on: null,
      inspector: '',
      certificate: '',
    })
    .execute()
  await db
    .insertInto('overseas_warehouse')
    .values({
      ...own,
      id: warehouseId,
      name: 'W',
      country: 'KZ',
      city: 'Shymkent',
      address: '',
      lon_deg: 69.6,
      lat_deg: 42.3,
      areas: ['A'],
      bonded: false,
    })
    .execute()
  const objectId = await db.transaction().execute(async (tx) => {
    const batch = newBatch()
    const wish = { contractId, warehouseId, pieces: 10, ...times, synthetic: true }
    const asked = { ...wish, from: { name: 'F', position: null }, deliverTo: 'D' }
    const staff = person('admin')
    const booked = await bookShipment(tx, deps, staff, asked, batch)
    assert(booked.ok, `a shipment is booked: ${JSON.stringify(booked)}`)
    await flushBatch(tx, batch)
    return booked.value.id
  })
  const move = async (who: keyof typeof people, name: MoveName, fields: object = {}) => {
    const { rev } = await db
      .selectFrom('export_shipment')
      .select('rev')
      .where('zone_id', '=', zoneId)
      .where('id', '=', objectId)
      .executeTakeFirstOrThrow()
    const asked = { commandId: newId(), rev, move: name, ...fields }
    // The test writes the fields of the move that it names.
    const made = await makeMove(deps, people[who], objectId, asked as unknown as Move)
    assert(made.ok, `${name}: ${JSON.stringify(made)}`)
  }
  // An administrator has no reach of lots by rows; the exporter's own is granted as an entry grants it.
  await db
    .insertInto('reach')
    .values({
      zone_id: zoneId,
      object_kind: 'export_lot',
      object_id: lotId,
      party_id: exporterId,
      relation: 'enterprise',
    })
    .execute()
  await move('exporter', 'lots', { lots: [{ lotId, pieces: 10 }] })
  return { zone: cases, zoneId, objectKind: 'export_shipment', objectId, lotId, move }
}

type Walker = Awaited<ReturnType<typeof begin>>

/** Does what the path says: by a move, or by time. */
async function act(walker: Walker, choice: Choice): Promise<void> {
  if (choice.kind === 'timer') {
    const due = await dueAtOf(test.db, walker, choice.nodeId)
    assert(due, `the timer ${choice.nodeId} is armed`)
    return walker.zone.moveTo(due)
  }
  const known = moves[nameOfChoice(choice)]
  assert(known, `somebody does ${nameOfChoice(choice)}`)
  const [who, name, fields] = known
  await walker.move(who, name, typeof fields === 'function' ? await fields(walker) : fields)
}

type Known = readonly [
  who: 'exporter' | 'dispatcher' | 'audit' | 'keeper',
  move: MoveName,
  fields?: object | ((walker: Walker) => object | Promise<object>),
]
const seen = { at: null, place: 'P', position: null, photoIds: [], seals: [] }
/** Everything that is on is seen. */
async function allSeals({ zoneId }: Walker): Promise<object> {
  const rows = await test.db
    .selectFrom('export_seal')
    .select('number')
    .where('zone_id', '=', zoneId)
    .where('removed_at', 'is', null)
    .execute()
  return { ...seen, seals: rows.map(({ number }) => number) }
}
const held: Known = ['dispatcher', 'hold', { reason: '停' }]
const decided = (decision: string): Known => ['audit', 'decide', { decision, words: '已核' }]

/** Which move does what the path says, and who makes it. */
const moves: Readonly<Record<string, Known>> = {
  'complete collect complete': ['exporter', 'complete'],
  'complete collect cancel': ['exporter', 'cancel', { reason: '不发' }],
  'complete to_declare declare': [
    'exporter',
    'declare',
    { number: 'D1', issuer: '', validFrom: null, validTo: null, fileIds: [] },
  ],
  'complete to_declare cancel': ['exporter', 'cancel', { reason: '不发' }],
  'complete to_inspect pass': ['dispatcher', 'inspect', { ...seen, result: 'passed', inspector: 'I', words: '' }],
  'complete to_inspect hold': ['dispatcher', 'inspect', { ...seen, result: 'failed', inspector: 'I', words: '土' }],
  'complete to_release release': ['dispatcher', 'release', { reference: 'R' }],
  'complete to_release hold': held,
  'complete to_cross cross': ['dispatcher', 'cross', allSeals],
  'complete to_cross hold': ['dispatcher', 'cross', () => ({ ...seen, seals: [newId()] })],
  'complete to_arrive arrive': ['keeper', 'arrive', allSeals],
  'complete to_arrive hold': held,
  'complete to_receive': [
    'keeper',
    'receive',
    // All of it is damaged, so that nothing is left to go out.
    ({ lotId }) => ({
      area: 'A',
      document: 'R',
      currency: 'USD',
      priceMinor: 1,
      rateMilli: 7_100,
      lots: [{ lotId, received: 0, damaged: 10 }],
    }),
  ],
  'complete to_deliver': ['keeper', 'deliver', { signer: 'S', photoIds: [] }],
  'complete held_inspect inspect_again': decided('inspect_again'),
  'complete held_inspect send_back': decided('send_back'),
  'complete held_border go_on': decided('go_on'),
  'complete held_border inspect_again': decided('inspect_again'),
  'complete held_border send_back': decided('send_back'),
  'complete held_road go_on': decided('go_on'),
  'complete held_road send_back': decided('send_back'),
}
