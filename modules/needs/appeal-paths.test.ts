import { sql } from 'kysely'
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
import type { Actor } from '@tingzhou/parties'
import { feed, loadInstance, readDrawing, type Vars } from '@tingzhou/process'
import { orphansIn } from '@tingzhou/process/testing'
import type { MoveName } from './appeal-contract.ts'
import { openDossier } from './dossier.ts'
import { familyHandlers } from './family.ts'
import { addArticle } from './knowledge.ts'
import { appealHost, freshVars } from './process.ts'
import { testZone } from './testing.ts'

type Zone = Awaited<ReturnType<typeof testZone>>

const hour = 3_600_000
const start = instantOf(localDate('2026-03-02'), '10:00')

/** What dispatching brings to the process: an owner, and the rungs of the ladder one after another. */
const sent = {
  outcome: 'dispatch',
  owner: 'owner',
  resume: false,
  signDueAt: start + 4 * hour,
  contactDueAt: start + 20 * hour,
  remind50At: start + 50 * hour,
  remind80At: start + 80 * hour,
  resultDueAt: start + 100 * hour,
  late24At: start + 124 * hour,
  late72At: start + 172 * hour,
}
const again = { resume: true, assistants: [] }

/** The variables that moves and handlers of the module bring, as far as they decide the way. */
const choices: Readonly<Record<string, readonly Vars[]>> = {
  register: [
    { outcome: 'decline', reviewUntil: start + 360 * hour },
    { outcome: 'answer', result: 'explained', owner: null, qualityDueAt: start + 30 * hour },
    { outcome: 'merge', owner: null },
    { outcome: 'split', owner: null },
    { ...sent, assistants: ['fire'] },
  ],
  judge: [
    { ...sent, outcome: 'accept', acceptedReturns: 1, assistants: [] },
    { outcome: 'accept', acceptedReturns: 2 },
    { outcome: 'refuse' },
  ],
  joint: [{ ...sent, outcome: 'decide', assistants: [] }],
  work: [
    { outcome: 'reply', result: 'explained', qualityDueAt: start + 300 * hour },
    { outcome: 'reply', result: 'planned', qualityDueAt: start + 300 * hour },
    { outcome: 'ask', waitUntil: start + 30 * hour },
  ],
  assist_asked: [{ assistant: 'water' }],
  quality: [{ outcome: 'pass' }, { outcome: 'reject', result: null, ...again }],
  list: [{ outcome: 'list', archiveAt: null }, { outcome: 'callback' }],
  reopen: [
    { reopenCount: 1, ...again },
    { reopenCount: 3, ...again },
  ],
  number: [{ archiveAt: start + 1_000 * hour }],
  review: [again],
  planned_reopened: [again],
}
const startVars: Vars = { ...freshVars, dispatchDueAt: start + hour }

let test: TestDatabase
let definition: Definition
beforeAll(async () => {
  test = await testDatabase()
  const read = await readDefinition(await readDrawing('modules/needs/processes/appeal.bpmn'))
  assert(read.ok, 'the shipped drawing is good')
  definition = read.value
})
afterAll(() => test.database.close())

