import { oc } from '@orpc/contract'
import * as z from 'zod'
import { tags } from './contract-parts.ts'
import { codeTables } from './words.ts'

export const codeContract = {
  table: oc
    .route({ method: 'GET', path: '/freight-codes/{table}', summary: '代码表 · A table of codes', tags })
    .input(z.object({ table: z.enum(codeTables) }))
    .output(
      z.object({
        source: z.string(),
        licence: z.string(),
        rows: z.array(z.object({ code: z.string(), zh: z.string(), en: z.string().nullable() })),
      }),
    ),
}
