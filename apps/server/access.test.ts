import { randomUUID } from 'node:crypto'
import { createOTP } from '@better-auth/utils/otp'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { startTestServer, type Answer, type Client, type TestServer } from './testing.ts'

let server: TestServer
let now = Date.UTC(2026, 10, 22, 4, 0)
const password = 'correct horse battery'

beforeAll(async () => {
  server = await startTestServer({ clock: () => epochMs(now) })
})
afterAll(() => server.close())

const cookiesOf = (answer: Answer): string =>
  answer.headers
    .getSetCookie()
    .filter((cookie) => !/max-age=0/i.test(cookie))
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

const signIn = (username: string, word = password, more: object = {}) =>
  server.anyone().post('/api/v1/sessions', { username, password: word, ...more })

/** Somebody who signed in with a browser. */
async function browser(username: string): Promise<Client> {
  const answer = await signIn(username)
  expect(answer.status).toBe(201)
  return server.anyone({ cookie: cookiesOf(answer), origin: server.url })
}

async function addAccount(username: string, roles: object[] = [], more: object = {}) {
  const answer = await server.machine.post('/api/v1/accounts', {
    commandId: randomUUID(),
    username,
    name: `Name of ${username}`,
    password,
    roles,
    ...more,
  })
  expect(answer.body).toMatchObject({ username: username.toLowerCase() })
  return answer.body
}

describe('the first administrator', () => {
  it('is created once by the link of the console', async () => {
    const token = new URL(server.setupUrl ?? '').searchParams.get('token')
    const wish = { token, username: 'Boss', name: '管理员', password }

    expect((await server.anyone().get('/api/v1/sign-in-options')).body.setupOpen).toBe(true)
    const wrong = await server.anyone().post('/api/v1/setup', { ...wish, token: 'x'.repeat(43) })
    const both = await Promise.all(
      [1, 2].map((n) => server.anyone().post('/api/v1/setup', { ...wish, username: `boss${n}` })),
    )
    const again = await server.anyone().post('/api/v1/setup', wish)

    expect([wrong.status, wrong.body.kind]).toEqual([410, 'link_spent'])
    expect(both.map((answer) => answer.status).toSorted()).toEqual([201, 410])
    expect([again.status, again.body.kind]).toEqual([410, 'link_spent'])
    expect((await server.anyone().get('/api/v1/sign-in-options')).body).toEqual({
      demo: false,
      setupOpen: false,
      oidc: null,
    })
    const first = both[0]?.status === 201 ? 'boss1' : 'boss2'
    expect((await signIn(first)).body.memberships).toEqual([{ role: 'admin', partyId: null, partyName: null }])
  })
})

describe('sessions', () => {
  it('begin with name and password, without case in the name, and end for good', async () => {
    await addAccount('Ailin')
    const answer = await signIn('AILIN')
    const cookie = cookiesOf(answer)
    const client = server.anyone({ cookie, origin: server.url })

    expect(answer.headers.getSetCookie()[0]).toMatch(/^tingzhou\.session_token=.*HttpOnly; SameSite=Lax/i)
    expect(answer.body).toMatchObject({ username: 'ailin', kind: 'person', lang: 'zh-CN', totpEnabled: false })
    expect((await client.get('/api/v1/me')).body.name).toBe('Name of Ailin')
    expect((await client.delete('/api/v1/sessions/current')).status).toBe(200)
    const stale = await client.get('/api/v1/me')
    expect([stale.status, stale.body.kind]).toEqual([401, 'session_ended'])
    expect((await server.anyone().get('/api/v1/me')).body.kind).toBe('not_signed_in')
  })

  it('cannot be made up', async () => {
    const forged = server.anyone({ cookie: 'tingzhou.session_token=abc.def' })

    expect((await forged.get('/api/v1/me')).body.kind).toBe('session_ended')
  })

  it('refuse a change that another site sends', async () => {
    await addAccount('csrf')
    const cookie = cookiesOf(await signIn('csrf'))
    const evil = server.anyone({ cookie, origin: 'https://evil.example' })

    expect((await evil.patch('/api/v1/me', { name: 'x' })).body.kind).toBe('cross_site')
    expect((await evil.get('/api/v1/me')).status).toBe(200)
  })

  it('end when the account is closed, and when its password changes elsewhere', async () => {
    const account = await addAccount('leaver')
    const one = await browser('leaver')
    const two = await browser('leaver')
    const newPassword = 'another long phrase'
    expect((await one.put('/api/v1/me/password', { password: 'wrong one here', newPassword })).body.kind).toBe(
      'password_refused',
    )
    expect((await one.put('/api/v1/me/password', { password, newPassword })).status).toBe(200)

    expect((await one.get('/api/v1/me')).status).toBe(200)
    expect((await two.get('/api/v1/me')).status).toBe(401)
    expect((await signIn('leaver')).status).toBe(401)
    await server.machine.patch(`/api/v1/accounts/${account.id}`, { commandId: randomUUID(), rev: 1, state: 'closed' })
    expect((await one.get('/api/v1/me')).status).toBe(401)
    expect((await signIn('leaver', newPassword)).status).toBe(401)
  })

  it('remember the language and the name', async () => {
    await addAccount('reader')
    const client = await browser('reader')

    const answer = await client.patch('/api/v1/me', { lang: 'en', name: 'Reader Two' })

    expect(answer.body).toMatchObject({ lang: 'en', name: 'Reader Two' })
  })
})

