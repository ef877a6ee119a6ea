import { describe, expect, it } from 'vitest'
import { safePath } from './safe-path.ts'

describe('the way back after signing in', () => {
  it('is a path of this site', () => {
    expect(safePath('/appeals?state=handling')).toBe('/appeals?state=handling')
  })

  it('is never another host', () => {
    for (const path of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])
      expect(safePath(path)).toBe('/')
  })
})
