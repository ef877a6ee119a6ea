import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Choice } from '@tingzhou/bpmn'
import { caseZone, cleanWalk, dueAtOf, nameOfChoice, shippedDefinition, walkPaths } from '@tingzhou/casework/testing'
import { flushBatch, newBatch, newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs } from '@tingzhou/kernel'
import type { Actor, Role } from '@tingzhou/parties'
import { moneyZone } from '../money/testing.ts'
import { loadTerms } from '../terms/terms.ts'
import type { Move, MoveName } from './complaint-contract.ts'
import { makeMove } from './moves.ts'
import { openComplaint } from './open.ts'
import { complaintHost } from './process.ts'

// A Monday at ten in Beijing.
const start = epochMs(Date.UTC(2026, 2, 2, 2))
const day = 86_400_000
const vars = {
  outcome: null,
  acceptDueAt: start + day,
  answerDueAt: start + 4 * day,
  contentDueAt: start + 12 * day,
  reviewDueAt: start + 16 * day,
}

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

it('every path of a complaint is run on rows by the moves of its people, and leaves nothing behind', async () => {
  const definition = await shippedDefinition('modules/freight/processes/complaint.bpmn')

  const report = await walkPaths(test.db, { definition, now: start, start: [vars], begin, act })

  expect(report).toEqual(cleanWalk)
}, 120_000)

const actorOf = (role: Role, partyId: string | null = null): Actor => ({
  accountId: newId(),
  name: role,
  kind: 'person',
  lang: 'zh-CN',
  memberships: [{ role, partyId }],
})

async function begin() {
  const zone = await caseZone(test.database, start, (ports) => [complaintHost(ports)])
  const { zoneId, deps } = zone
  await loadTerms(test.db, zoneId, start)
  const money = await moneyZone(test.db, zoneId, deps.clock)
  const waybillId = await money.addWaybill({ state: 'signed' })
  const people = {
    shipper: actorOf('enterprise', money.shipperId),
    dispatcher: actorOf('freight_dispatcher'),
    audit: actorOf('freight_audit'),
  }
  const wish = { kind: 'delay', waybillId, words: '晚了两天', contact: '', photoIds: [] }
  const opened = await test.db.transaction().execute(async (tx) => {
    const batch = newBatch()
    const made = await openComplaint(tx, deps, people.shipper, wish, batch)
    assert(made.ok, `a complaint opens: ${JSON.stringify(made)}`)
    await flushBatch(tx, batch)
    return made.value
  })
  return { zone, people, zoneId, objectKind: 'freight_complaint', objectId: opened.id }
}
type Walker = Awaited<ReturnType<typeof begin>>

/** Does what the path says: by a move, or by time. */
async function act(walker: Walker, choice: Choice): Promise<void> {
  const { zone, people, objectId: id } = walker
  if (choice.kind === 'timer') {
    const due = await dueAtOf(test.db, walker, choice.nodeId)
    assert(due, `the timer ${choice.nodeId} is armed`)
    return zone.moveTo(due)
  }
  const known = moves[nameOfChoice(choice)]
  assert(known, `somebody does ${nameOfChoice(choice)}`)
  const [move, who] = known
  const { rev } = await test.db
    .selectFrom('freight_complaint')
    .select('rev')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const asked = { commandId: newId(), rev, move, words: '说明', decision: 'upheld' }
  // The test writes the fields of every move.
  const moved = await makeMove(zone.deps, people[who], id, asked as unknown as Move)
  assert(moved.ok, `${move}: ${JSON.stringify(moved)}`)
}

/** Which move does what the path says, and who makes it. */
const moves: Readonly<Record<string, readonly [MoveName, keyof Walker['people']]>> = {
  'complete accept': ['accept', 'dispatcher'],
  'complete answer': ['answer', 'dispatcher'],
  'complete hear content': ['content', 'shipper'],
  'complete hear not_content': ['not_content', 'shipper'],
  'complete review': ['review', 'audit'],
  'message withdrawn': ['withdraw', 'shipper'],
}
