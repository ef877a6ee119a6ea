import { deflateRawSync } from 'node:zlib'

/** One file of an archive under test; `declaredBytes` lets it lie about its size. */
export type TestFile = { readonly name: string; readonly text: string | Uint8Array; readonly declaredBytes?: number }

/** Writes an archive by hand, so that tests can make what no program makes. Source: PKWARE APPNOTE 6.3.10. */
export function zipFiles(files: readonly TestFile[]): Uint8Array {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, text, declaredBytes } of files) {
    const plain = Buffer.from(text)
    const packed = deflateRawSync(plain)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(declaredBytes ?? plain.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.alloc(2), common, rest, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(Buffer.concat(directory).length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\u0005\u0006'), end])
}

/** The parts of a workbook under test; each may be replaced. */
export type TestWorkbook = {
  readonly sheet: string | TestFile
  readonly sheets?: string
  readonly strings?: string
  readonly styles?: string
  readonly date1904?: boolean
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const relationship = (id: string, type: string, target: string): string =>
  `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`

/** Writes a workbook whose first sheet has the given `<sheetData>` and what follows it. */
export function workbookBytes(book: TestWorkbook): Uint8Array {
  const sheets = book.sheets ?? '<sheet name="Main" sheetId="1" r:id="r1"/>'
  const sheetPath = 'xl/worksheets/sheet1.xml'
  const sheet =
    typeof book.sheet === 'string'
      ? { name: sheetPath, text: `${xml}<worksheet ${main}>${book.sheet}</worksheet>` }
      : { ...book.sheet, name: sheetPath }
  return zipFiles([
    {
      name: '_rels/.rels',
      text: `${xml}<Relationships>${relationship('a', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      text: `${xml}<workbook ${main}><workbookPr date1904="${book.date1904 ? 1 : 0}"/><sheets>${sheets}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      text: `${xml}<Relationships>${[
        relationship('r1', 'worksheet', 'worksheets/sheet1.xml'),
        relationship('r2', 'worksheet', '/xl/worksheets/sheet2.xml'),
        relationship('r3', 'sharedStrings', 'sharedStrings.xml'),
        relationship('r4', 'styles', 'styles.xml'),
      ].join('')}</Relationships>`,
    },
    { name: 'xl/sharedStrings.xml', text: `${xml}<sst ${main}>${book.strings ?? ''}</sst>` },
    { name: 'xl/styles.xml', text: `${xml}<styleSheet ${main}>${book.styles ?? ''}</styleSheet>` },
    {
      name: 'xl/worksheets/sheet2.xml',
      text: `${xml}<worksheet ${main}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>second</t></is></c></row></sheetData></worksheet>`,
    },
    sheet,
  ])
}
