import { createHash } from 'node:crypto'
import { implement } from '@orpc/server'
import { requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { freightProblems } from '../problems.ts'
import { dealingRoles, moneyRoles } from '../roles.ts'
import { command, historyOf, nowhere, readerOf } from '../room.ts'
import { ruleWords } from '../texts.ts'
import { addAdvance, releaseDeposit } from './advance.ts'
import { readBankMessage } from './bank-report.ts'
import { approveBatch, prepareBatch, readFile, rejectBatch, sendBatch } from './batch.ts'
import { findDesk, listDues } from './desk.ts'
import { bankContract, batchContract, paymentContract, settlementContract } from './money-contract.ts'
import { setPayer } from './payer.ts'
import { findBatch, findReport, listBatches, listPayments, listReports, showPayer } from './payment-view.ts'
import { receiveMessage } from './receive.ts'
import { findSettlements, listSettlements } from './settlement-view.ts'

const settlements = implement(settlementContract).$context<RequestContext>()

export const settlementHandlers = settlements.router({
  list: settlements.list.handler(({ context, input }) => listSettlements(readerOf(context), input)),
  get: settlements.get.handler(
    async ({ context, input }) => (await findSettlements(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
})

const payments = implement(paymentContract).$context<RequestContext>()

export const paymentHandlers = payments.router({
  list: payments.list.handler(({ context, input }) => listPayments(readerOf(context), input)),
  desk: payments.desk.handler(({ context }) => {
    requireRole(requireActor(context), ...moneyRoles)
    return findDesk(context.deps)
  }),
  dues: payments.dues.handler(({ context, input }) => listDues(readerOf(context), input)),
  addAdvance: payments.addAdvance.handler(({ context, input }) => command(context, 'add_advance', input, addAdvance)),
  releaseDeposit: payments.releaseDeposit.handler(({ context, input }) =>
    command(context, 'release_deposit', input, releaseDeposit),
  ),
})

const batches = implement(batchContract).$context<RequestContext>()

export const batchHandlers = batches.router({
  list: batches.list.handler(({ context, input }) => listBatches(readerOf(context), input)),
  get: batches.get.handler(
    async ({ context, input }) => (await findBatch(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  prepare: batches.prepare.handler(({ context, input }) => command(context, 'prepare_payments', input, prepareBatch)),
  approve: batches.approve.handler(({ context, input }) => command(context, 'approve_payments', input, approveBatch)),
  reject: batches.reject.handler(({ context, input }) => command(context, 'reject_payments', input, rejectBatch)),
  send: batches.send.handler(({ context, input }) => command(context, 'send_payments', input, sendBatch)),
  file: batches.file.handler(async ({ context, input }) => {
    // The file holds account numbers whole: only whoever moves money takes it to the bank.
    requireRole(requireActor(context), ...dealingRoles)
    const file = (await readFile(context.deps.db, context.deps.zoneId, input.id)) ?? nowhere(input.id)
    return {
      headers: { 'content-disposition': `attachment; filename="${file.number}.xml"`, 'cache-control': 'no-store' },
      body: new File([file.xml], `${file.number}.xml`, { type: 'application/xml' }),
    }
  }),
  history: batches.history.handler(({ context, input }) =>
    historyOf(readerOf(context), 'freight_payment_batch', input.id),
  ),
})

const bank = implement(bankContract).$context<RequestContext>()

export const bankHandlers = bank.router({
  payer: bank.payer.handler(({ context }) => showPayer(readerOf(context))),
  setPayer: bank.setPayer.handler(({ context, input }) => command(context, 'set_payer', input, setPayer)),
  reports: bank.reports.handler(({ context, input }) => listReports(readerOf(context), input)),
  report: bank.report.handler(async ({ context, input }) => {
    const report = (await findReport(readerOf(context), input)) ?? nowhere(input.id)
    const rows = report.rows.map((row) => ({
      ...row,
      message: row.rule === null ? null : ruleWords(context.lang, row.rule),
    }))
    return { ...report, rows }
  }),
  receive: bank.receive.handler(({ context, input }) => {
    // Before the message is read: reading costs.
    requireRole(requireActor(context), ...dealingRoles)
    const message = unwrap(readBankMessage(input.xml), freightProblems)
    const sha256 = createHash('sha256').update(input.xml).digest('hex')
    const { commandId } = input
    return command(context, 'receive_bank_message', { commandId, sha256, message }, receiveMessage)
  }),
})
