import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Choice, Definition, Path } from '@tingzhou/bpmn'
import { instantOf } from '@tingzhou/calendar'
import { cleanWalk, dueAtOf, nameOfChoice, shippedDefinition, walkPaths, type Walker } from '@tingzhou/casework/testing'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { assert, localDate } from '@tingzhou/kernel'
import { readDrawing, type Vars } from '@tingzhou/process'
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
  for (const key of ['review', 'campaign']) drawings.set(key, await shippedDefinition(fileOf(key)))
})
afterAll(() => test.database.close())

const fileOf = (key: string) => `modules/safety/processes/${key}.bpmn`
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

describe('the shipped drawings', () => {
  it.each([
    ['review', applicationStates],
    ['campaign', campaignStates],
  ])('%s marks states of the contract, all of them', (key, states) => {
    const marked = new Set(Object.values(definitionOf(key).nodes).flatMap(({ state }) => (state ? [state] : [])))

    expect([...marked].toSorted()).toEqual([...states].toSorted())
  })

  it('has a shape for each node and a line for each flow', async () => {
    for (const key of ['review', 'campaign']) {
      const xml = await readDrawing(fileOf(key))
      const { nodes, flows } = definitionOf(key)
      for (const id of [...Object.keys(nodes), ...Object.keys(flows)]) expect(xml).toContain(`bpmnElement="${id}"`)
    }
  })
})

describe('every path that the explorer finds', () => {
  it('of an application is run on rows by the moves of the loop, and leaves nothing behind', async () => {
    const begin = async (path: Path) => {
      // A level that closes with enough had asked more reviewers than it needs.
      const zone = await reviewZone(test.database, start, { reviewers: closesWithEnough(path) ? 3 : 2 })
      return { zone, zoneId: zone.zoneId, objectKind: 'review_application', objectId: await zone.enter() }
    }

    const report = await walkPaths(test.db, {
      definition: definitionOf('review'),
      now: start,
      start: [freshApplication(deadlines)],
      choices: applicationChoices,
      begin,
      act: actOnApplication,
      mayRepeat: isReminder,
    })

    expect(report).toEqual(cleanWalk)
  }, 180_000)

  it('of a campaign is run on rows by its moves, and leaves nothing behind', async () => {
    const begin = async () => {
      const zone = await reviewZone(test.database, start)
      const applicationId = await zone.enter()
      await zone.through(applicationId, 96, 88, 84, 84)
      const { zoneId, campaignId } = zone
      return { zone, zoneId, objectKind: 'review_campaign', objectId: campaignId, applicationId }
    }

    const report = await walkPaths(test.db, {
      definition: definitionOf('campaign'),
      now: start,
      start: [freshCampaign(closesAt(testRules()))],
      choices: campaignChoices,
      begin,
      act: actOnCampaign,
      mayRepeat: isReminder,
    })

    expect(report).toEqual(cleanWalk)
  }, 180_000)
})

/** A level that closes was due before: the real clock reminds once more than the path. */
const isReminder = (flow: string): boolean => flow.includes('_late_') || flow.includes('_remind_')

/** Lets time pass until the timer fires; what is due before it fires too, as in life. */
async function waitFor(walker: Walker & { readonly zone: Zone }, nodeId: string): Promise<void> {
  const due = await dueAtOf(test.db, walker, nodeId)
  // A reminder that fell due on the way has been given already.
  return due === null ? expect(nodeId).toContain('_late') : walker.zone.moveTo(due)
}

/** Does what the path says: by a move, by time. What handlers will answer later decides what is given now. */
async function actOnApplication(walker: Walker & { readonly zone: Zone }, choice: Choice, later: Path): Promise<void> {
  const { zone, objectId: id } = walker
  if (choice.kind === 'timer') {
    if (choice.nodeId === 'prefecture_closed' && closesWithEnough(later))
      for (const _ of [1, 2]) await scoreAsToldLater(zone, id, later)
    return waitFor(walker, choice.nodeId)
  }
  const { people } = zone
  switch (nameOfChoice(choice)) {
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
      assert(false, `somebody does ${nameOfChoice(choice)}`)
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

async function actOnCampaign(
  walker: Walker & { readonly zone: Zone; readonly applicationId: string },
  choice: Choice,
): Promise<void> {
  if (choice.kind === 'timer') return waitFor(walker, choice.nodeId)
  const { zone, applicationId } = walker
  const { people } = zone
  const objection = () =>
    test.db
      .selectFrom('review_objection')
      .select('id')
      .where('campaign_id', '=', zone.campaignId)
      .where('state', '=', 'open')
      .executeTakeFirstOrThrow()
  switch (nameOfChoice(choice)) {
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
        outcome: nameOfChoice(choice).endsWith('upheld') ? 'upheld' : 'dismissed',
        effect: nameOfChoice(choice).endsWith('upheld') ? 'adjust' : null,
        vetoItem: null,
        adjustCenti: nameOfChoice(choice).endsWith('upheld') ? 100 : null,
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
      assert(false, `somebody does ${nameOfChoice(choice)}`)
  }
}
