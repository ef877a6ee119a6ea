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
import { loadInstance, readDrawing, type Vars } from '@tingzhou/process'
import { orphansIn } from '@tingzhou/process/testing'
import { freshVars as freshApplication } from './application-process.ts'
import { freshVars as freshCampaign } from './campaign-process.ts'
import { closesAt } from './campaign.ts'
import { deadlinesOf } from './review-rules.ts'
import { reviewZone } from './testing.ts'
import { testRules } from './testing-rules.ts'
import { applicationStates, campaignStates } from './words.ts'

type Zone = Awaited<ReturnType<typeof reviewZone>>

const start = instantOf(localDate('2026-03-02'), '10:00')
const dayMs = 86_400_000
const deadlines = deadlinesOf(testRules())

let test: TestDatabase
const drawings = new Map<string, Definition>()
beforeAll(async () => {
  test = await testDatabase()
  for (const key of ['review', 'campaign']) {
    const read = await readDefinition(await readDrawing(`modules/safety/processes/${key}.bpmn`))
    assert(read.ok, 'the shipped drawing is good')
    drawings.set(key, read.value)
  }
})
afterAll(() => test.database.close())

const definitionOf = (key: string): Definition => {
  const definition = drawings.get(key)
  assert(definition, 'the drawing was read')
  return definition
}

/** The variables that moves and handlers bring, as far as they decide the way. */
const applicationChoices: Readonly<Record<string, readonly Vars[]>> = {
  self_evaluate: [{ countyReviewers: ['county'], outcome: null }],
  correct: [{ countyReviewers: ['county'], outcome: null }],
  county_decide: [
    { outcome: 'accept', prefectureReviewers: ['first', 'second'] },
    {
      outcome: 'return',
      selfDueAt: start + 5 * dayMs,
      selfCloseAt: start + 8 * dayMs,
      countyDueAt: deadlines.county.dueAt,
      countyCloseAt: deadlines.county.closeAt,
    },
    { outcome: 'reject' },
  ],
  compare: [{ next: 'more' }, { next: 'done' }],
  close_prefecture: [{ enough: true }, { enough: false }],
  settle_score: [{ vetoed: true }, { vetoed: false }],
}
const publicityUntil = start + 7 * dayMs
const campaignChoices: Readonly<Record<string, readonly Vars[]>> = {
  publicise: [{ publicityUntil }],
  objection: [{ objectionId: 'one' }],
  confirm: [{ outcome: 'confirm' }, { outcome: 'again', publicityUntil: start + 14 * dayMs }],
}

const startVars = (key: string): Vars =>
  key === 'review' ? freshApplication(deadlines) : freshCampaign(closesAt(testRules()))
const found = (key: string) =>
  explore(definitionOf(key), {
    now: start,
    start: [startVars(key)],
    choices: key === 'review' ? applicationChoices : campaignChoices,
  })

const nameOf = (choice: Choice): string =>
  `${choice.kind} ${choice.nodeId}${'vars' in choice && typeof choice.vars.outcome === 'string' ? ` ${choice.vars.outcome}` : ''}`

describe('the shipped drawings', () => {
  it.each([
    ['review', applicationStates],
    ['campaign', campaignStates],
  ])('%s marks states of the contract, all of them', (key, states) => {
    const marked = new Set(Object.values(definitionOf(key).nodes).flatMap(({ state }) => (state ? [state] : [])))

    expect([...marked].toSorted()).toEqual([...states].toSorted())
  })

  it.each(['review', 'campaign'])('%s has no flow that no path takes', (key) => {
    const { missed, refused } = found(key)

    expect({ missed, refused }).toEqual({ missed: [], refused: [] })
  })

  it('has a shape for each node and a line for each flow', async () => {
    for (const key of ['review', 'campaign']) {
      const xml = await readDrawing(`modules/safety/processes/${key}.bpmn`)
      const { nodes, flows } = definitionOf(key)
      for (const id of [...Object.keys(nodes), ...Object.keys(flows)]) expect(xml).toContain(`bpmnElement="${id}"`)
    }
  })
})

