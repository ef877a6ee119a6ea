import { areaContract, departmentContract, industryContract, officialContract } from './zone-contract.ts'
import { contactContract, duplicateContract, enterpriseContract, mergeContract } from './enterprise-contract.ts'
import { importContract } from './import-contract.ts'

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
  imports: importContract,
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
export { EnterpriseImport, ImportFault } from './import-contract.ts'