describe('wrong passwords', () => {
  it('lock the name after five for fifteen minutes, saying no more than before', async () => {
    const account = await addAccount('target')
    const answers: Answer[] = []
    for (let i = 0; i < 5; i++) answers.push(await signIn('target', 'wrong password'))
    const right = await signIn('target')
    const unknown = await signIn('nobody-here', 'wrong password')

    for (const answer of [...answers, right, unknown])
      expect([answer.status, answer.body.kind, answer.body.detail]).toEqual([
        401,
        'sign_in_refused',
        unknown.body.detail,
      ])
    expect((await server.machine.get(`/api/v1/accounts/${account.id}`)).body.lockedUntil).toBe(now + 900_000)
    now += 899_000
    expect((await signIn('target')).status).toBe(401)
    now += 2_000
    expect((await signIn('target')).status).toBe(201)
  })

  it('get no more than five looks when they come all at once', async () => {
    await addAccount('rushed')

    await Promise.all(Array.from({ length: 12 }, () => signIn('rushed', 'wrong password')))

    expect((await signIn('rushed')).status).toBe(401)
    now += 901_000
  })

  it('are forgiven by a right one, and by an administrator', async () => {
    const account = await addAccount('clumsy')
    for (let i = 0; i < 4; i++) await signIn('clumsy', 'wrong password')
    expect((await signIn('clumsy')).status).toBe(201)
    for (let i = 0; i < 5; i++) await signIn('clumsy', 'wrong password')
    expect((await signIn('clumsy')).status).toBe(401)

    await server.machine.post(`/api/v1/accounts/${account.id}/unlock`, {})

    expect((await signIn('clumsy')).status).toBe(201)
  })
})

