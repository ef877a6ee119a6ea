import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { command, historyOf, nowhere, readerOf } from '../room.ts'
import { findCount, listCounts } from './count-view.ts'
import { closeCount, enterCount, openCount, withdrawCount } from './count.ts'
import { listMovements } from './movement-view.ts'
import { releaseReservation, reserve } from './reservation.ts'
import { countContract, stockContract, traceContract, warehouseContract } from './stock-contract.ts'
import { ageing, findStock, listStock } from './stock-view.ts'
import { withdraw } from './stock.ts'
import { trace } from './trace.ts'
import { transfer } from './transfer.ts'
import { findWarehouse, listWarehouses } from './warehouse-view.ts'
import { changeWarehouse, enterWarehouse } from './warehouse.ts'

const warehouses = implement(warehouseContract).$context<RequestContext>()

export const warehouseHandlers = warehouses.router({
  list: warehouses.list.handler(({ context, input }) => listWarehouses(readerOf(context), input)),
  get: warehouses.get.handler(
    async ({ context, input }) => (await findWarehouse(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: warehouses.create.handler(({ context, input }) => command(context, 'enter_warehouse', input, enterWarehouse)),
  change: warehouses.change.handler(({ context, input }) =>
    command(context, 'change_warehouse', input, changeWarehouse),
  ),
  ageing: warehouses.ageing.handler(({ context, input }) => ageing(readerOf(context), input)),
})

const stock = implement(stockContract).$context<RequestContext>()

export const stockHandlers = stock.router({
  list: stock.list.handler(({ context, input }) => listStock(readerOf(context), input)),
  get: stock.get.handler(
    async ({ context, input }) => (await findStock(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  history: stock.history.handler(({ context, input }) => historyOf(readerOf(context), 'overseas_stock', input.id)),
  out: stock.out.handler(({ context, input }) => command(context, 'out', { ...input, kind: 'out' as const }, withdraw)),
  damage: stock.damage.handler(({ context, input }) =>
    command(context, 'damage', { ...input, kind: 'damage' as const, counterparty: '', reservationId: null }, withdraw),
  ),
  transfer: stock.transfer.handler(({ context, input }) => command(context, 'transfer', input, transfer)),
  reserve: stock.reserve.handler(({ context, input }) => command(context, 'reserve', input, reserve)),
  release: stock.release.handler(({ context, input }) => command(context, 'release', input, releaseReservation)),
  movements: stock.movements.handler(({ context, input }) => listMovements(readerOf(context), input)),
})

const counts = implement(countContract).$context<RequestContext>()

export const countHandlers = counts.router({
  list: counts.list.handler(({ context, input }) => listCounts(readerOf(context), input)),
  get: counts.get.handler(
    async ({ context, input }) => (await findCount(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  open: counts.open.handler(({ context, input }) => command(context, 'open_count', input, openCount)),
  enter: counts.enter.handler(({ context, input }) => command(context, 'enter_count', input, enterCount)),
  close: counts.close.handler(({ context, input }) => command(context, 'close_count', input, closeCount)),
  withdraw: counts.withdraw.handler(({ context, input }) => command(context, 'withdraw_count', input, withdrawCount)),
})

const traces = implement(traceContract).$context<RequestContext>()

export const traceHandlers = traces.router({
  get: traces.get.handler(async ({ context, input }) => (await trace(readerOf(context), input)) ?? nowhere(input.id)),
})
