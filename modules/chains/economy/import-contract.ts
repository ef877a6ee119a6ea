import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId } from '@tingzhou/http/contract'
import { Id, tags, Workbook } from '../contract-parts.ts'

export const importKinds = ['position', 'link'] as const
export type ImportKind = (typeof importKinds)[number]

/** What a sheet would write or has written. */
const ImportReport = z.object({
  rows: z.int(),
  good: z.int().describe('Rows that are written.'),
  there: z.int().describe('Rows that the zone has already; they stay as they are.'),
  written: z.boolean(),
  faults: z
    .array(z.object({ row: z.int(), column: z.string(), value: z.string(), message: z.string() }))
    .describe('At most 500.'),
  faultsTotal: z.int(),
  warnings: z.array(z.object({ row: z.int(), column: z.string(), message: z.string() })).describe('At most 500.'),
})

export const importContract = {
  run: oc
    .route({
      method: 'POST',
      path: '/chain-imports',
      summary: '导入环节位置或供应关系 · Import positions or links',
      description:
        'Reads an uploaded .xlsx or .csv of up to 20,000 rows; with preview it only says what would be written. Rows that are there already stay as they are, so that a repeat changes nothing.',
      tags,
    })
    .input(
      z.object({
        commandId: CommandId,
        kind: z.enum(importKinds),
        fileId: Id,
        preview: z.boolean().default(true),
        synthetic: z.boolean().default(false),
      }),
    )
    .output(ImportReport),
  templateXlsx: oc
    .route({
      method: 'GET',
      path: '/chain-imports/{kind}/template.xlsx',
      summary: '导入模板 · Template',
      tags,
      outputStructure: 'detailed',
    })
    .input(z.object({ kind: z.enum(importKinds) }))
    .output(Workbook),
}
