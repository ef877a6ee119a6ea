/** The closed word lists of crossborder; free of server code, so that the browser may import them. */
export const goodsClasses = ['live_plants', 'general'] as const
export const states = ['open', 'closed'] as const
export const currencies = ['CNY', 'KZT', 'USD', 'EUR'] as const
export const inspections = ['pending', 'passed', 'failed'] as const

/** Documents of a shipment; the sales contract is the contract itself. */
export const documentKinds = [
  'sales_contract',
  'commercial_invoice',
  'packing_list',
  'customs_declaration',
  'phytosanitary_certificate',
  'quarantine_registration',
  'certificate_of_origin',
  'fumigation_record',
  'import_permit',
  'cmr',
  'tir_or_transit',
  'driver_papers',
  'cargo_insurance',
  'exchange_record',
] as const
export const documentStates = ['in_hand', 'checked', 'refused', 'replaced'] as const
/** How a document stands on a day. */
export const documentStands = ['missing', 'in_hand', 'checked', 'refused', 'expired', 'not_yet'] as const
/** How far a rule's source was read. */
export const marks = ['verified', 'partly', 'decision', 'unverified'] as const
/** The steps that rules stand before, in their order. */
export const ruleSteps = ['complete', 'declare', 'release', 'cross'] as const
export const checkCodes = [
  'counts_equal',
  'seals_equal',
  'nursery_registered',
  'lots_passed',
  'waybill_signed',
] as const
export const checkResults = ['block', 'warn', 'off'] as const

export const shipmentStates = [
  'booked',
  'documents',
  'declared',
  'inspected',
  'released',
  'crossed',
  'arrived',
  'received',
  'delivered',
  'held',
  'returned',
  'cancelled',
] as const
/** States of which nothing more comes. */
export const endStates = ['delivered', 'returned', 'cancelled'] as const
/** States before the border. */
export const inlandStates = ['booked', 'documents', 'declared', 'inspected', 'released', 'held'] as const
export const holdReasons = ['inspection_failed', 'seals_differ', 'stopped'] as const
export const holdDecisions = ['go_on', 'inspect_again', 'send_back'] as const
export const legKinds = ['pickup', 'border', 'foreign', 'delivery'] as const
export const handOverPoints = ['load', 'yard', 'border', 'warehouse'] as const

export const movementKinds = ['in', 'out', 'transfer', 'adjust', 'damage'] as const
export const reservationStates = ['open', 'used', 'released', 'over'] as const
export const countStates = ['open', 'counted', 'closed', 'withdrawn'] as const
export const traceSubjects = ['stock', 'shipment', 'lot', 'plot', 'nursery'] as const

export type GoodsClass = (typeof goodsClasses)[number]
export type State = (typeof states)[number]
export type Currency = (typeof currencies)[number]
export type Inspection = (typeof inspections)[number]
export type DocumentKind = (typeof documentKinds)[number]
export type DocumentState = (typeof documentStates)[number]
export type DocumentStand = (typeof documentStands)[number]
export type Mark = (typeof marks)[number]
export type RuleStep = (typeof ruleSteps)[number]
export type CheckCode = (typeof checkCodes)[number]
export type CheckResult = (typeof checkResults)[number]
export type ShipmentState = (typeof shipmentStates)[number]
export type HoldReason = (typeof holdReasons)[number]
export type HoldDecision = (typeof holdDecisions)[number]
export type LegKind = (typeof legKinds)[number]
export type HandOverPoint = (typeof handOverPoints)[number]
export type MovementKind = (typeof movementKinds)[number]
export type ReservationState = (typeof reservationStates)[number]
export type CountState = (typeof countStates)[number]
export type TraceSubject = (typeof traceSubjects)[number]
