import { shortDistanceM } from '@tingzhou/geo'
import type { Json } from '@tingzhou/db'
import type { Blocker } from '../blockers.ts'
import { limits as legal } from '../limits.ts'
import type { RiskResult, RiskRule, RuleSetting, RuleSettings } from '../risk/words.ts'
import type { Finding } from './audited.ts'
import { paidJudges, type PaidFacts } from './audit-paid-rules.ts'
import { tradeJudges, type TradeFacts } from './audit-trade-rules.ts'
import { trackJudges, type TrackFacts } from './audit-track-rules.ts'

/** A weighing, and what its photo says of itself. */
type Slip = {
  readonly end: string
  readonly grossKg: number
  readonly netKg: number
  readonly weighedAt: number
  /** Null: the photo does not say. */
  readonly takenAt: number | null
  readonly photoLonDeg: number | null
  readonly photoLatDeg: number | null
}

/** What the rules look at. Weights in kg, times in milliseconds since the epoch, money in fen. */
export type AuditFacts = TrackFacts &
  TradeFacts & {
    readonly times: readonly { readonly step: string; readonly at: number }[]
    /** Other trips of the vehicle or the driver. */
    readonly others: readonly {
      readonly number: string
      readonly from: number
      /** Null: still under way. */
      readonly to: number | null
      readonly same: 'vehicle' | 'driver'
    }[]
    readonly slips: readonly Slip[]
    readonly carrierName: string
    readonly payees: readonly { readonly holder: string }[]
    /** Null: the rules of settlement do not give a sheet. */
    readonly money: { readonly dueFen: number; readonly billFen: number } | null
    /** Other weighings, voided ones too, that were proved by the same photos. */
    readonly photosElsewhere: readonly { readonly number: string; readonly end: string }[]
    /** Slips of the carrier's other waybills whose photos show nearly the same, with the bits by which they differ, the nearest first. */
    readonly photosAlike: readonly { readonly number: string; readonly end: string; readonly bits: number }[]
    readonly blockers: readonly { readonly day: string; readonly found: readonly Blocker[] }[]
    readonly sameParty: boolean
  }

/** What a rule says before it is weighed by how the rule is set. */
export type Judged = Pick<Finding, 'evidence' | 'shapes'> & {
  /** Null: there is nothing to judge by. */
  readonly holds: boolean | null
  /** It holds, but is worth a look. */
  readonly warns?: boolean
  /** No terminal tells of the trip: a breach does what is set for that. */
  readonly withoutTerminal?: boolean
  /** A breach may have an honest cause that nobody can see from here: it warns, whatever is set. */
  readonly warnsOnly?: boolean
}
type Limits = RuleSetting['limits']
export type Judges<R extends RiskRule, F> = Readonly<Record<R, (facts: F, limits: Limits) => Judged>>

/** What each rule that is not off says. Pure. O(facts). */
export const judge = (facts: AuditFacts, rules: RuleSettings): readonly Finding[] => judgeBy(judges, facts, rules)

/** What the rules say that look at the payment. Pure. O(facts). */
export const judgePaid = (facts: PaidFacts, rules: RuleSettings): readonly Finding[] =>
  judgeBy(paidJudges, facts, rules)

function judgeBy<R extends RiskRule, F>(by: Judges<R, F>, facts: F, rules: RuleSettings): readonly Finding[] {
  // The keys of a table of judges are the rules that it judges.
  return (Object.keys(by) as R[]).flatMap((rule): readonly Finding[] => {
    const setting = rules[rule]
    if (setting.breach === 'off') return []
    const judged = by[rule](facts, setting.limits)
    const { evidence, shapes } = judged
    return [{ rule, result: resultOf(setting, judged), evidence, ...(shapes ? { shapes } : {}) }]
  })
}

function resultOf(setting: RuleSetting, { holds, warns, withoutTerminal, warnsOnly }: Judged): RiskResult {
  if (holds === null) return 'unjudged'
  if (holds) return warns ? 'warn' : 'pass'
  const breach = withoutTerminal ? (setting.withoutTerminal ?? setting.breach) : setting.breach
  return breach === 'block' && !warnsOnly ? 'block' : 'warn'
}

