import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilFromDays, daysFromCivil } from './bcd.ts'
import { decodeGbk, encodeGbk } from './index.ts'
import { hex } from './messages.fixture.ts'

describe('GBK', () => {
  it.each([
    ['新B12345', 'D0C2 42 31 32 33 34 35'],
    ['已派单', 'D2D1C5C9B5A5'],
    ['準東', '9CCA 967C'],
    ['€', 'A2E3'],
    ['', ''],
  ])('writes and reads %s', (text, bytes) => {
    expect(encodeGbk(text)).toEqual(hex(bytes))
    expect(decodeGbk(hex(bytes))).toEqual({ text, isWhole: true })
  })

  it('writes back every two-byte code that it reads, but for the second wide space', () => {
    const others: string[] = []
    for (let lead = 0x81; lead <= 0xfe; lead++)
      for (let trail = 0x40; trail <= 0xfe; trail++) {
        const pair = Uint8Array.of(lead, trail)
        const { text, isWhole } = decodeGbk(pair)
        if (!isWhole || text.length !== 1) continue
        const back = encodeGbk(text)
        if (!(back instanceof Uint8Array) || back[0] !== lead || back[1] !== trail)
          others.push(Buffer.from(pair).toString('hex'))
      }

    expect(others).toEqual(['a3a0'])
  })

  it('names the character that it lacks', () => {
    expect(encodeGbk('车😀')).toEqual({ lacks: '😀' })
    expect(encodeGbk('ئۇيغۇر')).toEqual({ lacks: 'ئ' })
  })

  it('reads four-byte codes of GB 18030 and says when bytes are neither', () => {
    expect(decodeGbk(hex('8130 8130'))).toEqual({ text: '\u0080', isWhole: true })
    expect(decodeGbk(hex('41 FF'))).toEqual({ text: 'A\ufffd', isWhole: false })
    // A decoder that has just refused must not remember it.
    expect(decodeGbk(hex('D0C2'))).toEqual({ text: '新', isWhole: true })
  })
})

describe('the calendar', () => {
  it('agrees with the platform for every day of 2000 to 2099', () => {
    const first = Date.UTC(2000, 0, 1) / 86_400_000
    for (let day = first; day < first + 36_525; day++) {
      const date = new Date(day * 86_400_000)
      const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
      if (
        JSON.stringify(civilFromDays(day)) !== JSON.stringify(civil) ||
        daysFromCivil(civil.year, civil.month, civil.day) !== day
      )
        expect([day, civilFromDays(day)]).toEqual([day, civil])
    }
  })

  it('goes there and back for any day', () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (days) => {
        const { year, month, day } = civilFromDays(days)
        return daysFromCivil(year, month, day) === days
      }),
    )
  })
})
