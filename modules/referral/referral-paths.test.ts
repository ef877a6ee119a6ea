import { flushBatch } from '@tingzhou/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyHistory } from '@tingzhou/audit'
import {
  emptyState,
  explore,
  inputFor,
  readDefinition,
  step,
  type Choice,
  type Definition,
  type InstanceState,
  type Path,
} from '@tingzhou/bpmn'
import { instantOf } from '@tingzhou/calendar'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, epochMs, localDate } from '@tingzhou/kernel'
import { feed, loadInstance, readDrawing, type Vars } from '@tingzhou/process'
import { orphansIn } from '@tingzhou/process/testing'
import type { MoveName } from './order-contract.ts'
import { freshVars, referralHost } from './process.ts'
import { returnHandler } from './returns.ts'
import { openSlip } from './slip.ts'
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
let definition: Definition
beforeAll(async () => {
  test = await testDatabase()
  const read = await readDefinition(await readDrawing('modules/referral/processes/referral.bpmn'))
  assert(read.ok, 'the shipped drawing is good')
  definition = read.value
})
afterAll(() => test.database.close())

describe('every path of the referral process that the explorer finds', () => {
  it('is run on rows by the moves of the loop, and leaves nothing behind', async () => {
    const found = explore(definition, { now: start, start: starts, choices })
    expect({ missed: found.missed, refused: found.refused }).toEqual({ missed: [], refused: [] })
    const direct = new Set<string>()
    const taken = new Set<string>()

    for (const path of found.paths) {
      const zone = await testZone(test.database, start)
      const way = path.slice(1)
      const id = await begin(zone, path[0], way[0])
      for (const [index, choice] of way.entries()) {
        // Handlers answer by themselves.
        if (choice.kind === 'handled') continue
        if (!(await act(zone, id, choice, way.slice(index + 1).find(isSend)))) direct.add(nameOf(choice))
      }

      const passed = await passedBy(zone, id)
      expect(passed).toEqual(passedInMemory(path))
      for (const flow of Object.keys(passed)) taken.add(flow)
      const ended = await instanceOf(zone, id)
      expect(ended).toMatchObject({ scopes: [], tokens: [], tasks: [], timers: [], subscriptions: [] })
      expect(ended.status).toBe('completed')
      expect((await zone.orderOf(id)).closed_at).not.toBeNull()
      expect(await orphansIn(test.db, zone.zoneId)).toEqual([])
      expect(await verifyHistory(test.db, zone.zoneId)).toMatchObject({ faults: [] })
    }

    expect(Object.keys(definition.flows).filter((flow) => !taken.has(flow))).toEqual([])
    // Every path is one that people, timers and other orders can take.
    expect([...direct]).toEqual([])
  }, 180_000)
})

const isSend = (choice: Choice): boolean => choice.kind === 'handled' && choice.nodeId === 'send'

const nameOf = (choice: Choice): string =>
  `${choice.kind} ${choice.nodeId}${'vars' in choice && typeof choice.vars.outcome === 'string' ? ` ${choice.vars.outcome}` : ''}`

/** Opens the order that the path begins with; a way back needs a patient in care. */
async function begin(zone: Zone, first: Choice | undefined, second: Choice | undefined): Promise<string> {
  assert(first?.kind === 'start', 'a path begins with a start')
  if (first.vars.isReturn === true) return returnOf(zone, await inCare(zone))
  await arrange(zone, second)
  return zone.create(first.vars.followUp === true ? {} : { consentScope: ['care'] })
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

async function instanceOf(zone: Zone, id: string): Promise<InstanceState> {
  const open = await loadInstance(test.db, zone.zoneId, (await zone.orderOf(id)).instance_id)
  assert(open, 'the instance is there')
  return open.state
}

/** How often each flow was taken, as the rows say. */
async function passedBy(zone: Zone, id: string): Promise<Record<string, number>> {
  const { visited } = await test.db
    .selectFrom('process_instance')
    .select('visited')
    .where('zone_id', '=', zone.zoneId)
    .where('id', '=', (await zone.orderOf(id)).instance_id)
    .executeTakeFirstOrThrow()
  return Object.fromEntries(Object.entries(visited).filter(([name]) => name in definition.flows))
}

/** The same for the path as the explorer walked it. */
function passedInMemory(path: Path): Record<string, number> {
  let ids = 0
  let now: number = start
  let state = emptyState('path', 'referral', 1)
  const passed: Record<string, number> = {}
  for (const choice of path) {
    const input = inputFor(definition, state, choice)
    assert(input, `the path goes on with ${nameOf(choice)}`)
    const timer = state.timers.find((candidate) => input.kind === 'timer' && candidate.id === input.timerId)
    now = Math.max(now, timer?.dueAt ?? 0)
    const result = step(definition, state, input, { now: epochMs(now), newId: () => `${ids++}` })
    assert(result.ok, `the engine takes ${nameOf(choice)}`)
    state = result.value.state
    for (const effect of result.value.effects)
      if (effect.kind === 'taken') passed[effect.flowId] = (passed[effect.flowId] ?? 0) + 1
  }
  return passed
}

/** Does what the path says: by a move, by time, by the order that brings the patient back; else past the rules. @returns false for the last */
async function act(zone: Zone, id: string, choice: Choice, nextSend: Choice | undefined): Promise<boolean> {
  await arrange(zone, nextSend)
  if (choice.kind === 'timer') {
    const timer = (await instanceOf(zone, id)).timers.find((candidate) => candidate.nodeId === choice.nodeId)
    assert(timer?.dueAt, `the timer ${choice.nodeId} is armed`)
    await zone.advance((timer.dueAt - zone.now()) / 1_000)
    return true
  }
  const nodeName = nameOf(choice)
  const back = returns[nodeName]
  if (back) {
    await back(zone, id)
    return true
  }
  const move = moves[nodeName]
  assert(choice.kind === 'complete' || choice.kind === 'message', 'a person or an order moves the case')
  if (move) {
    const { from_id, target_id } = await zone.orderOf(id)
    const { coordinator } = zone.people
    const actor = { sender: zone.clerkOf(from_id), receiver: zone.clerkOf(target_id), coordinator }[move[1]]
    const named = move[0] === 'offer_to' ? { institutionId: zone.institutions.second } : {}
    const moved = await zone.tryMove(id, actor, move[0], named)
    if (moved.ok) return true
  }
  await feedPastTheRules(zone, id, choice)
  return false
}

async function feedPastTheRules(zone: Zone, id: string, choice: Choice): Promise<void> {
  await test.db.transaction().execute(async (tx) => {
    const slip = await openSlip(tx, zone.deps, id, { by: 'event', type: nameOf(choice) })
    assert(slip, 'the order is there')
    const runtime = { deps: zone.deps, definitions: zone.deps.definitions }
    const played = await feed(tx, runtime, referralHost(zone.deps), slip, slip.order.instance_id, (state) =>
      inputFor(definition, state, choice),
    )
    assert(played.ok && played.value, `the process takes ${nameOf(choice)}: ${JSON.stringify(played)}`)
    await flushBatch(tx, slip.batch)
  })
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
