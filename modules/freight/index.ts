export { blockers, type Blocker, type Trio } from './blockers.ts'
export { findWaybillStand, type WaybillStand } from './waybill/waybill-stand.ts'
export { freightModule } from './module.ts'
