import { agreementContract, institutionContract } from './institution-contract.ts'
import { measureContract } from './measures-contract.ts'
import { orderContract } from './order-contract.ts'
import { ruleContract } from './rules-contract.ts'

/** The public face of referral over HTTP. */
export const referralContract = {
  orders: orderContract,
  institutions: institutionContract,
  agreements: agreementContract,
  rules: ruleContract,
  measures: measureContract,
}
