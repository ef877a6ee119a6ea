export { checkAnswers, checkField, type FieldProblem, type FieldValues } from './answers.ts'
export {
  decideAutomatically,
  inputsOf,
  isSampled,
  type AutomaticContext,
  type AutomaticDecision,
  type Grounds,
} from './automatic.ts'
export { builtInOneThings } from './built-in.ts'
export { canonicalJson, sha256 } from './canonical.ts'
export { certificateNumber, printCertificateNumber, readCertificateNumber } from './certificate-number.ts'
export type { Surroundings } from './check-codes.ts'
export { checkOneThing } from './check-one-thing.ts'
export type { Complaint, Part } from './complaint.ts'
export {
  askEligibility,
  askTable,
  checkNamedTable,
  NamedTable,
  outcomes,
  tableModelOf,
  type TableFailed,
} from './decision-table.ts'
export { seedDepartments, type SeedDepartment } from './departments.ts'
export { FieldDef, FieldGroup, neverReused } from './field.ts'
export { fieldsOf, formOf, type Form, type FormField, type FormGroup } from './form.ts'
export { schemaOf, type FormSchema, type JsonSchema } from './form-schema.ts'
export { Item, itemKinds, Material, specialStepKinds, When, type SpecialStep } from './item.ts'
export { ancestorsOf, findCycle, restrict, type Node } from './item-graph.ts'
export { itemsToCancel, jointResult, readyItems, type ItemOutcome, type Outcomes } from './item-run.ts'
export { jointClock, jointClockOf, specialStepsOf, type Cycle, type JointClock, type TimedNode } from './joint-clock.ts'
export {
  checkManifest,
  crossRegionModes,
  makeManifest,
  type Manifest,
  type ManifestEntry,
  type ManifestProblem,
  type PackedFile,
} from './manifest.ts'
export { servicesModule } from './module.ts'
export { loadSyntheticCatalogue } from './seed.ts'
export { planMaterials, type HeldCopy, type PlannedMaterial, type Way } from './material.ts'
export {
  burdensOf,
  cut,
  cutsOf,
  figuresOf,
  share,
  type BurdenKind,
  type ServiceCounts,
  type ServiceFigures,
  type Share,
} from './measures.ts'
export { Burden, isTaking, OneThing, SituationQuestion } from './one-thing.ts'
export { disputesOf, prefill, type Dispute, type KnownValue, type LeftOut, type Prefill } from './prefill.ts'
export {
  expire,
  extend,
  promiseDays,
  supply,
  verify,
  type Expiry,
  type PromiseDays,
  type PromiseError,
  type TolerancePromise,
} from './promise.ts'
export {
  holds,
  questionsFor,
  select,
  type Answers,
  type NeededMaterial,
  type Selection,
  type SituationProblem,
} from './situation.ts'
export {
  addAsks,
  answered,
  mayCorrect,
  supplementsOf,
  type Ask,
  type SecondCorrection,
  type Supplement,
  type SupplementRequest,
} from './supplement.ts'
export { catalogueSize, syntheticItems, type SyntheticItem } from './synthetic-items.ts'
export {
  checkTolerance,
  type DishonestyRecord,
  type PromiseText,
  type ToleranceRefusal,
  type ToleranceRequest,
} from './tolerance.ts'
export { Code, Days, invented, ItemCode, Period, ProcessRef, Reuse, ServiceId, Source, Words } from './words.ts'
