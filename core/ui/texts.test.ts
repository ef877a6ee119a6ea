import { describe, expect, it } from 'vitest'
import en from './locales/en.json' with { type: 'json' }
import zh from './locales/zh-CN.json' with { type: 'json' }
import { concerns, readEvent } from './live.tsx'
import { pseudoBundle, pseudoText } from './pseudo.ts'
import type { LocaleBundle } from './screen-module.ts'

function keysOf(bundle: LocaleBundle, path = ''): string[] {
  return Object.entries(bundle).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${path}${key}`] : keysOf(value, `${path}${key}.`),
  )
}

describe('texts of the kit', () => {
  it('are complete in both languages', () => {
    expect(keysOf(en)).toEqual(keysOf(zh))
  })
})

describe('the pseudo-locale', () => {
  it('keeps placeholders and grows by 40 %', () => {
    expect(pseudoText('Copy {{value}}')).toBe('[Cöþý {{value}}~~~~ ~]')
    expect(pseudoBundle({ a: { b: 'ok' } })).toEqual({ a: { b: '[öķ~]' } })
  })
})

describe('live events', () => {
  it('are read, and nonsense is ignored', () => {
    expect(readEvent('{"type":"needs.appeal_signed","objectKind":"appeal","objectId":"1"}')).toEqual({
      type: 'needs.appeal_signed',
      objectKind: 'appeal',
      objectId: '1',
    })
    expect(readEvent('nonsense')).toBeNull()
    expect(readEvent('{}')).toBeNull()
  })

  it('concern a screen by kind, object and type', () => {
    const event = { type: 'needs.appeal_signed', objectKind: 'appeal', objectId: '1' }

    expect(concerns({ kinds: ['appeal'], keys: [] }, event)).toBe(true)
    expect(concerns({ kinds: ['appeal'], objectId: '2', keys: [] }, event)).toBe(false)
    expect(concerns({ kinds: ['visit'], keys: [] }, event)).toBe(false)
  })
})
