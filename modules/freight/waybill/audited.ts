import type { Evidence, RiskResult, RiskRule, Shape } from '../risk/words.ts'

/** What a rule says of a waybill, what it looked at, and where that lies. */
export type Finding = {
  readonly rule: RiskRule
  readonly result: RiskResult
  readonly evidence: Evidence
  readonly shapes?: readonly Shape[]
}
/** A named person lets a waybill pass where a rule blocks. */
export type Override = { readonly rule: RiskRule; readonly reason: string }

/** The last audit of a waybill, as it is kept. */
export type Audited = {
  /** Of the rules that it was judged by. */
  readonly edition: number
  readonly findings: readonly Finding[]
  readonly overrides: readonly (Override & { readonly by: string })[]
  /** The weights of rules that did not pass, added. */
  readonly score: number
  /** What every finding is drawn upon: the track, the phone's positions, the fences. */
  readonly shapes?: readonly Shape[]
}

/** The rules that block and that nobody let pass. Pure. O(findings). */
export const blockedBy = ({ findings, overrides }: Pick<Audited, 'findings' | 'overrides'>): readonly RiskRule[] =>
  findings.flatMap(({ rule, result }) =>
    result === 'block' && !overrides.some((one) => one.rule === rule) ? [rule] : [],
  )

/** Findings as the history keeps them: without what is drawn. Pure. O(findings). */
export const spoken = (findings: readonly Finding[]) =>
  findings.map(({ rule, result, evidence }) => ({ rule, result, evidence }))
