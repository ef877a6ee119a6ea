import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Done, HistoryRow, Id, line, one, tags, Workbook } from '../contract-parts.ts'
import { countStates, uploadKinds } from './words.ts'

const Fen = z.int().describe('Fen, hundredths of a yuan.')
const Month = z
  .string()
  .regex(/^20\d\d-(?:0[1-9]|1[0-2])$/)
  .describe('`YYYY-MM`, in the zone’s time zone.')
const Quarter = z
  .string()
  .regex(/^20\d\d-Q[1-4]$/)
  .describe('`YYYY-Qn`, in the zone’s time zone.')

const Count = z.object({
  id: z.string(),
  month: z.string(),
  figures: z.array(
    z.object({ kind: z.enum(uploadKinds), ours: z.int(), theirs: z.int(), oursFen: Fen, theirsFen: Fen }),
  ),
  isEqual: z.boolean(),
  differing: z.int().describe('Documents that differ.'),
  countedAt: Instant,
  countedBy: z.string(),
  state: z.enum(countStates),
  closedAt: Instant.nullable(),
  closedBy: z.string().nullable(),
  words: z.string(),
  rev: Rev,
})

export const countContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-upload-reconciliations', summary: '上报对账 · Months counted', tags })
    .input(listInput({ state: z.enum(countStates).optional() }))
    .output(listOutput(Count)),
  get: oc
    .route({
      method: 'GET',
      path: '/freight-upload-reconciliations/{id}',
      summary: '上报对账 · One month, with its differences by number',
      tags,
    })
    .input(one)
    .output(
      Count.extend({
        differences: z
          .array(
            z.object({
              kind: z.enum(uploadKinds),
              number: z.string().describe('Of a driver masked.'),
              has: z.enum(['platform', 'regulator', 'both']),
              oursFen: Fen.nullable(),
              theirsFen: Fen.nullable(),
            }),
          )
          .describe('At most 200.'),
      }),
    ),
  count: oc
    .route({
      method: 'POST',
      path: '/freight-upload-reconciliations',
      summary: '与监管系统对账 · Count a month with the regulator',
      tags,
      successStatus: 201,
    })
    .input(z.object({ commandId: CommandId, month: Month }))
    .output(z.object({ id: z.string(), isEqual: z.boolean() })),
  close: oc
    .route({
      method: 'POST',
      path: '/freight-upload-reconciliations/{id}/closing',
      summary: '办结对账 · Close a month that is equal or explained',
      tags,
    })
    .input(
      z.object({
        id: Id,
        rev: Rev,
        commandId: CommandId,
        words: line(2_000).default('').describe('Why it differs; needed where it does.'),
      }),
    )
    .output(Done),
  history: oc
    .route({
      method: 'GET',
      path: '/freight-upload-reconciliations/{id}/history',
      summary: '对账的历史 · History',
      tags,
    })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
  incomes: oc
    .route({
      method: 'GET',
      path: '/freight-income-reports/{quarter}/export.xlsx',
      summary:
        '季度收入报送表 · Income of operators and workers in a quarter, for the tax office; identity numbers whole',
      tags,
      outputStructure: 'detailed',
    })
    .input(z.object({ quarter: Quarter }))
    .output(Workbook),
}
