import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { historyOf, nowhere } from '@tingzhou/records'
import { answerOf, command, readerOf } from '../room.ts'
import { answerDeal, cancelDeal, deliverDeal, proposeDeal } from './deal.ts'
import { dealContract } from './deal-contract.ts'
import { findDeal, listDeals } from './deal-view.ts'
import { judgePair } from './judge.ts'
import { carryDeal, loadDraftOf, planCarriage } from './load.ts'
import { savingOf } from './saving.ts'

const os = implement(dealContract).$context<RequestContext>()

export const dealHandlers = os.router({
  list: os.list.handler(({ context, input }) => listDeals(readerOf(context), input)),
  get: os.get.handler(async ({ context, input }) => (await findDeal(readerOf(context), input.id)) ?? nowhere(input.id)),
  propose: os.propose.handler(async ({ context, input }) => {
    const judged = await judgePair(readerOf(context), input.needId, input.offerId)
    return command(context, 'propose_deal', input, (tx, deps, actor) => proposeDeal(tx, deps, actor, input, judged))
  }),
  answer: os.answer.handler(({ context, input }) => command(context, 'answer_deal', input, answerDeal)),
  cancel: os.cancel.handler(({ context, input }) => command(context, 'cancel_deal', input, cancelDeal)),
  deliver: os.deliver.handler(({ context, input }) => command(context, 'deliver_deal', input, deliverDeal)),
  draft: os.draft.handler(async ({ context, input }) =>
    answerOf(context, await loadDraftOf(readerOf(context), input.id)),
  ),
  carry: os.carry.handler(async ({ context, input }) => {
    const plan = await planCarriage(readerOf(context), input.id)
    return command(context, 'carry_deal', input, (tx, deps, actor) => carryDeal(tx, deps, actor, input, plan))
  }),
  saving: os.saving.handler(({ context, input }) => savingOf(readerOf(context), input.id)),
  history: os.history.handler(({ context, input }) => historyOf(readerOf(context), 'market_deal', input.id)),
})
