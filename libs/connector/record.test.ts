import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { crc32 } from './crc32.ts'
import type { Reading } from './message.ts'
import { ownerOf, readRecord, walk, writeHead, writeRecord } from './record.ts'

const owner = { device: '磨机 1', node: '0193…' }
const anyReading: fc.Arbitrary<Reading> = fc.record({
  point: fc.string({ unit: 'binary', maxLength: 30 }),
  at: fc.double(),
  value: fc.double(),
  quality: fc.constantFrom('good', 'uncertain', 'bad'),
})
const anyRecord = fc.record({ heardAt: fc.double(), readings: fc.array(anyReading, { maxLength: 40 }) })
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.of(...parts.flatMap((part) => [...part]))

it('has the check value of the catalogue', () => {
  // CRC-32/ISO-HDLC: check of the digits 1 to 9.
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
  expect(crc32(new Uint8Array(0))).toBe(0)
})

it('reads what was written, whatever the readings are', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      expect(readRecord(writeRecord(record))).toEqual(record)
    }),
  )
})

it('finds the owner and every record of a segment', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 6 }), (records) => {
      const bytes = joined(writeHead(owner), ...records.map(writeRecord))

      const found = walk(bytes)

      expect(found).toMatchObject({ owner, damagedPlaces: 0, damagedBytes: 0 })
      expect(ownerOf(bytes)).toEqual(owner)
      const read = found.places.map(({ offset, length }) => readRecord(bytes.slice(offset, offset + length)))
      expect(read).toEqual(records)
      expect(found.places.map(({ readings }) => readings)).toEqual(records.map(({ readings }) => readings.length))
    }),
  )
})

it('passes over what is damaged, and finds all that is whole before and after it', () => {
  const damage = fc.record({
    at: fc.nat(),
    length: fc.integer({ min: 1, max: 30 }),
    xor: fc.integer({ min: 1, max: 255 }),
  })
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 6 }), damage, (records, { at, length, xor }) => {
      const parts = [writeHead(owner), ...records.map(writeRecord)]
      const bytes = joined(...parts)
      const from = at % bytes.length
      const damaged = bytes.map((byte, index) => (index >= from && index < from + length ? byte ^ xor : byte))
      let offset = 0
      const whole = parts.map((part) => {
        const isHit = from < offset + part.length && from + length > offset
        offset += part.length
        return !isHit
      })

      const found = walk(damaged)

      const read = found.places.map((place) => readRecord(damaged.slice(place.offset, place.offset + place.length)))
      expect(read).toEqual(records.filter((_record, index) => whole[index + 1]))
      expect(found.owner).toEqual(whole[0] ? owner : null)
      expect(found.damagedPlaces).toBeGreaterThan(0)
    }),
  )
})

it('takes a cut tail for damage, wherever it is cut', () => {
  const record = { heardAt: 5, readings: [{ point: 'I', at: 1, value: 2, quality: 'good' }] } as const
  const whole = joined(writeHead(owner), writeRecord(record))
  const bytes = joined(whole, writeRecord(record))
  for (let end = whole.length + 1; end < bytes.length; end++)
    expect(walk(bytes.subarray(0, end))).toMatchObject({
      places: [{ readings: 1 }],
      damagedPlaces: 1,
      damagedBytes: end - whole.length,
    })
})
