import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSealer } from './sealed.ts'

const key = randomBytes(32)
const sealer = createSealer(key, 'one purpose')

it('opens what it sealed, and says the same twice in other words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(sealer.open(sealer.seal(text))).toBe(text)
    }),
  )
  expect(sealer.seal('a password')).not.toBe(sealer.seal('a password'))
})

it('opens nothing of another key or purpose, nothing that was changed, and no rubbish', () => {
  const sealed = sealer.seal('a password')
  const bytes = Buffer.from(sealed, 'base64')

  expect(createSealer(randomBytes(32), 'one purpose').open(sealed)).toBeNull()
  expect(createSealer(key, 'another purpose').open(sealed)).toBeNull()
  for (let place = 0; place < bytes.length; place++) {
    const changed = Buffer.from(bytes)
    changed[place] = (changed[place] ?? 0) ^ 1
    expect(sealer.open(changed.toString('base64'))).toBeNull()
  }
  for (const text of ['', 'rubbish', sealed.slice(0, 20)]) expect(sealer.open(text)).toBeNull()
})
