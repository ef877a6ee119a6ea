import { implement } from '@orpc/server'
import { requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { freightProblems } from '../problems.ts'
import { numberRoles, uploadingRoles } from '../roles.ts'
import { command, historyOf, nowhere, readerOf } from '../room.ts'
import { countContract } from './count-contract.ts'
import { findCount, listCounts } from './count-view.ts'
import { exportIncomeReport } from './income-sheet.ts'
import { closeCount, countMonth, keepCount } from './reconcile.ts'
import { senderOf } from './server.ts'

const counts = implement(countContract).$context<RequestContext>()

export const countHandlers = counts.router({
  list: counts.list.handler(({ context, input }) => listCounts(readerOf(context), input)),
  get: counts.get.handler(
    async ({ context, input }) => (await findCount(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  count: counts.count.handler(async ({ context, input }) => {
    // Before the regulator is asked: asking costs.
    requireRole(requireActor(context), ...uploadingRoles)
    const { deps } = context
    const counted = unwrap(await countMonth({ ...deps, sender: senderOf(deps) }, input.month), freightProblems)
    return command(context, 'count_uploads', input, (tx, ports, actor) => keepCount(tx, ports, actor, counted))
  }),
  close: counts.close.handler(({ context, input }) => command(context, 'close_upload_count', input, closeCount)),
  history: counts.history.handler(({ context, input }) =>
    historyOf(readerOf(context), 'freight_upload_count', input.id),
  ),
  incomes: counts.incomes.handler(({ context, input }) => {
    requireRole(requireActor(context), ...numberRoles)
    return exportIncomeReport(readerOf(context), context.lang, input.quarter)
  }),
})
