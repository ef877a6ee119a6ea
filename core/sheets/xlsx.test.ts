import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText } from './cell-text.ts'
import { dateText, isDateFormat, numberText } from './excel-number.ts'
import { readTable, writeXlsx, type ExportColumn, type SheetLimits } from './index.ts'
import { workbookBytes, zipFiles } from './testing-zip.ts'

const read = (bytes: Uint8Array, limits: Partial<SheetLimits> = {}) => readTable({ name: 'firms.xlsx', bytes }, limits)
const header = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
const sheetOf = (rows: string): string => `<sheetData>${header}${rows}</sheetData>`
const notes = { name: 'Filter', lines: [['time', '2026-11-22 10:00']] } as const
const refused = (error: object) => ({ ok: false, error: { field: 'file', ...error } })

describe('readTable of a workbook', () => {
  it('reads every kind of cell as text, in its column and row', async () => {
    const bytes = workbookBytes({
      strings:
        '<si><t>天山 &amp; 面粉&#x4E00;</t></si>' +
        '<si><r><t>rich </t></r><r><rPr><b/></rPr><t xml:space="preserve">text</t></r><rPh sb="0" eb="1"><t>phonetic</t></rPh></si>',
      styles:
        '<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="165" formatCode="[Red]#,##0.00&quot;d&quot;"/></numFmts>' +
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>',
      sheet: `<dimension ref="A1:K9"/>${sheetOf('')}`.replace(
        '</sheetData>',
        '<row r="7" spans="1:11"><c r="A7" t="s"><v>0</v></c><c r="B7" t="s"><v>1</v></c><c r="D7"><v>0.30000000000000004</v></c>' +
          '<c r="E7" s="1"><v>45926</v></c><c r="F7" s="2"><v>45926.75</v></c><c r="G7" s="3"><v>1.39E10</v></c><c r="H7" t="b"><v>1</v></c>' +
          '<c r="I7" t="str"><f>A1&amp;"x"</f><v>from formula</v></c><c r="J7" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="K7" t="d"><v>2025-09-26T00:00:00</v></c></row>' +
          '<row r="8"><c r="A8" s="1"/></row></sheetData><mergeCells count="1"><mergeCell ref="B2:C3"/></mergeCells>',
      ),
    })

    const table = await read(bytes)

    expect(table).toEqual({
      ok: true,
      value: {
        header: ['name'],
        headerRow: 1,
        rows: [
          {
            rowNumber: 7,
            cells: [
              '天山 & 面粉一',
              'rich text',
              '',
              '0.3',
              '2025-09-26',
              '2025-09-26 18:00:00',
              '13900000000',
              'TRUE',
              'from formula',
              '#DIV/0!',
              '2025-09-26',
            ],
          },
        ],
        notes: [
          { kind: 'formulas', count: 2, first: 'I7' },
          { kind: 'error_values', count: 1, first: 'J7' },
          { kind: 'merged_cells', count: 1, first: 'B2' },
        ],
      },
    })
  })

  it('reads the first visible sheet and names the others', async () => {
    const sheets =
      '<sheet name="Lists" state="hidden" r:id="r1"/><sheet name="Firms &lt;1&gt;" r:id="r2"/><sheet name="More" r:id="r1"/>'

    const table = await read(workbookBytes({ sheet: sheetOf(''), sheets }))

    expect(table).toMatchObject({
      ok: true,
      value: { header: ['second'], notes: [{ kind: 'other_sheets', names: ['Lists', 'More'] }] },
    })
  })

  it('reads prefixed names, single quotes, comments, CDATA and cells without references', async () => {
    const sheet =
      "<x:sheetData><!-- <row> > --><x:row><x:c t='inlineStr'><x:is><x:t><![CDATA[a<b>]]></x:t></x:is></x:c><x:c note='>\"'><x:v>5</x:v></x:c></x:row></x:sheetData>"

    expect(await read(workbookBytes({ sheet }))).toMatchObject({ ok: true, value: { header: ['a<b>', '5'] } })
  })

  it('knows workbooks that count from 1904', async () => {
    const styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
    const sheet = sheetOf('<row r="2"><c r="A2" s="1"><v>44464.5</v></c></row>')

    expect(await read(workbookBytes({ sheet, styles, date1904: true }))).toMatchObject({
      ok: true,
      value: { rows: [{ cells: ['2025-09-26 12:00:00'] }] },
    })
  })

  it('reads 20,000 rows of 12 columns that a real writer made', async () => {
    const columns: ExportColumn<number>[] = Array.from({ length: 12 }, (_, i) => ({
      header: `列${i}`,
      value: (row) => (i % 4 === 3 ? row * i : `示例企业${row}第${i}列有限公司`),
    }))
    const bytes = await writeXlsx(
      columns,
      Array.from({ length: 20_000 }, (_, i) => i),
      { sheetName: '企业', notesSheet: notes },
    )

    const table = await read(bytes)

    expect(table.ok && table.value.rows.length).toBe(20_000)
    expect(table.ok && table.value.rows[19_999]).toMatchObject({ rowNumber: 20_001 })
    expect(table.ok && table.value.rows[19_999]?.cells.slice(2, 4)).toEqual(['示例企业19999第2列有限公司', '59997'])
  })

  it('gives back whatever text was written', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    const formulaLike = fc.constantFrom(
      '=1+1',
      '+86 139',
      '-5',
      '@SUM(A1)',
      '_x000D_',
      '_x005F_x000D_',
      '</t>&amp;',
      "'=x",
    )
    const columns: ExportColumn<string>[] = [
      { header: 'a', value: () => 'x' },
      { header: 'b', value: (row) => row },
    ]

    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, formulaLike), { maxLength: 20 }), async (texts) => {
        const bytes = await writeXlsx(columns, texts, { sheetName: 'S', notesSheet: notes })
        const table = await read(bytes)

        // Spaces at the ends, line ends and invisible marks are cleaned on both ways.
        const clean = texts.map(cleanText)
        expect(table.ok && table.value.rows.map(({ cells }) => cells[1] ?? '')).toEqual(clean)
        expect(table.ok && table.value.notes.some(({ kind }) => kind === 'formulas')).toBe(false)
      }),
      { numRuns: 30 },
    )
  })
})

