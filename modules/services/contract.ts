import { applicationContract } from './application-contract.ts'
import { catalogueContract } from './catalogue-contract.ts'
import { certificateContract } from './certificate-contract.ts'
import { editorContract } from './editor-contract.ts'
import { itemContract } from './item-contract.ts'
import { dataSourceContract } from './data-source-contract.ts'
import { judgementContract } from './judgement-contract.ts'
import { dataRequestContract, measureContract } from './measure-contract.ts'
import { promiseContract } from './promise-contract.ts'
import { revocationContract } from './revocation-contract.ts'
import { settingContract } from './setting-contract.ts'
import { packageContract, windowContract } from './window-contract.ts'

/** The public face of the integrated services over HTTP. */
export const servicesContract = {
  catalogue: catalogueContract,
  applications: applicationContract,
  items: itemContract,
  promises: promiseContract,
  revocations: revocationContract,
  certificates: certificateContract,
  windows: windowContract,
  packages: packageContract,
  judgements: judgementContract,
  measures: measureContract,
  dataRequests: dataRequestContract,
  dataSources: dataSourceContract,
  editor: editorContract,
  settings: settingContract,
}
