import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { isIdentifying, readCode } from './enterprise.ts'
import type { EnterpriseFacts } from './enterprise-contract.ts'

/** 30 days, in which a merge can be undone (specification of the registry). */
export const undoMs = 30 * 24 * 3_600_000

/**
 * What is known of an enterprise after another entry of it came in: what stood stays, gaps are filled, lists are joined,
 * the other name becomes an alias.
 */
export function mergeFacts(into: EnterpriseFacts, from: EnterpriseFacts): EnterpriseFacts {
  const joined = <T>(a: readonly T[], b: readonly T[]): T[] => [...new Set([...a, ...b])]
  return {
    uscc: into.uscc ?? from.uscc,
    name: into.name,
    aliases: joined(into.aliases, [from.name, ...from.aliases]).filter((alias) => alias !== into.name),
    areaId: into.areaId ?? from.areaId,
    address: into.address || from.address,
    point: into.point ?? from.point,
    industry: into.industry ?? from.industry,
    otherIndustries: joined(into.otherIndustries, from.otherIndustries),
    founded: into.founded ?? from.founded,
    size: into.size ?? from.size,
    aboveScaleYears: joined(into.aboveScaleYears, from.aboveScaleYears).toSorted((a, b) => a - b),
    ownership: into.ownership ?? from.ownership,
    status: into.status,
    source: into.source || from.source,
    asOf: into.asOf ?? from.asOf,
    tags: joined(into.tags, from.tags),
    chains: joined(into.chains, from.chains),
    leaderAccountId: into.leaderAccountId ?? from.leaderAccountId,
    guideAccountId: into.guideAccountId ?? from.guideAccountId,
  }
}

/** A fact that both entries state, and differently: what stands stays, the other is lost to the receiving entry. */
export type Conflict = { readonly field: keyof EnterpriseFacts; readonly kept: unknown; readonly lost: unknown }

// Lists are joined and the other name becomes an alias: nothing of them is lost.
const single = [
  'uscc',
  'areaId',
  'address',
  'point',
  'industry',
  'founded',
  'size',
  'ownership',
  'status',
  'leaderAccountId',
  'guideAccountId',
] as const satisfies readonly (keyof EnterpriseFacts)[]

/** What a merge would lose of the entry that goes over. Pure. */
export const conflictsOf = (into: EnterpriseFacts, from: EnterpriseFacts): readonly Conflict[] =>
  single.flatMap((field) => {
    const [kept, lost] = [into[field], from[field]]
    const states = (value: unknown) => value !== null && value !== ''
    if (!states(kept) || !states(lost) || JSON.stringify(kept) === JSON.stringify(lost)) return []
    return [{ field, kept, lost }]
  })

/** Two different valid codes are two enterprises: both codes, or null. Pure. */
export function conflictingCodes(
  into: Pick<EnterpriseFacts, 'uscc'>,
  from: Pick<EnterpriseFacts, 'uscc'>,
): { readonly kept: string; readonly lost: string } | null {
  const [kept, lost] = [readCode(into.uscc), readCode(from.uscc)]
  if (kept.uscc === null || lost.uscc === null || kept.uscc === lost.uscc) return null
  return isIdentifying(kept.usccStatus) && isIdentifying(lost.usccStatus) ? { kept: kept.uscc, lost: lost.uscc } : null
}

/**
 * Takes a merge back out of what is known: a field goes back to what it was before, unless someone changed it since.
 * @param now     as it stands
 * @param after   as the merge left it
 * @param before  as it was before the merge
 */
export function unmergeFacts(now: EnterpriseFacts, after: EnterpriseFacts, before: EnterpriseFacts): EnterpriseFacts {
  const same = (key: keyof EnterpriseFacts) => JSON.stringify(now[key]) === JSON.stringify(after[key])
  const kept = (Object.keys(now) as (keyof EnterpriseFacts)[]).filter((key) => !same(key))
  return { ...before, ...Object.fromEntries(kept.map((key) => [key, now[key]])) }
}

type Side = { readonly id: string; readonly mergedInto: string | null }
export type MergeError =
  | { readonly kind: 'merge_with_itself' }
  | { readonly kind: 'enterprise_merged'; readonly enterpriseId: string; readonly mergedInto: string }

/** Whether one entry may go over into the other. */
export function checkMerge(from: Side, into: Side): Result<void, MergeError> {
  if (from.id === into.id) return err({ kind: 'merge_with_itself' })
  for (const side of [from, into])
    if (side.mergedInto) return err({ kind: 'enterprise_merged', enterpriseId: side.id, mergedInto: side.mergedInto })
  return ok(undefined)
}

type Undoable = { readonly at: EpochMs; readonly undoneAt: EpochMs | null }
export type UndoError =
  | { readonly kind: 'merge_undone' }
  | { readonly kind: 'undo_too_late'; readonly undoUntil: number }
  | { readonly kind: 'merged_again'; readonly mergedInto: string }

/** Whether a merge may be undone now; a later merge of the receiving entry has to be undone first. */
export function checkUndo(merge: Undoable, into: Side, now: EpochMs): Result<void, UndoError> {
  if (merge.undoneAt !== null) return err({ kind: 'merge_undone' })
  if (now > merge.at + undoMs) return err({ kind: 'undo_too_late', undoUntil: merge.at + undoMs })
  return into.mergedInto ? err({ kind: 'merged_again', mergedInto: into.mergedInto }) : ok(undefined)
}
