import type * as z from 'zod'
import type { CaseworkVerb } from '@tingzhou/process/contract'
import type { ItemCase } from './words.ts'

export type Desk = NonNullable<ItemCase['desk']>
export type DeskTask = Desk['tasks'][number]
export type DeskVerb = Desk['verbs'][number]
export type Act = z.input<typeof CaseworkVerb>
export type ActValues = Readonly<Record<string, unknown>>

/** What a verb asks for before it is done; an empty list is done at once. */
export type ActField = 'to' | 'when' | 'agrees' | 'sign' | 'node' | 'reason' | 'words'

export const actFields = {
  claim: [],
  release: [],
  transfer: ['to', 'reason'],
  delegate: ['to', 'reason'],
  give_back: ['words'],
  add_sign: ['when', 'to', 'reason'],
  sign: ['agrees', 'words'],
  drop_sign: ['sign', 'reason'],
  return: ['node', 'reason'],
  take_back: ['reason'],
  suspend: ['reason'],
  resume: ['reason'],
} as const satisfies Record<string, readonly ActField[]>

export type ActName = keyof typeof actFields
export const isAct = (verb: string): verb is ActName => verb in actFields

const names: Readonly<Record<ActField, string>> = {
  to: 'to',
  when: 'when',
  agrees: 'agrees',
  sign: 'signId',
  node: 'toNodeId',
  reason: 'reason',
  words: 'words',
}

/** The values of a form as the contract's verb: only what the verb asks for. Pure. */
export function actOf(verb: ActName, values: ActValues): Act {
  const asked = actFields[verb].map((field) => [names[field], values[names[field]]])
  // The contract checks the fields on arrival: TypeScript cannot follow a form.
  return { verb, ...Object.fromEntries(asked) } as Act
}

/** The verbs of one task, those about its signatures along; of the last answer when there is no task. Pure. */
export const verbsOf = ({ verbs }: Pick<Desk, 'verbs'>, task: DeskTask): readonly DeskVerb[] =>
  verbs.filter(({ taskId }) => taskId === task.id || task.signs.some(({ id }) => id === taskId))

/** The verbs that no open task has: taking one's own answer back. Pure. */
export const otherVerbs = ({ verbs, tasks }: Pick<Desk, 'verbs' | 'tasks'>): readonly DeskVerb[] => {
  const known = new Set(tasks.flatMap(({ id, signs }) => [id, ...signs.map((sign) => sign.id)]))
  return verbs.filter(({ taskId }) => !known.has(taskId))
}
