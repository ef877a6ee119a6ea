import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { historyOf, nowhere } from '@tingzhou/records'
import { answerOf, command, readerOf, zoneReader } from '../room.ts'
import { draftProposal, keepProposal, proposedBefore, sendProposal } from './proposal.ts'
import { proposalContract } from './proposal-contract.ts'
import { findProposal, listProposals } from './proposal-view.ts'

const os = implement(proposalContract).$context<RequestContext>()

export const proposalHandlers = os.router({
  list: os.list.handler(({ context, input }) => listProposals(zoneReader(context), input)),
  get: os.get.handler(
    async ({ context, input }) => (await findProposal(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  make: os.make.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const before = await proposedBefore(deps, actor, input)
    if (before) return answerOf(context, before)
    const proposal = answerOf(context, await draftProposal(deps, actor, input))
    return command(context, 'make_proposal', input, (tx) => keepProposal(tx, deps, actor, input, proposal))
  }),
  send: os.send.handler(({ context, input }) => command(context, 'send_proposal', input, sendProposal)),
  history: os.history.handler(({ context, input }) => historyOf(readerOf(context), 'market_proposal', input.id)),
})
