import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { command, historyOf, nowhere, readerOf } from '../room.ts'
import { changeLot, enterLot } from './lot.ts'
import { addPlot, changeNursery, enterNursery } from './nursery.ts'
import { changeSale, enterSale } from './sale.ts'
import { lotContract, nurseryContract, saleContract } from './supply-contract.ts'
import { findLot, findNursery, findSale, listLots, listNurseries, listSales } from './supply-view.ts'

const sales = implement(saleContract).$context<RequestContext>()

export const saleHandlers = sales.router({
  list: sales.list.handler(({ context, input }) => listSales(readerOf(context), input)),
  get: sales.get.handler(
    async ({ context, input }) => (await findSale(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: sales.create.handler(({ context, input }) => command(context, 'enter_sale', input, enterSale)),
  change: sales.change.handler(({ context, input }) => command(context, 'change_sale', input, changeSale)),
  history: sales.history.handler(({ context, input }) => historyOf(readerOf(context), 'export_contract', input.id)),
})

const nurseries = implement(nurseryContract).$context<RequestContext>()

export const nurseryHandlers = nurseries.router({
  list: nurseries.list.handler(({ context, input }) => listNurseries(readerOf(context), input)),
  get: nurseries.get.handler(
    async ({ context, input }) => (await findNursery(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: nurseries.create.handler(({ context, input }) => command(context, 'enter_nursery', input, enterNursery)),
  change: nurseries.change.handler(({ context, input }) => command(context, 'change_nursery', input, changeNursery)),
  addPlot: nurseries.addPlot.handler(({ context, input }) => command(context, 'add_plot', input, addPlot)),
  history: nurseries.history.handler(({ context, input }) => historyOf(readerOf(context), 'export_nursery', input.id)),
})

const lots = implement(lotContract).$context<RequestContext>()

export const lotHandlers = lots.router({
  list: lots.list.handler(({ context, input }) => listLots(readerOf(context), input)),
  get: lots.get.handler(
    async ({ context, input }) => (await findLot(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: lots.create.handler(({ context, input }) => command(context, 'enter_lot', input, enterLot)),
  change: lots.change.handler(({ context, input }) => command(context, 'change_lot', input, changeLot)),
  history: lots.history.handler(({ context, input }) => historyOf(readerOf(context), 'export_lot', input.id)),
})
