import { registerObjectKind } from '@tingzhou/access'
import type { Deps, ServerModule } from '@tingzhou/http'
import { needsDeps } from '@tingzhou/needs'
import { registerSearchKind } from '@tingzhou/search'
import { caseHandlers } from './across-cases.ts'
import { searchHandler } from './application-search.ts'
import {
  applicationHandlers,
  certificateHandlers,
  dataRequestHandlers,
  itemHandlers,
  measureHandlers,
  packageHandlers,
  promiseHandlers,
  revocationHandlers,
  windowHandlers,
} from './case-handlers.ts'
import { catalogueHandlers } from './catalogue-handlers.ts'
import { servicesContract } from './contract.ts'
import { createDataSender, type DataSender } from './data-sender.ts'
import { dataSourceHandlers } from './data-source-handlers.ts'
import { editorHandlers } from './editor-handlers.ts'
import { judgementHandlers } from './judgement-handlers.ts'
import { followUpHandler } from './follow-up.ts'
import { servicesHosts } from './hosts.ts'
import { itemFollowers } from './item-follow.ts'
import { noticeHandler } from './notice.ts'
import { servicesDeps } from './runtime.ts'
import { prepareServices } from './seed.ts'
import { settingHandlers } from './setting-handlers.ts'

/** Windows serve everybody; departments see what is theirs, applicants their own. */
registerObjectKind('application', {
  zoneWide: ['dispatcher', 'supervisor', 'auditor', 'admin', 'leader', 'machine'],
  anyParty: ['window_officer'],
})
registerObjectKind('item_case', {
  zoneWide: ['supervisor', 'auditor', 'admin', 'leader', 'machine'],
  anyParty: ['window_officer'],
})
registerObjectKind('promise', {
  zoneWide: ['supervisor', 'auditor', 'admin', 'leader', 'machine'],
  anyParty: ['window_officer'],
})
registerSearchKind('application')
registerObjectKind('revocation', { zoneWide: ['supervisor', 'auditor', 'admin', 'leader', 'machine'] })
registerObjectKind('cross_region_package', {
  zoneWide: ['supervisor', 'auditor', 'admin', 'leader', 'machine'],
  anyParty: ['window_officer'],
})

const senders = new WeakMap<object, DataSender>()

/** The sender of a server, made once. */
function senderOf(deps: Deps): DataSender {
  const known = senders.get(deps)
  if (known) return known
  const { publicUrl } = deps.access
  const sender = createDataSender({ ...servicesDeps(deps), publicUrl, log: deps.log })
  senders.set(deps, sender)
  return sender
}

/** What the integrated services give the server. */
export const servicesModule: ServerModule = {
  name: 'services',
  contract: servicesContract,
  router: {
    catalogue: catalogueHandlers,
    applications: applicationHandlers,
    items: itemHandlers,
    promises: promiseHandlers,
    revocations: revocationHandlers,
    certificates: certificateHandlers,
    windows: windowHandlers,
    packages: packageHandlers,
    judgements: judgementHandlers,
    measures: measureHandlers,
    dataRequests: dataRequestHandlers,
    dataSources: dataSourceHandlers,
    editor: editorHandlers,
    settings: settingHandlers,
  },
  start: async (deps) => {
    const ports = servicesDeps(deps)
    await ports.db.transaction().execute((tx) => prepareServices(tx, ports))
    return () => senders.get(deps)?.settled()
  },
  eventHandlers: (deps) => {
    const ports = servicesDeps(deps)
    return [
      ...caseHandlers(ports),
      ...itemFollowers(ports),
      followUpHandler(ports, needsDeps(deps)),
      noticeHandler(ports),
      searchHandler(ports),
    ]
  },
  timers: (deps) => [senderOf(deps).source],
  processHosts: (deps) => servicesHosts(servicesDeps(deps)),
}
