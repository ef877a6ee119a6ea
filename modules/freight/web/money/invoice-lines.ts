type Sums = { readonly netFen: number; readonly taxFen: number }

/** A line of an invoice while it is written; NaN is what is no number yet. */
export type LineValues = {
  readonly name: string
  readonly vatBp?: number | null
  readonly netFen?: number | null
  readonly taxFen?: number | null
}

/** What a statement bills and nobody has asked an invoice for. Pure. O(invoices). */
export const leftToInvoice = ({ netFen, taxFen, invoices }: Sums & { readonly invoices: readonly Sums[] }): Sums => ({
  netFen: invoices.reduce((left, invoice) => left - invoice.netFen, netFen),
  taxFen: invoices.reduce((left, invoice) => left - invoice.taxFen, taxFen),
})

/** What lines come to, with tax; what is not written yet counts nothing. Pure. O(lines). */
export const linesSum = (lines: readonly Partial<LineValues>[]): number =>
  lines.reduce((sum, { netFen, taxFen }) => sum + whole(netFen) + whole(taxFen), 0)

const whole = (value: number | null | undefined): number => (Number.isSafeInteger(value) ? Number(value) : 0)
