import { implement } from '@orpc/server'
import { requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import { freightProblems } from '../problems.ts'
import { command, historyOf, nowhere, platform, readerOf } from '../room.ts'
import { boundsOf } from '@tingzhou/records/contract'
import { findBody, setBody } from './body.ts'
import { makeTours } from './make.ts'
import { sendTour } from './send.ts'
import { setTourSettings, tourSettings } from './settings.ts'
import { tourContract } from './tour-contract.ts'
import { findPlan, findTour, listPlans } from './tour-view.ts'
import { withdrawTour } from './withdraw.ts'
import { tourBounds } from './words.ts'

const os = implement(tourContract).$context<RequestContext>()

export const tourHandlers = os.router({
  body: os.body.handler(
    async ({ context, input }) => (await findBody(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  setBody: os.setBody.handler(({ context, input }) => command(context, 'set_vehicle_body', input, setBody)),
  list: os.list.handler(({ context, input }) => listPlans(platform(context), input)),
  get: os.get.handler(
    async ({ context, input }) => (await findPlan(platform(context), context.lang, input.id)) ?? nowhere(input.id),
  ),
  make: os.make.handler(async ({ context, input }) => {
    const made = await makeTours(context.deps, requireActor(context), input)
    return unwrap(made, freightProblems)
  }),
  send: os.send.handler(async ({ context, input }) => {
    const sent = await sendTour(context.deps, requireActor(context), input)
    const { id } = unwrap(sent, freightProblems)
    return (await findTour(readerOf(context), context.lang, id)) ?? nowhere(id)
  }),
  withdraw: os.withdraw.handler(({ context, input }) => command(context, 'withdraw_tour', input, withdrawTour)),
  history: os.history.handler(({ context, input }) => historyOf(platform(context), 'freight_tour_plan', input.id)),
  settings: os.settings.handler(async ({ context }) => {
    const { deps } = platform(context)
    return { ...(await tourSettings(deps.db, deps.zoneId)), bounds: boundsOf(tourBounds) }
  }),
  set: os.set.handler(({ context, input }) => command(context, 'set_tour_settings', input, setTourSettings)),
})
