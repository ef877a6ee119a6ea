export { safetyModule } from './module.ts'
