import { implement } from '@orpc/server'
import { localDateOf } from '@tingzhou/calendar'
import { chainCatalogue } from '@tingzhou/chains'
import { problem, type RequestContext } from '@tingzhou/http'
import { historyOf, nowhere } from '@tingzhou/records'
import { boundsOf } from '@tingzhou/records/contract'
import { readsOwn } from '../reach.ts'
import { answerOf, command, readerOf, zoneReader } from '../room.ts'
import { worded } from '../texts.ts'
import { baseOf } from './amounts.ts'
import { matchesOf } from './match.ts'
import { matchContract, postingContract, readingContract } from './posting-contract.ts'
import { findPosting, listPostings, productView, reachedPosting } from './posting-view.ts'
import { changePosting, closePosting, enterPosting, openPosting, prolongPosting, withdrawPosting } from './posting.ts'
import { readIndex } from './read-index.ts'
import { readText } from './reading.ts'
import { matchSettings, setMatchSettings } from './settings.ts'
import { matchBounds } from './settings-bounds.ts'

const readings = implement(readingContract).$context<RequestContext>()

export const readingHandlers = readings.router({
  create: readings.create.handler(async ({ context, input }) => {
    const { db, zoneId, clock } = readerOf(context).deps
    const zone = await chainCatalogue(db, zoneId)
    const reading = readText(readIndex(zone), zone.catalogue, input, localDateOf(clock()))
    return {
      ...reading,
      masked: [...reading.masked],
      product: productView(zone, reading.product),
      alternatives: reading.alternatives.flatMap((code) => productView(zone, code) ?? []),
      mentions: reading.mentions.map(({ code, alias, weight, rules }) => {
        const { zh = code, en = code } = zone.products.get(code) ?? {}
        return { code, alias, weight, rules: [...rules], zh, en }
      }),
      spec: [...reading.spec],
      quantity: reading.quantity && { ...reading.quantity, base: baseOf(reading.quantity.unit) },
      unknown: [...reading.unknown],
      faults: reading.faults.map((fault) => ({ ...fault, message: messageOf(worded(context.lang, fault)) })),
    }
  }),
})

const messageOf = (fault: { readonly rule: string; readonly ruleWords?: string }): string =>
  fault.ruleWords ?? fault.rule

const postings = implement(postingContract).$context<RequestContext>()

export const postingHandlers = postings.router({
  list: postings.list.handler(({ context, input }) => listPostings(readerOf(context), input)),
  get: postings.get.handler(
    async ({ context, input }) => (await findPosting(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: postings.create.handler(({ context, input }) => command(context, 'enter_posting', input, enterPosting)),
  change: postings.change.handler(({ context, input }) => command(context, 'change_posting', input, changePosting)),
  open: postings.open.handler(({ context, input }) => command(context, 'open_posting', input, openPosting)),
  withdraw: postings.withdraw.handler(({ context, input }) =>
    command(context, 'withdraw_posting', input, withdrawPosting),
  ),
  close: postings.close.handler(({ context, input }) => command(context, 'close_posting', input, closePosting)),
  prolong: postings.prolong.handler(({ context, input }) => command(context, 'prolong_posting', input, prolongPosting)),
  // What deals took of it stands in it, and who did what: for its firm and those who read the market, not for every firm that sees it.
  history: postings.history.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    const posting = (await reachedPosting(reader, input.id)) ?? nowhere(input.id)
    if (!readsOwn(reader.actor, posting.firm_id)) throw problem({ kind: 'not_permitted', status: 403, area: 'market' })
    return historyOf(reader, 'market_posting', input.id)
  }),
})

const matches = implement(matchContract).$context<RequestContext>()

export const matchHandlers = matches.router({
  list: matches.list.handler(async ({ context, input }) =>
    answerOf(context, await matchesOf(readerOf(context), { postingId: input.id }, input.limit)),
  ),
  ask: matches.ask.handler(async ({ context, input }) =>
    answerOf(context, await matchesOf(readerOf(context), { reading: input }, input.limit)),
  ),
  settings: matches.settings.handler(async ({ context }) => {
    const { db, zoneId } = zoneReader(context).deps
    const { numbers, rev, updatedAt, updatedBy } = await matchSettings(db, zoneId)
    return { numbers, rev, updatedAt, updatedBy, bounds: boundsOf(matchBounds) }
  }),
  setSettings: matches.setSettings.handler(({ context, input }) =>
    command(context, 'set_match_settings', input, setMatchSettings),
  ),
})
