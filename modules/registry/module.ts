import type { ServerModule } from '@tingzhou/http'
import { registerSearchKind } from '@tingzhou/search'
import { registryContract } from './contract.ts'
import { contactHandlers, duplicateHandlers, enterpriseHandlers, mergeHandlers } from './enterprise-handlers.ts'
import { releaseImports } from './import.ts'
import { finishImports, importHandlers } from './import-handlers.ts'
import { loadIndustries } from './industry.ts'
import { registerOwnMerge } from './merge.ts'
import { areaHandlers, departmentHandlers, industryHandlers, officialHandlers } from './zone-handlers.ts'

registerOwnMerge()
registerSearchKind('enterprise')

/** What the registry gives the server. */
export const registryModule: ServerModule = {
  name: 'registry',
  contract: registryContract,
  router: {
    areas: areaHandlers,
    departments: departmentHandlers,
    industries: industryHandlers,
    officials: officialHandlers,
    enterprises: enterpriseHandlers,
    contacts: contactHandlers,
    duplicates: duplicateHandlers,
    merges: mergeHandlers,
    imports: importHandlers,
  },
  start: async ({ db, zoneId }) => {
    await loadIndustries(db)
    await releaseImports(db, zoneId)
    return finishImports
  },
}
