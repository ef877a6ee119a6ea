import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { printPdf, type PrintedDocument } from './index.ts'

const certificate: PrintedDocument = {
  title: '食品经营许可证',
  number: 'ZS-2026-7K4M-9Q2X',
  issuer: '合成示例市场监督管理局',
  issuedOn: '2026年11月28日',
  fields: [
    { label: '经营者名称', value: '合成示例餐饮店' },
    { label: '经营场所', value: '合成示例路 1 号（演示数据，并非真实地址）' },
  ],
  paragraphs: ['准予在核准的范围内经营。'],
  verify: { url: 'https://example.org/verify/ZS-2026-7K4M-9Q2X', hint: '扫码核验真伪' },
  foot: '第 {page} 页 共 {pages} 页',
  watermark: '演示',
  lang: 'zh-CN',
  madeAt: 1_795_830_000_000,
}

const latin = (file: Uint8Array) => Buffer.from(file).toString('latin1')
const pagesOf = (file: Uint8Array) => latin(file).match(/\/Type \/Page\b/g)?.length

/** What the pages say, read back through the maps from glyphs to characters that the file carries. */
function textOf(file: Uint8Array): string {
  const streams = [...latin(file).matchAll(/stream\n([\s\S]*?)\nendstream/g)].flatMap(([, body]) => {
    try {
      return [inflateSync(Buffer.from(body ?? '', 'latin1')).toString('latin1')]
    } catch {
      return []
    }
  })
  const characters = new Map<string, string>()
  const ofHex = (hex: string) =>
    String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((code) => Number.parseInt(code, 16)))
  for (const map of streams.filter((stream) => stream.includes('beginbfrange')))
    for (const [, first, list] of map.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g))
      for (const [index, [, hex]] of [...(list ?? '').matchAll(/<([0-9a-f]+)>/g)].entries())
        characters.set((Number.parseInt(first ?? '', 16) + index).toString(16).padStart(4, '0'), ofHex(hex ?? ''))
  return streams
    .filter((stream) => stream.includes(' Tf'))
    .flatMap((stream) => [...stream.matchAll(/<([0-9a-f]+)>/g)])
    .flatMap(([, hex]) => (hex?.match(/.{4}/g) ?? []).map((glyph) => characters.get(glyph) ?? ''))
    .join('')
}

describe('a printed document', () => {
  it('says in its own font what it was given', async () => {
    const file = await printPdf(certificate)

    expect(latin(file).slice(0, 5)).toBe('%PDF-')
    expect(pagesOf(file)).toBe(1)
    const text = textOf(file)
    for (const part of [
      '食品经营许可证',
      'ZS-2026-7K4M-9Q2X',
      '合成示例餐饮店',
      '准予在核准的范围内经营。',
      '第 1 页 共 1 页',
      '演示',
    ])
      expect(text).toContain(part)
    expect(file.length).toBeLessThan(60_000)
  })

  it('is the same file every time', async () => {
    expect(Buffer.from(await printPdf(certificate)).equals(Buffer.from(await printPdf(certificate)))).toBe(true)
  })

  it('gives a label of two lines its room', async () => {
    const of = (label: string) =>
      printPdf({ ...certificate, fields: Array.from({ length: 40 }, () => ({ label, value: '2026' })) })

    expect(pagesOf(await of('Arrived at the unloading place'))).toBeGreaterThan(pagesOf(await of('Left')) ?? 0)
  })

  it('goes on over pages, each with its number', async () => {
    const long = await printPdf({
      ...certificate,
      paragraphs: Array.from({ length: 60 }, () => '准予在核准的范围内经营。'.repeat(4)),
    })

    const pages = pagesOf(long) ?? 0
    expect(pages).toBeGreaterThan(2)
    expect(textOf(long)).toContain(`第 ${pages} 页 共 ${pages} 页`)
  })
})
