import type { Definition, Effect, Input, InstanceState, Vars } from '@tingzhou/bpmn'
import type { Json } from '@tingzhou/db'
import type { OutboxEvent } from '@tingzhou/events'
import type { EpochMs } from '@tingzhou/kernel'
import type { OpenInstance, ParentToken } from './rows.ts'

/**
 * What one case tells another: it calls it, gives up waiting for it, ends, throws a message or a signal. Each is an event of
 * the outbox and reaches the other case in a transaction of its own, so that no command ever holds the locks of two cases.
 */
export type Across =
  | { readonly what: 'called'; readonly parent: ParentToken; readonly key: string; readonly node: string; vars: Vars }
  | { readonly what: 'call_cancelled'; readonly parent: ParentToken; readonly reason: string }
  | { readonly what: 'ended'; readonly parent: ParentToken; readonly code: string | null; vars: Vars }
  | { readonly what: 'escalated'; readonly parent: ParentToken; readonly code: string; vars: Vars }
  | {
      readonly what: 'thrown'
      readonly kind: 'message' | 'signal'
      readonly name: string
      readonly correlationKey: string | null
      readonly from: string
      vars: Vars
    }
  /** What was kept for a case while it was suspended or stuck. */
  | { readonly what: 'kept'; readonly instanceId: string; readonly input: Input }

/** The events of one step that concern other cases, after what it hears itself now that it can. Pure. O(effects). */
export function acrossEvents(
  open: OpenInstance,
  definition: Definition,
  after: InstanceState,
  effects: readonly Effect[],
  at: EpochMs,
): readonly OutboxEvent[] {
  const calls = (nodeId: string) => definition.nodes[nodeId]?.kind === 'callActivity'
  const mine = (tokenId: string): ParentToken => ({ instanceId: after.id, tokenId })
  const told = effects.flatMap((effect): readonly Across[] => {
    switch (effect.kind) {
      case 'called':
        return [
          { what: 'called', parent: mine(effect.tokenId), key: effect.key, node: effect.nodeId, vars: effect.vars },
        ]
      case 'cancelled':
        return calls(effect.nodeId)
          ? [{ what: 'call_cancelled', parent: mine(effect.tokenId), reason: effect.reason }]
          : []
      case 'thrown':
        return thrown(open, after.id, effect)
      case 'ended': {
        if (!open.parent) return []
        const code = effect.how === 'completed' ? null : (effect.code ?? effect.how)
        return [{ what: 'ended', parent: open.parent, code, vars: after.vars }]
      }
      default:
        return []
    }
  })
  const kept = (after.status === 'active' ? open.told : []).map((input): Across => ({
    what: 'kept',
    instanceId: after.id,
    input,
  }))
  return [...kept, ...told].map(({ what, ...data }) => ({
    type: `process.${what}`,
    objectKind: open.businessKind,
    objectId: open.businessId,
    // Variables are JSON by definition.
    data: data as unknown as Json,
    at,
  }))
}

/** A message has one receiver, a signal reaches everybody who waits for it, an escalation goes up until somebody takes it. */
function thrown(open: OpenInstance, from: string, effect: Extract<Effect, { kind: 'thrown' }>): readonly Across[] {
  const { name, correlationKey, vars, caught } = effect
  switch (effect.what) {
    case 'signal':
      return [{ what: 'thrown', kind: 'signal', name, correlationKey, from, vars }]
    case 'message':
      return caught ? [] : [{ what: 'thrown', kind: 'message', name, correlationKey, from, vars }]
    case 'escalation':
      return caught || !open.parent ? [] : [{ what: 'escalated', parent: open.parent, code: name, vars }]
    case 'error':
      return []
  }
}
