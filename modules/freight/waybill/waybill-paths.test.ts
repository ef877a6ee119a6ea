import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Choice, Path } from '@tingzhou/bpmn'
import { cleanWalk, dueAtOf, nameOfChoice, shippedDefinition, walkPaths } from '@tingzhou/casework/testing'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { mine, plant, waybillZone } from './testing.ts'
import type { MoveName } from './waybill-contract.ts'

type Zone = Awaited<ReturnType<typeof waybillZone>>
type Asked = { readonly move: MoveName } & Readonly<Record<string, unknown>>

// A Monday at ten in Beijing.
const start = epochMs(Date.UTC(2026, 2, 2, 2))
const hour = 3_600_000
const vars = { outcome: null, offerUntil: start + hour / 2, loadUntil: start + 4 * hour }

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

it('every path of a waybill is run on rows by the moves of its people, and leaves nothing behind', async () => {
  const definition = await shippedDefinition('modules/freight/processes/waybill.bpmn')

  const report = await walkPaths(test.db, {
    definition,
    now: start,
    start: [
      { ...vars, how: 'offered' },
      { ...vars, how: 'accepted', offerUntil: null },
      { ...vars, how: 'transload', offerUntil: null, loadUntil: null },
    ],
    begin,
    act,
  })

  expect(report).toEqual(cleanWalk)
}, 300_000)

type Walker = Awaited<ReturnType<typeof begin>>

async function begin([first]: Path) {
  assert(first?.kind === 'start', 'a path begins with a start')
  const zone = await waybillZone(test.database, start)
  const walker = (objectId: string) => ({ zone, zoneId: zone.zoneId, objectKind: 'freight_waybill', objectId })
  if (first.vars.how !== 'transload')
    return walker(await zone.begin(first.vars.how === 'accepted' ? 'accepted' : 'offered'))
  const id = await zone.begin('accepted')
  for (const [actor, asked] of await toAccident(zone)) await zone.move(id, actor, asked)
  await zone.move(id, zone.people.dispatcher, await fieldsOf(zone, 'transload'))
  const leg = await test.db
    .selectFrom('freight_waybill')
    .select('id')
    .where('zone_id', '=', zone.zoneId)
    .where('serial', '=', '0002')
    .executeTakeFirstOrThrow()
  return walker(leg.id)
}

async function toAccident(zone: Zone): Promise<readonly (readonly [Actor, Asked])[]> {
  const { driver } = zone.people
  return [
    [driver, await fieldsOf(zone, 'arrive_load')],
    [driver, await fieldsOf(zone, 'load')],
    [driver, await fieldsOf(zone, 'depart')],
    [driver, await fieldsOf(zone, 'accident')],
  ]
}

/** Every field of a move, as its people fill it in. */
async function fieldsOf(zone: Zone, move: MoveName): Promise<Asked> {
  const { crews, places, people } = zone
  const by = people.carrier
  const near = (spot: typeof mine | typeof plant) => ({
    position: { ...spot, accuracyM: 10 },
    photoIds: [],
    reason: '',
  })
  const fields: Partial<Record<MoveName, object>> = {
    refuse: { reason: '车坏了' },
    cancel: { reason: '不去了' },
    arrive_load: near(mine),
    load: { slip: await zone.slip(people.driver, 47_000) },
    arrive_unload: near(plant),
    unload: { slip: await zone.slip(by, 46_900) },
    accident: { words: '爆胎', photoIds: [] },
    resume: { words: '已修好' },
    divert: { placeId: places.yard, reason: '改卸' },
    transload: {
      carrierId: crews.second.trio.carrier,
      driverId: crews.second.trio.driver,
      vehicleId: crews.second.trio.vehicle,
      reason: '换车',
    },
    sign: { signer: '收货人', signedBy: 'signature', code: null, fileId: await zone.picture(people.consignee) },
    unweigh: { reason: '磅单写错' },
    unsign: { reason: '签错' },
    dispute: { kind: 'weight', words: '少了', askedFen: 100_00, photoIds: [] },
    decide: { decision: 'upheld', upheldFen: 50_00, words: '各半' },
    audit: { overrides: [] },
    settle: { items: [], parts: [], why: '' },
    report: { messageId: 'M1', answer: '1001' },
  }
  return { move, ...fields[move] }
}

/** Does what the path says: by a move, or by time. */
async function act(walker: Walker, choice: Choice): Promise<void> {
  const { zone, objectId: id } = walker
  if (choice.kind === 'timer') {
    const due = await dueAtOf(test.db, walker, choice.nodeId)
    assert(due, `the timer ${choice.nodeId} is armed`)
    return zone.moveTo(due)
  }
  const name = nameOfChoice(choice)
  const known = moves[name]
  assert(known, `somebody does ${name}`)
  const [move, who] = known
  if (move === 'pay') await zone.bankPays(id)
  const asked = await fieldsOf(zone, move)
  // A leg of a transloaded waybill has no slip of its own, so that the first weighing cannot be taken back on it.
  const actor = move === 'load' ? zone.people.driver : zone.people[who]
  if (move === 'load' && (await zone.row(id)).driver_account_id !== actor.accountId)
    return weighAgain(zone, id, zone.people.carrier)
  await zone.move(id, actor, asked)
}

async function weighAgain(zone: Zone, id: string, actor: Actor): Promise<void> {
  await zone.move(id, actor, { move: 'load', slip: await zone.slip(actor, 47_000) })
}

/** Which move does what the path says, and who makes it. */
const moves: Readonly<Record<string, readonly [MoveName, keyof Zone['people']]>> = {
  'complete answer accept': ['accept', 'driver'],
  'complete answer refuse': ['refuse', 'driver'],
  'complete answer cancel': ['cancel', 'dispatcher'],
  'complete to_load arrive': ['arrive_load', 'carrier'],
  'complete to_load cancel': ['cancel', 'driver'],
  'complete weigh_load load': ['load', 'driver'],
  'complete weigh_load cancel': ['cancel', 'carrier'],
  'complete to_depart depart': ['depart', 'carrier'],
  'complete to_depart unweigh': ['unweigh', 'audit'],
  'complete on_the_way arrive': ['arrive_unload', 'carrier'],
  'complete on_the_way accident': ['accident', 'carrier'],
  'complete stopped resume': ['resume', 'carrier'],
  'complete stopped transload': ['transload', 'dispatcher'],
  'complete weigh_unload': ['unload', 'carrier'],
  'complete to_sign sign': ['sign', 'consignee'],
  'complete to_sign unweigh': ['unweigh', 'audit'],
  'complete to_audit audit': ['audit', 'audit'],
  'complete to_audit unsign': ['unsign', 'audit'],
  'complete to_audit dispute': ['dispute', 'shipper'],
  'complete to_settle settle': ['settle', 'finance'],
  'complete to_settle unsign': ['unsign', 'audit'],
  'complete to_settle dispute': ['dispute', 'carrier'],
  'complete decide': ['decide', 'audit'],
  'complete to_pay': ['pay', 'finance'],
  'complete to_report': ['report', 'machine'],
}
