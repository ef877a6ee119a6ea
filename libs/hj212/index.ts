export { areaMaxBytes } from './area.ts'
export { annotate, type Annotation } from './annotate.ts'
export {
  createAssembler,
  messageKey,
  uploadKey,
  type Abandoned,
  type Assembled,
  type Assembler,
  type AssemblerOptions,
} from './assembly.ts'
export {
  directionOf,
  qualityOf,
  type Body,
  type FacilityHours,
  type FacilityState,
  type Info,
  type NumberSuffix,
  type Period,
  type Quality,
  type ReadCode,
  type Reading,
} from './body.ts'
export {
  commands,
  dataFlags,
  facilityStates,
  requestAnswers,
  results,
  systems,
  type Code,
  type Command,
  type CommandKind,
  type Direction,
} from './catalogue-commands.ts'
export { factors, findFactor, proposeUnit, type Factor } from './catalogue-factors.ts'
export { fieldNames, flagNames, periodNames, suffixNames } from './catalogue-fields.ts'
export type { Cipher } from './cipher.ts'
export { checkClock, clockLimits, type ClockCheck, type ClockLimits } from './clock.ts'
export { besideMn, explain, type Complaint, type Mode, type Rule } from './complaint.ts'
export { crc212, isCrcValue, printCrc } from './crc.ts'
export { decode, decodeSegment, type DecodeOptions, type Message } from './decode.ts'
export { encode, flagOf, printSegment, splitPackets } from './encode.ts'
export {
  beginExchange,
  exchangeDefaults,
  hear,
  isOver,
  tick,
  type Exchange,
  type ExchangeSettings,
  type ExchangeStep,
} from './exchange.ts'
export { frameOf } from './frame.ts'
export {
  createFramer,
  segmentLenientMaxBytes,
  segmentMaxBytes,
  type Frame,
  type FrameFault,
  type Framer,
  type FramerCounts,
  type FramerOptions,
} from './framer.ts'
export { isSamePassword } from './password.ts'
export {
  answerNotice,
  answerRequest,
  answerTo,
  answerUpload,
  item,
  requestOf,
  resultTo,
  type Address,
} from './reply.ts'
export type { Span } from './report.ts'
export {
  findText,
  versionOf,
  type Flags,
  type Group,
  type Item,
  type Packet,
  type Segment,
  type Version,
} from './segment.ts'
export { formatQn, formatTime, parseQn, parseTime } from './time.ts'
export type { Decimal, Time, Value } from './value.ts'
