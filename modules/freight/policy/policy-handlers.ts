import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { command, historyOf, nowhere, readerOf } from '../room.ts'
import { closePolicy, enterPolicy } from './policy.ts'
import { policyContract } from './policy-contract.ts'
import { findPolicy, listPolicies } from './policy-view.ts'

const os = implement(policyContract).$context<RequestContext>()

export const policyHandlers = os.router({
  list: os.list.handler(({ context, input }) => listPolicies(readerOf(context), input)),
  get: os.get.handler(
    async ({ context, input }) => (await findPolicy(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: os.create.handler(({ context, input }) => command(context, 'enter_policy', input, enterPolicy)),
  close: os.close.handler(({ context, input }) => command(context, 'close_policy', input, closePolicy)),
  history: os.history.handler(({ context, input }) => historyOf(readerOf(context), 'freight_policy', input.id)),
})
