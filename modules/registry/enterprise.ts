import { checkUscc } from '@tingzhou/uscc'
import { err, ok, type Result } from '@tingzhou/kernel'
import words from './data/sheet-words.json' with { type: 'json' }
import type { EnterpriseFacts, EnterpriseChange, UsccStatus } from './enterprise-contract.ts'

/** A new entry before anything is known about it. */
export const blankFacts: EnterpriseFacts = {
  uscc: null,
  name: '',
  aliases: [],
  areaId: null,
  address: '',
  point: null,
  industry: null,
  otherIndustries: [],
  founded: null,
  size: null,
  aboveScaleYears: [],
  ownership: null,
  status: 'active',
  source: '',
  asOf: null,
  tags: [],
  chains: [],
  leaderAccountId: null,
  guideAccountId: null,
}

const factNames = Object.keys(blankFacts) as (keyof EnterpriseFacts)[]

/** One field that differs. */
export type FieldChange = { readonly field: string; readonly from: unknown; readonly to: unknown }

/** What a code says about itself. A blank or a dash is no code. */
export type ReadCode = { readonly uscc: string | null; readonly usccStatus: UsccStatus }

// Dashes, or what people type where a code is missing.
const isNoCode = (text: string): boolean => /^[-—–/]*$/.test(text) || words.noCode.includes(text.toLowerCase())

/**
 * Reads a unified social credit code the way it is stored. A wrong check digit or form is told, never refused.
 * @param text  as typed or imported
 */
export function readCode(text: string | null): ReadCode {
  if (text === null || isNoCode(text.trim())) return { uscc: null, usccStatus: 'missing' }
  const { code, kind } = checkUscc(text)
  return { uscc: code, usccStatus: kind }
}

/** Whether the code names one enterprise: a malformed one, such as 000000, may repeat. */
export const isIdentifying = (status: UsccStatus): boolean => status === 'ok' || status === 'legacy'

/**
 * Lays what was entered over what stood, in the form that is stored: names and lists trimmed, without repeats, years ascending.
 * @param before  the entry as it stands; `blankFacts` for a new one
 * @param input   what was entered; a field that is missing stays
 */
export function applyInput(before: EnterpriseFacts, input: EnterpriseChange): EnterpriseFacts {
  const facts: EnterpriseFacts = { ...before, ...withoutMissing(input) }
  const name = oneLine(facts.name)
  return {
    ...facts,
    uscc: readCode(facts.uscc).uscc,
    name,
    aliases: unique(facts.aliases.map(oneLine)).filter((alias) => alias !== name),
    otherIndustries: unique(facts.otherIndustries).filter((code) => code !== facts.industry),
    aboveScaleYears: [...new Set(facts.aboveScaleYears)].toSorted((a, b) => a - b),
    tags: unique(facts.tags),
    chains: unique(facts.chains),
  }
}

/** The facts that were entered. */
function withoutMissing(input: EnterpriseChange): Partial<EnterpriseFacts> {
  const entered: Record<string, unknown> = {}
  for (const field of factNames) if (input[field] !== undefined) entered[field] = input[field]
  return entered
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
const unique = (items: readonly string[]): string[] => (items.length === 0 ? [] : [...new Set(items)].filter(Boolean))

/** The fields of `after` that differ from `before`, in the order of `after`. */
export const changesOf = <T extends object>(before: Partial<T>, after: T): readonly FieldChange[] =>
  (Object.keys(after) as (keyof T & string)[]).flatMap((field) =>
    isSame(before[field], after[field]) ? [] : [{ field, from: before[field] ?? null, to: after[field] }],
  )

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  // Most lists of a register are empty.
  if (Array.isArray(a) && Array.isArray(b) && (a.length === 0 || b.length === 0)) return a.length === b.length
  return JSON.stringify(a) === JSON.stringify(b)
}

export type NotLegacy = { readonly kind: 'not_legacy'; readonly usccStatus: UsccStatus }

/** Whether a person may confirm the code: only an early pilot code, whose last digit disagrees, asks for it. */
export const confirmCode = (usccStatus: UsccStatus): Result<void, NotLegacy> =>
  usccStatus === 'legacy' ? ok(undefined) : err({ kind: 'not_legacy', usccStatus })
