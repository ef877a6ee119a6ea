import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyInput, blankFacts, changesOf, confirmCode, readCode } from './enterprise.ts'
import { maskEmail, maskPhone } from './mask.ts'
import { checkMerge, checkUndo, mergeFacts, undoMs, unmergeFacts } from './merge-rules.ts'
import { epochMs, err, ok } from '@tingzhou/kernel'
import { checkCircle, checkPolygon } from './zone-rules.ts'

describe('readCode', () => {
  it.each([
    ['91350100M000100Y43', '91350100M000100Y43', 'ok'],
    [' 91350100m000100y43 ', '91350100M000100Y43', 'ok'],
    ['91350100M0001TGQXM', '91350100M0001TGQXM', 'legacy'],
    ['000000', '000000', 'malformed'],
    ['', null, 'missing'],
    ['无', null, 'missing'],
    ['--', null, 'missing'],
    ['N/A', null, 'missing'],
  ])('reads %j as %s, %s', (text, uscc, usccStatus) => {
    expect(readCode(text)).toEqual({ uscc, usccStatus })
  })
})

describe('applyInput', () => {
  it('keeps what was not entered and clears what was emptied', () => {
    const before = applyInput(blankFacts, { name: '甲公司', address: '一路', size: 'small', tags: ['规上'] })

    const after = applyInput(before, { address: '', size: null })

    expect(after).toEqual({ ...before, address: '', size: null })
  })

  it('stores names on one line, lists without repeats, years ascending, and no alias that is the name', () => {
    const facts = applyInput(blankFacts, {
      name: ' 甲  公司 ',
      aliases: ['甲 公司', '甲', '甲'],
      aboveScaleYears: [2025, 2023, 2025],
      tags: ['链主', '链主'],
      industry: 'C1511',
      otherIndustries: ['C1511', 'C1512'],
    })

    expect(facts).toMatchObject({
      name: '甲 公司',
      aliases: ['甲'],
      aboveScaleYears: [2023, 2025],
      tags: ['链主'],
      otherIndustries: ['C1512'],
    })
  })

  it('changes nothing when the same is entered again', () => {
    const facts = fc.record({
      name: fc.string({ minLength: 1 }),
      address: fc.string(),
      tags: fc.array(fc.string()),
      aboveScaleYears: fc.array(fc.integer({ min: 1949, max: 2100 })),
    })

    fc.assert(
      fc.property(facts, (input) => {
        const once = applyInput(blankFacts, input)
        return changesOf(once, applyInput(once, input)).length === 0
      }),
    )
  })
})

it('confirms only early pilot codes', () => {
  expect(confirmCode('legacy')).toEqual(ok(undefined))
  expect(confirmCode('malformed')).toEqual(err({ kind: 'not_legacy', usccStatus: 'malformed' }))
})

describe('masking', () => {
  it.each([
    ['13812345678', '138****5678'],
    ['0994-2345678', '099****5678'],
    ['2345678', '****78'],
    ['110', '****'],
    ['', ''],
  ])('shows %s as %s', (phone, shown) => {
    expect(maskPhone(phone)).toBe(shown)
  })

  it('shows the first letter and the domain of an e-mail', () => {
    expect(maskEmail('lisi@example.com')).toBe('l****@example.com')
    expect(maskEmail('nonsense')).toBe('****')
  })
})

describe('merging', () => {
  const into = applyInput(blankFacts, { name: '甲公司', address: '', tags: ['规上'], aboveScaleYears: [2025] })
  const from = applyInput(blankFacts, {
    name: '甲有限公司',
    uscc: '91350100M000100Y43',
    address: '一路 1 号',
    tags: ['链主', '规上'],
    aboveScaleYears: [2024],
  })

  it('fills gaps, joins lists, and keeps the other name as an alias', () => {
    expect(mergeFacts(into, from)).toMatchObject({
      name: '甲公司',
      aliases: ['甲有限公司'],
      uscc: '91350100M000100Y43',
      address: '一路 1 号',
      tags: ['规上', '链主'],
      aboveScaleYears: [2024, 2025],
    })
  })

  it('is taken back field by field, except what was changed since', () => {
    const merged = mergeFacts(into, from)

    expect(unmergeFacts(merged, merged, into)).toEqual(into)
    expect(unmergeFacts({ ...merged, address: '二路' }, merged, into)).toEqual({ ...into, address: '二路' })
  })

  it('refuses an entry with itself and entries that were merged away', () => {
    const free = { id: 'a', mergedInto: null }

    expect(checkMerge(free, free)).toEqual(err({ kind: 'merge_with_itself' }))
    expect(checkMerge(free, { id: 'b', mergedInto: 'c' })).toEqual(
      err({ kind: 'enterprise_merged', enterpriseId: 'b', mergedInto: 'c' }),
    )
  })

  it('can be undone on the thirtieth day and not after it', () => {
    const at = epochMs(1_000)
    const side = { id: 'b', mergedInto: null }

    expect(checkUndo({ at, undoneAt: null }, side, epochMs(1_000 + undoMs))).toEqual(ok(undefined))
    expect(checkUndo({ at, undoneAt: null }, side, epochMs(1_001 + undoMs))).toMatchObject({
      error: { kind: 'undo_too_late' },
    })
    expect(checkUndo({ at, undoneAt: at }, side, at)).toMatchObject({ error: { kind: 'merge_undone' } })
    expect(checkUndo({ at, undoneAt: null }, { id: 'b', mergedInto: 'c' }, at)).toMatchObject({
      error: { kind: 'merged_again' },
    })
  })
})

describe('zone rules', () => {
  it('wants closed rings of four positions', () => {
    const ring: [number, number][] = [
      [87, 44],
      [88, 44],
      [88, 45],
      [87, 44],
    ]

    expect(checkPolygon({ type: 'Polygon', coordinates: [ring] })).toEqual(ok(undefined))
    expect(checkPolygon({ type: 'Polygon', coordinates: [ring.slice(0, 3)] })).toMatchObject({ ok: false })
    expect(checkPolygon({ type: 'MultiPolygon', coordinates: [[[...ring.slice(0, 3), [87, 45]]]] })).toEqual(
      err({ kind: 'not_a_polygon', rule: 'ring_closed' }),
    )
  })

  it('lets no department stand under itself', () => {
    const above = new Map([
      ['b', 'a'],
      ['c', 'b'],
    ])

    expect(checkCircle('a', 'c', above, 'parentId')).toEqual(err({ kind: 'department_circle', field: 'parentId' }))
    expect(checkCircle('d', 'c', above, 'parentId')).toEqual(ok(undefined))
  })
})
