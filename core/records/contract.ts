export { Changed, edit, History, HistoryRow, Id, line, one, Why, words, Workbook } from './contract-parts.ts'
export { boundsOf, numbersNow, numbersOf, numbersWish, OldRev } from './numbers-contract.ts'
