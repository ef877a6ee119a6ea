import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as rawRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { oc } from '@orpc/contract'
import { implement } from '@orpc/server'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { epochMs, err, ok, type Result } from '@tingzhou/kernel'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import type { Actor } from '@tingzhou/parties'
import { CommandId, listInput, listOutput } from './contract.ts'
import {
  createHttp,
  decodeCursor,
  encodeCursor,
  problem,
  registerProblems,
  requireActor,
  requireRole,
  unwrap,
  type Deps,
  type LiveEvent,
  type ProblemTable,
  type RequestContext,
} from './index.ts'

const contract = {
  list: oc
    .route({ method: 'GET', path: '/loads', summary: '运单列表', tags: ['probe'] })
    .input(listInput({ overdue: z.boolean().optional(), state: z.array(z.enum(['open', 'done'])).optional() }))
    .output(listOutput(z.object({ id: z.string(), input: z.unknown() }))),
  weigh: oc
    .route({ method: 'POST', path: '/loads/{no}/weighing', summary: '过磅', tags: ['probe'] })
    .input(
      z.object({
        no: z.int(),
        commandId: CommandId,
        massKg: z.number().min(1).max(60_000),
        note: z.string().min(1).max(20),
        password: z.string().min(8).optional(),
        day: z.iso.date().optional(),
        odd: z
          .int()
          .refine((n) => n % 2 === 1, 'must_be_odd')
          .optional(),
      }),
    )
    .output(z.object({ no: z.int(), massKg: z.number() })),
  slow: oc.route({ method: 'GET', path: '/slow' }).output(z.object({})),
  broken: oc.route({ method: 'GET', path: '/broken' }).output(z.object({})),
  admin: oc.route({ method: 'GET', path: '/admin-only' }).output(z.object({ name: z.string() })),
}

type WeighError = { kind: 'over_limit'; massKg: number; limitKg: number } | { kind: 'no_such_load' }
const problems = {
  over_limit: { status: 422, area: 'probe', field: 'massKg', rule: 'GB 1589-2016' },
  no_such_load: { status: 404, area: 'probe' },
} satisfies ProblemTable<WeighError>
registerProblems('probe', {
  'zh-CN': {
    over_limit: { title: '超过限重', detail: 'massKg {massKg} 超过限重 {limitKg}' },
    no_such_load: '没有此运单',
  },
  en: {
    over_limit: { title: 'Over the limit', detail: 'massKg {massKg} is over the limit {limitKg}' },
    no_such_load: 'No such load',
  },
})

const weigh = (massKg: number): Result<number, WeighError> =>
  massKg > 49_000 ? err({ kind: 'over_limit', massKg, limitKg: 49_000 }) : ok(massKg)

const os = implement(contract).$context<RequestContext>()
const router = {
  list: os.list.handler(({ input }) => ({ rows: [{ id: '1', input }], next: null, total: 1 })),
  weigh: os.weigh.handler(({ input }) => ({ no: input.no, massKg: unwrap(weigh(input.massKg), problems) })),
  slow: os.slow.handler(() => new Promise(() => {})),
  broken: os.broken.handler(() => {
    throw new Error('select secret from vault')
  }),
  admin: os.admin.handler(({ context }) => ({ name: requireRole(requireActor(context), 'admin').name })),
}

const actor = (accountId: string, role: 'admin' | 'enterprise'): Actor => ({
  accountId,
  name: accountId,
  kind: 'person',
  lang: 'zh-CN',
  memberships: [{ role, partyId: null }],
})
const people: Record<string, Actor> = { ada: actor('ada', 'admin'), eve: actor('eve', 'enterprise') }

const logged: string[] = []
const subscribers = new Set<(event: LiveEvent) => void>()
let test: TestDatabase
let app: FastifyInstance
let deps: Deps
let url: string
let folder: string
let phoneFolder: string

