import { caseDeps } from '@tingzhou/casework'
import type { ServerModule } from '@tingzhou/http'
import { registerSearchKind } from '@tingzhou/search'
import type {} from '@tingzhou/timers'
import {
  aliasHandlers,
  chainHandlers,
  clusterHandlers,
  productHandlers,
  recipeHandlers,
  wordHandlers,
} from './catalogue/catalogue-handlers.ts'
import { loadCatalogue } from './catalogue/load.ts'
import { chainsContract } from './contract.ts'
import {
  demandHandlers,
  firmHandlers,
  leaderHandlers,
  linkHandlers,
  outsideHandlers,
  positionHandlers,
} from './economy/economy-handlers.ts'
import { importHandlers } from './economy/import-handlers.ts'
import { registerMergeHook } from './economy/merge.ts'
import { registerSplitHook } from './economy/split.ts'
import './reach.ts'
import { industryHandlers, networkHandlers, runHandlers, savingHandlers, shockHandlers } from './run/handlers.ts'
import { nightlyRunJob, runnerOf } from './run/make.ts'
import { settingsHandlers } from './settings/settings-handlers.ts'
import './tables.ts'
import { keepTargetsMerged } from './target/merged.ts'
import { noticeHandler } from './target/notices.ts'
import { targetHost } from './target/process.ts'
import { searchHandler } from './target/search.ts'
import { lineHandlers, plantHandlers, targetHandlers } from './target/target-handlers.ts'
import './texts.ts'

registerSearchKind('chain_target')
registerSearchKind('chain_outside')
registerMergeHook()
registerSplitHook()
keepTargetsMerged()

/** What chains gives the server. */
export const chainsModule: ServerModule = {
  name: 'chains',
  contract: chainsContract,
  router: {
    products: productHandlers,
    aliases: aliasHandlers,
    recipes: recipeHandlers,
    clusters: clusterHandlers,
    chains: chainHandlers,
    words: wordHandlers,
    settings: settingsHandlers,
    industry: industryHandlers,
    runs: runHandlers,
    network: networkHandlers,
    shocks: shockHandlers,
    savings: savingHandlers,
    lines: lineHandlers,
    targets: targetHandlers,
    plants: plantHandlers,
    positions: positionHandlers,
    links: linkHandlers,
    outside: outsideHandlers,
    leaders: leaderHandlers,
    demands: demandHandlers,
    firms: firmHandlers,
    imports: importHandlers,
  },
  start: async (deps) => {
    await loadCatalogue(deps.db, deps.zoneId, deps.clock())
    return runnerOf(deps).settled
  },
  eventHandlers: (deps) => {
    const ports = caseDeps(deps)
    return [noticeHandler(ports), searchHandler(ports)]
  },
  processHosts: (deps) => [targetHost(caseDeps(deps))],
  jobs: (deps) => [nightlyRunJob(deps)],
}
