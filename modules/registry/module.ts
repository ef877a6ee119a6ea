import type { ServerModule } from '@tingzhou/http'
import { registerSearchKind } from '@tingzhou/search'
import { finishBatches, mergeBatchHandlers } from './bulk/merge-batch-handlers.ts'
import { registryContract } from './contract.ts'
import {
  contactHandlers,
  duplicateHandlers,
  enterpriseHandlers,
  mergeHandlers,
  splitHandlers,
} from './enterprise-handlers.ts'
import { releaseImports } from './import.ts'
import { loadIndicators } from './figure/indicator.ts'
import { figureHandlers, indicatorHandlers } from './figure/figure-handlers.ts'
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
    splits: splitHandlers,
    imports: importHandlers,
    figures: figureHandlers,
    indicators: indicatorHandlers,
    mergeBatches: mergeBatchHandlers,
  },
  start: async ({ db, zoneId, clock }) => {
    await loadIndustries(db)
    await loadIndicators(db, { zoneId, clock })
    await releaseImports(db, zoneId)
    return async () => {
      await finishImports()
      await finishBatches()
    }
  },
}
