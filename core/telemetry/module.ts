import type { ServerModule } from '@tingzhou/http'
import { telemetryContract } from './contract.ts'
import { telemetryRouter } from './handlers.ts'
import { ensureProfiles } from './plant.ts'

/** Devices, positions and trends over HTTP. */
export const telemetryModule: ServerModule = {
  name: 'telemetry',
  contract: telemetryContract,
  router: telemetryRouter,
  start: ({ db, zoneId, clock }) => ensureProfiles(db, zoneId, clock()),
}
