import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { judgeArrival } from './arrive.ts'
import type { AuditFacts } from './audit-rules.ts'
import { cleanFacts, foundIn } from './testing-audit.ts'
import { keptTime } from './times.ts'
import { netOf } from './weigh.ts'

const now = epochMs(Date.UTC(2026, 2, 2, 4))
const hour = 3_600_000
const before = epochMs(now - 2 * hour)

describe('the time that is kept', () => {
  it.each([
    ['as claimed by a right clock', { at: now - hour, sentAt: now }, now - hour],
    ['corrected for a clock that is a day ahead', { at: now - hour + 24 * hour, sentAt: now + 24 * hour }, now - hour],
    ['corrected for a clock that is a day behind', { at: now - 25 * hour, sentAt: now - 24 * hour }, now - hour],
    ['never after now', { at: now + hour, sentAt: now }, now],
    ['never before the step before', { at: now - 9 * hour, sentAt: now }, before],
    ['now when nothing is claimed', { at: null, sentAt: null }, now],
    ['as claimed when the moment of sending is not known', { at: now - hour, sentAt: null }, now - hour],
  ])('is %s', (_how, claimed, kept) => {
    expect(keptTime(claimed, before, now).at).toBe(kept)
  })

  it('says how far the clock is off beyond five minutes', () => {
    const off = (ms: number) => keptTime({ at: now, sentAt: now + ms }, before, now).data
    expect(off(5 * 60_000)).toEqual({ claimedAt: now })
    expect(off(5 * 60_000 + 1_000)).toEqual({ claimedAt: now, clockOffS: 301 })
    expect(off(-24 * hour)).toEqual({ claimedAt: now, clockOffS: -86_400 })
  })
})

describe('an arrival', () => {
  const spot = { id: 'p', name: 'mine', lonDeg: 87.3, latDeg: 44, fenceM: 500 }
  // One minute of latitude is 1,853 m on the mean sphere.
  const at = (latDeg: number, accuracyM = 10) => ({ lonDeg: 87.3, latDeg, accuracyM })
  const inside = (position: ReturnType<typeof at> | null, photoIds: string[] = [], reason = '') =>
    judgeArrival({ position, photoIds, reason }, spot)

  it('is proved inside the fence by a position that is as good as the fence', () => {
    expect(inside(at(44.0044))).toEqual({ ok: true, value: { distanceM: 489, inside: true } })
    expect(inside(at(44.0046)).ok).toBe(false)
    expect(inside(at(44, 501)).ok).toBe(false)
  })

  it('is believed outside only with a photo and a reason', () => {
    expect(inside(null, ['photo']).ok).toBe(false)
    expect(inside(null, [], 'no signal').ok).toBe(false)
    expect(inside(null, ['photo'], 'no signal')).toEqual({ ok: true, value: { distanceM: null, inside: false } })
  })
})

describe('a slip', () => {
  it.each([
    [{ grossKg: 49_000, tareKg: 16_000 }, 33_000],
    [{ grossKg: 49_001, tareKg: 16_001 }, 'over_legal_gross'],
    [{ grossKg: 48_000, tareKg: 14_999 }, 'over_rated_load'],
    [{ grossKg: 15_000, tareKg: 15_000 }, 'net_not_positive'],
    [{ grossKg: 15_000, tareKg: 47_000 }, 'weights_swapped'],
  ])('of %o gives %s', (weights, answer) => {
    const net = netOf(weights, 33_000)
    expect(net.ok ? net.value : net.error.kind).toBe(answer)
  })

  it('is added to what is on board besides', () => {
    const weights = { grossKg: 31_000, tareKg: 15_000 }
    expect(netOf(weights, 33_000, 17_000)).toEqual({ ok: true, value: 16_000 })
    expect(netOf(weights, 33_000, 17_001)).toMatchObject({
      ok: false,
      error: { kind: 'over_rated_load', value: 33_001, ratedKg: 33_000 },
    })
  })
})

describe('the rules of the audit', () => {
  const trip = { number: 'YD1', same: 'driver' } as const
  const blocker = { subject: 'driver', id: 'd', reason: 'expired', paperKind: 'p', validTo: '2026-01-01' } as const
  const cases: readonly (readonly [string, Partial<AuditFacts>, readonly string[]])[] = [
    ['nothing of a clean waybill', {}, []],
    ['times out of order', { times: cleanFacts.times.toReversed() }, ['R1 block']],
    ['a trip at the same time', { others: [{ ...trip, from: 15, to: null }] }, ['R2 block']],
    ['no trip that ended when this began', { others: [{ ...trip, from: 0, to: 10 }] }, []],
    ['no trip that began when this ended', { others: [{ ...trip, from: 20, to: null }] }, []],
    ['a net weight above the rated load', { ratedLoadKg: 31_999 }, ['R3 block']],
    ['a gross weight above the vehicle’s own', { vehicleGrossKg: 46_999 }, ['R3 warn']],
    ['no account for payment', { payees: [] }, ['R10 block']],
    ['an account of somebody else', { payees: [{ holder: 'other' }] }, ['R10 warn']],
    ['a bill below the due', { money: { dueFen: 101, billFen: 100 } }, ['R12 block']],
    ['rules that give no sheet', { money: null }, ['R12 warn']],
    ['a photo like another', { photosAlike: [{ number: 'YD1', end: 'load', bits: 3 }] }, ['R15 warn']],
    ['a photo used elsewhere', { photosElsewhere: [{ number: 'YD1', end: 'load' }] }, ['R15 block']],
    ['papers over', { blockers: [{ day: '2026-03-02', found: [blocker] }] }, ['R16 block']],
    ['a shipper who is the carrier', { sameParty: true }, ['R18 warn']],
  ]
  it.each(cases)('find %s', (_what, over, expected) => {
    const { found, score } = foundIn(over)
    expect(found).toEqual(expected)
    expect(score > 0).toBe(expected.length > 0)
  })
})
