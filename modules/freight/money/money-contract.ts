import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Done, HistoryRow, Id, one, Ref, tags, Why, words } from '../contract-parts.ts'
import {
  bankSays,
  batchPaymentsMax,
  batchStates,
  entryOutcomes,
  paymentMeans,
  paymentStates,
  reportCharsMax,
  reportKinds,
} from './words.ts'

const Fen = z.int().describe('Fen, hundredths of a yuan.')
const Masked = z.string().describe('An account number is never shown whole.')

const SheetLine = z.object({
  key: z.string(),
  ref: z.string().nullable(),
  amountFen: Fen.describe('Signed.'),
})

const Side = {
  basis: z.unknown().describe('How it was weighed; null where no weight counts.'),
  lines: z.array(SheetLine),
}

export const Settlement = z.object({
  waybill: z.object({ id: z.string(), number: z.string(), serial: z.string() }),
  version: z.int(),
  terms: z.object({ id: z.string(), version: z.int() }),
  sha256: z.string().describe('Of the whole sheet as canonical JSON.'),
  loadKg: z.int().nullable(),
  unloadKg: z.int().nullable(),
  goodsMilliFen: z.int().nullable(),
  carrier: z
    .object({
      ...Side,
      priceMilliFen: z.int(),
      dueFen: Fen,
      paidFen: Fen.describe('Due after the rounding of the payment.'),
      carriedFen: Fen.describe('Owed by the carrier.'),
      pays: z.array(z.object({ to: z.string(), ref: z.string().nullable(), amountFen: Fen, group: z.string() })),
    })
    .nullable()
    .describe('What the carrier is due; null for whoever only ships.'),
  shipper: z
    .object({ ...Side, priceMilliFen: z.int().nullable(), billFen: Fen, netFen: Fen, taxFen: Fen, vatBp: z.int() })
    .nullable()
    .describe('What the shipper is billed; null for whoever only carries.'),
  isReversed: z.boolean(),
  why: z.string(),
  at: Instant,
  by: z.string(),
})

export const settlementContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-settlements', summary: '结算单 · Settlements that count', tags })
    .input(
      listInput({ shipperId: Id.optional(), carrierId: Id.optional(), from: Day.optional(), until: Day.optional() }),
    )
    .output(listOutput(Settlement)),
  get: oc
    .route({
      method: 'GET',
      path: '/freight-settlements/{id}',
      summary: '运单的结算单各版本 · Settlements of a waybill, the latest first',
      tags,
    })
    .input(one)
    .output(z.object({ rows: z.array(Settlement) })),
}

export const Payment = z.object({
  id: z.string(),
  waybill: z.object({ id: z.string(), number: z.string(), serial: z.string() }),
  version: z.int().describe('Of the settlement; 0: an advance before it.'),
  line: z.string(),
  attempt: z.int(),
  carrier: Ref,
  amountFen: Fen,
  means: z.enum(paymentMeans),
  state: z.enum(paymentStates),
  batchId: z.string().nullable(),
  payee: z.object({ holder: z.string(), bankCode: z.string(), account: Masked }).nullable(),
  bankSerial: z.string().nullable(),
  doneAt: Instant.nullable(),
  failedWhy: z.string().nullable(),
  flags: z.array(z.string()).describe('Rules by which words of the bank about it were refused; the latest first.'),
  createdAt: Instant,
})

const Some = z.object({ payments: z.int(), sumFen: Fen })
const Batches = z.object({ batches: z.int(), sumFen: Fen })

const Desk = z.object({
  due: Some.extend({ oldestAt: Instant.nullable() }),
  again: Some.describe('Of those that are due: tried before, and failed or came back.'),
  without: Some.describe('Of those that are due: the carrier has no open account for payment.'),
  prepared: Batches.describe('Wait for another person.'),
  approved: Batches.describe('Wait to be given to the bank.'),
  sent: Some.describe('The bank has not said yet what became of them.'),
  refused: Some.describe('Of those with the bank: a word of the bank about them was refused.'),
  batchesMax: z.int().describe('Batches are counted, and what is with the bank, among the latest so many.'),
})

const Due = z.object({
  carrier: Ref,
  payments: z.int(),
  sumFen: Fen,
  oldestAt: Instant,
  hasAccount: z.boolean().describe('There is an open account for payment.'),
})

const Batch = z.object({
  id: z.string(),
  number: z.string(),
  state: z.enum(batchStates),
  payments: z.int(),
  sumFen: Fen,
  done: z.int(),
  failed: z.int(),
  payer: z.object({ holder: z.string(), bankCode: z.string(), account: Masked }),
  preparedAt: Instant,
  preparedBy: z.string(),
  isOwn: z.boolean().describe('The reader prepared it, and may not approve it.'),
  approvedAt: Instant.nullable(),
  approvedBy: z.string().nullable(),
  rejectedWhy: z.string().nullable(),
  sentAt: Instant.nullable(),
  sentBy: z.string().nullable(),
  fileSha256: z.string().nullable(),
  rev: Rev,
})

const step = { id: Id, rev: Rev, commandId: CommandId }
const Stepped = z.object({ id: z.string(), rev: Rev })

