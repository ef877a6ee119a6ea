import type { Json } from '@tingzhou/db'

/** Rules of consistency and risk; numbers as in the specification of network freight, section 7. */
export const riskRules = [
  'R1',
  'R2',
  'R3',
  'R4',
  'R5',
  'R6',
  'R7',
  'R8',
  'R9',
  'R10',
  'R11',
  'R12',
  'R13',
  'R14',
  'R15',
  'R16',
  'R17',
  'R18',
  'R19',
  'R20',
] as const
/** What is known only when the waybill is paid. */
export const paidRules = ['R11', 'R20'] as const
/** unjudged: there is nothing to judge by, which is neither good nor bad. */
export const riskResults = ['pass', 'warn', 'block', 'unjudged'] as const
/** What a breach does. */
export const breaches = ['block', 'warn', 'off'] as const
/** What is drawn of a finding: lines, and circles and points where `places` is one. */
export const shapeKinds = ['track', 'phone', 'gap', 'leap', 'fence', 'fix'] as const

export type RiskRule = (typeof riskRules)[number]
export type RiskResult = (typeof riskResults)[number]
export type Breach = (typeof breaches)[number]
export type ShapeKind = (typeof shapeKinds)[number]

/** Part of a finding as it lies on the map. */
export type Shape = {
  readonly kind: ShapeKind
  /** WGS-84 degrees, at most 500. */
  readonly places: readonly (readonly [lonDeg: number, latDeg: number])[]
  /** Of a fence. */
  readonly radiusM?: number
  /** The time that it tells of. */
  readonly fromAt?: number
  readonly toAt?: number
}

/** Values by name; the unit stands last in the name: `gapMaxMin`, `lengthM`, `departedAt`. */
export type Evidence = { readonly [name: string]: Json }

/** How one rule stands in an edition. */
export type RuleSetting = {
  readonly breach: Breach
  /** What it adds to the score of a waybill that it does not let pass. */
  readonly weight: number
  /** What a breach does where no terminal tells of the trip; absent where that makes no difference. */
  readonly withoutTerminal?: Exclude<Breach, 'off'>
  readonly limits: Readonly<Record<string, number>>
}
export type RuleSettings = Readonly<Record<RiskRule, RuleSetting>>
