import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { blankFacts } from './enterprise.ts'
import { undoMs } from './merge-rules.ts'
import { checkSplitUndo, countMoved, splitFacts, unsplitFacts } from './split-rules.ts'

const entry = {
  ...blankFacts,
  name: '昌吉示例纺织',
  aliases: ['一厂', '二厂', '示例纺织'],
  areaId: 'east',
  tags: ['规上'],
}

function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error('refused')
  return result.value
}

describe('splitFacts', () => {
  it('gives the chosen names away and leaves the rest; the new entry begins blank, in the same area', () => {
    const { rest, own, taken } = valueOf(splitFacts(entry, { name: ' 示例  印染 ', aliases: ['二厂'] }))

    expect(taken).toEqual(['二厂'])
    expect(rest).toEqual({ ...entry, aliases: ['一厂', '示例纺织'] })
    expect(own).toEqual({ ...blankFacts, name: '示例 印染', aliases: ['二厂'], areaId: 'east' })
  })

  it('takes a name along that is the new one’s own, and another area or none where it is told', () => {
    const split = valueOf(splitFacts(entry, { name: '二厂', areaId: null, uscc: '92350100M000100Y4U', aliases: [] }))

    expect(split.taken).toEqual(['二厂'])
    expect(split.own).toMatchObject({ name: '二厂', aliases: [], areaId: null, uscc: '92350100M000100Y4U' })
  })

  it('refuses the entry’s own name and names that it does not have', () => {
    const own = { kind: 'own_name', field: 'name', value: '昌吉示例纺织' }
    expect(splitFacts(entry, { name: ' 昌吉示例纺织', aliases: [] })).toMatchObject({ ok: false, error: own })
    const unknown = { kind: 'unknown_alias', field: 'takes.aliases', value: '三厂' }
    expect(splitFacts(entry, { name: '三厂', aliases: ['一厂', '三厂'] }).ok).toBe(true)
    expect(splitFacts(entry, { name: '印染', aliases: ['一厂', '三厂'] })).toMatchObject({ ok: false, error: unknown })
  })
})

describe('unsplitFacts', () => {
  const names = ['甲', '乙', '丙', '丁', '戊']

  it('puts every entry back as it was when nothing changed since', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...names)), fc.nat(31), (aliases, mask) => {
        const before = { ...entry, aliases }
        const chosen = aliases.filter((_, i) => (mask >> i) & 1)
        const { rest, own, taken } = valueOf(splitFacts(before, { name: '印染', aliases: chosen }))
        expect(unsplitFacts(rest, own, { before: aliases, taken })).toEqual(before)
      }),
    )
  })

  it('leaves away what the new entry no longer has, and keeps what came to the entry since', () => {
    const { rest, own, taken } = valueOf(splitFacts(entry, { name: '一厂', aliases: ['二厂'] }))
    const now = { ...rest, address: '新址', aliases: ['新称', '示例纺织'] }

    expect(unsplitFacts(now, { ...own, aliases: [] }, { before: entry.aliases, taken })).toEqual({
      ...now,
      aliases: ['一厂', '示例纺织', '新称'],
    })
  })

  it('gives no entry its own name as another one', () => {
    const { own, rest, taken } = valueOf(splitFacts(entry, { name: '印染', aliases: ['一厂'] }))
    expect(unsplitFacts({ ...rest, name: '一厂' }, own, { before: entry.aliases, taken }).aliases).toEqual([
      '二厂',
      '示例纺织',
    ])
  })
})

describe('checkSplitUndo', () => {
  const at = epochMs(Date.UTC(2026, 10, 1))
  const sides = [
    { id: 'a', mergedInto: null },
    { id: 'b', mergedInto: null },
  ]
  const told = (undoneAt: typeof at | null, merged: string | null, afterMs: number) => {
    const result = checkSplitUndo(
      { at, undoneAt },
      sides.map((side) => ({ ...side, mergedInto: side.id === merged ? 'c' : null })),
      epochMs(at + afterMs),
    )
    return result.ok ? 'may' : result.error.kind
  }

  it('lets it be undone to the last millisecond of thirty days, once, while both stand', () => {
    expect([told(null, null, undoMs), told(null, null, undoMs + 1), told(at, null, 1)]).toEqual([
      'may',
      'undo_too_late',
      'split_undone',
    ])
    expect([told(null, 'a', 1), told(null, 'b', 1)]).toEqual(['merged_since', 'merged_since'])
  })
})

it('counts all that went over', () => {
  const moved = {
    aliases: { before: ['甲', '乙'], taken: ['乙'] },
    contacts: ['c'],
    mainContact: null,
    figures: [],
    parts: { chains: ['p', 'q'], market: ['r'] },
  }
  expect(countMoved(moved)).toBe(5)
})