describe('one-time codes', () => {
  const secretOf = (uri: string) => new URL(uri).searchParams.get('secret') ?? ''
  const codeOf = async (secret: string) => createOTP(decodeBase32(secret)).totp()

  it('are set up with the password, then asked for', async () => {
    await addAccount('careful')
    const client = await browser('careful')
    expect((await client.post('/api/v1/me/totp', { password: 'not the one' })).body.kind).toBe('password_refused')
    const enrolment = await client.post('/api/v1/me/totp', { password })
    const secret = secretOf(enrolment.body.uri)
    const wrong = await client.post('/api/v1/me/totp/verification', { code: '000000' })
    const verified = await client.post('/api/v1/me/totp/verification', { code: await codeOf(secret) })

    expect(enrolment.body.uri).toContain('otpauth://totp/Tingzhou:careful?')
    expect(wrong.body.kind).toBe('totp_refused')
    expect(verified.body.totpEnabled).toBe(true)
    expect((await signIn('careful')).body.kind).toBe('totp_required')
    expect((await signIn('careful', password, { totp: '123456' })).body.kind).toBe('totp_refused')
    expect((await signIn('careful', password, { totp: await codeOf(secret) })).status).toBe(201)
    const backup = enrolment.body.backupCodes[0]
    expect((await signIn('careful', password, { totp: backup })).status).toBe(201)
    expect((await signIn('careful', password, { totp: backup })).body.kind).toBe('totp_refused')
  })

  it('withhold the roles of staff until set up, where the zone asks for them', async () => {
    await addAccount('officer', [{ role: 'dispatcher', partyId: null }])
    const client = await browser('officer')
    expect((await client.get('/api/v1/parties?kind=area')).status).toBe(200)

    await server.machine.patch('/api/v1/access-settings', { commandId: randomUUID(), rev: 0, totpForStaff: true })

    expect((await client.get('/api/v1/me')).body).toMatchObject({ mustEnrolTotp: true, memberships: [] })
    expect((await client.get('/api/v1/parties?kind=area')).body).toMatchObject({
      kind: 'wrong_role',
      detail: expect.stringMatching(/管理员|Administrator/),
    })
    const enrolment = await client.post('/api/v1/me/totp', { password })
    const verified = await client.post('/api/v1/me/totp/verification', {
      code: await codeOf(secretOf(enrolment.body.uri)),
    })
    expect(verified.body.memberships).toHaveLength(1)
    const renewed = server.anyone({ cookie: cookiesOf(verified), origin: server.url })
    expect((await renewed.get('/api/v1/parties?kind=area')).status).toBe(200)
    expect((await renewed.post('/api/v1/me/totp/removal', { password })).body).toMatchObject({ mustEnrolTotp: true })
    await server.machine.patch('/api/v1/access-settings', { commandId: randomUUID(), rev: 1, totpForStaff: false })
  })
})