/** The weights of the rules that did not pass, added. Pure. O(findings). */
export const scoreOf = (findings: readonly Finding[], rules: RuleSettings): number =>
  findings.reduce(
    (sum, { rule, result }) => sum + (result === 'warn' || result === 'block' ? rules[rule].weight : 0),
    0,
  )

const copies = <T extends { readonly [name: string]: Json }>(rows: readonly T[]): Json[] =>
  rows.map((row) => ({ ...row }))

/** How far a photo says it was taken from where it proves a weighing; null: it does not say. */
function photoFault(slip: Slip, { places }: TrackFacts, limits: Limits): Json {
  const { takenAt, weighedAt, photoLonDeg, photoLatDeg, end } = slip
  const place = places.find((one) => one.end === end)
  const apartMin = takenAt === null ? null : Math.round(Math.abs(takenAt - weighedAt) / 60_000)
  const apartM =
    place && photoLonDeg !== null && photoLatDeg !== null
      ? Math.round(shortDistanceM({ lon: photoLonDeg, lat: photoLatDeg }, { lon: place.lonDeg, lat: place.latDeg }))
      : null
  const early = apartMin !== null && apartMin > (limits.photoAroundMin ?? 0)
  const far = apartM !== null && place !== undefined && apartM > place.fenceM + (limits.photoMaxM ?? 0)
  return early || far ? { end, photoApartMin: apartMin, photoApartM: apartM } : null
}

const judges: Judges<Exclude<RiskRule, keyof typeof paidJudges>, AuditFacts> = {
  // Times in their order.
  R1: ({ times }) => {
    const wrong = times.filter(({ at }, index) => index > 0 && at < (times[index - 1]?.at ?? at))
    return { holds: wrong.length === 0, evidence: { times: copies(times), wrong: wrong.map(({ step }) => step) } }
  },
  // No other trip of the vehicle or the driver at the same time.
  R2: ({ times, others }) => {
    const first = times.find(({ step }) => step === 'accepted')?.at ?? 0
    const last = times.find(({ step }) => step === 'unloaded')?.at ?? Number.MAX_SAFE_INTEGER
    const found = others.filter(({ from, to }) => from < last && (to === null || to > first))
    return { holds: found.length === 0, evidence: { trips: copies(found) } }
  },
  // Net not above the rated load, gross not above the law; above the vehicle's own gross mass is worth a look.
  R3: ({ slips, ratedLoadKg, vehicleGrossKg }) => ({
    holds: slips.every(({ grossKg, netKg }) => netKg > 0 && netKg <= ratedLoadKg && grossKg <= legal.grossMaxKg),
    warns: slips.some(({ grossKg }) => grossKg > vehicleGrossKg),
    evidence: {
      slips: slips.map(({ end, grossKg, netKg }) => ({ end, grossKg, netKg })),
      ratedLoadKg,
      vehicleGrossKg,
      legalGrossKg: legal.grossMaxKg,
    },
  }),
  R4: trackJudges.R4,
  R5: trackJudges.R5,
  R6: trackJudges.R6,
  R7: trackJudges.R7,
  R8: trackJudges.R8,
  R9: tradeJudges.R9,
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
  R13: tradeJudges.R13,
  R14: tradeJudges.R14,
  // A photo proves one weighing, looks like no other, and was taken then and there if it says when and where.
  R15: ({ photosElsewhere, photosAlike, ...facts }, limits) => {
    const photos = facts.slips.map((slip) => photoFault(slip, facts, limits)).filter((fault) => fault !== null)
    const told = facts.slips.filter(({ takenAt, photoLonDeg }) => takenAt !== null || photoLonDeg !== null).length
    return {
      holds: photosElsewhere.length === 0,
      warns: photos.length > 0 || photosAlike.length > 0,
      evidence: { weighings: copies(photosElsewhere), alike: copies(photosAlike), photos, photosThatTell: told },
    }
  },
  // Papers on the day of acceptance and of the signature.
  R16: ({ blockers }) => ({
    holds: blockers.every(({ found }) => found.length === 0),
    evidence: { days: blockers.map(({ day, found }) => ({ day, found: copies(found) })) },
  }),
  R17: tradeJudges.R17,
  // Related parties.
  R18: ({ sameParty }) => ({ holds: !sameParty, evidence: { sameParty } }),
  R19: tradeJudges.R19,
}
