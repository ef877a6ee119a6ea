import { describe, expect, it } from 'vitest'
import { at, listAt, moved, put, textsAt } from './json-path.ts'

const draft = { code: 'tea', items: [{ code: '1', after: ['2', 3] }, 'odd'] }

describe('parts of a draft', () => {
  it('are read by path, whatever the draft lacks', () => {
    expect(at(draft, ['items', 0, 'code'])).toBe('1')
    expect(at(draft, ['items', 7, 'code'])).toBeUndefined()
    expect(at(null, ['items'])).toBeUndefined()
    expect(listAt(draft, ['items'])).toEqual([draft.items[0]])
    expect(textsAt(draft, ['items', 0, 'after'])).toEqual(['2'])
  })

  it('are written into a copy, and what is missing on the way is made', () => {
    const changed = put(draft, ['items', 0, 'name', 'zh'], '茶馆')

    expect(at(changed, ['items', 0, 'name', 'zh'])).toBe('茶馆')
    expect(at(changed, ['items', 1])).toBe('odd')
    expect(at(draft, ['items', 0, 'name'])).toBeUndefined()
    expect(put(undefined, ['rules', 0], 'a')).toEqual({ rules: ['a'] })
  })

  it('change places, but never leave their list', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b'])
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b'])
  })
})
