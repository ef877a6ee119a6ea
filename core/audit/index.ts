export { beginHistory } from './begin.ts'
export {
  appendHistory,
  historyCall,
  readHistory,
  toRecord,
  type HistoryEntry,
  type HistoryLink,
  type HistoryRow,
} from './history.ts'
export { sealAllHistory, sealHistory } from './seal.ts'
export { verifyHistory, type HistoryFault, type HistoryProgress, type HistoryReport } from './verify.ts'
