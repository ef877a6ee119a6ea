import './tables.ts'
import './texts.ts'

export type { DemoPhase, DemoStatus } from './contract.ts'
export { openDemoZone, type DemoZone, type DueWork } from './demo-zone.ts'
export { createDemoModule } from './handlers.ts'
