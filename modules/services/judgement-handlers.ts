import { implement } from '@orpc/server'
import { requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { judgementContract } from './judgement-contract.ts'
import { listReasons, saveReason } from './judgement-reason.ts'
import { serviceProblems } from './problems.ts'
import { readerOf } from './reader.ts'
import { servicesDeps } from './runtime.ts'

const judgements = implement(judgementContract).$context<RequestContext>()

export const judgementHandlers = judgements.router({
  reasons: judgements.reasons.handler(async ({ context }) => {
    const { deps } = readerOf(context)
    return [...(await listReasons(deps.db, deps))]
  }),
  saveReason: judgements.saveReason.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), 'admin')
    return unwrap(await saveReason(servicesDeps(context.deps), actor, input), serviceProblems)
  }),
})
