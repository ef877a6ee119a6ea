import { caseDeps } from '@tingzhou/casework'
import type { ServerModule } from '@tingzhou/http'
import { registerSearchKind } from '@tingzhou/search'
import type {} from '@tingzhou/timers'
import { crossborderContract } from './contract.ts'
import './reach.ts'
import { noticeHandler } from './shipment/notices.ts'
import { shipmentHost } from './shipment/process.ts'
import { loadRules } from './shipment/rules.ts'
import { searchHandler } from './shipment/search.ts'
import { ruleHandlers, shipmentHandlers } from './shipment/shipment-handlers.ts'
import { morningJob } from './shipment/warning.ts'
import { keepOverseasBook } from './stock/accounts.ts'
import { countHandlers, stockHandlers, traceHandlers, warehouseHandlers } from './stock/stock-handlers.ts'
import { lotHandlers, nurseryHandlers, saleHandlers } from './supply/supply-handlers.ts'
import './texts.ts'

registerSearchKind('export_shipment')

/** What crossborder gives the server. */
export const crossborderModule: ServerModule = {
  name: 'crossborder',
  contract: crossborderContract,
  router: {
    sales: saleHandlers,
    nurseries: nurseryHandlers,
    lots: lotHandlers,
    shipments: shipmentHandlers,
    rules: ruleHandlers,
    warehouses: warehouseHandlers,
    stock: stockHandlers,
    counts: countHandlers,
    traces: traceHandlers,
  },
  start: async ({ db, zoneId, clock }) => {
    await loadRules(db, zoneId, clock())
    await db.transaction().execute((tx) => keepOverseasBook(tx, zoneId))
  },
  eventHandlers: (deps) => {
    const ports = caseDeps(deps)
    return [noticeHandler(ports), searchHandler(ports)]
  },
  processHosts: (deps) => [shipmentHost(caseDeps(deps))],
  jobs: (deps) => [morningJob(deps)],
}
