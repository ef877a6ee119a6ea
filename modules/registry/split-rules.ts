import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { applyInput, blankFacts } from './enterprise.ts'
import type { EnterpriseFacts } from './enterprise-contract.ts'
import { undoMs } from './merge-rules.ts'

/** What is said of the enterprise that is split off; without an area it stands in that of the entry. */
export type SplitFacts = {
  readonly name: string
  readonly uscc?: string | null | undefined
  readonly areaId?: string | null | undefined
  /** Other names of the entry that are its own. */
  readonly aliases: readonly string[]
}

export type SplitFault =
  | { readonly kind: 'own_name'; readonly field: 'name'; readonly value: string; readonly rule: string }
  | { readonly kind: 'unknown_alias'; readonly field: 'takes.aliases'; readonly value: string; readonly rule: string }

/** The two entries of a split, and the names that go over. */
export type SplitEntries = {
  readonly rest: EnterpriseFacts
  readonly own: EnterpriseFacts
  readonly taken: readonly string[]
}

/**
 * Takes an entry apart: what is known of it stays with it but for the names that go over. A name of the new enterprise that the entry has as
 * another name goes in any case: it cannot mean both. Pure.
 */
export function splitFacts(from: EnterpriseFacts, said: SplitFacts): Result<SplitEntries, SplitFault> {
  const { name, uscc = null, areaId = from.areaId, aliases } = said
  const own = applyInput(blankFacts, { name, uscc, areaId, aliases: [...aliases] })
  if (own.name === from.name)
    return err({ kind: 'own_name', field: 'name', value: own.name, rule: 'another name than the entry’s' })
  const unknown = own.aliases.find((alias) => !from.aliases.includes(alias))
  if (unknown !== undefined)
    return err({ kind: 'unknown_alias', field: 'takes.aliases', value: unknown, rule: 'an alias of the entry' })
  const goes = new Set([own.name, ...own.aliases])
  const taken = from.aliases.filter((alias) => goes.has(alias))
  return ok({ own, taken, rest: { ...from, aliases: from.aliases.filter((alias) => !goes.has(alias)) } })
}

/** What a split keeps for its undo and its list. */
export type SplitMoved = {
  readonly aliases: { readonly before: readonly string[]; readonly taken: readonly string[] }
  readonly contacts: readonly string[]
  /** The entry's main contact, when it went over. */
  readonly mainContact: string | null
  readonly figures: readonly string[]
  readonly parts: { readonly [module: string]: readonly string[] }
}

/** How much went over. Pure. */
export const countMoved = ({ aliases, contacts, figures, parts }: SplitMoved): number =>
  [aliases.taken, contacts, figures, ...Object.values(parts)].reduce((sum, { length }) => sum + length, 0)

/**
 * What is known of the entry after its split is undone: the names that went and still are with the new entry come back to where they stood;
 * what was entered on either since stays as it is. Pure.
 */
export function unsplitFacts(
  entry: EnterpriseFacts,
  gone: EnterpriseFacts,
  { before, taken }: SplitMoved['aliases'],
): EnterpriseFacts {
  const back = taken.filter((alias) => alias === gone.name || gone.aliases.includes(alias))
  const stood = before.filter((alias) => back.includes(alias) || entry.aliases.includes(alias))
  const aliases = [...stood, ...entry.aliases.filter((alias) => !before.includes(alias))]
  return { ...entry, aliases: aliases.filter((alias) => alias !== entry.name) }
}

type Side = { readonly id: string; readonly mergedInto: string | null }
export type SplitUndoError =
  | { readonly kind: 'split_undone' }
  | { readonly kind: 'undo_too_late'; readonly undoUntil: number }
  | { readonly kind: 'merged_since'; readonly enterpriseId: string; readonly mergedInto: string }

/** Whether a split may be undone now; a merge that either entry went into since has to be undone first. */
export function checkSplitUndo(
  split: { readonly at: EpochMs; readonly undoneAt: EpochMs | null },
  sides: readonly Side[],
  now: EpochMs,
): Result<void, SplitUndoError> {
  if (split.undoneAt !== null) return err({ kind: 'split_undone' })
  if (now > split.at + undoMs) return err({ kind: 'undo_too_late', undoUntil: split.at + undoMs })
  for (const { id, mergedInto } of sides)
    if (mergedInto !== null) return err({ kind: 'merged_since', enterpriseId: id, mergedInto })
  return ok(undefined)
}
