export { changesBetween, writtenBy, type Saved } from './changes.ts'
export { countedPage, countRows } from './counted-page.ts'
export { historyOf, nowhere, type ObjectReader } from './history.ts'
export { roomOf, ruleWording, type RoomReader, type RoomSpec } from './room.ts'
export { recorder, type Deed, type RecordDeps } from './recorder.ts'
export {
  readNumbers,
  rangeRules,
  setNumbers,
  type NumbersError,
  type NumbersNow,
  type ZoneNumbers,
} from './zone-numbers.ts'
