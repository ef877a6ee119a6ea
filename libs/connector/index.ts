export type { ConnectorDevice, FromConnector, Reading, ToConnector } from './message.ts'
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
