export { blockers, type Blocker, type Trio } from './blockers.ts'
export { freightModule } from './module.ts'
