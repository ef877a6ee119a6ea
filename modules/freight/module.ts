import type { ServerModule } from '@tingzhou/http'
import { registerSearchKind } from '@tingzhou/search'
import type {} from '@tingzhou/timers'
import { carrierHandlers } from './carrier-handlers.ts'
import { codeHandlers } from './code-handlers.ts'
import { freightContract } from './contract.ts'
import { driverHandlers, drivingHandlers } from './driver-handlers.ts'
import { importHandlers } from './import-handlers.ts'
import { paperHandlers } from './paper-handlers.ts'
import { loadPaperKinds } from './paper-kind.ts'
import './reach.ts'
import './texts.ts'
import { vehicleHandlers } from './vehicle-handlers.ts'
import { morningJob } from './warning.ts'

for (const kind of ['freight_carrier', 'freight_driver', 'freight_vehicle']) registerSearchKind(kind)

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
  },
  start: async ({ db, zoneId, clock }) => loadPaperKinds(db, zoneId, clock()),
  jobs: (deps) => [morningJob(deps)],
}