describe('every path of the appeal process that the explorer finds', () => {
  it('is run on rows by the moves of the loop, and leaves nothing behind', async () => {
    const found = explore(definition, { now: start, start: [startVars], choices })
    expect({ missed: found.missed, refused: found.refused }).toEqual({ missed: [], refused: [] })
    const direct = new Set<string>()
    const taken = new Set<string>()

    for (const path of found.paths) {
      const zone = await testZone(test.database, start)
      const id = await zone.raise()
      const way = path.slice(1)
      for (const [index, choice] of way.entries()) {
        // Handlers answer by themselves.
        if (choice.kind === 'handled') continue
        if (!(await act(zone, id, choice, way[index + 1]))) direct.add(nameOf(choice))
      }

      const passed = await passedBy(zone, id)
      expect(withoutReminders(passed)).toEqual(withoutReminders(passedInMemory(path)))
      for (const flow of Object.keys(passed)) taken.add(flow)
      const ended = await instanceOf(zone, id)
      expect(ended).toMatchObject({ scopes: [], tokens: [], tasks: [], timers: [], subscriptions: [] })
      expect(ended.status).not.toBe('active')
      expect(await orphansIn(test.db, zone.zoneId)).toEqual([])
      expect(await verifyHistory(test.db, zone.zoneId)).toMatchObject({ faults: [] })
    }

    expect(Object.keys(definition.flows).filter((flow) => !taken.has(flow))).toEqual([])
    // The drawing allows more than the rules do; these were put to the process itself, past the rules.
    expect([...direct].toSorted((a, b) => a.localeCompare(b))).toEqual([
      'complete sign return',
      'message planned_done',
      'message withdrawn_start',
    ])
  }, 180_000)
})

/** The real clock may remind once more than the path: each new order has rungs of its own. */
const withoutReminders = (passed: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(passed).filter(([flow]) => !flow.includes('_ladder')))

const nameOf = (choice: Choice): string =>
  `${choice.kind} ${choice.nodeId}${'vars' in choice && typeof choice.vars.outcome === 'string' ? ` ${choice.vars.outcome}` : ''}`

async function instanceOf(zone: Zone, id: string): Promise<InstanceState> {
  const { instance_id } = await zone.appealOf(id)
  assert(instance_id, 'the appeal has a process')
  const open = await loadInstance(test.db, zone.zoneId, instance_id)
  assert(open, 'the instance is there')
  return open.state
}

/** How often each flow was taken, as the rows say. */
async function passedBy(zone: Zone, id: string): Promise<Record<string, number>> {
  const { instance_id } = await zone.appealOf(id)
  const { visited } = await test.db
    .selectFrom('process_instance')
    .select('visited')
    .where('zone_id', '=', zone.zoneId)
    .where('id', '=', instance_id ?? '')
    .executeTakeFirstOrThrow()
  return Object.fromEntries(Object.entries(visited).filter(([name]) => name in definition.flows))
}

