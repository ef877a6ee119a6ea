import * as z from 'zod'
import type { Lang } from '@tingzhou/parties'
import type { FieldProblem } from './problem.ts'
import { fill, ruleText } from './texts.ts'

/** What a schema found, as zod reports it. */
export type Issue = z.core.$ZodIssue

const issuesMax = 50
const valueLengthMax = 100
const zodTexts = { 'zh-CN': z.locales.zhCN().localeError, en: z.locales.en().localeError }
const secret = /password|secret|token|totp|(id|paper|account)number|^code$|^key$/i

/**
 * Tells a reader what is wrong with the input, field by field.
 * @param issues  from the schema, at most 50 are told
 * @param data    the input that was checked
 * @returns field path with dots, the value received (100 characters, secrets hidden), the rule with its limit, a message
 */
export const describeIssues = (issues: readonly Issue[], data: unknown, lang: Lang): readonly FieldProblem[] =>
  issues.slice(0, issuesMax).map((issue) => describeIssue(issue, data, lang))

function describeIssue(issue: Issue, data: unknown, lang: Lang): FieldProblem {
  const field = issue.path.map(String).join('.')
  const value = issue.path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[String(key)] : undefined), data)
  const shown = issue.path.some((key) => secret.test(String(key))) ? '•••' : shorten(value)
  return { field, value: shown ?? null, rule: ruleOf(issue, value), message: messageOf(issue, value, lang) }
}

/** A value as it may be shown back: at most 100 characters of its text. */
export function shorten(value: unknown): unknown {
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'number') return value
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length > valueLengthMax ? `${text.slice(0, valueLengthMax)}…` : text
}

function ruleOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined ? 'required' : `type ${issue.expected}`
    case 'too_small':
      return `min ${issue.minimum}`
    case 'too_big':
      return `max ${issue.maximum}`
    case 'invalid_format':
      return `format ${issue.format}`
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`
    case 'not_multiple_of':
      return `multiple of ${issue.divisor}`
    case 'unrecognized_keys':
      return `unknown ${issue.keys.join(', ')}`
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return issue.code
    case 'custom':
      return issue.message
  }
}

function messageOf(issue: Issue, value: unknown, lang: Lang): string {
  // zod's texts are made from the raw issue, which holds the input too.
  const raw = { ...issue, input: value } as z.core.$ZodRawIssue
  // A message that a schema's author wrote is a key of our texts, or stands as it is.
  if (issue.message !== textOf(zodTexts.en(raw))) return ruleText(lang, issue.message) ?? issue.message
  const own = ruleText(lang, ruleKey(issue, value))
  return own === undefined ? (textOf(zodTexts[lang](raw)) ?? issue.message) : fill(own, { ...issue })
}

function ruleKey(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_type') return value === undefined ? 'required' : `type.${issue.expected}`
  if (issue.code === 'invalid_format') return `format.${issue.format}`
  if (issue.code === 'too_small' && issue.origin === 'string' && Number(issue.minimum) === 1) return 'required'
  if (issue.code === 'too_small' || issue.code === 'too_big') return `${issue.code}.${issue.origin}`
  return issue.code
}

const textOf = (answer: string | { message: string } | undefined | null): string | undefined =>
  typeof answer === 'string' ? answer : answer?.message

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
