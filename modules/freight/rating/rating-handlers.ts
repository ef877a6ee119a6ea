import { implement } from '@orpc/server'
import { requireActor, type RequestContext } from '@tingzhou/http'
import { complaintKinds } from '../complaint/words.ts'
import { command, readerOf } from '../room.ts'
import { ratingContract } from './rating-contract.ts'
import { findRatings } from './rating-view.ts'
import { changeRating, giveRating } from './rating.ts'
import { sumsOf } from './sums.ts'
import './texts.ts'
import { ratingTags } from './words.ts'

const os = implement(ratingContract).$context<RequestContext>()

export const ratingHandlers = os.router({
  choices: os.choices.handler(({ context }) => {
    requireActor(context)
    const { shipper, carrier } = ratingTags
    return { tags: { shipper: [...shipper], carrier: [...carrier] }, kinds: [...complaintKinds] }
  }),
  ofWaybill: os.ofWaybill.handler(({ context, input }) => findRatings(readerOf(context), input.id)),
  give: os.give.handler(({ context, input }) => command(context, 'rate_waybill', input, giveRating)),
  change: os.change.handler(({ context, input }) => command(context, 'change_rating', input, changeRating)),
  sums: os.sums.handler(async ({ context, input }) => ({
    rows: [...(await sumsOf(readerOf(context), input.subject, input.ids))],
  })),
})
