import type { EpochMs } from '@tingzhou/kernel'
import type { Json, Tx } from '@tingzhou/db'
import type { EnterpriseFacts } from './enterprise-contract.ts'

/** Which entry goes over into which. */
export type MergeScene = {
  readonly zoneId: string
  readonly fromId: string
  readonly intoId: string
  readonly actorId: string
  readonly now: EpochMs
}

/** What a module does with its own references to an enterprise, in the transaction of the merge and of its undo. */
export type MergeHook = {
  /** The module's name; an undo finds by it what the hook moved. */
  readonly name: string
  /** Points references from one entry to the other. @returns what was moved, so that an undo can put back exactly that */
  readonly move: (tx: Tx, scene: MergeScene) => Promise<Json>
  /** Puts back what `move` moved and what still points to `intoId`. */
  readonly restore: (tx: Tx, scene: MergeScene, moved: Json) => Promise<void>
}

/** What a merge keeps for its undo. */
export type Moved = {
  readonly before: EnterpriseFacts
  readonly after: EnterpriseFacts
  readonly hooks: { readonly [name: string]: Json }
}

const hooks = new Map<string, MergeHook>()

/** Has a module's references moved with every merge. Repeating a name replaces its hook. */
export function onEnterpriseMerged(hook: MergeHook): void {
  hooks.set(hook.name, hook)
}

/** Runs every hook. @returns what each moved, by name */
export async function moveReferences(tx: Tx, scene: MergeScene): Promise<Record<string, Json>> {
  const moved: Record<string, Json> = {}
  for (const hook of hooks.values()) moved[hook.name] = await hook.move(tx, scene)
  return moved
}

/** Runs the hooks back, last first; what a module that is gone had moved stays. */
export async function restoreReferences(tx: Tx, scene: MergeScene, moved: Moved['hooks']): Promise<void> {
  for (const hook of [...hooks.values()].toReversed()) {
    const own = moved[hook.name]
    if (own !== undefined) await hook.restore(tx, scene, own)
  }
}
