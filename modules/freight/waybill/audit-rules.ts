import { limits } from '../limits.ts'
import type { Blocker } from '../blockers.ts'
import rules from '../data/risk-rules.json' with { type: 'json' }
import { auditRules, type AuditResult, type AuditRule, type Finding } from './audited.ts'

/** What the rules look at: rows only. Weights in kg, times in milliseconds since the epoch, money in fen. */
export type AuditFacts = {
  readonly times: readonly { readonly step: string; readonly at: number }[]
  /** Other trips of the vehicle or the driver. */
  readonly others: readonly {
    readonly number: string
    readonly from: number
    /** Null: still under way. */
    readonly to: number | null
    readonly same: 'vehicle' | 'driver'
  }[]
  readonly slips: readonly { readonly end: string; readonly grossKg: number; readonly netKg: number }[]
  readonly ratedLoadKg: number
  readonly vehicleGrossKg: number
  readonly carrierName: string
  readonly payees: readonly { readonly holder: string }[]
  /** Null: the rules of settlement do not give a sheet. */
  readonly money: { readonly dueFen: number; readonly billFen: number } | null
  /** Other weighings, voided ones too, that were proved by the same photos. */
  readonly photosElsewhere: readonly { readonly number: string; readonly end: string }[]
  readonly blockers: readonly { readonly day: string; readonly found: readonly Blocker[] }[]
  readonly sameParty: boolean
}

type Judged = Pick<Finding, 'evidence'> & { readonly holds: boolean; readonly warns?: boolean }

/** What each rule says. Pure. O(facts). */
export const judge = (facts: AuditFacts): readonly Finding[] =>
  auditRules.map((rule) => {
    const { holds, warns, evidence } = judges[rule](facts)
    return { rule, result: resultOf(rule, holds, warns ?? false), evidence }
  })

function resultOf(rule: AuditRule, holds: boolean, warns: boolean): AuditResult {
  if (!holds) return rules.rules[rule].breach === 'warn' ? 'warn' : 'block'
  return warns ? 'warn' : 'pass'
}

/** The weights of the rules that did not pass, added. Pure. O(findings). */
export const scoreOf = (findings: readonly Finding[]): number =>
  findings.reduce((sum, { rule, result }) => sum + (result === 'pass' ? 0 : rules.rules[rule].weight), 0)

export const rulesEdition = rules.edition
/** How far back other trips are looked for. */
export const overlapDays = rules.overlapDays

const judges: Readonly<Record<AuditRule, (facts: AuditFacts) => Judged>> = {
  // Times in their order.
  R1: ({ times }) => {
    const wrong = times.filter(({ at }, index) => index > 0 && at < (times[index - 1]?.at ?? at))
    return {
      holds: wrong.length === 0,
      evidence: { times: times.map((one) => ({ ...one })), wrong: wrong.map(({ step }) => step) },
    }
  },
  // No other trip of the vehicle or the driver at the same time.
  R2: ({ times, others }) => {
    const first = times.find(({ step }) => step === 'accepted')?.at ?? 0
    const last = times.find(({ step }) => step === 'unloaded')?.at ?? Number.MAX_SAFE_INTEGER
    const found = others.filter(({ from, to }) => from < last && (to === null || to > first))
    return { holds: found.length === 0, evidence: { trips: found.map((one) => ({ ...one })) } }
  },
  // Net not above the rated load, gross not above the law; above the vehicle's own gross mass is worth a look.
  R3: ({ slips, ratedLoadKg, vehicleGrossKg }) => ({
    holds: slips.every(({ grossKg, netKg }) => netKg > 0 && netKg <= ratedLoadKg && grossKg <= limits.grossMaxKg),
    warns: slips.some(({ grossKg }) => grossKg > vehicleGrossKg),
    evidence: { slips: slips.map((one) => ({ ...one })), ratedLoadKg, vehicleGrossKg, legalGrossKg: limits.grossMaxKg },
  }),
  // The carrier can be paid; to somebody else only by delegation.
  R10: ({ payees, carrierName }) => ({
    holds: payees.length > 0,
    warns: payees.every(({ holder }) => holder !== carrierName),
    evidence: { payees: payees.length, delegated: payees.filter(({ holder }) => holder !== carrierName).length },
  }),
  // The shipper's freight covers what the carrier gets.
  R12: ({ money }) => ({
    holds: money === null || money.billFen >= money.dueFen,
    warns: money === null,
    evidence: money === null ? { sheet: null } : { ...money },
  }),
  // A photo proves one weighing.
  R15: ({ photosElsewhere }) => ({
    holds: photosElsewhere.length === 0,
    evidence: { weighings: photosElsewhere.map((one) => ({ ...one })) },
  }),
  // Papers on the day of acceptance and of the signature.
  R16: ({ blockers }) => ({
    holds: blockers.every(({ found }) => found.length === 0),
    evidence: { days: blockers.map(({ day, found }) => ({ day, found: found.map((one) => ({ ...one })) })) },
  }),
  // Related parties.
  R18: ({ sameParty }) => ({ holds: !sameParty, evidence: { sameParty } }),
}
