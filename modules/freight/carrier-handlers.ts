import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { addCarrierMember, changeCarrier, enterCarrier } from './carrier.ts'
import { carrierContract } from './carrier-contract.ts'
import { findCarrier, listCarriers } from './carrier-view.ts'
import { addPayee, closePayee } from './payee.ts'
import { command, granting, historyOf, nowhere, readerOf, saving } from './room.ts'
import { exportList } from './sheet.ts'

const os = implement(carrierContract).$context<RequestContext>()

export const carrierHandlers = os.router({
  list: os.list.handler(({ context, input }) => listCarriers(readerOf(context), input)),
  exportXlsx: os.exportXlsx.handler(({ context, input }) => {
    const reader = readerOf(context)
    return exportList(reader, context.lang, 'carrier', input, (page) => listCarriers(reader, { ...input, ...page }))
  }),
  get: os.get.handler(
    async ({ context, input }) => (await findCarrier(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: os.create.handler(({ context, input }) => saving(context, 'enter_carrier', input, enterCarrier)),
  change: os.change.handler(({ context, input }) => saving(context, 'change_carrier', input, changeCarrier)),
  addMember: os.addMember.handler(({ context, input }) =>
    granting(context, 'add_carrier_member', input, addCarrierMember),
  ),
  addPayee: os.addPayee.handler(({ context, input }) => command(context, 'add_payee', input, addPayee)),
  closePayee: os.closePayee.handler(({ context, input }) => command(context, 'close_payee', input, closePayee)),
  history: os.history.handler(({ context, input }) => historyOf(readerOf(context), 'freight_carrier', input.id)),
})