describe('every path that the explorer finds', () => {
  it('of an application is run on rows by the moves of the loop, and leaves nothing behind', async () => {
    const taken = new Set<string>()
    for (const path of found('review').paths) {
      // A level that closes with enough had asked more reviewers than it needs.
      const zone = await reviewZone(test.database, start, { reviewers: closesWithEnough(path) ? 3 : 2 })
      const id = await zone.enter()
      const way = path.slice(1)
      for (const [index, choice] of way.entries())
        if (choice.kind !== 'handled') await actOnApplication(zone, id, choice, way.slice(index + 1))
      const { instance_id: instanceId } = await zone.row(id)
      for (const flow of await expectRun(zone, 'review', instanceId, path)) taken.add(flow)
    }

    expect(Object.keys(definitionOf('review').flows).filter((flow) => !taken.has(flow))).toEqual([])
  }, 180_000)

  it('of a campaign is run on rows by its moves, and leaves nothing behind', async () => {
    const taken = new Set<string>()
    for (const path of found('campaign').paths) {
      const zone = await reviewZone(test.database, start)
      const id = await zone.enter()
      await zone.through(id, 96, 88, 84, 84)
      for (const choice of path.slice(1)) if (choice.kind !== 'handled') await actOnCampaign(zone, id, choice)
      const { instance_id: instanceId } = await zone.campaign()
      for (const flow of await expectRun(zone, 'campaign', instanceId, path)) taken.add(flow)
    }

    expect(Object.keys(definitionOf('campaign').flows).filter((flow) => !taken.has(flow))).toEqual([])
  }, 180_000)
})

/** The instance went exactly the path's flows, has ended and left nothing. @returns the flows that it took */
async function expectRun(zone: Zone, key: string, instanceId: string, path: Path): Promise<readonly string[]> {
  const definition = definitionOf(key)
  const { visited } = await test.db
    .selectFrom('process_instance')
    .select('visited')
    .where('zone_id', '=', zone.zoneId)
    .where('id', '=', instanceId)
    .executeTakeFirstOrThrow()
  const passed = Object.fromEntries(Object.entries(visited).filter(([name]) => name in definition.flows))
  expect(withoutReminders(passed)).toEqual(withoutReminders(passedInMemory(key, path)))
  const ended = await stateOf(zone, instanceId)
  expect(ended).toMatchObject({ scopes: [], tokens: [], tasks: [], timers: [], subscriptions: [] })
  expect(ended.status).toBe('completed')
  expect(await orphansIn(test.db, zone.zoneId)).toEqual([])
  expect(await verifyHistory(test.db, zone.zoneId)).toMatchObject({ faults: [] })
  return Object.keys(passed)
}

/** A level that closes was due before: the real clock reminds once more than the path. */
const withoutReminders = (passed: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(passed).filter(([flow]) => !flow.includes('_late_') && !flow.includes('_remind_')))

async function stateOf(zone: Zone, instanceId: string): Promise<InstanceState> {
  const open = await loadInstance(test.db, zone.zoneId, instanceId)
  assert(open, 'the instance is there')
  return open.state
}

