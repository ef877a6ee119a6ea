import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Id } from './contract-parts.ts'
import { Code, Source, Words } from './words.ts'

export const JudgementReason = z.object({
  code: Code,
  name: Words,
  place: z.int(),
  state: z.enum(['open', 'closed']).describe('closed ones are no longer offered'),
  source: z.string(),
  rev: z.int(),
})

const tags = ['services']

/** 不合格原因: the list from which officers choose; the zone's own. */
export const judgementContract = {
  reasons: oc
    .route({ method: 'GET', path: '/judgement-reasons', summary: '不合格原因 · Reasons to find a material bad', tags })
    .output(z.array(JudgementReason)),
  saveReason: oc
    .route({ method: 'PUT', path: '/judgement-reasons/{code}', summary: '维护不合格原因 · Add or change one', tags })
    .input(
      z.object({
        code: Code,
        commandId: Id,
        rev: z.int().min(1).nullable().default(null).describe('null: a new one'),
        name: Words,
        place: z.int().min(1).max(1_000),
        state: z.enum(['open', 'closed']).default('open'),
        source: Source.default('invented default'),
      }),
    )
    .output(JudgementReason),
}
