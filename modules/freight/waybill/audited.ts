import type { Json } from '@tingzhou/db'

/** Rules of consistency and risk that need only rows; numbers as in the specification of network freight, section 7. */
export const auditRules = ['R1', 'R2', 'R3', 'R10', 'R12', 'R15', 'R16', 'R18'] as const
export const auditResults = ['pass', 'warn', 'block'] as const

export type AuditRule = (typeof auditRules)[number]
export type AuditResult = (typeof auditResults)[number]

/** What a rule says of a waybill, and what it looked at. */
export type Finding = { readonly rule: AuditRule; readonly result: AuditResult; readonly evidence: Json }
/** A named person lets a waybill pass where a rule blocks. */
export type Override = { readonly rule: AuditRule; readonly reason: string }

/** The last audit of a waybill, as it is kept. */
export type Audited = {
  readonly edition: number
  readonly findings: readonly Finding[]
  readonly overrides: readonly (Override & { readonly by: string })[]
  /** The weights of rules that did not pass, added. */
  readonly score: number
}
