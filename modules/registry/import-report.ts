import type { SheetError } from '@tingzhou/sheets'

/** A fault or a note as it is kept: the rule is a key and, after a space, its limit; the text is made in the reader's language. */
export type StoredFault = {
  readonly row: number
  readonly column: string
  readonly value: string
  readonly rule: string
}

/** reading → previewed → running → committed; `failed` from reading and running. */
export type ImportState = 'reading' | 'previewed' | 'running' | 'committed' | 'failed'

export type RowOutcome = 'added' | 'updated' | 'unchanged'

/** What an import found and did. */
export type StoredImport = {
  /** Why the file could not be read. */
  readonly refusal?: SheetError
  readonly counts: {
    readonly rows: number
    readonly added: number
    readonly updated: number
    readonly unchanged: number
    readonly bad: number
    readonly faults: number
    readonly warnings: number
  }
  readonly columns: readonly { readonly head: string; readonly field: string | null }[]
  readonly faults: readonly StoredFault[]
  readonly warnings: readonly StoredFault[]
  readonly sample: readonly {
    readonly row: number
    readonly outcome: RowOutcome
    readonly values: Record<string, string>
  }[]
  readonly duplicates: readonly {
    readonly row: number
    readonly name: string
    readonly like: { readonly id: string; readonly name: string }
    readonly score: number
  }[]
}

/** Of a file that has not been read yet. */
export const blankReport: StoredImport = {
  counts: { rows: 0, added: 0, updated: 0, unchanged: 0, bad: 0, faults: 0, warnings: 0 },
  columns: [],
  faults: [],
  warnings: [],
  sample: [],
  duplicates: [],
}
