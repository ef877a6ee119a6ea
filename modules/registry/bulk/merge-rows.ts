import type { CommandDeps, StaleRevision, Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { lockStored } from '../enterprise-rows.ts'
import { mergeEnterprises, undoMerge } from '../merge.ts'
import { conflictingCodes, type MergeError } from '../merge-rules.ts'
import type { By } from '../record.ts'
import { findSides } from './find-sides.ts'
import { planMerges } from './merge-plan.ts'
import type { ReadPairs } from './merge-sheet.ts'
import type { PairRecord, StoredPair } from './pair-row.ts'

/** What each row of a workbook of merges would do, or why it may not. */
export async function pairRecords(tx: Tx, deps: CommandDeps, { good, bad }: ReadPairs): Promise<readonly PairRecord[]> {
  const sides = good.flatMap(({ from, into }) => [from, into])
  const planned = planMerges(good, await findSides(tx, deps, sides))
  return [
    ...planned.map(({ row, from, into, why, fromEntry, intoEntry, fault, turn, conflicts }) => ({
      row,
      from_text: from,
      into_text: into,
      why,
      from_id: fromEntry?.id,
      into_id: intoEntry?.id,
      from_name: fromEntry?.facts.name,
      into_name: intoEntry?.facts.name,
      turn,
      conflicts,
      state: fault ? ('refused' as const) : ('ready' as const),
      rule: fault?.rule,
      rule_value: fault?.value,
    })),
    ...bad.map(({ row, from, into, why, rule, value }) => ({
      row,
      from_text: from,
      into_text: into,
      why,
      state: 'refused' as const,
      rule,
      rule_value: value,
    })),
  ]
}

type PairError =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'conflicting_codes'; readonly kept: string; readonly lost: string }
  | StaleRevision
  | MergeError

/** Merges the sides of a row as they stand now. */
export async function mergeRow(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  { from_id: fromId, into_id: intoId, why }: StoredPair,
): Promise<Result<{ readonly merge_id: string }, PairError>> {
  // The table's check: a row that is not refused names both.
  const ids = { id: fromId ?? '', into: intoId ?? '' }
  const locked = await lockStored(tx, deps.zoneId, [ids.id, ids.into])
  const [from, into] = [locked.get(ids.id), locked.get(ids.into)]
  if (!from || !into) return err({ kind: 'not_found' })
  // Since the preview somebody may have entered a code, or the row before brought one.
  const codes = conflictingCodes(into.facts, from.facts)
  if (codes) return err({ kind: 'conflicting_codes', ...codes })
  const merged = await mergeEnterprises(tx, deps, by, { ...ids, rev: from.rev, intoRev: into.rev, why })
  return merged.ok ? ok({ merge_id: merged.value.id }) : merged
}

export const undoMergeRow = (tx: Tx, deps: CommandDeps, by: By, { merge_id: id }: StoredPair, why: string) =>
  undoMerge(tx, deps, by, { id: id ?? '', why })