beforeAll(async () => {
  test = await testDatabase()
  folder = mkdtempSync(join(tmpdir(), 'tingzhou-web-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<html><meta name="csp-nonce" content="__CSP_NONCE__"></html>')
  writeFileSync(join(folder, 'assets/app-1a2b.js'), 'export {}')
  phoneFolder = mkdtempSync(join(tmpdir(), 'tingzhou-phone-'))
  writeFileSync(join(phoneFolder, 'index.html'), '<html><title>phone</title></html>')
  writeFileSync(join(phoneFolder, 'sw.js'), 'skipWaiting()')
  // Ports of other packages are not asked here.
  deps = {
    db: test.db,
    database: test.database,
    clock: () => epochMs(0),
    zoneId: 'zone',
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
  } as unknown as Deps
  app = await createHttp(deps, {
    modules: [{ name: 'probe', contract, router }],
    identify: async (request) => {
      const name = request.headers['x-test-actor']
      const who = typeof name === 'string' ? people[name] : undefined
      if (who) return { by: 'session', actor: who }
      return { by: request.headers.cookie === undefined ? 'none' : 'stale', actor: null }
    },
    hub: {
      subscribe: (_actor, send) => {
        subscribers.add(send)
        return () => subscribers.delete(send)
      },
    },
    sites: [
      { path: '/', folder },
      { path: '/phone/', folder: phoneFolder },
    ],
    publicUrl: 'https://tingzhou.example',
    limits: {
      timeLimitMs: 200,
      heartbeatMs: 50,
      streamsPerAccount: 1,
      perMinute: { account: 10_000, address: 100, machine: 10_000 },
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  // A TCP listener has a port.
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})

afterAll(async () => {
  await app.close()
  await test.database.close()
  rmSync(phoneFolder, { recursive: true, force: true })
  rmSync(folder, { recursive: true })
})

type Sent = { status: number; headers: Headers; body: Record<string, unknown> & { errors: Record<string, unknown>[] } }

async function send(method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}) {
  const text = typeof options.body === 'string' ? options.body : JSON.stringify(options.body)
  const response = await fetch(url + path, {
    method,
    headers: {
      'x-test-actor': 'ada',
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: text }),
  })
  // The tests below read problem details or the probe's own answers.
  return { status: response.status, headers: response.headers, body: (await response.json()) as Sent['body'] }
}

const weighing = { commandId: '0198c2f6-3c5e-7000-8000-000000000001', massKg: 30_000, note: '空车已过' }

describe('input', () => {
  it('reads numbers, booleans and lists of an address as the schema says', async () => {
    const answer = await send('GET', '/api/v1/loads?limit=7&overdue=true&state=open')

    expect(answer.body.rows).toEqual([{ id: '1', input: { limit: 7, overdue: true, state: ['open'] } }])
  })

  it('reads a number in the path but not text in a body as a number', async () => {
    const good = await send('POST', '/api/v1/loads/12/weighing', { body: weighing })
    const bad = await send('POST', '/api/v1/loads/12/weighing', { body: { ...weighing, massKg: '30000' } })

    expect(good.body).toEqual({ no: 12, massKg: 30_000 })
    expect(bad.body.errors).toEqual([{ field: 'massKg', value: '30000', rule: 'type number', message: '应为数字' }])
  })

  it('names field, value, rule and message in Chinese', async () => {
    const body = { ...weighing, note: 'x'.repeat(300), massKg: 60_001, commandId: 'no', day: '2026-02-30' }

    const answer = await send('POST', '/api/v1/loads/1/weighing', { body })

    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(answer.body).toMatchObject({
      kind: 'invalid_input',
      type: 'urn:tingzhou:problem:invalid_input',
      title: '输入不符合要求',
    })
    expect(answer.body.errors).toEqual([
      { field: 'commandId', value: 'no', rule: 'format uuid', message: '应为 UUID 编号' },
      { field: 'massKg', value: 60_001, rule: 'max 60000', message: '不能大于 60000' },
      { field: 'note', value: `${'x'.repeat(100)}…`, rule: 'max 20', message: '最多 20 个字符' },
      { field: 'day', value: '2026-02-30', rule: 'format date', message: '应为存在的日期，如 2026-11-22' },
    ])
  })

  it('says the same in English, and tells what is missing', async () => {
    const answer = await send('POST', '/api/v1/loads/1/weighing', {
      body: { commandId: weighing.commandId, massKg: 1, odd: 4 },
      headers: { 'accept-language': 'en-GB,en;q=0.9,zh;q=0.5' },
    })

    expect(answer.body.title).toBe('The input does not fit')
    expect(answer.body.errors).toEqual([
      { field: 'note', value: null, rule: 'required', message: 'Required' },
      { field: 'odd', value: 4, rule: 'must_be_odd', message: 'must_be_odd' },
    ])
  })

  it('never shows a secret back', async () => {
    const answer = await send('POST', '/api/v1/loads/1/weighing', { body: { ...weighing, password: 'hunter2' } })

    expect(answer.body.errors[0]).toMatchObject({ field: 'password', value: '•••' })
  })

  it('refuses what is not JSON, holds a null or half a character, is nested too deeply, or is too large', async () => {
    const path = '/api/v1/loads/1/weighing'
    const broken = await send('POST', path, { body: '{"massKg":' })
    const nul = await send('POST', path, { body: { ...weighing, note: 'a\u0000b' } })
    const escaped = await send('POST', path, { body: { ...weighing, note: 'a\\u0000b' } })
    const half = await send('POST', path, { body: `{"massKg":1,"note":"a\\ud83d"}` })
    const pair = await send('POST', path, {
      body: JSON.stringify({ ...weighing, note: '😀' }).replace('😀', '\\ud83d\\ude00'),
    })
    const nested = (levels: number) =>
      send('POST', path, { body: `{"massKg":1,"note":${'['.repeat(levels)}"\\ud83d"${']'.repeat(levels)}}` })
    const [deep, deeper] = [await nested(99), await nested(100_000)]
    const large = await send('POST', path, { body: { ...weighing, note: 'x'.repeat(1_100_000) } })
    const media = await send('POST', path, { body: 'a=1', headers: { 'content-type': 'text/plain' } })

    expect([broken.status, broken.body.kind]).toEqual([400, 'malformed_body'])
    expect([nul.status, nul.body.kind]).toEqual([400, 'forbidden_character'])
    expect(escaped.status).toBe(200)
    expect([half.status, half.body.kind, half.body.errors[0]?.value]).toEqual([400, 'half_character', 'U+D83D'])
    expect(pair.status).toBe(200)
    expect([deep.status, deep.body.kind]).toEqual([400, 'half_character'])
    expect([deeper.status, deeper.body.kind]).toEqual([400, 'nested_too_deep'])
    expect(deeper.body.errors[0]).toMatchObject({ field: 'body', rule: '<= 100 levels' })
    expect([large.status, large.body.kind]).toEqual([413, 'body_too_large'])
    expect(large.body.errors[0]).toMatchObject({ field: 'body', rule: 'max 1048576 bytes' })
    expect([media.status, media.body.kind]).toEqual([415, 'unsupported_media_type'])
  })
})

describe('refusals', () => {
  it('turn a rule into its row of the table with the values that decided', async () => {
    const zh = await send('POST', '/api/v1/loads/1/weighing', { body: { ...weighing, massKg: 50_000 } })
    const en = await send('POST', '/api/v1/loads/1/weighing', {
      body: { ...weighing, massKg: 50_000 },
      headers: { 'accept-language': 'en' },
    })

    expect(zh.status).toBe(422)
    expect(zh.body).toMatchObject({
      title: '超过限重',
      detail: 'massKg 50000 超过限重 49000',
      meta: { limitKg: 49_000 },
    })
    expect(en.body.errors).toEqual([
      { field: 'massKg', value: 50_000, rule: 'GB 1589-2016', message: 'massKg 50000 is over the limit 49000' },
    ])
  })

  it('tell an unknown address, a wrong method and a wrong role apart', async () => {
    const unknown = await send('GET', '/api/v1/nothing?x=1')
    const method = await send('DELETE', '/api/v1/loads')
    const role = await send('GET', '/api/v1/admin-only', { headers: { 'x-test-actor': 'eve' } })
    const nobody = await send('GET', '/api/v1/admin-only', { headers: { 'x-test-actor': '' } })
    const stale = await send('GET', '/api/v1/admin-only', { headers: { 'x-test-actor': '', cookie: 'a=b' } })

    expect(unknown.body).toMatchObject({ kind: 'no_route', status: 404, instance: '/api/v1/nothing' })
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET'])
    expect([role.status, role.body.kind]).toEqual([403, 'wrong_role'])
    expect([nobody.status, nobody.body.kind]).toEqual([401, 'not_signed_in'])
    expect([stale.status, stale.body.kind]).toEqual([401, 'session_ended'])
  })

  it('show nothing of a bug but the request id, and log the bug', async () => {
    const answer = await send('GET', '/api/v1/broken', { headers: { 'x-request-id': 'test-bug-0001' } })

    expect(answer.status).toBe(500)
    expect(answer.headers.get('x-request-id')).toBe('test-bug-0001')
    expect(answer.body).toMatchObject({ kind: 'unexpected', requestId: 'test-bug-0001' })
    expect(JSON.stringify(answer.body)).not.toContain('vault')
    expect(logged.join('')).toContain('select secret from vault')
  })

  it('end a handler that takes too long', async () => {
    const answer = await send('GET', '/api/v1/slow')

    expect([answer.status, answer.body.kind]).toEqual([503, 'timed_out'])
  })

  it('come in the same form for a broken address', async () => {
    const answer = await send('GET', '/api/v1/%E0%A4%A')

    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body.requestId).toBeTruthy()
  })

  it('slow down one who asks too often, by address', async () => {
    const answers = await Promise.all(
      Array.from({ length: 120 }, () => send('GET', '/api/v1/loads', { headers: { 'x-test-actor': '' } })),
    )

    const last = answers.find((answer) => answer.status === 429)
    expect(last?.body).toMatchObject({ kind: 'too_many_requests' })
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await send('GET', '/api/v1/loads')).status).toBe(200)
  })

  it('slow down one account whatever address it comes from, no other account, and machines later', async () => {
    const known: Record<string, Actor> = {
      ada: actor('ada', 'admin'),
      bob: actor('bob', 'enterprise'),
      meter: { ...actor('meter', 'admin'), kind: 'machine' },
    }
    const small = await createHttp(deps, {
      modules: [{ name: 'probe', contract, router }],
      identify: async ({ headers }) => {
        const who = known[String(headers['x-test-actor'])]
        return who ? { by: 'key', actor: who } : { by: 'none', actor: null }
      },
      publicUrl: 'https://tingzhou.example',
      trustProxy: true,
      limits: { perMinute: { account: 3, address: 100, machine: 5 } },
    })
    const ask = async (name: string, address: string) =>
      (
        await small.inject({
          url: '/api/v1/loads',
          headers: { 'x-test-actor': name, 'x-forwarded-for': address },
        })
      ).statusCode
    const series = async (name: string, times: number) => {
      const statuses: number[] = []
      for (let i = 0; i < times; i++) statuses.push(await ask(name, `10.0.0.${i}`))
      return statuses
    }

    expect(await series('ada', 4)).toEqual([200, 200, 200, 429])
    expect(await series('bob', 1)).toEqual([200])
    expect(await series('meter', 6)).toEqual([200, 200, 200, 200, 200, 429])
    await small.close()
  })
})

