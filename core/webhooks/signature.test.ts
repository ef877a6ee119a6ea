import { expect, it } from 'vitest'
import { newSecret, signatureOf } from './signature.ts'
import { isGenuine } from './testing.ts'

const published = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampS: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

it('signs the published example of the specification as it is published', () => {
  expect(signatureOf([published.secret], published)).toBe(published.signature)
})

it('makes secrets of 32 random bytes that a receiver reads by the rules of the specification', () => {
  const [secret, other] = [newSecret(), newSecret()]
  const message = { id: 'a', timestampS: 1_000, body: '{}' }
  const hook = (signature: string, body = '{}') => ({
    headers: { 'webhook-id': 'a', 'webhook-timestamp': '1000', 'webhook-signature': signature },
    body,
    path: '/',
  })
  const both = hook(signatureOf([secret, other], message))

  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(secret).not.toBe(other)
  expect(both.headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/)
  expect([isGenuine(secret, both, 1_000_000), isGenuine(other, both, 1_000_000)]).toEqual([true, true])
  expect(isGenuine(newSecret(), both, 1_000_000)).toBe(false)
  expect(isGenuine(secret, { ...both, body: '{ }' }, 1_000_000)).toBe(false)
  expect(isGenuine(secret, both, 2_000_000)).toBe(false)
})
