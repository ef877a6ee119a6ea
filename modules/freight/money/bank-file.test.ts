import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readXml, type XmlElement } from '@tingzhou/dmn/xml'
import { epochMs } from '@tingzhou/kernel'
import { readYuan, yuanText } from './amount.ts'
import { bankFile, endToEndId, paymentIdOf } from './bank-file.ts'

const account = (holder: string) => ({ holder, bankCode: 'ABOC', accountNumber: '6228480000000012345' })
const fileOf = (names: readonly string[], amountFen = 1) =>
  bankFile({
    messageId: 'FK1',
    madeAt: epochMs(Date.UTC(2026, 2, 2, 2)),
    payOn: '2026-03-02',
    payer: account('payer'),
    payments: names.map((name) => ({ ...account(name), id: crypto.randomUUID(), amountFen, about: name })),
  })
const namesIn = ({ name, text, children }: XmlElement): string[] => [
  ...(name === 'Ustrd' ? [text] : []),
  ...children.flatMap(namesIn),
]

describe('a file for the bank', () => {
  it('is well-formed whatever people are called, and says their names again', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 5 }), (names) => {
        const read = readXml(fileOf(names))

        expect(read.ok && namesIn(read.value).length).toBe(names.length)
      }),
    )
    const plain = ['a < b & "c" > \'d\'', ']]>', '合成😀', '<!ENTITY x "y">']
    const read = readXml(fileOf(plain))

    expect(read.ok && namesIn(read.value)).toEqual(plain)
  })

  it('holds no character that XML cannot hold, and cuts names at 140 characters', () => {
    const [cut = ''] = ((read) => (read.ok ? namesIn(read.value) : []))(readXml(fileOf(['😀'.repeat(150)])))

    expect(fileOf(['a\u0000b\ud800c\uffff'])).toContain('<Ustrd>a\ufffdb\ufffdc\ufffd</Ustrd>')
    expect([...cut].length).toBe(140)
  })
})

describe('amounts', () => {
  it('are the same after they were written and read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (fen) => readYuan(yuanText(fen)) === fen),
    )
  })

  it('are whole fen or none', () => {
    expect(['1', '1.5', '0.01', '1.500', '1.501', '-1', '1e3', '', '90071992547409.92'].map(readYuan)).toEqual([
      100,
      150,
      1,
      150,
      null,
      null,
      null,
      null,
      null,
    ])
  })
})

it('names payments in 32 characters and finds them again', () => {
  const id = crypto.randomUUID()

  expect(paymentIdOf(endToEndId(id))).toBe(id)
  expect([paymentIdOf('NOTPROVIDED'), paymentIdOf(`${endToEndId(id)}0`), paymentIdOf('')]).toEqual([null, null, null])
})
