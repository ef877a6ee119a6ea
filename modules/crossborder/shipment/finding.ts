import {
  ruleSteps,
  type CheckCode,
  type CheckResult,
  type DocumentKind,
  type DocumentStand,
  type DocumentState,
  type Inspection,
  type RuleStep,
  type State,
} from '../words.ts'

/** What is known of a shipment when a step is judged. */
export type Facts = {
  readonly pieces: number
  readonly loadedPieces: number | null
  readonly documentRules: readonly DocumentRule[]
  readonly checkRules: readonly {
    readonly code: CheckCode
    readonly step: RuleStep
    readonly result: CheckResult
  }[]
  readonly documents: readonly Paper[]
  readonly lots: readonly {
    readonly number: string
    readonly pieces: number
    readonly inspection: Inspection
    readonly nursery: {
      readonly registration: string
      readonly state: State
      readonly validFrom: string
      readonly validTo: string
    } | null
  }[]
  /** Numbers of the seals that are on. */
  readonly seals: readonly string[]
  /** Since it was loaded last. */
  readonly handedOverAtYard: boolean
  /** Of the first leg in freight: whether it was signed; null: none is named. */
  readonly waybillSigned: boolean | null
}

export type DocumentRule = {
  readonly kind: DocumentKind
  readonly step: RuleStep
  readonly required: boolean
  readonly dated: boolean
  readonly counted: boolean
}

export type Paper = {
  readonly id: string
  readonly kind: DocumentKind
  readonly number: string
  readonly validFrom: string | null
  readonly validTo: string | null
  readonly pieces: number | null
  readonly state: DocumentState
}

/** One thing that stands before a step: the field, what it says, the rule with its limit. */
export type Finding = {
  readonly code: string
  readonly step: RuleStep
  readonly result: 'block' | 'warn'
  readonly field: string
  readonly value: string | number | null
  readonly rule: string
  readonly kind: DocumentKind | null
  readonly limit: string | number | null
}

/** How a document stands on a day; whether days count is the rule's. Pure. O(1). */
export function standOn(paper: Paper | undefined, dated: boolean, onDay: string): DocumentStand {
  if (!paper) return 'missing'
  if (paper.state === 'refused') return 'refused'
  if (dated) {
    // A term that is not named covers no day.
    if (paper.validTo === null || paper.validTo < onDay) return 'expired'
    if (paper.validFrom !== null && paper.validFrom > onDay) return 'not_yet'
  }
  return paper.state === 'checked' ? 'checked' : 'in_hand'
}

/**
 * Everything that stands before a step on a day: the rules of that step and of those before it. Pure. O(rules + lots).
 * Source: specification of network freight, section 9; the rows of `data/document-rules.json` as the zone has edited them.
 */
export function findingsOf(facts: Facts, step: RuleStep, onDay: string): readonly Finding[] {
  const last = ruleSteps.indexOf(step)
  const counts = (one: { readonly step: RuleStep }) => ruleSteps.indexOf(one.step) <= last
  const checks = facts.checkRules.filter(counts).flatMap((rule): readonly Finding[] => {
    const { result } = rule
    if (result === 'off') return []
    return checkOf[rule.code](facts, onDay).map((fault) => ({ kind: null, limit: null, ...fault, ...rule, result }))
  })
  return [
    ...lotsOf(facts),
    ...facts.documentRules
      .filter((rule) => rule.required && counts(rule))
      .flatMap((rule) => paperOf(facts, rule, onDay)),
    ...checks,
  ]
}

/** Those that let nobody on. O(findings). */
export const blocking = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ result }) => result === 'block')

type Fault = Pick<Finding, 'field' | 'value' | 'rule'> & Partial<Pick<Finding, 'kind' | 'limit'>>

/** The lots come to the pieces of the shipment. */
function lotsOf({ pieces, lots }: Facts): readonly Finding[] {
  const sum = lots.reduce((total, lot) => total + lot.pieces, 0)
  if (sum === pieces) return []
  const rule = 'equals_pieces'
  return [
    {
      code: 'lots_differ',
      step: 'complete',
      result: 'block',
      field: 'lots',
      value: sum,
      rule,
      kind: null,
      limit: pieces,
    },
  ]
}

function paperOf({ documents }: Facts, { kind, step, dated }: DocumentRule, onDay: string): readonly Finding[] {
  const paper = documents.find((one) => one.kind === kind)
  const stand = standOn(paper, dated, onDay)
  if (stand === 'checked') return []
  const field = `documents.${kind}`
  const say = (rule: string, value: string | null, limit: string | null): readonly Finding[] => [
    { code: `document_${stand}`, step, result: 'block', field, value, rule, kind, limit },
  ]
  switch (stand) {
    case 'missing':
      return say('in_hand_and_checked', null, null)
    case 'expired':
      return say('valid_on_day', paper?.validTo ?? null, onDay)
    case 'not_yet':
      return say('valid_on_day', paper?.validFrom ?? null, onDay)
    case 'in_hand':
    case 'refused':
      return say('checked_by_a_person', paper?.number ?? null, null)
  }
}

const checkOf: Readonly<Record<CheckCode, (facts: Facts, onDay: string) => readonly Fault[]>> = {
  counts_equal: ({ loadedPieces, documentRules, documents }) => {
    if (loadedPieces === null) return [{ field: 'loadedPieces', value: null, rule: 'loaded' }]
    const counted = documentRules.filter((rule) => rule.counted && rule.required)
    return counted.flatMap(({ kind }): readonly Fault[] => {
      const paper = documents.find((one) => one.kind === kind)
      if (!paper || paper.pieces === loadedPieces) return []
      const field = `documents.${kind}.pieces`
      return [{ field, value: paper.pieces, rule: 'equals_loaded', kind, limit: loadedPieces }]
    })
  },
  seals_equal: ({ seals, handedOverAtYard }) => [
    ...(seals.length > 0 ? [] : [{ field: 'seals', value: 0, rule: 'sealed' }]),
    ...(handedOverAtYard ? [] : [{ field: 'handOvers.yard', value: null, rule: 'seals_seen_at_yard' }]),
  ],
  nursery_registered: ({ lots }, onDay) =>
    lots.flatMap(({ number, nursery }): readonly Fault[] => {
      const covers = nursery?.state === 'open' && nursery.validFrom <= onDay && onDay <= nursery.validTo
      if (covers) return []
      const field = `lots.${number}.nursery`
      return [
        { field, value: nursery?.registration ?? null, rule: 'registered_on_day', limit: nursery?.validTo ?? onDay },
      ]
    }),
  lots_passed: ({ lots }) =>
    lots
      .filter(({ inspection }) => inspection !== 'passed')
      .map(({ number, inspection }) => ({
        field: `lots.${number}.inspection`,
        value: inspection,
        rule: 'inspection_passed',
      })),
  waybill_signed: ({ waybillSigned }) =>
    waybillSigned === true
      ? []
      : [{ field: 'waybillId', value: waybillSigned === null ? null : 'unsigned', rule: 'waybill_signed' }],
}
