import { areaContract, departmentContract, industryContract, officialContract } from './zone-contract.ts'
import { contactContract, duplicateContract, enterpriseContract, mergeContract } from './enterprise-contract.ts'
import { figureContract, indicatorContract } from './figure/figure-contract.ts'
import { mergeBatchContract } from './bulk/merge-batch-contract.ts'
import { importContract } from './import-contract.ts'
import { splitContract } from './split-contract.ts'

/** The public face of the registry over HTTP. */
export const registryContract = {
  areas: areaContract,
  departments: departmentContract,
  industries: industryContract,
  officials: officialContract,
  enterprises: enterpriseContract,
  contacts: contactContract,
  duplicates: duplicateContract,
  merges: mergeContract,
  splits: splitContract,
  imports: importContract,
  figures: figureContract,
  indicators: indicatorContract,
  mergeBatches: mergeBatchContract,
}

export { Area, AreaInput, Department, DepartmentInput, Industry, PlaceListInput } from './zone-contract.ts'
export {
  Contact,
  ContactInput,
  DuplicateHint,
  DuplicateListInput,
  DuplicatePair,
  Enterprise,
  EnterpriseFilters,
  EnterpriseInput,
  EnterpriseListInput,
  EnterpriseRow,
  EnterpriseStatus,
  HistoryEntry,
  Merge,
  Ownership,
  Size,
  UsccStatus,
} from './enterprise-contract.ts'
export { Split, SplitPartGroup, SplitTakes } from './split-contract.ts'
export { EnterpriseImport, ImportFault } from './import-contract.ts'
export { Figure, FigureImportReport, FigureListInput, Indicator } from './figure/figure-contract.ts'
