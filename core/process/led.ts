import type { Effect, InstanceState } from '@tingzhou/bpmn'

/** Why a finished task cannot be taken back 撤回, whoever asks. */
export type LedBlock = 'join_passed' | 'level_left' | 'acted' | 'ended'

/** What finishing a task set off: where tokens stand since then, unless the step did what cannot be undone. */
export type Led = {
  readonly tokens: readonly { readonly id: string; readonly nodeId: string }[]
  readonly blocked: LedBlock | null
}

/**
 * What one step set off. A step that used up other tokens (a join), left the level of the task, called a handler or another
 * case, or ended something leaves nothing to take back to. Pure. O(tokens).
 */
export function ledBy(
  before: InstanceState,
  after: InstanceState,
  effects: readonly Effect[],
  task: { readonly tokenId: string; readonly scopeId: string },
): Led {
  const then = new Map(before.tokens.map((token) => [token.id, token]))
  const now = new Set(after.tokens.map((token) => token.id))
  const moved = after.tokens.filter((token) => {
    const was = then.get(token.id)
    return was?.nodeId !== token.nodeId || was.state !== token.state
  })
  const lost = before.tokens.some((token) => token.id !== task.tokenId && !now.has(token.id))
  return {
    tokens: moved.map(({ id, nodeId }) => ({ id, nodeId })),
    blocked: blockOf(
      effects,
      lost,
      after.scopes.some((scope) => scope.id === task.scopeId),
      moved.length,
    ),
  }
}

function blockOf(effects: readonly Effect[], lost: boolean, stays: boolean, moved: number): LedBlock | null {
  const happened = new Set(effects.map((effect) => effect.kind))
  if (happened.has('ended')) return 'ended'
  if (!stays) return 'level_left'
  if (happened.has('call') || happened.has('called') || happened.has('thrown')) return 'acted'
  if (lost) return 'join_passed'
  return moved === 0 ? 'ended' : null
}
