/** The closed word lists of the money side; free of server code, so that the browser may import them. */
export const paymentStates = ['due', 'prepared', 'approved', 'sent', 'done', 'failed', 'returned', 'cancelled'] as const
/** By the bank, or out of a wallet that the platform has filled (fuel cards, ETC). */
export const paymentMeans = ['bank', 'wallet'] as const
export const batchStates = ['prepared', 'approved', 'rejected', 'sent'] as const
export const reportKinds = ['pain.002', 'camt.054'] as const
/** What the bank says of a payment. */
export const bankSays = ['accepted', 'failed', 'done', 'returned'] as const
export const entryOutcomes = ['taken', 'repeated', 'refused'] as const
export const statementStates = ['issued', 'confirmed'] as const
/** Payments of one batch. */
export const batchPaymentsMax = 500
/** Batches that the desk counts, the latest. */
export const deskBatchesMax = 200
/** Characters of a message of the bank. */
export const reportCharsMax = 1_000_000

export type PaymentState = (typeof paymentStates)[number]
export type PaymentMeans = (typeof paymentMeans)[number]
export type BatchState = (typeof batchStates)[number]
export type ReportKind = (typeof reportKinds)[number]
export type BankSays = (typeof bankSays)[number]
export type EntryOutcome = (typeof entryOutcomes)[number]
export type StatementState = (typeof statementStates)[number]
