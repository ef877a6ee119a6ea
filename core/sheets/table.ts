/** One row of a sheet; `rowNumber` is what a person sees in the margin of the spreadsheet program. */
export type TableRow = { readonly rowNumber: number; readonly cells: readonly string[] }

/** What a reader should be told about the file although it was read. `first` is the first such cell, e.g. `B7`. */
export type SheetNote =
  | { readonly kind: 'formulas'; readonly count: number; readonly first: string }
  | { readonly kind: 'error_values'; readonly count: number; readonly first: string }
  | { readonly kind: 'merged_cells'; readonly count: number; readonly first: string }
  | { readonly kind: 'other_sheets'; readonly names: readonly string[] }
  | { readonly kind: 'encoding'; readonly encoding: 'utf-8' | 'utf-16le' | 'gb18030' }

/** A table as text: its first row that is not empty, and the rows after it that are not empty. */
export type Table = {
  readonly header: readonly string[]
  readonly headerRow: number
  readonly rows: readonly TableRow[]
  readonly notes: readonly SheetNote[]
}

/** A file as it was sent, or where it lies. */
export type SheetSource =
  | { readonly name: string; readonly bytes: Uint8Array }
  | { readonly name: string; readonly path: string }

export type SheetLimits = {
  readonly fileBytesMax: number
  readonly csvRowsMax: number
  readonly xlsxRowsMax: number
  readonly cellsPerRowMax: number
  readonly cellLengthMax: number
  /** Unpacked size of one part of an .xlsx file. */
  readonly unpackedBytesMax: number
}

/** 32 767 characters a cell is Excel's own limit; 100,000 rows of 30 columns unpack to about 150 MB. */
export const defaultLimits: SheetLimits = {
  fileBytesMax: 50 * 1_048_576,
  csvRowsMax: 200_000,
  xlsxRowsMax: 100_000,
  cellsPerRowMax: 200,
  cellLengthMax: 32_767,
  unpackedBytesMax: 200 * 1_048_576,
}

export type SheetError =
  | {
      readonly kind: 'sheet_over_limit'
      readonly field: 'file'
      readonly limit: 'file_bytes' | 'rows' | 'cells_per_row' | 'cell_length' | 'unpacked_bytes'
      readonly value: number
      readonly max: number
      readonly row: number | null
      readonly rule: string
    }
  | {
      readonly kind: 'sheet_unreadable'
      readonly field: 'file'
      readonly value: string
      readonly rule: SheetFault
      readonly row: number | null
    }

/** Why a file is not a table that can be read. */
export type SheetFault =
  | 'not_a_table'
  | 'old_or_encrypted_workbook'
  | 'damaged'
  | 'no_sheet'
  | 'no_header'
  | 'unknown_encoding'
  | 'csv_quotes'

/** Carries a refusal out of the readers' loops; `readTable` turns it into a result. */
export class SheetRefused extends Error {
  readonly fault: RefusedFault

  constructor(fault: RefusedFault) {
    super(fault.kind)
    this.fault = fault
  }
}

type RefusedFault =
  | {
      readonly kind: 'limit'
      readonly limit: LimitName
      readonly value: number
      readonly max: number
      readonly row?: number
    }
  | { readonly kind: 'unreadable'; readonly rule: SheetFault; readonly row?: number }

type LimitName = Extract<SheetError, { kind: 'sheet_over_limit' }>['limit']

/** Refuses a file that cannot be read. */
export const unreadable = (rule: SheetFault, row?: number): SheetRefused =>
  new SheetRefused({ kind: 'unreadable', rule, ...(row === undefined ? {} : { row }) })

/** Refuses a file that passes a limit. */
export const overLimit = (limit: LimitName, value: number, max: number, row?: number): SheetRefused =>
  new SheetRefused({ kind: 'limit', limit, value, max, ...(row === undefined ? {} : { row }) })
