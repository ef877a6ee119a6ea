import { describe, expect, it } from 'vitest'
import { createAttempts, newCommandId } from './command-id.ts'

describe('an attempt', () => {
  it('keeps its id while the content is the same and nothing has answered', () => {
    const attempts = createAttempts()

    const first = attempts.idFor({ title: 'a' })

    expect(attempts.idFor({ title: 'a' })).toBe(first)
    expect(attempts.idFor({ title: 'b' })).not.toBe(first)
  })

  it('has a new id after it was settled', () => {
    const attempts = createAttempts()
    const first = attempts.idFor({ title: 'a' })

    attempts.settled()

    expect(attempts.idFor({ title: 'a' })).not.toBe(first)
  })

  it('is a UUID version 7', () => {
    expect(newCommandId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
