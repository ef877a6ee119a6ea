import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId } from '@tingzhou/http/contract'
import { Id, tags, Warning, Workbook } from './contract-parts.ts'
import { importKinds } from './words.ts'

export const ImportReport = z.object({
  rows: z.int(),
  good: z.int(),
  written: z.boolean(),
  faults: z.array(z.object({ row: z.int(), column: z.string(), value: z.string(), message: z.string() })),
  warnings: z.array(Warning.extend({ row: z.int() })),
})
export const importContract = {
  run: oc
    .route({
      method: 'POST',
      path: '/freight-imports',
      summary: '导入车辆或司机 · Import vehicles or drivers',
      description:
        'Reads an uploaded .xlsx or .csv of up to 1,000 rows; with preview it only says what would be written.',
      tags,
    })
    .input(
      z.object({
        commandId: CommandId,
        kind: z.enum(importKinds),
        carrierId: Id,
        fileId: Id,
        preview: z.boolean().default(true),
      }),
    )
    .output(ImportReport),
  templateXlsx: oc
    .route({
      method: 'GET',
      path: '/freight-imports/{kind}/template.xlsx',
      summary: '导入模板 · Template',
      tags,
      outputStructure: 'detailed',
    })
    .input(z.object({ kind: z.enum(importKinds) }))
    .output(Workbook),
}
