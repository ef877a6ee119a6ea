export {
  alarmFlags,
  alarmsResetByAnswer,
  areaFlags,
  confirmableAlarms,
  loadOf,
  statusFlags,
  vehicleSignalFlags,
  type LoadState,
} from './alarm.ts'
export { annotate, type AnnotatedField, type Annotation } from './annotate.ts'
export type { Circle, Polygon, Rectangle, Route } from './areas.ts'
export type { AreaTime } from './bcd.ts'
export { fieldNames, flagNames, meaningNames, type Name } from './catalogue.ts'
export { bitsOf, flagsOf } from './codec.ts'
export { decode, decodeWhole, readHead, type DecodeOptions, type Head } from './decode.ts'
export { encode, encodeBody, encodeParts, type EncodeOptions } from './encode.ts'
export { forgivable, Jt808Error, type Forgiven, type Rule } from './error.ts'
export { createFramer, type Framer, type FramerCounts, type FramerOptions } from './framer.ts'
export { createFramerOfAny, type FramerOfAny } from './framer-of-any.ts'
export { decodeGbk, encodeGbk } from './gbk.ts'
export type { Header, HeaderInput, PackageItem } from './header.ts'
export { itemIds, type AdditionalItem } from './items.ts'
export type { KnownMessage, Message, MessageOf, Outgoing, RawMessage } from './message.ts'
export {
  messageById,
  messages,
  type BodyOf,
  type Definition,
  type Direction,
  type IdOf,
  type MessageKind,
} from './messages.ts'
export { parameterIds, type Parameter } from './parameters.ts'
export type { Fix, Position } from './position.ts'
export {
  alternativeFraming,
  fieldProfiles,
  standardFraming,
  standardProfile,
  type Framing,
  type ItemLayout,
  type Profile,
  type Version,
} from './profile.ts'
export type { CanFrame, PositionBatch } from './report.ts'
export {
  createAssembler,
  isFragment,
  toResendRequest,
  type Added,
  type Assembler,
  type AssemblerLimits,
  type Dropped,
  type MediaFragment,
  type Missing,
  type PartFault,
  type Whole,
} from './subpackage.ts'
export type { VehicleCommand } from './talk.ts'
export { bodyLengthMax, contentLengthMax } from './wire.ts'
