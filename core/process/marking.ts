import type { Effect, Input, InstanceState } from '@tingzhou/bpmn'
import type { Holds } from './hold.ts'
import type { Marking, Trouble } from './tables.ts'

/** What brought an instance to a stand in a step, the last of it. */
export function troubleOf(effects: readonly Effect[]): Trouble | null {
  const found = effects.flatMap((effect): readonly Trouble[] => {
    if (effect.kind === 'stuck') return [{ nodeId: effect.nodeId, code: effect.code, message: effect.message }]
    if (effect.kind !== 'ended' || effect.how !== 'error') return []
    return [{ nodeId: effect.nodeId, code: effect.code ?? 'error', message: effect.reason ?? '' }]
  })
  return found.at(-1) ?? null
}

/** What the instance's row keeps. Tasks that are over stay behind as rows only. */
export const markingOf = (state: InstanceState, { holds, answers }: Holds, told: readonly Input[]): Marking => ({
  scopes: state.scopes,
  tokens: state.tokens,
  tasks: state.tasks.filter((task) => task.state === 'open'),
  timers: state.timers,
  subscriptions: state.subscriptions,
  ...(holds.length > 0 ? { holds } : {}),
  ...(answers.length > 0 ? { answers } : {}),
  ...(told.length > 0 ? { told } : {}),
})

/** Whether an instance hears nothing now and will again: suspended, or stuck with its tokens in their places. Pure. */
export const isHalted = ({ status, tokens }: InstanceState): boolean =>
  status === 'suspended' || (status === 'failed' && tokens.length > 0)

/** How often each node was left and each flow taken, after a step. */
export function countVisits(
  before: Readonly<Record<string, number>>,
  effects: readonly Effect[],
): Readonly<Record<string, number>> {
  const visited = { ...before }
  for (const effect of effects) {
    const key = effect.kind === 'left' ? effect.nodeId : effect.kind === 'taken' ? effect.flowId : null
    if (key) visited[key] = (visited[key] ?? 0) + 1
  }
  return visited
}
