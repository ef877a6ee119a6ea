import { registerObjectKind } from '@tingzhou/access'
import type { ServerModule } from '@tingzhou/http'
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
import { editorHandlers } from './editor-handlers.ts'
import { followUpHandler } from './follow-up.ts'
import { servicesHosts } from './hosts.ts'
import { noticeHandler } from './notice.ts'
import { servicesDeps } from './runtime.ts'
import { prepareServices } from './seed.ts'

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
    measures: measureHandlers,
    dataRequests: dataRequestHandlers,
    editor: editorHandlers,
  },
  start: async (deps) => {
    const ports = servicesDeps(deps)
    await ports.db.transaction().execute((tx) => prepareServices(tx, ports))
  },
  eventHandlers: (deps) => {
    const ports = servicesDeps(deps)
    return [...caseHandlers(ports), followUpHandler(ports, needsDeps(deps)), noticeHandler(ports), searchHandler(ports)]
  },
  processHosts: (deps) => servicesHosts(servicesDeps(deps)),
}
