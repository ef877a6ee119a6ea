export type { PrintedDocument, PrintedField } from './document.ts'
export { printPdf } from './pdf.ts'
