import { describe, expect, it } from 'vitest'
import { batchSteps } from './batch-steps.ts'

const batch = { state: 'prepared', payments: 2, done: 0, preparedAt: 1, approvedAt: null, sentAt: null } as const
const statesOf = (over: Partial<Parameters<typeof batchSteps>[0]>) =>
  batchSteps({ ...batch, ...over }, (key) => key).map(({ state }) => state)

describe('the steps of a batch', () => {
  it('stand where the batch stands', () => {
    expect(statesOf({})).toEqual(['now', 'later', 'later', 'later'])
    expect(statesOf({ state: 'approved', approvedAt: 2 })).toEqual(['done', 'now', 'later', 'later'])
    expect(statesOf({ state: 'sent', approvedAt: 2, sentAt: 3, done: 1 })).toEqual(['done', 'done', 'now', 'later'])
  })

  it('are all done when the bank has paid every payment', () =>
    expect(statesOf({ state: 'sent', approvedAt: 2, sentAt: 3, done: 2 })).toEqual(['done', 'done', 'done', 'done']))

  it('end where it was rejected', () => {
    expect(statesOf({ state: 'rejected' })).toEqual(['stopped', 'later', 'later', 'later'])
    expect(statesOf({ state: 'rejected', approvedAt: 2 })).toEqual(['done', 'stopped', 'later', 'later'])
  })
})