/** The flows of the path as the explorer walked it. */
function passedInMemory(key: string, path: Path): Record<string, number> {
  const definition = definitionOf(key)
  let ids = 0
  let now: number = start
  let state = emptyState('path', key, 1)
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

/** Lets time pass until the timer fires; what is due before it fires too, as in life. */
async function waitFor(zone: Zone, instanceId: string, nodeId: string): Promise<void> {
  const timer = (await stateOf(zone, instanceId)).timers.find((candidate) => candidate.nodeId === nodeId)
  // A reminder that fell due on the way has been given already.
  if (!timer) return expect(nodeId).toContain('_late')
  assert(timer.dueAt, `the timer ${nodeId} is armed`)
  return zone.moveTo(timer.dueAt)
}

/** Does what the path says: by a move, by time. What handlers will answer later decides what is given now. */
async function actOnApplication(zone: Zone, id: string, choice: Choice, later: Path): Promise<void> {
  if (choice.kind === 'timer') {
    if (choice.nodeId === 'prefecture_closed' && closesWithEnough(later))
      for (const _ of [1, 2]) await scoreAsToldLater(zone, id, later)
    return waitFor(zone, (await zone.row(id)).instance_id, choice.nodeId)
  }
  const { people } = zone
  switch (nameOf(choice)) {
    case 'complete self_evaluate':
    case 'complete correct':
      await zone.submit(id)
      return
    case 'complete county_score':
      await zone.score(id, people.county, 88)
      return
    case 'complete county_decide accept':
      await zone.decide(id, 'accept')
      return
    case 'complete county_decide return':
      await zone.decide(id, 'return')
      return
    case 'complete county_decide reject':
      await zone.decide(id, 'reject')
      return
    case 'complete prefecture_score':
    case 'complete more_score':
      await scoreAsToldLater(zone, id, later)
      return
    case 'message veto':
      await zone.move(id, people.office, 'veto', { item: 'accident', facts: '责任事故', happenedOn: '2026-03-01' })
      return
    case 'message withdraw':
      await zone.move(id, people.firm, 'withdraw', { reason: '本年度不参评' })
      return
    default:
      assert(false, `somebody does ${nameOf(choice)}`)
  }
}

const closesWithEnough = (path: Path): boolean =>
  path.some((choice) => choice.kind === 'handled' && choice.vars.enough === true)

/** The next answers of the handlers tell what the reviewers must have thought. */
async function scoreAsToldLater(zone: Zone, id: string, later: Path): Promise<void> {
  const answer = (nodeId: string): Vars | null => {
    const told = later.find((choice) => choice.kind === 'handled' && choice.nodeId === nodeId)
    return told && 'vars' in told ? told.vars : null
  }
  const given = await test.db
    .selectFrom('review_score')
    .select('total_centi')
    .where('application_id', '=', id)
    .where('level', '=', 'prefecture')
    .execute()
  const apart = answer('compare')?.next === 'more'
  const vetoed = answer('settle_score')?.vetoed === true
  const marks = { ...zone.marks(apart && given.length === 1 ? 70 : 84), ...(vetoed ? { accident: 1 } : {}) }
  const asked = await zone.askedReviewer(id)
  await zone.score(id, asked, 84, { marks })
}

async function actOnCampaign(zone: Zone, applicationId: string, choice: Choice): Promise<void> {
  if (choice.kind === 'timer') return waitFor(zone, (await zone.campaign()).instance_id, choice.nodeId)
  const { people } = zone
  const objection = () =>
    test.db
      .selectFrom('review_objection')
      .select('id')
      .where('campaign_id', '=', zone.campaignId)
      .where('state', '=', 'open')
      .executeTakeFirstOrThrow()
  switch (nameOf(choice)) {
    case 'message close':
      await zone.run(people.office, 'close')
      return
    case 'complete publicise':
      await zone.run(people.office, 'publicise')
      return
    case 'message objection':
      await zone.run(people.firm, 'object', { applicationId, words: '请复核得分' })
      return
    case 'complete decide_objection upheld':
    case 'complete decide_objection dismissed':
      await zone.run(people.office, 'decide_objection', {
        objectionId: (await objection()).id,
        outcome: nameOf(choice).endsWith('upheld') ? 'upheld' : 'dismissed',
        effect: nameOf(choice).endsWith('upheld') ? 'adjust' : null,
        vetoItem: null,
        adjustCenti: nameOf(choice).endsWith('upheld') ? 100 : null,
        decision: '已复核',
      })
      return
    case 'complete confirm confirm':
      await zone.run(people.leader, 'confirm')
      return
    case 'complete confirm again':
      await zone.run(people.leader, 'publicise_again')
      return
    case 'complete pay':
      await zone.run(people.office, 'pay', { voucher: 'A-1', paidFen: zone.rules.prize.poolFen })
      return
    default:
      assert(false, `somebody does ${nameOf(choice)}`)
  }
}