export const paymentContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-payments', summary: '付款 · Payments', tags })
    .input(
      listInput({
        state: z.enum(paymentStates).optional(),
        waybillId: Id.optional(),
        carrierId: Id.optional(),
        batchId: Id.optional(),
        order: z.enum(['desc', 'asc']).default('desc').describe('asc: the oldest first.'),
      }),
    )
    .output(listOutput(Payment)),
  desk: oc
    .route({
      method: 'GET',
      path: '/freight-payment-desk',
      summary: '资金工作台 · What waits on the way of money',
      tags,
    })
    .output(Desk),
  dues: oc
    .route({
      method: 'GET',
      path: '/freight-payment-dues',
      summary: '待付款，按承运人 · What is due by carrier, whoever waits longest first',
      tags,
    })
    .input(listInput({}))
    .output(listOutput(Due)),
  addAdvance: oc
    .route({
      method: 'POST',
      path: '/freight-waybills/{id}/advances',
      summary: '申请预付 · Ask for an advance',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: Id, commandId: CommandId, amountFen: z.int().min(1).max(Number.MAX_SAFE_INTEGER), why: Why }))
    .output(Done),
  releaseDeposit: oc
    .route({
      method: 'POST',
      path: '/freight-waybills/{id}/deposit-release',
      summary: '释放回单押金 · Release the deposit',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: Id, commandId: CommandId, why: Why }))
    .output(Done),
}

export const batchContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-payment-batches', summary: '付款批次 · Batches of payments', tags })
    .input(listInput({ state: z.enum(batchStates).optional() }))
    .output(listOutput(Batch)),
  get: oc
    .route({ method: 'GET', path: '/freight-payment-batches/{id}', summary: '付款批次 · One batch', tags })
    .input(one)
    .output(Batch),
  prepare: oc
    .route({
      method: 'POST',
      path: '/freight-payment-batches',
      summary: '编制付款批次 · Prepare a batch',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        paymentIds: z
          .array(Id)
          .min(1)
          .max(batchPaymentsMax)
          .nullable()
          .default(null)
          .describe('Null: the oldest that are due.'),
      }),
    )
    .output(z.object({ id: z.string(), payments: z.int(), sumFen: Fen, left: z.int() })),
  approve: oc
    .route({
      method: 'POST',
      path: '/freight-payment-batches/{id}/approval',
      summary: '审批 · Approve, by another person',
      tags,
    })
    .input(z.object(step))
    .output(Stepped),
  reject: oc
    .route({ method: 'POST', path: '/freight-payment-batches/{id}/rejection', summary: '驳回 · Reject', tags })
    .input(z.object({ ...step, why: Why }))
    .output(Stepped),
  send: oc
    .route({
      method: 'POST',
      path: '/freight-payment-batches/{id}/file',
      summary: '生成银行文件 · Make the file for the bank',
      tags,
    })
    .input(z.object(step))
    .output(Stepped.extend({ sha256: z.string() })),
  file: oc
    .route({
      method: 'GET',
      path: '/freight-payment-batches/{id}/file.xml',
      summary: '下载银行文件 · ISO 20022 pain.001.001.09',
      tags,
      outputStructure: 'detailed',
    })
    .input(one)
    .output(
      z.object({ headers: z.record(z.string(), z.string()).optional(), body: z.file().describe('application/xml') }),
    ),
  history: oc
    .route({ method: 'GET', path: '/freight-payment-batches/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
}

const Report = z.object({
  id: z.string(),
  kind: z.enum(reportKinds),
  messageId: z.string(),
  entries: z.int(),
  refused: z.int(),
  at: Instant,
  by: z.string(),
})

const Entry = z.object({
  place: z.int(),
  endToEndId: z.string(),
  paymentId: z.string().nullable(),
  waybill: z.object({ id: z.string(), number: z.string(), serial: z.string() }).nullable().describe('Of the payment.'),
  says: z.enum(bankSays),
  amountFen: Fen.nullable(),
  bankSerial: z.string().nullable(),
  reason: z.string().nullable(),
  outcome: z.enum(entryOutcomes),
  rule: z.string().nullable(),
  message: z.string().nullable().describe('The rule in words.'),
})

export const bankContract = {
  payer: oc
    .route({
      method: 'GET',
      path: '/freight-payer',
      summary: '付款账户 · The account that the platform pays from',
      tags,
    })
    .output(
      z.object({
        payer: z
          .object({
            holder: z.string(),
            bankCode: z.string(),
            account: Masked,
            updatedAt: Instant,
            updatedBy: z.string(),
            rev: Rev,
          })
          .nullable(),
      }),
    ),
  setPayer: oc
    .route({ method: 'PUT', path: '/freight-payer', summary: '设置付款账户 · Set it', tags })
    .input(
      z.object({
        commandId: CommandId,
        holder: words(140),
        bankCode: words(11),
        accountNumber: words(60),
        rev: z.int().min(0).describe('0: there was none.'),
        why: Why,
      }),
    )
    .output(Done),
  reports: oc
    .route({ method: 'GET', path: '/freight-bank-reports', summary: '银行回单 · Messages of the bank', tags })
    .input(listInput({}))
    .output(listOutput(Report)),
  report: oc
    .route({
      method: 'GET',
      path: '/freight-bank-reports/{id}',
      summary: '银行回单 · One message, entries at a time',
      tags,
    })
    .input(z.object({ id: Id, after: z.int().min(0).default(0), limit: z.int().min(1).max(200).default(200) }))
    .output(Report.extend({ rows: z.array(Entry), next: z.int().nullable() })),
  receive: oc
    .route({
      method: 'POST',
      path: '/freight-bank-reports',
      summary: '导入银行回单 · Take a message of the bank (pain.002, camt.054)',
      tags,
      successStatus: 201,
    })
    .input(z.object({ commandId: CommandId, xml: z.string().min(1).max(reportCharsMax) }))
    .output(z.object({ id: z.string(), repeated: z.boolean(), entries: z.int(), taken: z.int(), refused: z.int() })),
}
