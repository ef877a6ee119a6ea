import { randomUUID } from 'node:crypto'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type Answer, type TestServer } from './testing.ts'

/** The other side of the protocol: a sign-in service that knows one person at a time. OpenID Connect Core 1.0, section 3.1. */
const person = { sub: 'subject-1', email: 'wang@firm.example', email_verified: true, name: '王五' }
const challenges = new Map<string, string>()
let service: Server
let server: TestServer

beforeAll(async () => {
  service = createHttpServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://service')
    const send = (body: object) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    if (url.pathname === '/authorize') {
      const code = randomUUID()
      challenges.set(code, url.searchParams.get('code_challenge') ?? '')
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      response.writeHead(302, { location: back.href }).end()
      return
    }
    if (url.pathname === '/token') {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        const form = new URLSearchParams(body)
        const known = challenges.delete(form.get('code') ?? '') && form.has('code_verifier')
        if (known) send({ access_token: 'at-1', token_type: 'Bearer', expires_in: 60 })
        else response.writeHead(400).end()
      })
      return
    }
    if (url.pathname === '/userinfo' && request.headers.authorization === 'Bearer at-1') return void send(person)
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => {
    service.listen(0, '127.0.0.1', resolve)
  })
  // A TCP listener has a port.
  const base = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  server = await startTestServer({
    environment: {
      OIDC_NAME: 'Park sign-in',
      OIDC_ISSUER: base,
      OIDC_CLIENT_ID: 'tingzhou',
      OIDC_CLIENT_SECRET: 'client-secret',
      OIDC_AUTHORIZATION_URL: `${base}/authorize`,
      OIDC_TOKEN_URL: `${base}/token`,
      OIDC_USERINFO_URL: `${base}/userinfo`,
    },
  })
})
afterAll(async () => {
  await server.close()
  service.close()
})

const cookiesOf = (answer: Answer) =>
  answer.headers
    .getSetCookie()
    .filter((cookie) => !/max-age=0/i.test(cookie))
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

/** Goes the way of a browser: to the service and back. */
async function comeBack(): Promise<Answer> {
  const there = await server.anyone().get('/api/auth/sign-in/oidc')
  expect(there.status).toBe(302)
  const answer = await fetch(there.headers.get('location') ?? '', { redirect: 'manual' })
  const back = new URL(answer.headers.get('location') ?? '')
  return server.anyone({ cookie: cookiesOf(there) }).get(back.pathname + back.search)
}

describe('signing in through the service of the operator', () => {
  it('is offered', async () => {
    const { body } = await server.anyone().get('/api/v1/sign-in-options')

    expect(body.oidc).toEqual({ name: 'Park sign-in', url: '/api/auth/sign-in/oidc' })
  })

  it('creates nobody', async () => {
    const back = await comeBack()

    expect(back.headers.get('location')).toMatch(/\/login\?.*error=/)
    expect((await server.machine.get('/api/v1/accounts?kind=person')).body.total).toBe(0)
  })

  it('finds the account by its mail address, and refuses a closed one', async () => {
    const made = await server.machine.post('/api/v1/accounts', {
      commandId: randomUUID(),
      username: 'wangwu',
      name: '王五',
      email: 'Wang@firm.example',
    })
    const back = await comeBack()
    const browser = server.anyone({ cookie: cookiesOf(back) })

    expect(back.headers.get('location')).toMatch(/\/$/)
    expect((await browser.get('/api/v1/me')).body).toMatchObject({ username: 'wangwu', accountId: made.body.id })
    expect((await comeBack()).headers.getSetCookie().join()).toContain('session_token')
    await server.machine.patch(`/api/v1/accounts/${made.body.id}`, { commandId: randomUUID(), rev: 1, state: 'closed' })
    const closed = server.anyone({ cookie: cookiesOf(await comeBack()) })
    expect((await closed.get('/api/v1/me')).status).toBe(401)
  })

  it('mounts no other address of the library', async () => {
    for (const path of [
      '/api/auth/sign-up/email',
      '/api/auth/get-session',
      '/api/auth/sign-in/email',
      '/api/auth/update-user',
    ])
      for (const method of ['GET', 'POST'])
        expect((await server.anyone().send(method, path, method === 'POST' ? { body: {} } : {})).status).toBe(404)
  })
})