describe('accounts', () => {
  it('are administered by administrators only', async () => {
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])

    const answers = await Promise.all([
      dispatcher.get('/api/v1/accounts'),
      dispatcher.post('/api/v1/accounts', { commandId: randomUUID(), username: 'no', name: 'no' }),
      dispatcher.get('/api/v1/api-keys'),
    ])

    for (const answer of answers) expect([answer.status, answer.body.kind]).toEqual([403, 'wrong_role'])
  })

  it('give a repeated command its first answer, and refuse a taken name in both languages', async () => {
    const body = { commandId: randomUUID(), username: '张三', name: '张三', password }
    const first = await server.machine.post('/api/v1/accounts', body)
    const repeat = await server.machine.post('/api/v1/accounts', body)
    const zh = await server.machine.post('/api/v1/accounts', { ...body, commandId: randomUUID() })
    const en = await server.machine.send('POST', '/api/v1/accounts', {
      body: { ...body, commandId: randomUUID() },
      lang: 'en',
    })
    const reused = await server.machine.post('/api/v1/accounts', { ...body, username: 'other' })

    expect(repeat.body).toEqual(first.body)
    expect([zh.status, zh.body.title]).toEqual([409, '用户名已被使用'])
    expect(en.body.errors).toEqual([
      { field: 'username', value: '张三', rule: 'unique', message: '张三 is taken; choose another.' },
    ])
    expect([reused.status, reused.body.kind]).toEqual([409, 'command_reused'])
  })

  it('keep one of two who choose the same name at once', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() =>
        server.machine.post('/api/v1/accounts', { commandId: randomUUID(), username: 'twin', name: 'twin' }),
      ),
    )

    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409])
  })

  it('refuse a role without its party, an unknown party, and a stale revision', async () => {
    const account = await addAccount('changing')
    const change = (rev: number, roles: object[]) =>
      server.machine.patch(`/api/v1/accounts/${account.id}`, { commandId: randomUUID(), rev, roles })

    expect((await change(1, [{ role: 'area_lead', partyId: null }])).body.kind).toBe('role_needs_party')
    expect((await change(1, [{ role: 'area_lead', partyId: 'nowhere' }])).body.kind).toBe('no_such_party')
    const done = await change(1, [{ role: 'dispatcher', partyId: null }])
    const stale = await change(1, [])
    expect(done.body).toMatchObject({ rev: 2, memberships: [{ role: 'dispatcher' }] })
    expect([stale.status, stale.body.meta]).toEqual([409, { expected: 1, actual: 2 }])
    expect(stale.body.detail).toContain('第 2 版')
  })

  it('are found by name and role, page by page', async () => {
    for (let i = 0; i < 5; i++) await addAccount(`pager-${i}`, [{ role: 'leader', partyId: null }])
    const first = await server.machine.get('/api/v1/accounts?role=leader&limit=3')
    const second = await server.machine.get(`/api/v1/accounts?role=leader&limit=3&cursor=${first.body.next}`)
    const found = await server.machine.get('/api/v1/accounts?q=PAGER-3')
    const bad = await server.machine.get('/api/v1/accounts?cursor=nonsense')

    expect(first.body.total).toBe(5)
    expect([...first.body.rows, ...second.body.rows].map((row: { username: string }) => row.username)).toEqual(
      [0, 1, 2, 3, 4].map((i) => `pager-${i}`),
    )
    expect(second.body.next).toBeNull()
    expect(found.body.rows).toHaveLength(1)
    expect([bad.status, bad.body.kind]).toEqual([400, 'invalid_cursor'])
  })

  it('keep one administrator', async () => {
    const admins = await server.machine.get('/api/v1/accounts?role=admin&kind=person')
    const [last] = admins.body.rows

    const answer = await server.machine.patch(`/api/v1/accounts/${last.id}`, {
      commandId: randomUUID(),
      rev: last.rev,
      roles: [],
    })

    expect([answer.status, answer.body.kind]).toEqual([422, 'last_admin'])
    expect((await server.machine.get(`/api/v1/accounts/${last.id}`)).body.memberships).toHaveLength(1)
  })

  it('get a new password by a link that works once', async () => {
    const account = await addAccount('forgetful')
    const link = await server.machine.post(`/api/v1/accounts/${account.id}/password-reset`, { commandId: randomUUID() })
    const token = new URL(link.body.url).searchParams.get('token')
    const set = () => server.anyone().post('/api/v1/password-resets', { token, password: 'a brand new phrase' })

    expect((await set()).body).toEqual({ username: 'forgetful' })
    expect((await set()).status).toBe(410)
    expect((await signIn('forgetful', 'a brand new phrase')).status).toBe(201)
    const short = await server.anyone().post('/api/v1/password-resets', { token, password: 'short' })
    expect(short.body.errors[0]).toEqual({ field: 'password', value: '•••', rule: 'min 10', message: '至少 10 个字符' })
  })

  it('write who did what into the history', async () => {
    const answer = await sql<{ verb: string; actor_id: string }>`select verb, actor_id from history
      where object_kind = 'account' and verb = 'create' limit 1`.execute(server.deps.db)

    expect(answer.rows).toHaveLength(1)
  })

  it('hold text that looks like SQL or script unharmed', async () => {
    const name = `Robert'); drop table account;-- <script>alert(1)</script>`
    const account = await addAccount('bobby', [], { name })

    expect((await server.machine.get(`/api/v1/accounts/${account.id}`)).body.name).toBe(name)
  })
})

describe('invitations', () => {
  it('let a contact bring in people of the own enterprise', async () => {
    await sql`insert into party (zone_id, id, kind, name, created_at, updated_at) values
      ('zone', 'firm-1', 'enterprise', '一号企业', now(), now()), ('zone', 'firm-2', 'enterprise', '二号企业', now(), now())`.execute(
      server.deps.db,
    )
    await addAccount('contact', [{ role: 'enterprise', partyId: 'firm-1' }])
    const contact = await browser('contact')
    const foreign = await contact.post('/api/v1/invitations', { commandId: randomUUID(), partyId: 'firm-2' })
    const admin = await contact.post('/api/v1/invitations', {
      commandId: randomUUID(),
      partyId: 'firm-1',
      role: 'admin',
    })
    const link = await contact.post('/api/v1/invitations', { commandId: randomUUID(), partyId: 'firm-1' })
    const token = new URL(link.body.url).searchParams.get('token')
    const seen = await server.anyone().post('/api/v1/invitations/lookup', { token })
    const accept = (username: string) =>
      server.anyone().post('/api/v1/invitations/acceptance', { token, username, name: '李四', password })

    expect([foreign.status, admin.status]).toEqual([403, 403])
    expect(seen.body).toMatchObject({ partyName: '一号企业', role: 'enterprise' })
    expect((await accept('ailin')).body.kind).toBe('username_taken')
    expect((await accept('lisi')).status).toBe(201)
    expect((await accept('lisi2')).status).toBe(410)
    const me = await signIn('lisi')
    expect(me.body.memberships).toEqual([{ role: 'enterprise', partyId: 'firm-1', partyName: '一号企业' }])
  })
})

