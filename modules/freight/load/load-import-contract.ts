import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId } from '@tingzhou/http/contract'
import { Id, tags, Workbook } from '../contract-parts.ts'
import { ImportReport } from '../import-contract.ts'

/** Rows of one sheet of loads. */
export const loadRowsMax = 100

export const loadImportContract = {
  run: oc
    .route({
      method: 'POST',
      path: '/freight-load-imports',
      summary: '导入货源 · Import loads of a framework contract',
      description:
        'Reads an uploaded .xlsx or .csv of up to 100 rows; with preview it only says what would be drafted. All rows or none are written.',
      tags,
    })
    .input(
      z.object({
        commandId: CommandId,
        contractId: Id.describe('Says shipper, prices and rules of settlement.'),
        fileId: Id,
        publish: z.boolean().default(false).describe('True: the drafts are published at once.'),
        preview: z.boolean().default(true),
      }),
    )
    .output(ImportReport),
  templateXlsx: oc
    .route({
      method: 'GET',
      path: '/freight-load-imports/template.xlsx',
      summary: '货源导入模板 · Template',
      tags,
      outputStructure: 'detailed',
    })
    .input(z.object({}))
    .output(Workbook),
}
