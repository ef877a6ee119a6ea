import type { ServerModule } from '@tingzhou/http'
import { geographyContract } from './contract.ts'
import { geographyRouter } from './handlers.ts'

/** Fences and distances over HTTP. */
export const geographyModule: ServerModule = {
  name: 'geography',
  contract: geographyContract,
  router: geographyRouter,
}
