import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'
import { UrgencyClass } from './appeal-contract.ts'
import { Version, Why, words } from './fields.ts'

export const clockStages = ['dispatch', 'sign', 'contact', 'result', 'return'] as const
export const clockUnits = ['calendar_seconds', 'working_hours', 'working_days'] as const

/** One limit of the clock (casework.md §4); no row for a stage means no limit, for `return` no return window. */
export const ClockRule = z.object({
  class: UrgencyClass,
  stage: z.enum(clockStages),
  unit: z.enum(clockUnits),
  amount: z.int().min(1),
  source: words(300).describe('Where the value comes from: [V] read in a public source, [I] invented default.'),
})
export type ClockRule = z.infer<typeof ClockRule>

const ClockRules = z.object({
  version: z.int(),
  changedAt: Instant,
  changedBy: z.string(),
  why: z.string(),
  rules: z.array(ClockRule),
})
const tags = ['needs-routing']

export const clockContract = {
  get: oc
    .route({ method: 'GET', path: '/clock-rules', summary: '时限规则 · Limits of the clocks', tags })
    .input(z.object({ version: Version.optional().describe('The newest when absent.') }))
    .output(ClockRules),
  put: oc
    .route({ method: 'PUT', path: '/clock-rules', summary: '修改时限 · A new version of the limits', tags })
    .input(
      z.object({
        commandId: CommandId,
        rev: Rev.describe('The version that the writer saw.'),
        rules: z.array(ClockRule).min(1).max(25),
        why: Why,
      }),
    )
    .output(ClockRules),
}
