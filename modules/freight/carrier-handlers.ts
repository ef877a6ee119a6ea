import { implement } from '@orpc/server'
import { requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { addCarrierMember, addPayee, changeCarrier, closePayee, enterCarrier } from './carrier.ts'
import { carrierContract, drivingContract } from './carrier-contract.ts'
import { findCarrier, listCarriers } from './carrier-view.ts'
import { beginDriving, endDriving } from './driving.ts'
import { freightProblems } from './problems.ts'
import { payingRoles } from './reach.ts'
import { command, historyOf, nowhere, readerOf, toldWarnings } from './room.ts'
import { exportList } from './sheet.ts'

const os = implement(carrierContract).$context<RequestContext>()

const paysFor = (actor: Actor, carrierId: string): boolean =>
  hasRole(actor, ...payingRoles) || partiesOf(actor, 'carrier').includes(carrierId)

export const carrierHandlers = os.router({
  list: os.list.handler(({ context, input }) => listCarriers(readerOf(context), input)),
  exportXlsx: os.exportXlsx.handler(({ context, input }) => {
    const reader = readerOf(context)
    return exportList(reader, context.lang, 'carrier', input, (page) => listCarriers(reader, { ...input, ...page }))
  }),
  get: os.get.handler(
    async ({ context, input }) => (await findCarrier(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: os.create.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const saved = await command(context, actor, 'enter_carrier', input, (tx) =>
      enterCarrier(tx, context.deps, actor, input),
    )
    return toldWarnings(context.lang, unwrap(saved, freightProblems))
  }),
  change: os.change.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const saved = await command(context, actor, 'change_carrier', input, (tx) =>
      changeCarrier(tx, context.deps, actor, input),
    )
    return toldWarnings(context.lang, unwrap(saved, freightProblems))
  }),
  addMember: os.addMember.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const added = await command(context, actor, 'add_carrier_member', input, (tx) =>
      addCarrierMember(tx, context.deps, actor, input),
    )
    const { id, accountId } = unwrap(added, freightProblems)
    context.deps.access.actors.forget(accountId)
    return { id }
  }),
  addPayee: os.addPayee.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const added = await command(context, actor, 'add_payee', input, (tx) =>
      addPayee(tx, context.deps, actor, input, paysFor(actor, input.id)),
    )
    return unwrap(added, freightProblems)
  }),
  closePayee: os.closePayee.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const closed = await command(context, actor, 'close_payee', input, (tx) =>
      closePayee(tx, context.deps, actor, input, paysFor(actor, input.id)),
    )
    return unwrap(closed, freightProblems)
  }),
  history: os.history.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    return (await findCarrier(reader, input.id)) ? historyOf(reader, input.id) : nowhere(input.id)
  }),
})

const drivingApi = implement(drivingContract).$context<RequestContext>()

export const drivingHandlers = drivingApi.router({
  begin: drivingApi.begin.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const begun = await command(context, actor, 'begin_driving', input, (tx) =>
      beginDriving(tx, context.deps, actor, input),
    )
    return unwrap(begun, freightProblems)
  }),
  end: drivingApi.end.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const ended = await command(context, actor, 'end_driving', input, (tx) =>
      endDriving(tx, context.deps, actor, input),
    )
    return unwrap(ended, freightProblems)
  }),
})
