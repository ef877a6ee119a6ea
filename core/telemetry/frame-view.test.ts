import { frameOf } from '@tingzhou/hj212'
import { examples } from '@tingzhou/hj212/examples'
import { expect, it } from 'vitest'
import { readFrame, readLogged } from './frame-view.ts'

const mn = 'A110000_XJCJ_WWTP_000001'
const bytes = new TextEncoder().encode(`${examples.log}\r\n`)

it('an MN that is not hexadecimal is a fault of a frame that somebody pastes, and none of the device that is known under it', () => {
  expect(readFrame('hj212', bytes).fault).toContain(mn)
  expect(readFrame('hj212', bytes, 'another').fault).toContain(mn)

  const logged = readLogged('hj212', mn, { at: 1, direction: 'up', bytes, fault: null })
  expect(logged).toMatchObject({ kind: '3020', fault: null })
  const odd = frameOf(new TextEncoder().encode(`QN=20260703110000000;ST=32;CN=3020;PW=1234567;MN=${mn};Flag=5;CP=&&&&`))
  expect(readFrame('hj212', odd, mn).fault).toMatch(/^PW "1234567" at byte \d+: [^·]*$/)
})
