import { describe, expect, it } from 'vitest'
import { caseClock } from './words.ts'

const dueAt = Date.UTC(2026, 10, 29, 2)
const clockAt = (workingSecondsLeft: number | null, overdue = false) =>
  caseClock({ state: 'handling', clock: { kind: 'result', dueAt, paused: false, overdue, workingSecondsLeft } })

describe('the clock of an appeal', () => {
  it('is shown in working time', () => {
    expect(clockAt(5_400)).toEqual({ state: 'running', dueAt, leftSeconds: 5_400, basis: 'working' })
    expect(clockAt(-5_400, true)).toMatchObject({ leftSeconds: -5_400, basis: 'working' })
  })

  it('is shown in plain time on a weekend: "under a minute left" would be said of tomorrow', () => {
    expect(clockAt(0)).toEqual({ state: 'running', dueAt, leftSeconds: null, basis: 'calendar' })
  })

  it('is shown in plain time when it ran out after the office closed: it is late, not about to be', () => {
    expect(clockAt(0, true)).toMatchObject({ leftSeconds: null, basis: 'calendar' })
  })

  it('is shown in plain time where no calendar is loaded', () => {
    expect(clockAt(null)).toMatchObject({ leftSeconds: null, basis: 'calendar' })
  })
})
