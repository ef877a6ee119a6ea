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

/** What a quantity is counted in: kilograms, cubic decimetres, trucks. */
export const measures = ['ton', 'm3', 'truck'] as const
export const loadModes = ['assign', 'grab', 'bid', 'standing'] as const
export const bidKinds = ['sealed', 'open'] as const
export const loadStates = ['draft', 'published', 'closed', 'withdrawn', 'expired'] as const
export const bidStates = ['submitted', 'awarded', 'lost', 'withdrawn', 'expired'] as const
export const waybillStates = [
  'offered',
  'accepted',
  'at_load',
  'loaded',
  'in_transit',
  'at_unload',
  'unloaded',
  'signed',
  'audited',
  'settled',
  'paid',
  'reported',
  'accident',
  'disputed',
  'transloaded',
  'cancelled',
] as const
/** States in which vehicle and driver are on their way; the database lets each be on one trip. */
export const busyStates = ['accepted', 'at_load', 'loaded', 'in_transit', 'at_unload', 'accident'] as const
export const placeEnds = ['load', 'unload'] as const
export const slipSources = ['manual', 'device'] as const
export const signKinds = ['code', 'signature', 'photo'] as const

export const disputeKinds = ['weight', 'damage', 'detention', 'price', 'payment', 'identity'] as const
export const disputeSides = ['shipper', 'carrier', 'driver'] as const
export const decisions = ['upheld', 'rejected'] as const
/** States of which nothing more comes. */
export const endStates = ['reported', 'transloaded', 'cancelled'] as const

export type Measure = (typeof measures)[number]
export type LoadMode = (typeof loadModes)[number]
export type BidKind = (typeof bidKinds)[number]
export type LoadState = (typeof loadStates)[number]
export type BidState = (typeof bidStates)[number]
export type WaybillState = (typeof waybillStates)[number]
export type PlaceEnd = (typeof placeEnds)[number]
export type SlipSource = (typeof slipSources)[number]
export type DisputeKind = (typeof disputeKinds)[number]
export type DisputeSide = (typeof disputeSides)[number]
export type Decision = (typeof decisions)[number]
export type SignKind = (typeof signKinds)[number]
