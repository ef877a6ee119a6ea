export {
  adapterIds,
  answerReasons,
  outcomes,
  type Adapter,
  type AdapterId,
  type Answer,
  type AnswerReason,
  type Credentials,
  type Header,
  type Message,
  type OpenFault,
  type OpenKeys,
  type Outcome,
  type SealKeys,
  type Token,
  type WireRequest,
} from './adapter.ts'
export { adapters } from './adapters.ts'
export { faultsOf } from './check.ts'
export {
  countsPath,
  countsRequest,
  documentsPageMax,
  documentsPath,
  documentsRequest,
  isMonth,
  printCounts,
  printDocuments,
  readCounts,
  readCountsRequest,
  readDocuments,
  readDocumentsRequest,
  type CountsQuery,
  type DocumentsPage,
  type DocumentsQuery,
  type KindCount,
  type MonthCounts,
} from './counts.ts'
export {
  documentKinds,
  type DocumentKind,
  type Documents,
  type DriverDocument,
  type FlowNote,
  type FlowPayment,
  type FundFlowDocument,
  type VehicleDocument,
  type WaybillDocument,
  type WaybillGoods,
  type WaybillLeg,
  type WaybillParty,
} from './documents.ts'
export type { Fault } from './fault.ts'
export { fieldAt, fieldsOf, isCode, type Field, type Need, type Shape } from './fields.ts'
export { sealRandomBytes } from './random.ts'
export type { WireRecord, WireValue } from './record.ts'
export { lightGrossMaxKg, render } from './render.ts'
export { compareFlow, keyOf, needsOf, worthFenOf, type DocumentRef, type FlowRules } from './rules.ts'
export { isPrivateKey, newKeyPair, readPublicKey, scalarBytes } from './sm2.ts'
export {
  trackFaultsOf,
  trackIntervalMaxMs,
  trackIntervalMinMs,
  trackNotesMax,
  trackSteps,
  type ShippingNote,
  type TrackAnswer,
  type TrackAuth,
  type TrackMessage,
  type TrackPosition,
  type TrackReport,
  type TrackReporter,
  type TrackStep,
} from './track.ts'
export {
  printTrackAnswer,
  readTrackAnswer,
  readTrackRequest,
  trackPath,
  trackRequest,
  type TrackSaid,
} from './track-wire.ts'
