import { describe, expect, it } from 'vitest'
import { createBreaker } from './breaker.ts'

describe('a circuit breaker', () => {
  it('opens after failures in a row, lets one ask after its rest, and closes when that succeeds', () => {
    let now = 0
    const breaker = createBreaker(2, 100, () => now)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    expect(breaker.mayAsk()).toBe(true)
    breaker.failed()
    expect(breaker.mayAsk()).toBe(false)
    now = 100
    expect([breaker.mayAsk(), breaker.mayAsk()]).toEqual([true, false])
    breaker.failed()
    now = 199
    expect(breaker.mayAsk()).toBe(false)
    now = 200
    expect(breaker.mayAsk()).toBe(true)
    breaker.succeeded()
    expect([breaker.mayAsk(), breaker.mayAsk()]).toEqual([true, true])
  })
})
