/** What stands on a printed A4 document: a certificate, a permit, a notice. Texts are in the language of the document. */
export type PrintedDocument = {
  readonly title: string
  /** The number by which it is known, shown at the head and beside the code. */
  readonly number: string
  readonly issuer: string
  /** The day of issue as it is to be read. */
  readonly issuedOn: string
  readonly fields: readonly PrintedField[]
  readonly paragraphs: readonly string[]
  /** Where anybody can see whether it is genuine, and what to say beside the code. */
  readonly verify: { readonly url: string; readonly hint: string }
  /** At the foot of every page; `{page}` and `{pages}` are filled in. */
  readonly foot: string
  /** Large and pale across the page, such as SPECIMEN on invented data; null on a real one. */
  readonly watermark: string | null
  readonly lang: 'zh-CN' | 'en'
  /** The instant that the file says it was made, epoch milliseconds; the same input gives the same bytes. */
  readonly madeAt: number
}

export type PrintedField = { readonly label: string; readonly value: string }