describe('keys of machines', () => {
  it('are shown once, act with their roles, and end', async () => {
    const robot = await addAccount(
      'robot',
      [
        { role: 'dispatcher', partyId: null },
        { role: 'auditor', partyId: null },
      ],
      { kind: 'machine' },
    )
    const wish = {
      commandId: randomUUID(),
      accountId: robot.id,
      name: 'gateway',
      roles: ['auditor'],
      expiresAt: now + 60_000,
    }
    const made = await server.machine.post('/api/v1/api-keys', wish)
    const repeat = await server.machine.post('/api/v1/api-keys', wish)
    const key = made.body.key
    const bearer = server.anyone({ authorization: `Bearer ${key}` })
    const header = server.anyone({ 'x-api-key': key })

    expect(key).toMatch(/^tz_[\w-]{43}$/)
    expect(repeat.body.kind).toBe('command_reused')
    expect((await bearer.get('/api/v1/me')).body.memberships).toEqual([
      { role: 'auditor', partyId: null, partyName: null },
    ])
    expect((await header.get('/api/v1/me')).status).toBe(200)
    expect((await bearer.get('/api/v1/parties?kind=area')).body.kind).toBe('wrong_role')
    expect((await bearer.post('/api/v1/me/totp', { password })).body.kind).toBe('needs_session')
    const listed = await server.machine.get('/api/v1/api-keys')
    expect(JSON.stringify(listed.body)).not.toContain(key)
    expect(listed.body.rows.find((row: { id: string }) => row.id === wish.commandId)).toMatchObject({
      hint: key.slice(0, 8),
      lastUsedAt: now,
    })
    now += 61_000
    expect((await bearer.get('/api/v1/me')).body.kind).toBe('key_refused')
    const again = await server.machine.post('/api/v1/api-keys', {
      ...wish,
      commandId: randomUUID(),
      expiresAt: undefined,
    })
    const second = server.anyone({ 'x-api-key': again.body.key })
    expect((await second.get('/api/v1/me')).status).toBe(200)
    expect((await server.machine.delete(`/api/v1/api-keys/${again.body.id}`)).status).toBe(200)
    expect((await second.get('/api/v1/me')).body.kind).toBe('key_refused')
    expect((await server.anyone({ 'x-api-key': 'tz_wrong' }).get('/healthz')).status).toBe(200)
  })
})

