import { localDate } from '@tingzhou/kernel'
import { describe, expect, it } from 'vitest'
import { item, itemCode, material, oneThing, option, question } from './one-thing.fixture.ts'
import { isTaking } from './one-thing.ts'
import { questionsFor, select, type Answers } from './situation.ts'

const [a, b, c] = [itemCode(1), itemCode(2), itemCode(3)]
const thing = oneThing({
  items: [
    item(1, { fields: ['field_a'], materials: ['always_needed', 'sometimes'] }),
    item(2, { always: false, after: [a], materials: ['always_needed'] }),
    item(3, { always: false, after: [b], materials: ['only_third'] }),
  ],
  materials: [material('always_needed'), material('sometimes', { situational: true }), material('only_third')],
  questions: [
    question('extras', [option('second', { items: [b] }), option('third', { items: [c] }), option('none')], {
      many: true,
    }),
    question('how', [option('proof', { materials: ['sometimes'] }), option('plain')], {
      when: { question: 'extras', options: ['third'] },
    }),
  ],
})
const codes = (answers: Answers) => {
  const selection = select(thing, answers)
  if (!selection.ok) return selection.error
  return {
    items: selection.value.items.map(({ code }) => code),
    materials: selection.value.materials.map(({ material: { code }, items }) => [code, ...items]),
    graph: selection.value.graph.map(({ code, after }) => [code, ...after]),
  }
}

describe('select', () => {
  it('takes what is always there and what answers select, with who needs each material', () => {
    expect(codes({ extras: ['second', 'third'], how: ['proof'] })).toEqual({
      items: [a, b, c],
      materials: [
        ['always_needed', a, b],
        ['sometimes', a],
        ['only_third', c],
      ],
      graph: [[a], [b, a], [c, b]],
    })
  })

  it('passes over an item that is left out', () => {
    expect(codes({ extras: ['third'], how: ['plain'] })).toEqual({
      items: [a, c],
      materials: [
        ['always_needed', a],
        ['only_third', c],
      ],
      graph: [[a], [c, a]],
    })
  })

  it('asks a further question only where it matters', () => {
    expect(questionsFor(thing, { extras: ['second'] }).map(({ code }) => code)).toEqual(['extras'])
    expect(questionsFor(thing, { extras: ['third'] }).map(({ code }) => code)).toEqual(['extras', 'how'])
  })

  it('names every answer that is missing, unknown, too many or not asked for', () => {
    expect(codes({})).toEqual([{ kind: 'unanswered', question: 'extras' }])
    expect(codes({ extras: ['second', 'fourth'] })).toEqual([
      { kind: 'unknown_option', question: 'extras', option: 'fourth' },
    ])
    expect(codes({ extras: ['none', 'second'] })).toEqual([
      { kind: 'none_with_others', question: 'extras', option: 'none' },
    ])
    expect(codes({ extras: ['third'], how: ['proof', 'plain'] })).toEqual([
      { kind: 'one_answer_only', question: 'how', options: ['proof', 'plain'] },
    ])
    expect(codes({ extras: ['none'], how: ['plain'] })).toEqual([{ kind: 'not_asked', question: 'how' }])
  })

  it('refuses answers that select no item at all', () => {
    const optional = oneThing({
      items: [item(1, { always: false, fields: ['field_a'] })],
      questions: [question('wish', [option('yes', { items: [a] }), option('no')])],
    })

    expect(select(optional, { wish: ['no'] })).toEqual({ ok: false, error: [{ kind: 'nothing_selected' }] })
  })
})

describe('isTaking', () => {
  const yearly = (from: string, to: string) => ({ yearly: { from, to, source: 'invented default' } })

  it.each([
    ['2026-05-31', false],
    ['2026-06-01', true],
    ['2026-08-31', true],
    ['2026-09-01', false],
  ])('on %s within June to August: %s', (day, taking) => {
    expect(isTaking(yearly('06-01', '08-31'), localDate(day))).toBe(taking)
  })

  it('runs across the new year, and all year without a window', () => {
    expect(isTaking(yearly('12-01', '01-31'), localDate('2027-01-15'))).toBe(true)
    expect(isTaking(yearly('12-01', '01-31'), localDate('2027-02-01'))).toBe(false)
    expect(isTaking({ yearly: null }, localDate('2027-02-01'))).toBe(true)
  })
})
