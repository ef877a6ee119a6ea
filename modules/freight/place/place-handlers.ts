import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { historyOf, nowhere, readerOf, saving } from '../room.ts'
import { changePlace, enterPlace } from './place.ts'
import { placeContract } from './place-contract.ts'
import { findPlace, listPlaces } from './place-view.ts'

const os = implement(placeContract).$context<RequestContext>()

export const placeHandlers = os.router({
  list: os.list.handler(({ context, input }) => listPlaces(readerOf(context), input)),
  get: os.get.handler(
    async ({ context, input }) => (await findPlace(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: os.create.handler(({ context, input }) => saving(context, 'enter_place', input, enterPlace)),
  change: os.change.handler(({ context, input }) => saving(context, 'change_place', input, changePlace)),
  history: os.history.handler(({ context, input }) => historyOf(readerOf(context), 'freight_place', input.id)),
})
