import { implement } from '@orpc/server'
import { localDateOf } from '@tingzhou/calendar'
import { problem, type RequestContext } from '@tingzhou/http'
import { historyOf, nowhere } from '@tingzhou/records'
import { actsFor } from '../reach.ts'
import { command, readerOf } from '../room.ts'
import { answerRfq } from './answer.ts'
import { awardRfq } from './award.ts'
import { askRfq, cancelRfq, closeRfq, knownSuppliers } from './rfq.ts'
import { rfqContract } from './rfq-contract.ts'
import { findRfq, listRfqs, seesHistory } from './rfq-view.ts'

const os = implement(rfqContract).$context<RequestContext>()

export const rfqHandlers = os.router({
  list: os.list.handler(({ context, input }) => listRfqs(readerOf(context), input)),
  get: os.get.handler(async ({ context, input }) => (await findRfq(readerOf(context), input.id)) ?? nowhere(input.id)),
  suppliers: os.suppliers.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    if (!actsFor(actor, input.askerId)) throw problem({ kind: 'not_permitted', status: 403, area: 'market' })
    const today = localDateOf(deps.clock())
    const known = await knownSuppliers(deps.db, deps.zoneId, input.productCodes, input.askerId, today)
    return {
      rows: known.map(({ firmId, isOutside, name, knownBy }) => ({
        firm: { id: firmId, name, isOutside },
        knownBy: [...knownBy],
      })),
    }
  }),
  ask: os.ask.handler(({ context, input }) => command(context, 'ask_rfq', input, askRfq)),
  answer: os.answer.handler(({ context, input }) => command(context, 'answer_rfq', input, answerRfq)),
  close: os.close.handler(({ context, input }) => command(context, 'close_rfq', input, closeRfq)),
  cancel: os.cancel.handler(({ context, input }) => command(context, 'cancel_rfq', input, cancelRfq)),
  award: os.award.handler(async ({ context, input }) => {
    const { deals, ...saved } = await command(context, 'award_rfq', input, awardRfq)
    return { ...saved, deals: [...deals] }
  }),
  history: os.history.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    const sees = (await seesHistory(reader, input.id)) ?? nowhere(input.id)
    if (!sees) throw problem({ kind: 'not_permitted', status: 403, area: 'market' })
    return historyOf(reader, 'market_rfq', input.id)
  }),
})
