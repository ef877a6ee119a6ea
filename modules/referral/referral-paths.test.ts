import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Choice, Path } from '@tingzhou/bpmn'
import { instantOf } from '@tingzhou/calendar'
import { cleanWalk, dueAtOf, nameOfChoice, shippedDefinition, walkPaths } from '@tingzhou/casework/testing'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, localDate } from '@tingzhou/kernel'
import type { Vars } from '@tingzhou/process'
import type { MoveName } from './order-contract.ts'
import { freshVars } from './process.ts'
import { returnHandler } from './returns.ts'
import { testZone } from './testing.ts'

type Zone = Awaited<ReturnType<typeof testZone>>

const hour = 3_600_000
// A Monday at the opening of the office.
const start = instantOf(localDate('2026-03-02'), '10:00')

/** The variables that moves and handlers of the module bring, as far as they decide the way. */
const choices: Readonly<Record<string, readonly Vars[]>> = {
  send: [
    { target: 'hospital', offerDueAt: start + hour },
    { target: null, offerDueAt: null },
  ],
  offer: [{ departDueAt: start + 5 * hour }],
  care: [{ summaryDueAt: start + 50 * hour }],
  returned: [{ summaryDueAt: start + 60 * hour }],
  write_summary: [{ followUpDueAt: start + 200 * hour }],
}
const starts: readonly Vars[] = [
  { ...freshVars, followUp: true },
  { ...freshVars, followUp: false },
  { ...freshVars, isReturn: true },
]

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

it('every path of the referral process is run on rows by the moves of the loop, and leaves nothing behind', async () => {
  const definition = await shippedDefinition('modules/referral/processes/referral.bpmn')

  const report = await walkPaths(test.db, { definition, now: start, start: starts, choices, begin, act })

  // Every path is one that people, timers and other orders can take.
  expect(report).toEqual(cleanWalk)
}, 180_000)

type Walker = Awaited<ReturnType<typeof begin>>

const isSend = (choice: Choice): boolean => choice.kind === 'handled' && choice.nodeId === 'send'

/** Opens the order that the path begins with; a way back needs a patient in care. */
async function begin([first, second]: Path) {
  assert(first?.kind === 'start', 'a path begins with a start')
  const zone = await testZone(test.database, start)
  const walker = (objectId: string) => ({ zone, zoneId: zone.zoneId, objectKind: 'referral', objectId })
  if (first.vars.isReturn === true) return walker(await returnOf(zone, await inCare(zone)))
  await arrange(zone, second)
  return walker(await zone.create(first.vars.followUp === true ? {} : { consentScope: ['care'] }))
}

async function inCare(zone: Zone): Promise<string> {
  const id = await zone.create()
  await zone.bringIn(id)
  return id
}

async function returnOf(zone: Zone, id: string): Promise<string> {
  await zone.move(id, zone.people.first, 'ready')
  const back = await test.db
    .selectFrom('referral')
    .select('id')
    .where('zone_id', '=', zone.zoneId)
    .where('return_of', '=', id)
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow()
  return back.id
}

/** Whether the next sending finds an institution: one that nobody asked yet joins the list, or every pair ends. */
async function arrange(zone: Zone, send: Choice | undefined): Promise<void> {
  if (!send || !('vars' in send)) return
  const { home } = zone.institutions
  if (send.vars.target === null) {
    await test.db
      .updateTable('referral_agreement')
      .set({ state: 'ended' })
      .where('zone_id', '=', zone.zoneId)
      .where('home_id', '=', home)
      .execute()
    return
  }
  await zone.agree(home, await zone.institution('hospital', `合成医院 ${zone.now()} ${Math.random()}`), 900)
}

/** Does what the path says: by a move, by time, by the order that brings the patient back. */
async function act(walker: Walker, choice: Choice, later: Path): Promise<void> {
  const { zone, objectId: id } = walker
  await arrange(zone, later.find(isSend))
  if (choice.kind === 'timer') {
    const due = await dueAtOf(test.db, walker, choice.nodeId)
    assert(due, `the timer ${choice.nodeId} is armed`)
    return zone.advance((due - zone.now()) / 1_000)
  }
  const name = nameOfChoice(choice)
  const back = returns[name]
  if (back) return back(zone, id)
  const move = moves[name]
  assert(move, `somebody does ${name}`)
  const { from_id, target_id } = await zone.orderOf(id)
  const { coordinator } = zone.people
  const actor = { sender: zone.clerkOf(from_id), receiver: zone.clerkOf(target_id), coordinator }[move[1]]
  await zone.move(id, actor, move[0], move[0] === 'offer_to' ? { institutionId: zone.institutions.second } : {})
}

/** Which move does what the path says, and who makes it. */
const moves: Readonly<Record<string, readonly [MoveName, 'sender' | 'receiver' | 'coordinator']>> = {
  'complete offer accept': ['accept', 'receiver'],
  'complete offer decline': ['decline', 'receiver'],
  'complete coordinate offer': ['offer_to', 'coordinator'],
  'complete coordinate give_up': ['give_up', 'coordinator'],
  'complete depart depart': ['depart', 'sender'],
  'complete hand_over': ['hand_over', 'sender'],
  'complete take_over': ['take_over', 'receiver'],
  'complete care ready': ['ready', 'receiver'],
  'complete care conclude': ['conclude', 'receiver'],
  'complete write_summary': ['summarise', 'receiver'],
  'complete follow_up': ['follow_up', 'sender'],
  'message cancelled': ['cancel', 'sender'],
}

/** What reaches an order through the one that brings the patient back. */
const returns: Readonly<Record<string, (zone: Zone, id: string) => Promise<void>>> = {
  'message returned': async (zone, id) => {
    const back = await backOf(zone, id)
    const hospital = zone.clerkOf((await zone.orderOf(back)).from_id)
    await zone.bringIn(back, zone.people.nurse, hospital)
    await tell(zone, back)
  },
  'message return_failed': async (zone, id) => {
    const back = await backOf(zone, id)
    await zone.move(back, zone.clerkOf((await zone.orderOf(back)).from_id), 'cancel')
    await tell(zone, back)
  },
}

async function backOf(zone: Zone, id: string): Promise<string> {
  const back = await test.db
    .selectFrom('referral')
    .select('id')
    .where('zone_id', '=', zone.zoneId)
    .where('return_of', '=', id)
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow()
  return back.id
}

/** Relays the last thing that the order told, as the relay would. */
async function tell(zone: Zone, objectId: string): Promise<void> {
  const { type, data, object_kind, at } = await test.db
    .selectFrom('outbox')
    .select(['type', 'data', 'object_kind', 'at'])
    .where('zone_id', '=', zone.zoneId)
    .where('type', '=', 'referral.order_moved')
    .where('object_id', '=', objectId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const event = { position: 1, type, objectKind: object_kind, objectId, at, data, to: [] }
  await test.db.transaction().execute((tx) => returnHandler(zone.deps).handle(tx, event))
}
