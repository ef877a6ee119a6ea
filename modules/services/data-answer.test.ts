import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOf } from '@tingzhou/calendar'
import { epochMs, localDate } from '@tingzhou/kernel'
import { answerBytesMax, answered, askAgainAt, isUsable, readAnswer, readResponse, standingOf } from './data-answer.ts'

const today = localDate('2025-09-29')
const now = instantOf(today, '10:30')
const hour = 3_600_000
const body = { value: { seen: true }, asOf: '2025-09-01' }

describe('what a source answers', () => {
  it('is a value with its day, and for how long it holds', () => {
    expect(readResponse(200, JSON.stringify(body), today)).toEqual({
      kind: 'answer',
      answer: { value: { seen: true }, asOf: '2025-09-01', validTo: null },
    })
    expect(readAnswer({ ...body, validTo: '2025-09-28' }, today)).toEqual({ ok: false, error: 'expired' })
    expect(readAnswer({ ...body, validTo: '2025-09-29' }, today).ok).toBe(true)
  })

  it.each([
    ['<html>', 'bad_answer'],
    ['{"value":1}', 'bad_answer'],
    ['{"value":null,"asOf":"2025-09-01"}', 'bad_answer'],
    ['{"value":1,"asOf":"2025-02-30"}', 'bad_answer'],
    ['{"value":1,"asOf":"2025-09-30"}', 'bad_answer'],
    [JSON.stringify({ ...body, value: 'x'.repeat(answerBytesMax) }), 'answer_too_large'],
  ])('is garbage: %.30s', (text, why) => {
    expect(readResponse(200, text, today)).toEqual({ kind: 'unusable', why })
  })

  it('may come later, not exist, be refused, or be worth asking again', () => {
    const kinds = [202, 204, 404, 403, 429, 500, 503].map((status) => readResponse(status, '', today))
    expect(kinds.map((one) => (one.kind === 'unusable' ? one.why : one.kind))).toEqual([
      'later',
      'no_data',
      'no_data',
      'refused_by_source',
      'again',
      'again',
      'again',
    ])
  })

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, text) => {
        expect(readResponse(status, text, today)).toHaveProperty('kind')
      }),
    )
  })
})

describe('the hour of a question', () => {
  const asked = { state: 'asked', dueAt: epochMs(now + hour) } as const

  it('is used in time and only logged after', () => {
    expect(answered(asked, epochMs(now + hour - 1))).toEqual({ ok: true, value: { state: 'answered', used: true } })
    expect(answered(asked, epochMs(now + hour))).toEqual({ ok: true, value: { state: 'late', used: false } })
    expect(answered({ ...asked, state: 'unanswered' }, now)).toEqual({
      ok: true,
      value: { state: 'late', used: false },
    })
    expect(isUsable({ state: 'late', used: false })).toBe(false)
    expect(standingOf(asked, epochMs(now + hour))).toBe('unanswered')
  })

  it('takes one answer', () => {
    for (const state of ['answered', 'failed', 'late'] as const)
      expect(answered({ ...asked, state }, now)).toEqual({ ok: false, error: { kind: 'already_answered', state } })
  })

  it('leaves time for asking again, and not beyond it', () => {
    expect(askAgainAt(1, now, asked.dueAt)).toBe(now + 60_000)
    expect(askAgainAt(2, now, asked.dueAt)).toBe(now + 300_000)
    expect(askAgainAt(9, now, asked.dueAt)).toBe(now + 1_800_000)
    expect(askAgainAt(1, epochMs(now + hour - 1), asked.dueAt)).toBe(null)
  })
})
