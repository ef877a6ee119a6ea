import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, Rev } from '@tingzhou/http/contract'
import { Done, edit, Id, line, tags, words } from './contract-parts.ts'
import { blockerReasons, carrierKinds, subjects } from './words.ts'

export const PaperKind = z.object({
  code: z.string(),
  subject: z.enum(subjects),
  onlyFor: z.enum(carrierKinds).nullable(),
  required: z.boolean(),
  lightExempt: z.boolean(),
  warnDays: z.array(z.int()),
  updatedAt: Instant,
  updatedBy: z.string(),
  rev: Rev,
})

export const Blocker = z.object({
  subject: z.enum(subjects),
  id: z.string(),
  reason: z.enum(blockerReasons),
  paperKind: z.string().nullable(),
  validTo: z.string().nullable().describe('Where the last paper of the kind ended.'),
})

export const paperContract = {
  kinds: oc
    .route({ method: 'GET', path: '/freight-paper-kinds', summary: '证件要求 · Which papers are required', tags })
    .output(z.object({ rows: z.array(PaperKind) })),
  changeKind: oc
    .route({ method: 'PATCH', path: '/freight-paper-kinds/{code}', summary: '修改证件要求 · Change it', tags })
    .input(
      z.object({
        code: words(60),
        rev: Rev,
        commandId: CommandId,
        required: z.boolean(),
        lightExempt: z.boolean(),
        warnDays: z.array(z.int().min(0).max(365)).min(1).max(6),
        why: words(500),
      }),
    )
    .output(Done),
  add: oc
    .route({ method: 'POST', path: '/freight-papers', summary: '登记证件 · Enter a paper', tags, successStatus: 201 })
    .input(
      z.object({
        commandId: CommandId,
        subject: z.enum(subjects),
        subjectId: Id,
        kind: words(60),
        paperNumber: words(50),
        issuer: line(128).default(''),
        validFrom: Day,
        validTo: Day.describe('2999-12-31: long term.'),
        fileIds: z.array(Id).max(6).default([]),
      }),
    )
    .output(Done),
  withdraw: oc
    .route({ method: 'POST', path: '/freight-papers/{id}/withdrawal', summary: '作废证件 · Withdraw a paper', tags })
    .input(z.object(edit))
    .output(Done),
  blockers: oc
    .route({
      method: 'GET',
      path: '/freight-blockers',
      summary: '派车前检查 · Why they may not be dispatched on a day',
      tags,
    })
    .input(z.object({ carrierId: Id, driverId: Id, vehicleId: Id, onDay: Day.optional().describe('Absent: today.') }))
    .output(z.object({ onDay: z.string(), rows: z.array(Blocker) })),
}
