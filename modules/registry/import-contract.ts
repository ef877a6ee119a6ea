import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant } from '@tingzhou/http/contract'
import { Id, Workbook } from './shared-contract.ts'

/** One cell that could not be taken. */
export const ImportFault = z.object({
  row: z.int().describe('Row in the sheet, the head being 1.'),
  column: z.string().describe('Head of the column.'),
  value: z.string(),
  rule: z.string(),
  message: z.string().describe('In the reader’s language.'),
})
export type ImportFault = z.infer<typeof ImportFault>

const Counts = z.object({
  rows: z.int(),
  added: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  bad: z.int().describe('Rows with a fault; the others are kept.'),
  faults: z.int(),
  warnings: z.int().describe('Notes that block nothing, such as a wrong check digit.'),
})

/** An import of enterprises: previewed, then committed. */
export const EnterpriseImport = z.object({
  id: Id,
  fileName: z.string(),
  state: z
    .enum(['reading', 'previewed', 'running', 'committed', 'failed'])
    .describe('Ask again while it is reading or running.'),
  refusal: z.string().nullable().describe('Why the file could not be read, in the reader’s language.'),
  counts: Counts,
  columns: z
    .array(z.object({ head: z.string(), field: z.string().nullable() }))
    .describe('How each head was read; null: ignored.'),
  faults: z.array(ImportFault).describe('The first 200.'),
  warnings: z.array(ImportFault).describe('The first 200.'),
  sample: z.array(
    z.object({
      row: z.int(),
      outcome: z.enum(['added', 'updated', 'unchanged']),
      values: z.record(z.string(), z.string()),
    }),
  ),
  duplicates: z
    .array(
      z.object({ row: z.int(), name: z.string(), like: z.object({ id: Id, name: z.string() }), score: z.number() }),
    )
    .describe('New rows whose name resembles an entry; the first 50.'),
  done: z.int().describe('Good rows written so far.'),
  createdAt: Instant,
  committedAt: Instant.nullable(),
})
export type EnterpriseImport = z.infer<typeof EnterpriseImport>

const tags = ['enterprise imports']
export const importContract = {
  create: oc
    .route({
      method: 'POST',
      path: '/enterprise-imports',
      summary: '企业名录导入：预览',
      description:
        'Reads an uploaded .xlsx or .csv (POST /files gives its id) and says what would happen. Nothing is written yet.',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        fileId: Id,
        commandId: CommandId,
        synthetic: z.boolean().optional(),
        preview: z
          .boolean()
          .default(true)
          .describe('False: reads the file and does not compare it with the register yet.'),
      }),
    )
    .output(EnterpriseImport),
  get: oc
    .route({ method: 'GET', path: '/enterprise-imports/{id}', summary: '导入情况', tags })
    .input(z.object({ id: Id }))
    .output(EnterpriseImport),
  commit: oc
    .route({ method: 'POST', path: '/enterprise-imports/{id}/commit', summary: '导入合格行', tags })
    .input(z.object({ id: Id, commandId: CommandId }))
    .output(EnterpriseImport),
  errorsXlsx: oc
    .route({
      method: 'GET',
      path: '/enterprise-imports/{id}/errors.xlsx',
      summary: '错误行工作簿',
      tags,
      outputStructure: 'detailed',
    })
    .input(z.object({ id: Id }))
    .output(Workbook),
  templateXlsx: oc
    .route({
      method: 'GET',
      path: '/enterprise-imports/template.xlsx',
      summary: '企业名录模板',
      tags,
      outputStructure: 'detailed',
    })
    .input(z.object({}))
    .output(Workbook),
}