describe('readTable refuses', () => {
  it('a sheet of a million rows after reading a tenth of it', async () => {
    const rows = Array.from(
      { length: 1_000_000 },
      (_, i) => `<row r="${i + 2}"><c r="A${i + 2}"><v>${i}</v></c></row>`,
    ).join('')
    const bytes = workbookBytes({ sheet: sheetOf(rows) })
    const before = process.memoryUsage().heapUsed

    const table = await read(bytes)

    const rule = 'at most 100000 rows'
    expect(table).toEqual(
      refused({ kind: 'sheet_over_limit', limit: 'rows', value: 100_001, max: 100_000, row: 100_002, rule }),
    )
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200e6)
  })

  it('a sheet that declares too much before unpacking it, naming its rows when it says so', async () => {
    const sheet = {
      name: '',
      text: `<worksheet><dimension ref="A1:L1000001"/>${sheetOf('')}</worksheet>`,
      declaredBytes: 3e9,
    }
    const silent = { name: '', text: `<worksheet>${sheetOf('')}</worksheet>`, declaredBytes: 3e9 }

    expect(await read(workbookBytes({ sheet }))).toMatchObject(refused({ limit: 'rows', value: 1_000_001 }))
    expect(await read(workbookBytes({ sheet: silent }))).toMatchObject(
      refused({
        kind: 'sheet_over_limit',
        limit: 'unpacked_bytes',
        value: 3e9,
        rule: 'at most 209715200 unpacked bytes',
      }),
    )
  })

  it('a sheet that unpacks to more than it declared', async () => {
    const text = `<worksheet>${sheetOf(' '.repeat(5_000_000))}</worksheet>`

    const table = await read(workbookBytes({ sheet: { name: '', text, declaredBytes: 1_000 } }))

    expect(table).toMatchObject(refused({ kind: 'sheet_unreadable', rule: 'damaged' }))
  })

  it('too many cells in a row, too long a cell, too big a file', async () => {
    const wide = workbookBytes({ sheet: sheetOf('<row r="2"><c r="XFD2"><v>1</v></c></row>') })
    const long = workbookBytes({
      sheet: sheetOf('<row r="2"><c r="A2" t="s"><v>0</v></c></row>'),
      strings: `<si><t>${'长'.repeat(40_000)}</t></si>`,
    })
    const inline = workbookBytes({
      sheet: sheetOf(`<row r="2"><c r="A2" t="str"><v>${'长'.repeat(40_000)}</v></c></row>`),
    })

    expect(await read(wide)).toMatchObject(refused({ limit: 'cells_per_row', value: 16_384, max: 200, row: 2 }))
    expect(await read(long)).toMatchObject(refused({ limit: 'cell_length', max: 32_767, row: 2 }))
    expect(await read(inline)).toMatchObject(refused({ limit: 'cell_length', row: 2 }))
    expect(await read(wide, { fileBytesMax: 1_000 })).toMatchObject(refused({ limit: 'file_bytes', max: 1_000 }))
  })

  it('document types, so that no entity is ever expanded', async () => {
    const text = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>${sheetOf('')}</worksheet>`

    expect(await read(workbookBytes({ sheet: { name: '', text } }))).toMatchObject(refused({ rule: 'damaged' }))
  })

  it.each([
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old_or_encrypted_workbook'],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'not_a_table'],
    ['an empty file', Buffer.alloc(0), 'no_header'],
    ['the head of an archive', Buffer.from('504b0304', 'hex'), 'damaged'],
    ['another archive', Buffer.from(zipFiles([{ name: 'a.txt', text: 'x' }])), 'damaged'],
    ['a sheet without cells', Buffer.from(workbookBytes({ sheet: '<sheetData/>' })), 'no_header'],
    [
      'a workbook of hidden sheets',
      Buffer.from(workbookBytes({ sheet: sheetOf(''), sheets: '<sheet name="a" state="veryHidden" r:id="r1"/>' })),
      'no_sheet',
    ],
    [
      'a shared string that is not there',
      Buffer.from(workbookBytes({ sheet: sheetOf('<row r="2"><c r="A2" t="s"><v>7</v></c></row>') })),
      'damaged',
    ],
    ['tags that cross', Buffer.from(workbookBytes({ sheet: '<sheetData><row></sheetData></row>' })), 'damaged'],
  ])('%s', async (_, bytes, rule) => {
    expect(await read(bytes)).toMatchObject(refused({ kind: 'sheet_unreadable', value: 'firms.xlsx', rule }))
  })

  it('or reads, but never throws, when bytes are wrong or missing', async () => {
    const bytes = workbookBytes({
      sheet: sheetOf('<row r="2"><c r="A2" t="s"><v>0</v></c></row>'),
      strings: '<si><t>x</t></si>',
    })
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 6 })

    await fc.assert(
      fc.asyncProperty(changes, fc.nat(bytes.length), async (changes, cut) => {
        const broken = Uint8Array.from(bytes)
        for (const [at, value] of changes) broken[at] = value

        expect(typeof (await read(broken)).ok).toBe('boolean')
        expect(typeof (await read(bytes.slice(0, cut))).ok).toBe('boolean')
      }),
    )
  })
})

describe('numbers of Excel', () => {
  it.each([
    ['1', false, '1900-01-01'],
    ['59', false, '1900-02-28'],
    ['61', false, '1900-03-01'],
    ['45926', false, '2025-09-26'],
    ['0.5', false, '12:00:00'],
    ['45926.9999999', false, '2025-09-27'],
    ['2958466', false, '2958466'],
    ['-1', false, '-1'],
    ['0', true, '00:00:00'],
    ['1', true, '1904-01-02'],
  ])('%s (1904: %s) is %s', (raw, date1904, text) => {
    expect(dateText(raw, date1904)).toBe(text)
  })

  it.each([
    [0, null, false],
    [14, null, true],
    [31, null, true],
    [164, 'yyyy-mm-dd', true],
    [164, '[h]:mm:ss', true],
    [164, '[$-804]aaaa;@', false],
    [164, '0.00E+00', false],
    [164, 'General"day"', false],
    [164, '[Red]#,##0', false],
    [164, '#,##0\\ "元"', false],
  ])('format %i %s shows a date: %s', (id, code, expected) => {
    expect(isDateFormat(id, code)).toBe(expected)
  })

  it('writes long whole numbers without exponent', () => {
    expect(numberText('1.39E10')).toBe('13900000000')
    expect(numberText('650100199001011234')).toBe('650100199001011000')
    expect(numberText('-0.1000000000000000055')).toBe('-0.1')
  })
})
