import { implement } from '@orpc/server'
import { requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import { freightProblems } from '../problems.ts'
import { historyOf, nowhere, platform, readerOf } from '../room.ts'
import { chainContract } from './chain-contract.ts'
import { findPlan, findTours, listPlans } from './chain-view.ts'
import { commitPlan } from './commit.ts'
import { makePlan } from './make.ts'

const os = implement(chainContract).$context<RequestContext>()

export const chainHandlers = os.router({
  list: os.list.handler(({ context, input }) => listPlans(platform(context), input)),
  get: os.get.handler(
    async ({ context, input }) => (await findPlan(platform(context), context.lang, input)) ?? nowhere(input.id),
  ),
  make: os.make.handler(async ({ context, input }) =>
    unwrap(await makePlan(context.deps, requireActor(context), input), freightProblems),
  ),
  commit: os.commit.handler(async ({ context, input }) => {
    const committed = await commitPlan(context.deps, requireActor(context), input)
    const { tourIds, left } = unwrap(committed, freightProblems)
    const rows = await findTours(readerOf(context), context.lang, tourIds)
    return { rows: rows.map(({ id, state, waybill, stale }) => ({ id, state, waybill, stale })), left }
  }),
  history: os.history.handler(({ context, input }) => historyOf(platform(context), 'freight_chain', input.id)),
})