describe('cross-site requests', () => {
  const post = (headers: Record<string, string>) =>
    send('POST', '/api/v1/loads/1/weighing', { body: weighing, headers })

  it('are refused when a cookie is all they have', async () => {
    expect((await post({ cookie: 's=1', origin: 'https://evil.example' })).body.kind).toBe('cross_site')
    expect((await post({ cookie: 's=1' })).status).toBe(403)
    expect((await post({ origin: 'null' })).status).toBe(403)
    expect((await post({ cookie: 's=1', origin: url, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it('pass from the own page, behind the proxy, with a key, or without any cookie', async () => {
    expect((await post({ cookie: 's=1', origin: url })).status).toBe(200)
    expect((await post({ cookie: 's=1', origin: 'https://tingzhou.example' })).status).toBe(200)
    expect((await post({ cookie: 's=1', 'x-api-key': 'tz_x' })).status).toBe(200)
    expect((await post({})).status).toBe(200)
  })
})

describe('pages', () => {
  const page = (path: string, accept = 'text/html') => fetch(url + path, { headers: { accept, 'x-test-actor': 'ada' } })

  it('serve the shell for every page address with the nonce of its policy', async () => {
    const response = await page('/appeals/7')
    const html = await response.text()
    const policy = response.headers.get('content-security-policy') ?? ''
    const nonce = /content="(\w+)"/.exec(html)?.[1]

    expect(response.status).toBe(200)
    expect(nonce).toBeTruthy()
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe-eval')
    expect(response.headers.get('strict-transport-security')).toContain('max-age')
  })

  it('keep hashed assets for a year and miss what is missing', async () => {
    const asset = await page('/assets/app-1a2b.js', '*/*')
    const missing = await page('/assets/app-0000.js', '*/*')

    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect(missing.status).toBe(404)
    expect(missing.headers.get('content-type')).toContain('application/problem+json')
  })

  it('serve a site of its own below its path', async () => {
    expect(await (await page('/phone/')).text()).toContain('<title>phone</title>')
    expect(await (await page('/phone/trips/7')).text()).toContain('<title>phone</title>')
    expect(await (await page('/phones')).text()).toContain('csp-nonce')
    expect(await (await page('/phone/sw.js', '*/*')).text()).toBe('skipWaiting()')
    const without = await fetch(`${url}/phone`, { redirect: 'manual', headers: { accept: 'text/html' } })
    expect([without.status, without.headers.get('location')]).toEqual([302, '/phone/'])
  })

  it('describe the interface for machines and for people', async () => {
    const document = (await send('GET', '/api/v1/openapi.json')).body
    const docs = await page('/api/docs')
    const html = await docs.text()

    expect(document.openapi).toMatch(/^3\.1/)
    expect(document).toHaveProperty(['paths', '/loads/{no}/weighing', 'post', 'responses', 'default'])
    expect(html).toContain('过磅')
    expect(html).not.toContain('<script')
    expect(docs.headers.get('content-security-policy')).toContain(/nonce="(\w+)"/.exec(html)?.[1])
  })

  it('tell health, readiness and counts', async () => {
    expect((await page('/healthz')).status).toBe(200)
    expect((await page('/readyz')).status).toBe(200)
    expect(await (await page('/metrics')).text()).toContain('tingzhou_http_refusals_total{kind="cross_site"}')
  })
})

describe('live events', () => {
  it('reach a signed-in screen, with a beat, and no more streams than allowed', async () => {
    const stop = new AbortController()
    const response = await fetch(`${url}/api/v1/events`, { headers: { 'x-test-actor': 'eve' }, signal: stop.signal })
    const second = await send('GET', '/api/v1/events', { headers: { 'x-test-actor': 'eve' } })
    for (const tell of subscribers) tell({ type: 'probe.weighed', objectKind: 'load', objectId: '7' })
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk)
      if (text.includes('weighed') && text.includes(': beat')) break
    }

    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(text).toContain('data: {"type":"probe.weighed","objectKind":"load","objectId":"7"}\n\n')
    expect([second.status, second.body.kind]).toEqual([429, 'too_many_streams'])
    stop.abort()
  })

  it('are closed to strangers', async () => {
    const status = await new Promise((resolve) => {
      rawRequest(`${url}/api/v1/events`, (response) => resolve(response.statusCode)).end()
    })

    expect([401, 429]).toContain(status)
  })
})

describe('cursors', () => {
  it('come back as written and refuse anything else', () => {
    const cursor = encodeCursor([5, 'x'])

    expect(decodeCursor(cursor, ['number', 'string'])).toEqual([5, 'x'])
    for (const bad of ['', 'x', encodeCursor([5]), encodeCursor(['5', 'x'])])
      expect(() => decodeCursor(bad, ['number', 'string'])).toThrow('invalid_cursor')
    expect(() => {
      throw problem({ kind: 'a', status: 400 })
    }).toThrow('400 a')
  })
})
