export {
  checkUscc,
  makeUscc,
  normalizeUscc,
  organisationCheck,
  usccCheck,
  type UsccFault,
  type UsccStatus,
} from './uscc.ts'
export { checkIdentityNumber, identityCheck, type IdentityFault } from './identity.ts'
