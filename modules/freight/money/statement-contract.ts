import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Done, Id, one, Ref, tags, words, Workbook } from '../contract-parts.ts'
import { paymentMeans, statementStates } from './words.ts'

const Fen = z.int().describe('Fen, hundredths of a yuan.')

const InvoiceLine = z.object({
  name: words(100).describe('What the invoice is for.'),
  vatBp: z.int().min(0).max(10_000),
  netFen: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  taxFen: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
})

const Statement = z.object({
  id: z.string(),
  number: z.string(),
  shipper: Ref,
  fromDay: z.string(),
  untilDay: z.string(),
  openingFen: Fen,
  billedFen: Fen,
  netFen: Fen,
  taxFen: Fen,
  closingFen: Fen,
  lines: z.int(),
  sha256: z.string(),
  state: z.enum(statementStates),
  issuedAt: Instant,
  issuedBy: z.string(),
  confirmedAt: Instant.nullable(),
  confirmedBy: z.string().nullable(),
  rev: Rev,
})

const Line = z.object({
  place: z.int(),
  day: z.string(),
  waybill: z.object({ id: z.string(), number: z.string(), serial: z.string() }),
  version: z.int(),
  kind: z.enum(['settlement', 'reversal']),
  amountFen: Fen,
  netFen: Fen,
  taxFen: Fen,
})

export const statementContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-statements', summary: '对账单 · Statements of shippers', tags })
    .input(listInput({ shipperId: Id.optional(), state: z.enum(statementStates).optional() }))
    .output(listOutput(Statement)),
  get: oc
    .route({
      method: 'GET',
      path: '/freight-statements/{id}',
      summary: '对账单 · One statement, lines at a time',
      tags,
    })
    .input(z.object({ id: Id, after: z.int().min(0).default(0), limit: z.int().min(1).max(200).default(200) }))
    .output(
      Statement.extend({
        rows: z.array(Line),
        next: z.int().nullable(),
        invoices: z.array(
          z.object({
            id: z.string(),
            title: z.string(),
            taxNumber: z.string(),
            lines: z.array(InvoiceLine),
            netFen: Fen,
            taxFen: Fen,
            at: Instant,
            by: z.string(),
          }),
        ),
      }),
    ),
  exportXlsx: oc
    .route({
      method: 'GET',
      path: '/freight-statements/{id}/export.xlsx',
      summary: '导出对账单 · Export',
      tags,
      outputStructure: 'detailed',
    })
    .input(one)
    .output(Workbook),
  issue: oc
    .route({
      method: 'POST',
      path: '/freight-statements',
      summary: '出具对账单 · Issue a statement',
      tags,
      successStatus: 201,
    })
    .input(z.object({ commandId: CommandId, shipperId: Id, fromDay: Day, untilDay: Day }))
    .output(z.object({ id: z.string(), number: z.string() })),
  confirm: oc
    .route({
      method: 'POST',
      path: '/freight-statements/{id}/confirmation',
      summary: '确认对账单 · Confirm, by the shipper',
      tags,
    })
    .input(z.object({ id: Id, rev: Rev, commandId: CommandId }))
    .output(Done),
  requestInvoice: oc
    .route({
      method: 'POST',
      path: '/freight-statements/{id}/invoice-requests',
      summary: '申请开票 · Ask for an invoice',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        title: words(140),
        taxNumber: words(20),
        lines: z.array(InvoiceLine).min(1).max(50),
      }),
    )
    .output(Done),
}

const Income = z.object({
  paymentId: z.string(),
  waybill: z.object({ id: z.string(), number: z.string(), serial: z.string() }),
  carrier: Ref,
  line: z.string(),
  means: z.enum(paymentMeans),
  amountFen: Fen,
  bankSerial: z.string().nullable(),
  doneAt: Instant,
})
const Month = z
  .string()
  .regex(/^20\d\d-(?:0[1-9]|1[0-2])$/)
  .describe('`YYYY-MM`, in the zone’s time zone.')

export const incomeContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/freight-incomes',
      summary: '收入明细 · What carriers and drivers got in a month',
      tags,
    })
    .input(listInput({ month: Month, carrierId: Id.optional() }))
    .output(listOutput(Income).extend({ sumFen: Fen.describe('Of the whole month.') })),
  exportXlsx: oc
    .route({
      method: 'GET',
      path: '/freight-incomes/export.xlsx',
      summary: '导出收入明细 · Export',
      tags,
      outputStructure: 'detailed',
    })
    .input(listInput({ month: Month, carrierId: Id.optional() }))
    .output(Workbook),
}
