import { caseDeps } from '@tingzhou/casework'
import type { ServerModule } from '@tingzhou/http'
import { registerSearchKind } from '@tingzhou/search'
import type {} from '@tingzhou/timers'
import { carrierHandlers } from './carrier-handlers.ts'
import { codeHandlers } from './code-handlers.ts'
import { freightContract } from './contract.ts'
import { driverHandlers, drivingHandlers } from './driver-handlers.ts'
import { importHandlers } from './import-handlers.ts'
import { loadJobs } from './load/life.ts'
import { bidHandlers, loadHandlers, shareHandlers } from './load/load-handlers.ts'
import { keepFreightBook } from './money/accounts.ts'
import { bankHandlers, batchHandlers, paymentHandlers, settlementHandlers } from './money/handlers.ts'
import { paidHandler } from './money/paid-handler.ts'
import { incomeHandlers, statementHandlers } from './money/statement-handlers.ts'
import { paperHandlers } from './paper-handlers.ts'
import { loadPaperKinds } from './paper-kind.ts'
import { placeHandlers } from './place/place-handlers.ts'
import './reach.ts'
import { frameworkHandlers, termsHandlers } from './terms/handlers.ts'
import { loadTerms } from './terms/terms.ts'
import './texts.ts'
import { vehicleHandlers } from './vehicle-handlers.ts'
import { morningJob } from './warning.ts'
import { noticeHandler as waybillNotices } from './waybill/notices.ts'
import { waybillHost } from './waybill/process.ts'
import { searchHandler as waybillSearch } from './waybill/search.ts'
import { waybillHandlers } from './waybill/waybill-handlers.ts'

for (const kind of ['freight_carrier', 'freight_driver', 'freight_vehicle', 'freight_load', 'freight_waybill'])
  registerSearchKind(kind)

/** What freight gives the server. */
export const freightModule: ServerModule = {
  name: 'freight',
  contract: freightContract,
  router: {
    codes: codeHandlers,
    carriers: carrierHandlers,
    drivers: driverHandlers,
    vehicles: vehicleHandlers,
    drivings: drivingHandlers,
    papers: paperHandlers,
    imports: importHandlers,
    terms: termsHandlers,
    contracts: frameworkHandlers,
    settlements: settlementHandlers,
    payments: paymentHandlers,
    batches: batchHandlers,
    bank: bankHandlers,
    statements: statementHandlers,
    incomes: incomeHandlers,
    places: placeHandlers,
    loads: loadHandlers,
    bids: bidHandlers,
    shares: shareHandlers,
    waybills: waybillHandlers,
  },
  start: async ({ db, zoneId, clock }) => {
    await loadPaperKinds(db, zoneId, clock())
    await loadTerms(db, zoneId, clock())
    await db.transaction().execute((tx) => keepFreightBook(tx, zoneId))
  },
  eventHandlers: (deps) => {
    const ports = caseDeps(deps)
    return [waybillNotices(ports), waybillSearch(ports), paidHandler(ports)]
  },
  processHosts: (deps) => [waybillHost(caseDeps(deps))],
  jobs: (deps) => [morningJob(deps), ...loadJobs(deps)],
}
