export {
  mapRows,
  type BadCell,
  type CellRefusal,
  type ColumnSpec,
  type ColumnSpecs,
  type GoodRow,
  type MappedRows,
  type MappedValue,
} from './map-rows.ts'
export { dateCell, integerCell, numberCell, oneOfCell, textCell } from './parse-cell.ts'
export { readTable } from './read-table.ts'
export {
  defaultLimits,
  type SheetError,
  type SheetFault,
  type SheetLimits,
  type SheetNote,
  type SheetSource,
  type Table,
  type TableRow,
} from './table.ts'
export {
  writeCsv,
  writeXlsx,
  type ExportColumn,
  type ExportOptions,
  type ExportValue,
  type NotesSheet,
} from './write-table.ts'
