import { createApi } from '@tingzhou/ui'
import { ledgerContract } from '@tingzhou/ledger/contract'
import type { api } from '../api.ts'

/** The accounts that a waybill has in the books, for those who read books. */
export const books = createApi({ accounts: ledgerContract.accounts }, 'ledger')

export type PaymentRow = Awaited<ReturnType<typeof api.payments.list.call>>['rows'][number]
export type DueRow = Awaited<ReturnType<typeof api.payments.dues.call>>['rows'][number]
export type Desk = Awaited<ReturnType<typeof api.payments.desk.call>>
export type BatchRow = Awaited<ReturnType<typeof api.batches.get.call>>
export type Prepared = Awaited<ReturnType<typeof api.batches.prepare.call>>
export type ReportRow = Awaited<ReturnType<typeof api.bank.reports.call>>['rows'][number]
export type ReportDetail = Awaited<ReturnType<typeof api.bank.report.call>>
export type Received = Awaited<ReturnType<typeof api.bank.receive.call>>
export type Payer = NonNullable<Awaited<ReturnType<typeof api.bank.payer.call>>['payer']>
export type StatementRow = Awaited<ReturnType<typeof api.statements.list.call>>['rows'][number]
export type StatementDetail = Awaited<ReturnType<typeof api.statements.get.call>>
export type IncomeRow = Awaited<ReturnType<typeof api.incomes.list.call>>['rows'][number]
export type SettlementRow = Awaited<ReturnType<typeof api.settlements.get.call>>['rows'][number]
