export { faultsOf, wordsOf } from './fault.ts'
export type { ConnectorDevice, FromConnector, Reading, ToConnector } from './message.ts'
export { notCalled } from './not-called.ts'
export {
  batchMax,
  framesMax,
  serve,
  tooLate,
  underWayMax,
  waitingMax,
  type Channel,
  type Connect,
  type Connection,
  type Line,
  type Ticker,
} from './serve.ts'
export { usualWaits, waitMs, type Waits } from './wait.ts'
