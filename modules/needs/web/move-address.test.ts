import { describe, expect, it } from 'vitest'
import { readMove, withMove } from './move-address.ts'

describe('the open form in the address', () => {
  it('is read as it was written, and leaves the rest of the address alone', () => {
    const query = withMove(new URLSearchParams('tab=text'), { do: 'merge', leaderId: 'a' })

    expect(query.get('tab')).toBe('text')
    expect(readMove(query)).toEqual({ do: 'merge', leaderId: 'a' })
  })

  it('takes the preset of the form before with it when it closes', () => {
    const query = withMove(new URLSearchParams('tab=text&do=merge&leaderId=a'), null)

    expect(query.toString()).toBe('tab=text')
    expect(readMove(query)).toBeNull()
  })
})
