import { describe, expect, it } from 'vitest'
import { pollEvery } from './poll-rule.ts'

type Asked = NonNullable<Parameters<typeof pollEvery>[0]>
const point: Asked['points'][number] = {
  point: 1,
  code: 'A.I',
  kind: 'analog',
  name: { zh: '电流', en: 'Current' },
  unit: 'A',
  last: null,
  lastFix: null,
}
const points = (count: number) => Array.from({ length: count }, () => point)
const command: Asked['commands'][number] = {
  id: '0',
  kind: 'text',
  body: {},
  state: 'acknowledged',
  actorName: '调度员',
  reason: null,
  createdAt: 0,
  expiresAt: 0,
  confirmUntil: null,
  needsOther: false,
  decidedAt: null,
  decidedByName: null,
  sentAt: null,
  attempts: 1,
  answeredAt: 0,
  answer: null,
}

describe('how often a device is asked for', () => {
  it('costs at most 25 points a second, however many it has', () => {
    for (const count of [0, 1, 50, 51, 120, 500])
      expect(count / (pollEvery({ points: points(count), commands: [] }, 2_000) / 1_000)).toBeLessThanOrEqual(25)
    expect(pollEvery({ points: points(12), commands: [command] }, 2_000)).toBe(2_000)
    expect(pollEvery({ points: points(500), commands: [command] }, 2_000)).toBe(20_000)
  })

  it('an order under way is looked after every two seconds', () => {
    for (const state of ['proposed', 'queued', 'sent'] as const)
      expect(pollEvery({ points: points(500), commands: [command, { ...command, state }] }, 2_000)).toBe(2_000)
  })
})
