import { assert, type EpochMs } from '@tingzhou/kernel'
import { canonicalJson, sha256 } from './canonical.ts'
import type { FieldValues } from './answers.ts'
import { askTable, type NamedTable } from './decision-table.ts'
import type { Answers } from './situation.ts'

/** What a decision by rule rests on: stored with it, so that it can be repeated and answered for. */
export type Grounds = {
  readonly table: string
  readonly tableSha256: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly evidenceSha256: string
  readonly accountableId: string
  readonly decidedAt: EpochMs
}

/** Approved at once, or left to a person. A rule never refuses. */
export type AutomaticDecision = Grounds &
  (
    | { readonly outcome: 'approve'; readonly isSampled: boolean }
    | { readonly outcome: 'manual'; readonly why: 'table_says_manual' | 'unknown_outcome' | 'table_failed' }
  )

/**
 * What a table asks, gathered from where it comes; what is not known is null, and a table that needs it says manual.
 * A question with several answers gives a list.
 * O(inputs).
 */
export function inputsOf(
  { inputs }: Pick<NamedTable, 'inputs'>,
  known: { readonly fields: FieldValues; readonly answers: Answers; readonly facts: FieldValues },
): Readonly<Record<string, unknown>> {
  const value = (input: NamedTable['inputs'][number]): unknown => {
    if (input.from === 'field') return known.fields[input.code] ?? null
    if (input.from === 'fact') return known.facts[input.code] ?? null
    const chosen = known.answers[input.code] ?? []
    return chosen.length > 1 ? chosen : (chosen[0] ?? null)
  }
  return Object.fromEntries(inputs.map((input) => [input.code, value(input)]))
}

export type AutomaticContext = {
  readonly caseId: string
  /** Hashes of the evidence looked at, in any order. */
  readonly evidence: readonly string[]
  /** The person who answers for what the table decides. */
  readonly accountableId: string
  readonly now: EpochMs
  /** Decides which approvals a person looks at again; secret, so that nobody can choose a case that is not sampled. */
  readonly seed: string
  /** 0.05 unless the zone set another. */
  readonly sampledShare: number
}

/**
 * Decides an item by its table 自动审批. Pure: the caller saves the decision.
 * @param inputs  by the codes of the table's inputs; others are left out of the grounds
 * Source: casework.md §10, rule 6. O(cells).
 */
export function decideAutomatically(
  named: NamedTable,
  inputs: Readonly<Record<string, unknown>>,
  context: AutomaticContext,
): AutomaticDecision {
  const own = Object.fromEntries(named.inputs.map(({ code }) => [code, inputs[code] ?? null]))
  const grounds = {
    table: named.code,
    tableSha256: sha256(canonicalJson(named)),
    inputs: own,
    evidenceSha256: sha256(canonicalJson(context.evidence.toSorted())),
    accountableId: context.accountableId,
    decidedAt: context.now,
  }
  const answer = askTable(named, own)
  if (!answer.ok) return { ...grounds, outcome: 'manual', why: 'table_failed' }
  if (answer.value === 'approve')
    return { ...grounds, outcome: 'approve', isSampled: isSampled(context.caseId, context.seed, context.sampledShare) }
  return { ...grounds, outcome: 'manual', why: answer.value === 'manual' ? 'table_says_manual' : 'unknown_outcome' }
}

/**
 * Whether a person looks at an approval again: the same answer for the same case and seed, for about `share` of all cases.
 * @param share  in [0, 1]
 * Source: own; the first 48 bits of SHA-256 as a fraction. O(1).
 */
export function isSampled(caseId: string, seed: string, share: number): boolean {
  assert(share >= 0 && share <= 1, `a share is between 0 and 1, got ${share}`)
  const bits = Number.parseInt(sha256(`${seed}\n${caseId}`).slice(0, 12), 16)
  return bits / 2 ** 48 < share
}
