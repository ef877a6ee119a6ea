import { join } from 'node:path'
import PDFDocument from 'pdfkit'
import { repoRoot } from '@tingzhou/db'
import type { PrintedDocument, PrintedField } from './document.ts'
import { drawCode } from './qr.ts'

const font = join(repoRoot(), 'core/print/fonts/print-sc-regular.otf')
// A4 in points, with margins of 20 mm.
const margin = 56.7
const width = 595.28 - 2 * margin
const bottom = 841.89 - margin
const ink = '#1A2733'
const second = '#52616E'
const line = '#8895A0'
const codeSide = 92
const labelWidth = 128

/**
 * Prints a document as PDF, A4 upright, with its own font inside.
 * @returns the file; the same document gives the same bytes
 * @throws Error when the font file is missing
 * Source: own layout; PDF by pdfkit. O(characters).
 */
export async function printPdf(document: PrintedDocument): Promise<Uint8Array> {
  const pdf = new PDFDocument({
    size: 'A4',
    margin,
    bufferPages: true,
    font,
    lang: document.lang,
    info: { Title: document.title, Author: document.issuer, CreationDate: new Date(document.madeAt) },
  })
  const file = gather(pdf)
  head(pdf, document)
  for (const field of document.fields) printField(pdf, field)
  printParagraphs(pdf, document.paragraphs)
  seal(pdf, document)
  everyPage(pdf, document)
  pdf.end()
  return file
}

type Pdf = InstanceType<typeof PDFDocument>

function gather(pdf: Pdf): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  return new Promise((resolve, reject) => {
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    pdf.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
    pdf.on('error', reject)
  })
}

function head(pdf: Pdf, { title, number, issuer }: PrintedDocument): void {
  pdf.fillColor(second).fontSize(11).text(issuer, { align: 'center' })
  pdf.moveDown(0.6).fillColor(ink).fontSize(24).text(title, { align: 'center' })
  pdf.moveDown(0.4).fillColor(second).fontSize(11).text(number, { align: 'center' })
  pdf.moveDown(1.2)
  rule(pdf)
}

function printField(pdf: Pdf, { label, value }: PrintedField): void {
  const valueWidth = width - labelWidth
  const tall = (text: string, within: number): number => pdf.fontSize(12).heightOfString(text, { width: within })
  const height = Math.max(tall(value, valueWidth), tall(label, labelWidth - 12), 16)
  breakBefore(pdf, height + 16)
  const top = pdf.y + 8
  pdf
    .fillColor(second)
    .fontSize(12)
    .text(label, margin, top, { width: labelWidth - 12 })
  pdf.fillColor(ink).text(value, margin + labelWidth, top, { width: valueWidth })
  pdf.x = margin
  pdf.y = top + height + 8
  rule(pdf)
}

function printParagraphs(pdf: Pdf, paragraphs: readonly string[]): void {
  pdf.moveDown(1)
  for (const paragraph of paragraphs) {
    pdf.fillColor(ink).fontSize(12).text(paragraph, margin, pdf.y, { width, lineGap: 5 })
    pdf.moveDown(0.6)
  }
}

/** Issuer and day at the right, the code to check it at the left. */
function seal(pdf: Pdf, { issuer, issuedOn, number, verify }: PrintedDocument): void {
  const signed = `${issuer}\n${issuedOn}`
  const style = { width: 200, align: 'right', lineGap: 6 } as const
  breakBefore(pdf, Math.max(codeSide, pdf.fontSize(12).heightOfString(signed, style)) + 48)
  const top = pdf.y + 24
  drawCode(pdf, verify.url, { x: margin, y: top, side: codeSide })
  pdf.fillColor(second).fontSize(9)
  pdf.text(`${verify.hint}\n${number}\n${verify.url}`, margin + codeSide + 12, top + 4, { width: 170, lineGap: 2 })
  pdf.fillColor(ink).fontSize(12)
  pdf.text(signed, margin + width - 200, top + 24, style)
}

function everyPage(pdf: Pdf, { foot, watermark }: PrintedDocument): void {
  const { count } = pdf.bufferedPageRange()
  for (let page = 0; page < count; page++) {
    pdf.switchToPage(page)
    // Below the margin: text that starts there would otherwise open another page.
    pdf.page.margins.bottom = 0
    if (watermark) printWatermark(pdf, watermark)
    const text = foot.replace('{page}', String(page + 1)).replace('{pages}', String(count))
    pdf
      .fillColor(second)
      .fontSize(9)
      .text(text, margin, bottom + 16, { width, align: 'center', lineBreak: false })
  }
}

function printWatermark(pdf: Pdf, text: string): void {
  pdf
    .save()
    .rotate(-35, { origin: [297, 420] })
    .fillOpacity(0.08)
    .fillColor(ink)
    .fontSize(72)
  pdf.text(text, margin - 60, 380, { width: width + 120, align: 'center', lineBreak: false })
  pdf.restore().fillOpacity(1)
}

function rule(pdf: Pdf): void {
  pdf
    .moveTo(margin, pdf.y)
    .lineTo(margin + width, pdf.y)
    .lineWidth(0.5)
    .strokeColor(line)
    .stroke()
}

function breakBefore(pdf: Pdf, height: number): void {
  if (pdf.y + height > bottom) pdf.addPage()
}
