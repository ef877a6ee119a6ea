export { crossborderModule } from './module.ts'
