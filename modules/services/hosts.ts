import type { AnyHost } from '@tingzhou/process'
import { applicationHost } from './application-host.ts'
import type { ServicesDeps } from './dossier.ts'
import { itemHost } from './item-host.ts'
import { jointPlaceHost, packageHost } from './package-host.ts'
import { promiseHost } from './promise-host.ts'
import { revocationHost } from './revocation-host.ts'

/** The five kinds of cases of the integrated services; packages go two ways. */
export const servicesHosts = (deps: ServicesDeps): readonly AnyHost[] => [
  applicationHost(deps),
  itemHost(deps),
  promiseHost(deps),
  revocationHost(deps),
  packageHost(deps),
  jointPlaceHost(deps),
]
