/** The closed word lists of the freight register; free of server code, so that the browser may import them. */
export const subjects = ['carrier', 'driver', 'vehicle'] as const
export const carrierKinds = ['company', 'person'] as const
export const states = ['open', 'closed'] as const
export const paperStates = ['valid', 'not_yet', 'ends_soon', 'over', 'withdrawn'] as const
/** How the papers of a carrier, driver or vehicle stand: the worst of those that are required. */
export const stands = ['valid', 'ends_soon', 'over', 'missing'] as const
export const codeTables = [
  'cargo-class',
  'plate-colour',
  'energy',
  'transport-organisation',
  'business-type',
  'payment-means',
  'vehicle-type',
  'bank',
  'insurer',
  'division',
] as const
/** Why a dispatch may not be on a day. */
export const blockerReasons = [
  'unknown',
  'closed',
  'missing',
  'expired',
  'not_yet_valid',
  'not_driving_for',
  'not_of_carrier',
] as const
/** `29991231` of the regulator's interface: a paper without an end. */
export const longTerm = '2999-12-31'
export const importKinds = ['vehicle', 'driver'] as const
export const importRowsMax = 1_000

export type Subject = (typeof subjects)[number]
export type ImportKind = (typeof importKinds)[number]
export type CarrierKind = (typeof carrierKinds)[number]
export type State = (typeof states)[number]
export type PaperState = (typeof paperStates)[number]
export type Stand = (typeof stands)[number]
export type CodeTable = (typeof codeTables)[number]
export type BlockerReason = (typeof blockerReasons)[number]
