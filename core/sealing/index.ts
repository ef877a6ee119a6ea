export { createSealer, sealerOf, type Sealer } from './sealed.ts'
