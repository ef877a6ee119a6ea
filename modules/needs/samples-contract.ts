import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { AppealState, UrgencyClass } from './appeal-contract.ts'
import { Changed, Id, line, PartyRef, Why } from './fields.ts'

export const sampleVerdicts = ['sound', 'unsound'] as const

/** A closed case that was drawn by lot to be looked at again 抽查. */
export const Sample = z.object({
  id: Id,
  drawnAt: Instant,
  owner: PartyRef.nullable().describe('The department that had replied.'),
  verdict: z.enum(sampleVerdicts).nullable().describe('null: not looked at yet.'),
  words: z.string(),
  checkedAt: Instant.nullable(),
  checkedBy: PartyRef.nullable(),
  rev: Rev,
  appeal: z.object({
    id: Id,
    no: z.string().nullable(),
    title: z.string(),
    state: AppealState,
    class: UrgencyClass,
    closingNo: z.string().nullable(),
  }),
})
export type Sample = z.infer<typeof Sample>

const percent = z.number().min(0).max(100).multipleOf(0.01).describe('Share of closed cases, in percent.')
const tags = ['needs']

export const sampleContract = {
  list: oc
    .route({ method: 'GET', path: '/appeal-samples', summary: '抽查清单 · Closed cases drawn for a check', tags })
    .input(
      listInput({
        checked: z.boolean().optional().describe('false: what waits to be looked at.'),
        verdict: z.enum(sampleVerdicts).optional(),
        ownerId: Id.optional(),
      }),
    )
    .output(listOutput(Sample)),
  check: oc
    .route({
      method: 'POST',
      path: '/appeal-samples/{id}/verdict',
      summary: '填写抽查结论 · Say what a check found',
      tags,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        rev: Rev,
        verdict: z.enum(sampleVerdicts),
        words: line(1000).default('').describe('What was found; needed when it is unsound.'),
      }),
    )
    .output(Changed),
  rule: oc
    .route({ method: 'GET', path: '/appeal-sampling', summary: '抽查比例 · The share that is drawn', tags })
    .output(z.object({ percent, rev: Rev })),
  changeRule: oc
    .route({ method: 'PUT', path: '/appeal-sampling', summary: '修改抽查比例 · Change the share that is drawn', tags })
    .input(z.object({ commandId: CommandId, rev: Rev, percent, why: Why }))
    .output(z.object({ percent, rev: Rev })),
}
