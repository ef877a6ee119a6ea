import { appealContract } from './appeal-contract.ts'

/** The public face of the needs loop over HTTP. */
export const needsContract = {
  appeals: appealContract,
}