/** The same for the path as the explorer walked it. */
function passedInMemory(path: Path): Record<string, number> {
  let ids = 0
  let now: number = start
  let state = emptyState('path', 'appeal', 1)
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

/** Does what the path says: by a move of the loop, by time, by an event; else past the rules. @returns false for the last */
async function act(zone: Zone, id: string, choice: Choice, next: Choice | undefined): Promise<boolean> {
  if (choice.kind === 'timer') return waitFor(zone, id, choice.nodeId)
  if (next?.kind === 'handled' && next.nodeId === 'reopen') await arrange(zone, id, next.vars)
  const nodeName = nameOf(choice)
  const family = families[nodeName]
  if (family) {
    await family(zone, id)
    return true
  }
  const move = moves[nodeName]
  assert(choice.kind === 'complete' || choice.kind === 'message', 'a person or an event moves the case')
  if (move) {
    const [actor, name, input] = await move(zone, id, choice.vars)
    const moved = await zone.tryMove(id, actor, name, input)
    if (moved.ok) return true
  }
  await feedPastTheRules(zone, id, choice)
  return false
}

/** Lets time pass until the timer fires; what is due before it fires too, as in life. */
async function waitFor(zone: Zone, id: string, nodeId: string): Promise<boolean> {
  const timer = (await instanceOf(zone, id)).timers.find((candidate) => candidate.nodeId === nodeId)
  assert(timer?.dueAt, `the timer ${nodeId} is armed`)
  await zone.advance((timer.dueAt - zone.now()) / 1_000)
  return true
}

/** The third reopening goes to a meeting: two lie behind. */
async function arrange(zone: Zone, id: string, { reopenCount }: Vars): Promise<void> {
  await sql`update appeal set reopen_count = ${Number(reopenCount) - 1} where zone_id = ${zone.zoneId} and id = ${id}`.execute(
    test.db,
  )
}

async function feedPastTheRules(zone: Zone, id: string, choice: Choice): Promise<void> {
  await test.db.transaction().execute(async (tx) => {
    const dossier = await openDossier(tx, zone.deps, id, { by: 'event', type: nameOf(choice) })
    assert(dossier?.appeal.instance_id, 'the appeal has a process')
    const played = await feed(
      tx,
      { deps: zone.deps, definitions: zone.deps.definitions },
      appealHost(zone.deps),
      dossier,
      dossier.appeal.instance_id,
      (state) => inputFor(definition, state, choice),
    )
    assert(played.ok && played.value, `the process takes ${nameOf(choice)}: ${JSON.stringify(played)}`)
    await flushBatch(tx, dossier.batch)
  })
}

type DomainMove = (
  zone: Zone,
  id: string,
  vars: Vars,
) => readonly [Actor, MoveName, object] | Promise<readonly [Actor, MoveName, object]>

const dispatchTo = (zone: Zone, vars: Vars) => ({
  ownerId: zone.departments.power,
  assistantIds: Array.isArray(vars.assistants) && vars.assistants.length > 0 ? [zone.departments.fire] : [],
  note: '',
})
const giveBack: DomainMove = ({ people }) => [
  people.head,
  'return',
  { reason: '不属本部门职责', basis: '三定方案第三条' },
]
const callBack =
  (answer: object): DomainMove =>
  async (zone) => {
    // Attempts are made on different half-days.
    await zone.advance(24 * 3_600)
    return [zone.people.caller, 'callback', { reached: true, contacted: true, rating: 3, words: '', ...answer }]
  }
const opinion: DomainMove = async (zone, id) => {
  const assist = await test.db
    .selectFrom('assist')
    .select(['id', 'department_id'])
    .where('appeal_id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  const { people, departments } = zone
  const actor = assist.department_id === departments.fire ? people.helper : people.otherHead
  return [actor, 'opinion', { assistId: assist.id, text: '无意见', fileIds: [] }]
}

/** Which move of the loop does what the path says. */
const moves: Readonly<Record<string, DomainMove>> = {
  'complete register decline': ({ people }) => [
    people.dispatcher,
    'decline',
    { reasonCode: 'not_ours', notice: '不属园区受理范围' },
  ],
  'complete register answer': async (zone) => [
    zone.people.dispatcher,
    'answer',
    { articleId: await writeArticle(zone), text: '见政策问答' },
  ],
  'complete register merge': async (zone) => [
    zone.people.dispatcher,
    'merge',
    { leaderId: await zone.raise({ title: '主单' }), reason: '同一停电事件' },
  ],
  'complete register split': ({ people }) => [
    people.dispatcher,
    'split',
    {
      parts: [
        { title: '供电', text: '频繁停电', category: '0402' },
        { title: '供水', text: '水压不足', category: '0402' },
      ],
    },
  ],
  'complete register dispatch': (zone, _id, vars) => [zone.people.dispatcher, 'dispatch', dispatchTo(zone, vars)],
  'complete sign sign': ({ people }) => [people.head, 'sign', {}],
  'complete sign return': giveBack,
  'complete contact contact': ({ people }) => [people.head, 'contact', { channel: 'phone', words: '已联系' }],
  'complete contact return': giveBack,
  'complete judge accept': (zone, _id, vars) => [
    zone.people.dispatcher,
    'accept_return',
    vars.acceptedReturns === 2 ? { ownerId: null, assistantIds: [], note: '' } : dispatchTo(zone, vars),
  ],
  'complete judge refuse': ({ people }) => [people.dispatcher, 'refuse_return', { reason: '属你部门职责' }],
  'complete joint decide': ({ people, departments }) => [
    people.supervisor,
    'decide_jointly',
    { ownerId: departments.power, minutes: '会商确定' },
  ],
  'complete work reply': ({ people }, _id, vars) => [
    people.head,
    'reply',
    { result: vars.result, text: '已办理', measures: '', fileIds: [] },
  ],
  'complete work ask': ({ people }) => [people.head, 'ask_applicant', { question: '请提供电表编号' }],
  'complete assist opinion': opinion,
  'complete assist_later opinion': opinion,
  'message assist_asked': ({ people, departments }) => [
    people.head,
    'ask_assistant',
    { departmentId: departments.water, question: '是否涉及管网', dueWorkingDays: 2 },
  ],
  'message supplement': ({ people }) => [people.firm, 'supplement', { text: '编号 12345', fileIds: [] }],
  'complete quality pass': ({ people }) => [people.lead, 'pass_reply', { words: '' }],
  'complete quality reject': ({ people }) => [people.lead, 'reject_reply', { reason: '未说明原因' }],
  'complete list list': ({ people, departments }) => [
    people.supervisor,
    'list_planned',
    { plan: '列入改造计划', ownerId: departments.power, reviewDate: '2026-09-01' },
  ],
  'complete list callback': ({ people }) => [people.supervisor, 'refuse_planned', { reason: '今年可以解决' }],
  'complete callback solved': callBack({ solved: 'yes' }),
  'complete callback not_solved': callBack({ solved: 'no' }),
  'complete callback unreached': callBack({ reached: false, contacted: null, rating: null }),
  'complete meeting held': ({ people }) => [people.supervisor, 'hold_meeting', { minutes: '会商纪要' }],
  'complete strike_off strike_off': ({ people }) => [people.lead, 'strike_off', { words: '' }],
  'message unmerge': ({ people }) => [people.dispatcher, 'unmerge', { reason: '并非同一事件' }],
  'message review': ({ people }) => [people.firm, 'review', { facts: '问题再次出现', fileIds: [] }],
  'message decline_review': ({ people }) => [people.firm, 'review', { facts: '属园区管理', fileIds: [] }],
  'message planned_reopened': ({ people }) => [
    people.supervisor,
    'review_planned',
    { renewUntil: null, reason: '资金已到位' },
  ],
  'message withdrawn_start': ({ people }) => [people.firm, 'withdraw', { reason: '已自行解决' }],
}

/** What reaches an appeal through another one. */
const families: Readonly<Record<string, (zone: Zone, id: string) => Promise<void>>> = {
  'message leader_done': async (zone, id) => {
    const { merged_into: leader } = await zone.appealOf(id)
    await tell(zone, 'needs.close_with_leader', 'needs.appeal_closed', leader ?? '')
  },
  'message split': async (zone, id) => {
    const children = await test.db.selectFrom('appeal').select('id').where('parent_id', '=', id).execute()
    for (const child of children) {
      await zone.move(child.id, zone.people.firm, 'withdraw', { reason: '已自行解决' })
      await tell(zone, 'needs.close_parent', 'needs.appeal_withdrawn', child.id)
    }
  },
}

async function tell(zone: Zone, handler: string, type: string, objectId: string): Promise<void> {
  const { handle } = familyHandlers(zone.deps).find(({ name }) => name === handler) ?? {}
  assert(handle, `there is a handler ${handler}`)
  const event = { position: 1, type, objectKind: 'appeal', objectId, at: zone.now(), data: {}, to: [] }
  await test.db.transaction().execute((tx) => handle(tx, event))
}

async function writeArticle(zone: Zone): Promise<string> {
  const article = {
    question: '停电怎么办',
    answer: '拨打服务电话',
    category: null,
    basis: '供电服务规则',
    basisUrl: null,
    ownerId: null,
    validTo: null,
    synthetic: true,
  }
  const added = await test.db.transaction().execute((tx) => addArticle(tx, zone.deps, zone.people.dispatcher, article))
  assert(added.ok, 'the article is good')
  return added.value.id
}
