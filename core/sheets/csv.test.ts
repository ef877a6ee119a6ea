import * as fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanText } from './cell-text.ts'
import { readTable, writeCsv, type SheetLimits } from './index.ts'

const read = (bytes: Uint8Array, limits: Partial<SheetLimits> = {}) => readTable({ name: 'firms.csv', bytes }, limits)
const readText = (text: string, limits: Partial<SheetLimits> = {}) => read(Buffer.from(text), limits)
// "企业名称,地址\n天山面粉,昌吉\n" in GB 18030, with 㐀 (a four-byte character) at the end.
const gb18030 = Buffer.from('c6f3d2b5c3fbb3c62cb5d8d6b70accecc9bdc3e6b7db2cb2fdbcaa8139ee390a', 'hex')

describe('readTable of separated values', () => {
  it('reads UTF-8 with and without its mark, UTF-16 and GB 18030', async () => {
    const text = '企业名称,地址\n天山面粉,昌吉㐀\n'
    const cells = { header: ['企业名称', '地址'], rows: [{ rowNumber: 2, cells: ['天山面粉', '昌吉㐀'] }] }
    const withNote = (encoding: string) => ({
      ok: true,
      value: { ...cells, headerRow: 1, notes: [{ kind: 'encoding', encoding }] },
    })

    expect(await readText(text)).toEqual(withNote('utf-8'))
    expect(await readText(`\uFEFF${text}`)).toEqual(withNote('utf-8'))
    expect(await read(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toEqual(withNote('utf-16le'))
    expect(await read(gb18030)).toEqual(withNote('gb18030'))
  })

  it.each([
    ['comma', 'a,b;c\n1,2'],
    ['semicolon', 'a;b,c;d\n1;2,5;3'],
    ['tab', 'a\tb\n1\t2'],
  ])('finds the %s', async (name, text) => {
    const widths: Record<string, number> = { comma: 2, semicolon: 3, tab: 2 }

    const table = await readText(text)

    expect(table.ok && table.value.header.length).toBe(widths[name])
  })

  it('counts rows as a spreadsheet program does: empty ones and cells of several lines', async () => {
    const table = await readText('\n\nname,note\r\n\r\n"a","two\r\nlines"\r\nb,"say ""hi"""\r\n,\r\n')

    expect(table).toMatchObject({
      ok: true,
      value: {
        headerRow: 3,
        rows: [
          { rowNumber: 5, cells: ['a', 'two\nlines'] },
          { rowNumber: 6, cells: ['b', 'say "hi"'] },
        ],
      },
    })
  })

  it('reads a file by its path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tingzhou-sheets-'))
    writeFileSync(join(folder, 'a.csv'), 'name\nx')

    const table = await readTable({ name: 'a.csv', path: join(folder, 'a.csv') })

    rmSync(folder, { recursive: true })
    expect(table).toMatchObject({ ok: true, value: { rows: [{ cells: ['x'] }] } })
  })

  it('gives back whatever was written', async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('=1+1', "'=x", '+86 139', '-5', '@a', 'a,"b"\nc', '\t=1'),
    )
    const columns = [
      { header: 'a', value: () => 'x' },
      { header: 'b', value: (row: string) => row },
    ]

    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 20 }), async (texts) => {
        const table = await read(writeCsv(columns, texts))

        const clean = texts.map(cleanText)
        expect(table.ok && table.value.rows.map(({ cells }) => cells[1] ?? '')).toEqual(clean)
      }),
    )
  })

  it('writes what begins like a formula behind an apostrophe', () => {
    const columns = [{ header: '=a', value: (row: string) => row }]
    const texts = ['=1+1', '+86 139', '-5', '@SUM(A1)', "'=x", '\t=1,2', 'a=1']

    const lines = writeCsv(columns, texts).toString().split('\r\n')

    expect(lines).toEqual(["\uFEFF'=a", "'=1+1", "'+86 139", "'-5", "'@SUM(A1)", "''=x", `"'=1,2"`, 'a=1', ''])
  })

  it('writes numbers as numbers', () => {
    const columns = [{ header: 'n', value: (row: number | null | boolean) => row }]

    expect(writeCsv(columns, [-5, null, true]).toString()).toBe('\uFEFFn\r\n-5\r\n\r\nTRUE\r\n')
    expect(() => writeCsv(columns, [Number.NaN])).toThrow(RangeError)
  })
})

describe('readTable refuses', () => {
  it('a million rows, naming the limit', async () => {
    const bytes = Buffer.from(`name,n\n${'firm,1\n'.repeat(1_000_000)}`)

    const table = await read(bytes)

    const rule = 'at most 200000 rows'
    expect(table).toMatchObject({ ok: false, error: { kind: 'sheet_over_limit', limit: 'rows', value: 200_001, rule } })
  })

  it('a quote that is never closed, a cell too long, a row too wide', async () => {
    const open = await readText(`a,b\n1,2\n"${'x\n'.repeat(200_000)}`)
    const long = await readText(`a\n${'x'.repeat(40_000)}`)
    const wide = await readText(`a\n${'x,'.repeat(300)}x`)

    expect(open).toMatchObject({ ok: false, error: { kind: 'sheet_unreadable', rule: 'csv_quotes', row: 3 } })
    expect(long).toMatchObject({ ok: false, error: { limit: 'cell_length', row: 2 } })
    expect(wide).toMatchObject({ ok: false, error: { limit: 'cells_per_row', value: 301, row: 2 } })
  })

  it.each([
    ['bytes of no encoding', Buffer.from('61ff0a', 'hex'), 'unknown_encoding'],
    ['null characters', Buffer.from('a,b\n\u0000,1'), 'not_a_table'],
    ['only empty lines', Buffer.from('\n\n,,\n'), 'no_header'],
  ])('%s', async (_, bytes, rule) => {
    expect(await read(bytes)).toMatchObject({ ok: false, error: { kind: 'sheet_unreadable', rule } })
  })

  it('or reads, but never throws, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => typeof (await read(bytes)).ok === 'boolean'),
    )
  })
})
