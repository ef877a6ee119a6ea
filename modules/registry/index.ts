export { enterprisesNamed } from './enterprise-named.ts'
export { findArea, listAreas } from './area.ts'
export { findDepartment, listDepartments } from './department.ts'
export { readContacts, shownContact, type StoredContact } from './contact.ts'
export {
  findStored as findEnterprises,
  resolveId as resolveEnterpriseId,
  type StoredEnterprise,
} from './enterprise-rows.ts'
export type { EnterpriseFacts } from './enterprise-contract.ts'
export { preferredFigures, type PreferredFigure } from './figure/figure-list.ts'
export { importDirectly, type DirectImport } from './import-direct.ts'
export { maskEmail, maskPhone } from './mask.ts'
export { onEnterpriseMerged, type MergeHook, type MergeScene } from './merge-hooks.ts'
export {
  onEnterpriseSplit,
  partsMax as splitPartsMax,
  type SplitHook,
  type SplitPart,
  type SplitReader,
  type SplitScene,
} from './split-hooks.ts'
export { registryModule } from './module.ts'
export { textsOf as registryTexts } from './texts.ts'
export { onHandlerAsked, type HandlerCheck } from './rights.ts'
import './tables.ts'
