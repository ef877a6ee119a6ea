import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { command, nowhere, readerOf } from '../room.ts'
import { confirmStatement, issueStatement, requestInvoice } from './statement.ts'
import { incomeContract, statementContract } from './statement-contract.ts'
import { exportIncomes, exportStatement } from './statement-sheet.ts'
import { findStatement, listIncomes, listStatements } from './statement-view.ts'

const statements = implement(statementContract).$context<RequestContext>()

export const statementHandlers = statements.router({
  list: statements.list.handler(({ context, input }) => listStatements(readerOf(context), input)),
  get: statements.get.handler(
    async ({ context, input }) => (await findStatement(readerOf(context), input)) ?? nowhere(input.id),
  ),
  exportXlsx: statements.exportXlsx.handler(
    async ({ context, input }) =>
      (await exportStatement(readerOf(context), context.lang, input.id)) ?? nowhere(input.id),
  ),
  issue: statements.issue.handler(({ context, input }) => command(context, 'issue_statement', input, issueStatement)),
  confirm: statements.confirm.handler(({ context, input }) =>
    command(context, 'confirm_statement', input, confirmStatement),
  ),
  requestInvoice: statements.requestInvoice.handler(({ context, input }) =>
    command(context, 'request_invoice', input, requestInvoice),
  ),
})

const incomes = implement(incomeContract).$context<RequestContext>()

export const incomeHandlers = incomes.router({
  list: incomes.list.handler(({ context, input }) => listIncomes(readerOf(context), input)),
  exportXlsx: incomes.exportXlsx.handler(({ context, input }) => exportIncomes(readerOf(context), context.lang, input)),
})
