import { oc } from '@orpc/contract'
import { z } from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'

export const limitUnits = ['calendar_seconds', 'working_hours', 'working_days'] as const

/** How long something may take: around the clock, in office hours, or to the end of the n-th workday. */
export const Limit = z.object({ unit: z.enum(limitUnits), amount: z.int().min(1).max(31_622_400) })
export type Limit = z.infer<typeof Limit>

const Code = z.string().regex(/^[a-z][a-z0-9_]{1,39}$/, 'small letters, digits and underscores, 2 to 40')
const name = z.string().trim().min(1).max(60)

export const RuleSet = z.object({
  invented: z.boolean().describe('True while nobody has confirmed these values for the zone.'),
  offer: z.object({ emergency: Limit, urgent: Limit, planned: Limit }),
  summary: Limit,
  followUp: Limit,
  checklist: z
    .array(z.object({ code: Code, zh: name, en: name, paper: z.boolean() }))
    .min(1)
    .max(40),
  declineReasons: z
    .array(z.object({ code: Code, zh: name, en: name }))
    .min(1)
    .max(40),
})
export type RuleSet = z.infer<typeof RuleSet>

const RuleVersion = z.object({
  version: Rev,
  rules: RuleSet,
  changedAt: Instant,
  changedBy: z.string(),
  why: z.string(),
})

const tags = ['referral-rules']

export const ruleContract = {
  get: oc
    .route({ method: 'GET', path: '/referral-rules', summary: '转诊规则 · Clocks, checklist, reasons', tags })
    .input(z.object({ version: z.int().min(1).max(2_147_483_647).optional() }))
    .output(RuleVersion),
  change: oc
    .route({ method: 'PUT', path: '/referral-rules', summary: '修改转诊规则 · Write a new version', tags })
    .input(
      z.object({
        commandId: CommandId,
        rev: Rev.describe('The version that was looked at.'),
        rules: RuleSet,
        why: z.string().trim().min(1).max(500),
      }),
    )
    .output(z.object({ version: z.int() })),
}
