import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkVerdicts,
  judged,
  listOf,
  markOf,
  mayApprove,
  notRenewed,
  type GivenMaterial,
  type Judgement,
} from './judgement.ts'

const material = (code: string, over: Partial<GivenMaterial> = {}): GivenMaterial => ({
  code,
  kind: 'main',
  items: ['a'],
  how: 'handed_in',
  mark: markOf.copy(1),
  ...over,
})
const found = (code: string, qualified: boolean, over: Partial<Judgement> = {}): Judgement => ({
  material: code,
  mark: markOf.copy(1),
  item: null,
  qualified,
  reasonCode: null,
  reason: qualified ? '' : '模糊不清',
  ...over,
})
const standings = (...args: Parameters<typeof judged>) => judged(...args).map(({ code, standing }) => [code, standing])
const say = ({ standing, judgement }: { standing: string; judgement: Judgement | null }) =>
  standing === 'missing' ? '缺少' : `不合格：${judgement?.reason ?? ''}`

describe('the judgement of materials 材料审查', () => {
  it('belongs to the copy that was looked at: a material supplied again is unjudged', () => {
    const judgements = [found('plan', false)]
    expect(standings([material('plan')], judgements, null)).toEqual([['plan', 'unqualified']])
    expect(standings([material('plan', { mark: markOf.copy(2) })], judgements, null)).toEqual([['plan', 'unjudged']])
  })

  it('is the newest one: of the department for its own item, of the check for everybody', () => {
    const judgements = [found('plan', true), found('plan', false, { item: 'a' })]
    const given = [material('plan', { items: ['a', 'b'] })]
    expect(standings(given, judgements, 'a')).toEqual([['plan', 'unqualified']])
    expect(standings(given, judgements, 'b')).toEqual([['plan', 'qualified']])
    expect(standings(given, judgements, null)).toEqual([['plan', 'qualified']])
  })

  it('takes what the zone holds and what another item made for qualified until somebody says otherwise', () => {
    const held = material('card', { how: 'held', mark: markOf.held('registry', '2025-09-01') })
    expect(standings([held, material('licence', { how: 'produced', mark: null })], [], null)).toEqual([
      ['card', 'qualified'],
      ['licence', 'qualified'],
    ])
    const bad = found('card', false, { mark: markOf.held('registry', '2025-09-01') })
    expect(standings([held], [bad], null)).toEqual([['card', 'unqualified']])
  })

  it('is refused of another copy, without a reason, with a reason that is not on the list', () => {
    const given = [material('plan', { mark: markOf.copy(3) })]
    const check = (verdict: Judgement) => checkVerdicts([verdict], given, new Set(['blurred']))
    expect(check(found('plan', true))).toMatchObject({
      error: { kind: 'material_changed', mark: 'copy:3', seen: 'copy:1' },
    })
    const now = { mark: markOf.copy(3) }
    expect(check(found('plan', false, { ...now, reason: ' ' }))).toMatchObject({ error: { kind: 'reason_missing' } })
    expect(check(found('plan', false, { ...now, reasonCode: 'ugly' }))).toMatchObject({
      error: { kind: 'unknown_reason' },
    })
    expect(check(found('other', true, now))).toMatchObject({ error: { kind: 'unknown_material', value: 'other' } })
    expect(check(found('plan', false, { ...now, reason: '', reasonCode: 'blurred' })).ok).toBe(true)
  })
})

describe('the list of a correction 一次告知', () => {
  const given = [
    material('plan'),
    material('photo', { how: 'missing', mark: null, kind: 'secondary' }),
    material('rules', { kind: 'secondary' }),
    material('later', { how: 'promised', mark: null, kind: 'secondary' }),
  ]

  it('is exactly the unqualified and the missing materials, and the lines about fields', () => {
    const all = judged(given, [found('plan', false), found('rules', true)], null)
    const asks = [
      { material: null, field: 'area_m2', words: '面积请写明' },
      { material: 'plan', field: null, words: '请标注尺寸' },
    ]
    expect(listOf(all, asks, true, say)).toEqual({
      ok: true,
      value: [
        { material: 'plan', field: null, words: '不合格：模糊不清；请标注尺寸' },
        { material: 'photo', field: null, words: '缺少' },
        { material: null, field: 'area_m2', words: '面积请写明' },
      ],
    })
  })

  it('asks nothing that was found good, and leaves nothing unjudged', () => {
    const half = judged(given, [found('plan', false)], null)
    expect(listOf(half, [], true, say)).toEqual({ ok: false, error: { kind: 'judge_all_first', materials: ['rules'] } })
    const all = judged(given, [found('plan', true), found('rules', true)], null)
    const asks = [{ material: 'plan', field: null, words: '再交一次' }]
    expect(listOf(all, asks, true, say)).toEqual({ ok: false, error: { kind: 'ask_not_judged', materials: ['plan'] } })
  })

  it('is the officer’s own where nobody judges materials one by one', () => {
    const asks = [{ material: 'plan', field: null, words: '请标注尺寸' }]
    expect(listOf(judged(given, [], null), asks, false, say)).toEqual({ ok: true, value: asks })
  })
})

describe('the decision', () => {
  it('approves only with every main material qualified; secondary ones do not hold it up', () => {
    const secondary = material('photo', { kind: 'secondary' })
    expect(mayApprove(judged([material('plan'), secondary], [], 'a'))).toEqual({
      ok: false,
      error: { kind: 'materials_not_qualified', materials: ['plan'] },
    })
    expect(mayApprove(judged([material('plan'), secondary], [found('plan', false)], 'a')).ok).toBe(false)
    expect(mayApprove(judged([material('plan'), secondary], [found('plan', true)], 'a')).ok).toBe(true)
    expect(mayApprove(judged([material('plan', { how: 'missing', mark: null })], [], 'a')).ok).toBe(false)
  })

  it('never approves what the last judgement of the present copy found bad', () => {
    const verdicts = fc.array(fc.record({ version: fc.integer({ min: 1, max: 3 }), good: fc.boolean() }), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(verdicts, fc.integer({ min: 1, max: 3 }), (list, now) => {
        const judgements = list.map(({ version, good }) => found('plan', good, { mark: markOf.copy(version) }))
        const stands = judged([material('plan', { mark: markOf.copy(now) })], judgements, 'a')
        const last = list.findLast(({ version }) => version === now)
        expect(mayApprove(stands).ok).toBe(last?.good === true)
        expect(notRenewed(stands)).toEqual(last?.good === false ? ['plan'] : [])
      }),
    )
  })
})
