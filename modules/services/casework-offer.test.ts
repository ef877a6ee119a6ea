import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { answerRefusal, offerCasework, type Worker } from './casework-offer.ts'
import type { DeskTask, ItemDesk } from './item-desk.ts'

const task: DeskTask = {
  id: 't1',
  nodeId: 'review',
  name: '审查',
  state: 'review',
  form: null,
  outcomes: ['pass', 'supplement'],
  policy: ['claim', 'release', 'transfer', 'delegate', 'add_sign', 'drop_sign', 'return', 'take_back', 'suspend'],
  roles: ['dept_officer'],
  partyId: 'd1',
  assignee: null,
  delegatedBy: null,
  openedAt: epochMs(1),
  dueAt: null,
  held: false,
  holds: [],
  signs: [],
}
const desk = (change: Partial<DeskTask> = {}, more: Partial<ItemDesk> = {}): ItemDesk => ({
  instanceId: 'i1',
  status: 'active',
  tasks: [{ ...task, ...change }],
  passed: [],
  last: null,
  ...more,
})
const officer: Worker = { accountId: 'zhao', holdsRole: ({ partyId }) => partyId === 'd1' }
const stranger: Worker = { accountId: 'li', holdsRole: () => false }
const reasons = (from: ItemDesk, worker = officer) =>
  Object.fromEntries(offerCasework(from, worker).map(({ verb, reason }) => [verb, reason]))

describe('verbs of casework on offer', () => {
  it('are none for somebody whom the task does not concern', () => {
    expect(offerCasework(desk(), stranger)).toEqual([])
  })

  it('are those of the policy; what it does not list says so', () => {
    expect(reasons(desk({ policy: [] }))).toMatchObject({
      claim: null,
      transfer: 'not_by_policy',
      suspend: 'not_by_policy',
    })
    expect(reasons(desk())).toMatchObject({ claim: null, transfer: null, suspend: null, return: 'nowhere_to_return' })
  })

  it('of a task that another has: laid down by that one only', () => {
    const taken = desk({ assignee: { id: 'qian', name: '钱' } })
    expect(reasons(taken)).toMatchObject({ claim: 'task_of_another', transfer: 'task_of_another' })
    expect(reasons(taken)).not.toHaveProperty('release')
    expect(reasons(desk({ assignee: { id: 'zhao', name: '赵' } }))).toMatchObject({ release: null, transfer: null })
  })

  it('of a delegated task: it is given back, by either', () => {
    const delegated = desk({ assignee: { id: 'li', name: '李' }, delegatedBy: 'zhao', holds: ['delegated'] })
    expect(reasons(delegated)).toMatchObject({ give_back: null, transfer: 'waits_for_delegate' })
    expect(reasons(delegated, stranger)).toMatchObject({ give_back: null })
  })

  it('of a signature: before at once, after only when there is an answer', () => {
    const sign = { id: 's1', by: { id: 'li', name: '李' }, when: 'before', held: false } as const
    expect(offerCasework(desk({ signs: [sign] }), stranger)).toEqual([{ verb: 'sign', taskId: 's1', reason: null }])
    expect(reasons(desk({ signs: [{ ...sign, when: 'after', held: true }] }), stranger)).toEqual({
      sign: 'answer_first',
    })
    expect(reasons(desk({ signs: [sign] }))).toMatchObject({ drop_sign: null })
  })

  it('of a suspended case: only going on', () => {
    const halted = desk({}, { status: 'suspended' })
    expect(reasons(halted)).toMatchObject({ resume: null, claim: 'suspended', transfer: 'suspended' })
    expect(reasons(halted)).not.toHaveProperty('suspend')
  })

  it('take back what nobody has touched, of one alone', () => {
    const last = { taskId: 't0', nodeId: 'review', by: 'zhao', policy: task.policy, block: null }
    expect(reasons(desk({}, { last }))).toMatchObject({ take_back: null })
    expect(reasons(desk({}, { last: { ...last, block: 'touched' } }))).toMatchObject({ take_back: 'take_back_touched' })
    expect(reasons(desk({}, { last: { ...last, by: 'qian' } }))).not.toHaveProperty('take_back')
    expect(reasons(desk({}, { last: { ...last, policy: [] } }))).toMatchObject({ take_back: 'not_by_policy' })
  })
})

describe('answering a task', () => {
  it.each([
    [{}, 'active', null],
    [{}, 'suspended', 'suspended'],
    [{ held: true, holds: ['after'] }, 'active', 'being_signed'],
    [{ holds: ['before'] }, 'active', 'waits_for_signature'],
    [{ holds: ['delegated'], assignee: { id: 'zhao', name: '赵' } }, 'active', 'waits_for_delegate'],
    [{ assignee: { id: 'qian', name: '钱' } }, 'active', 'task_of_another'],
    [{ assignee: { id: 'zhao', name: '赵' } }, 'active', null],
    [{ holds: ['after'] }, 'active', null],
  ] as const)('of %j in a case that is %s: %s', (change, status, reason) => {
    expect(answerRefusal(desk({}, { status }), { ...task, ...change }, 'zhao')).toBe(reason)
  })

  it('what tells the applicant cannot be signed afterwards', () => {
    expect(answerRefusal(desk(), { ...task, holds: ['after'] }, 'zhao', false)).toBe('signature_after')
  })
})