describe('keys of an enterprise', () => {
  const keys = '/api/v1/firm-api-keys'
  const wish = (more: object = {}) => ({ commandId: randomUUID(), partyId: 'firm-1', name: 'ERP', ...more })
  /** Somebody of firm-1 with a browser. */
  async function contact(username: string): Promise<Client> {
    await addAccount(username, [{ role: 'enterprise', partyId: 'firm-1' }])
    return browser(username)
  }

  it('act for this enterprise alone, under their own name, and outlive whoever made them', async () => {
    await addAccount('moves.on', [
      { role: 'enterprise', partyId: 'firm-1' },
      { role: 'dispatcher', partyId: null },
    ])
    const leaver = await browser('moves.on')
    const body = wish()
    const made = await leaver.post(keys, body)
    const repeat = await leaver.post(keys, body)
    const erp = server.anyone({ authorization: `Bearer ${made.body.key}` })
    const accounts = await server.machine.get('/api/v1/accounts?q=moves.on')
    const [{ id, rev }] = accounts.body.rows
    await server.machine.send('PATCH', `/api/v1/accounts/${id}`, {
      body: { commandId: randomUUID(), rev, state: 'closed' },
    })

    expect(made.status).toBe(201)
    expect([repeat.status, repeat.body.kind]).toEqual([409, 'command_reused'])
    expect((await erp.get('/api/v1/me')).body).toMatchObject({
      name: 'ERP',
      kind: 'machine',
      memberships: [{ role: 'enterprise', partyId: 'firm-1' }],
    })
    expect((await leaver.get(keys)).status).toBe(401)
  })

  it('are made and ended by people of the enterprise, not by keys and not by others', async () => {
    const [own, colleague] = [await contact('own1'), await contact('own2')]
    await addAccount('foreign1', [{ role: 'enterprise', partyId: 'firm-2' }])
    const foreign = await browser('foreign1')
    const made = await own.post(keys, wish({ readOnly: false }))
    const { id, key } = made.body
    const erp = server.anyone({ 'x-api-key': key })
    const invitation = { commandId: randomUUID(), partyId: 'firm-1' }

    expect((await foreign.post(keys, wish())).body).toMatchObject({ status: 403, kind: 'not_your_party' })
    expect((await foreign.get(keys)).body.rows).toEqual([])
    expect((await foreign.delete(`${keys}/${id}`)).status).toBe(404)
    for (const answer of [await erp.get(keys), await erp.post(keys, wish()), await erp.delete(`${keys}/${id}`)])
      expect([answer.status, answer.body.kind]).toEqual([403, 'needs_session'])
    expect((await erp.post('/api/v1/invitations', invitation)).body.kind).toBe('not_your_party')
    expect((await colleague.get(keys)).body.rows.map((row: { id: string }) => row.id)).toContain(id)
    expect(JSON.stringify((await colleague.get(keys)).body)).not.toContain(key)
    expect((await colleague.delete(`${keys}/${id}`)).status).toBe(200)
    expect((await erp.get('/api/v1/me')).body.kind).toBe('key_refused')
    expect((await colleague.delete(`${keys}/${id}`)).status).toBe(404)
    const { rows } = (await colleague.get(keys)).body
    expect(rows.at(-1).id).toBe(id)
    expect((await server.machine.get(`/api/v1/accounts/${rows.at(-1).accountId}`)).body).toMatchObject({
      state: 'closed',
      memberships: [],
    })
  })

  it('that only read change nothing', async () => {
    const own = await contact('own3')
    const { key } = (await own.post(keys, wish({ readOnly: true }))).body
    const reader = server.anyone({ authorization: `Bearer ${key}` })

    expect((await reader.get('/api/v1/me')).status).toBe(200)
    const answer = await reader.post('/api/v1/invitations', { commandId: randomUUID(), partyId: 'firm-1' })
    expect([answer.status, answer.body.kind]).toEqual([403, 'key_only_reads'])
  })

  it('are at most twenty, also of many asked for at once; one that is over makes room', async () => {
    await addAccount('own4', [{ role: 'enterprise', partyId: 'firm-2' }])
    const own = await browser('own4')
    const ask = () => own.post(keys, wish({ partyId: 'firm-2', days: 1 }))
    const made = await Promise.all(Array.from({ length: 25 }, ask))

    expect(made.filter(({ status }) => status === 201)).toHaveLength(20)
    expect(made.find(({ status }) => status === 422)?.body).toMatchObject({ kind: 'too_many_keys' })
    now += 86_400_001
    expect((await (await browser('own4')).post(keys, wish({ partyId: 'firm-2' }))).status).toBe(201)
  })
})

describe('outside the demo', () => {
  it('there are no demo accounts', async () => {
    const list = await server.anyone().get('/api/v1/demo-accounts')
    const made = await server.machine.post('/api/v1/accounts', {
      commandId: randomUUID(),
      username: 'dd',
      name: 'd',
      demo: true,
    })

    expect([list.status, list.body.kind]).toEqual([404, 'no_route'])
    expect([made.status, made.body.kind]).toEqual([422, 'not_the_demo'])
  })
})

function decodeBase32(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...text.replaceAll('=', '')].map((sign) => alphabet.indexOf(sign).toString(2).padStart(5, '0')).join('')
  return String.fromCharCode(...(bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
