/** A fault or a note as it is kept: the rule is a key and, after a space, its limit; the text is made in the reader's language. */
export type StoredFault = {
  readonly row: number
  readonly column: string
  readonly value: string
  readonly rule: string
}

export type RowOutcome = 'added' | 'updated' | 'unchanged'

/** What an import found and did. */
export type StoredImport = {
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
