export { ensureBooks, openAccounts, type AccountWish, type Side } from './account.ts'
export {
  balanceOf,
  balancesAt,
  statementOf,
  trialBalance,
  type Balance,
  type Entry,
  type Statement,
  type TrialRow,
} from './balance.ts'
export { postJournal, type Booker, type Journal, type JournalError } from './journal.ts'
export type { Line, PendingRef } from './line.ts'
export { ledgerModule } from './module.ts'
export { closePeriod, type ClosedPeriod, type PeriodError } from './period.ts'
export { unitCodes, units, type Unit, type UnitCode } from './unit.ts'
export { verifyLedger, type LedgerFault, type LedgerReport } from './verify.ts'
