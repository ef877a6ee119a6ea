import type { Db, Tx } from '@tingzhou/db'
import type { Actor, Lang } from '@tingzhou/parties'
import type { MergeScene } from './merge-hooks.ts'

/** Which entry stays, which new one is taken out of it, and who does it. */
export type SplitScene = MergeScene & { readonly actor: Actor }

/** Who asks what can go over, and in which language. */
export type SplitReader = { readonly actor: Actor; readonly lang: Lang }

/** Something of an enterprise that can go over to the entry that is split off. */
export type SplitPart = {
  readonly enterpriseId: string
  /** By which the module knows it again. */
  readonly id: string
  /** Short, in the reader's language; a workbook of splits names the part by it. */
  readonly label: string
  readonly detail: string
}

/** Parts of one enterprise that a module offers, at most. */
export const partsMax = 500

/** What a module does when one entry of the register turns out to be two enterprises. The undo is a merge: see `onEnterpriseMerged`. */
export type SplitHook = {
  /** The module's name, by which a command names its parts. */
  readonly name: string
  /** What its parts are, as a heading. */
  readonly title: (lang: Lang) => string
  /** What these enterprises have and the actor reads, at most `partsMax` each; 2,000 enterprises at most. */
  readonly parts: (
    db: Db | Tx,
    zoneId: string,
    reader: SplitReader,
    enterpriseIds: readonly string[],
  ) => Promise<readonly SplitPart[]>
  /** Hands parts of `fromId` that the actor reads over to `intoId`. @returns the ids of those that went; with one missing the split is refused */
  readonly move: (tx: Tx, scene: SplitScene, ids: readonly string[]) => Promise<readonly string[]>
}

const hooks = new Map<string, SplitHook>()

/** Offers a module's parts to every split. Repeating a name replaces its hook. */
export function onEnterpriseSplit(hook: SplitHook): void {
  hooks.set(hook.name, hook)
}

/** All of them, in the order in which they were registered. */
export const splitHooks = (): readonly SplitHook[] => [...hooks.values()]
export const splitHook = (name: string): SplitHook | undefined => hooks.get(name)
