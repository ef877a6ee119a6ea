import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { at, newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { createRelay } from '@tingzhou/events'
import { createHttp, type Deps } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import { createTimerRunner } from '@tingzhou/timers'
import {
  addNotices,
  createNoticesModule,
  listTroubledMail,
  mailHandler,
  mailSource,
  registerNoticeTexts,
  removeOldNotices,
} from './index.ts'
import type { NewNotice } from './index.ts'
import { startSmtpServer } from './testing-smtp.ts'

let test: TestDatabase
let app: FastifyInstance
let url: string
let now = epochMs(Date.UTC(2026, 10, 22, 4, 26))
const zoneId = 'zone'
const clock = () => now
const quiet = { error: () => {} }

const notice = (accountId: string, over: Partial<NewNotice> = {}): NewNotice => ({
  accountId,
  kind: 'needs.dispatched',
  needsMe: true,
  titleKey: 'rung:dispatched',
  params: { no: 'SQ20261122-0001' },
  objectKind: 'appeal',
  objectId: 'a1',
  link: '/appeals/a1',
  at: now,
  ...over,
})
const add = (...notices: NewNotice[]) => test.db.transaction().execute((tx) => addNotices(tx, zoneId, notices))
const ask = async (who: string, path: string, init: RequestInit & { lang?: string } = {}) => {
  const headers = {
    'x-test-account': who,
    'accept-language': init.lang ?? 'en',
    ...(init.body ? { 'content-type': 'application/json' } : {}),
  }
  const answer = await fetch(`${url}/api/v1${path}`, { ...init, headers })
  return { status: answer.status, body: (await answer.json()) as Record<string, any> } // oxlint-disable-line typescript/no-explicit-any -- whatever came
}
const command = (method: string, who: string, path: string, body: Record<string, unknown>) =>
  ask(who, path, { method, body: JSON.stringify({ commandId: newId(), ...body }) })
const addAccount = async (id: string, email: string, over: { lang?: 'en'; synthetic?: boolean } = {}) => {
  const times = { created_at: at(now), updated_at: at(now) }
  await test.db
    .insertInto('party')
    .values({ zone_id: zoneId, id, kind: 'person', name: id, ...times })
    .execute()
  await test.db
    .insertInto('account')
    .values({ zone_id: zoneId, id, username: id, name: id, email, ...over, ...times })
    .execute()
}

beforeAll(async () => {
  test = await testDatabase()
  registerNoticeTexts('rung', {
    'zh-CN': { dispatched: '诉求 {no} 已派给您' },
    en: { dispatched: 'Appeal {no} was dispatched to you' },
  })
  const deps = { db: test.db, database: test.database, zoneId, clock, log: pino({ level: 'silent' }) }
  // Notices ask for nothing else of the server's ports.
  app = await createHttp(deps as unknown as Deps, {
    modules: [createNoticesModule()],
    publicUrl: 'http://localhost',
    identify: async (request) => {
      const accountId = request.headers['x-test-account']
      if (typeof accountId !== 'string' || accountId === '') return { by: 'none', actor: null }
      return { by: 'key', actor: { accountId, name: accountId, kind: 'person', lang: 'en', memberships: [] } }
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  url = `http://127.0.0.1:${port}`
})
afterAll(async () => {
  await app.close()
  await test.database.close()
})
beforeEach(() =>
  test.database.exec(
    'delete from notice; delete from notice_mute; delete from outbox; delete from account; delete from party',
  ),
)

describe('the bell', () => {
  it('shows an account its own notices, newest first, in its language, with what is unread', async () => {
    await add(
      notice('ann'),
      notice('ann', { kind: 'needs.closed', needsMe: false, at: epochMs(now + 1) }),
      notice('bob'),
    )

    const list = await ask('ann', '/notices')
    expect(list.body).toMatchObject({
      rows: [
        { kind: 'needs.closed' },
        { title: 'Appeal SQ20261122-0001 was dispatched to you', link: '/appeals/a1', readAt: null },
      ],
      next: null,
      unread: { needsMe: 1, information: 1 },
    })
    const chinese = await ask('ann', '/notices?needsMe=true', { lang: 'zh-CN' })
    expect(chinese.body.rows).toMatchObject([{ title: '诉求 SQ20261122-0001 已派给您' }])
    expect((await ask('', '/notices')).status).toBe(401)
  })

  it('pages without gap or repeat', async () => {
    await add(...Array.from({ length: 7 }, () => notice('ann')))

    const first = await ask('ann', '/notices?limit=4')
    const second = await ask('ann', `/notices?limit=4&cursor=${first.body.next}`)

    const ids = [...first.body.rows, ...second.body.rows].map((row: { id: string }) => row.id)
    expect([ids.length, new Set(ids).size, second.body.next]).toEqual([7, 7, null])
  })

  it('marks as read what is its own only', async () => {
    await add(notice('ann'), notice('ann'), notice('bob'))
    const ids = (await ask('ann', '/notices')).body.rows.map((row: { id: string }) => row.id)

    expect((await command('POST', 'bob', '/notices/read', { ids })).body).toEqual({ read: 0 })
    expect((await command('POST', 'ann', '/notices/read', { ids: [ids[0]] })).body).toEqual({ read: 1 })
    expect((await ask('ann', '/notices?unread=true')).body.rows).toHaveLength(1)
    expect((await command('POST', 'ann', '/notices/read', {})).body).toEqual({ read: 1 })
    expect((await ask('ann', '/notices/unread')).body).toEqual({ needsMe: 0, information: 0 })
    expect((await ask('bob', '/notices/unread')).body).toEqual({ needsMe: 1, information: 0 })
  })

  it('is silent for muted kinds, never for alarms', async () => {
    expect((await command('PUT', 'ann', '/notices/mutes', { kinds: ['needs.dispatched'] })).body).toEqual({
      kinds: ['needs.dispatched'],
    })

    expect(
      await add(notice('ann'), notice('bob'), notice('ann', { alarm: true }), notice('ann', { kind: 'other' })),
    ).toBe(3)

    expect((await ask('ann', '/notices')).body.rows).toHaveLength(2)
    expect((await command('PUT', 'ann', '/notices/mutes', { kinds: [] })).body).toEqual({ kinds: [] })
    expect(await add(notice('ann'))).toBe(1)
  })

  it('tells the screens of those who got one', async () => {
    await add(notice('ann'), notice('bob'))
    await command('PUT', 'cat', '/notices/mutes', { kinds: ['needs.dispatched'] })
    await add(notice('cat'))

    const events = await test.db.selectFrom('outbox').select(['type', 'to_parties']).execute()
    expect(events.map((event) => [event.type, event.to_parties.toSorted()])).toEqual([
      ['notices.notice_added', ['ann', 'bob']],
    ])
  })

  it('forgets what is older than half a year', async () => {
    await add(notice('ann', { at: epochMs(now - 184 * 86_400_000) }), notice('ann'))

    expect(await removeOldNotices(test.db, zoneId, now)).toBe(1)
  })
})

describe('letters', () => {
  const setUp = async () => {
    const smtp = await startSmtpServer()
    const deps = { db: test.db, zoneId, clock, log: quiet }
    const relay = createRelay(deps, [mailHandler(deps)])
    await relay.settle()
    const source = mailSource(deps, {
      smtpUrl: smtp.url,
      from: 'zone@tingzhou.example',
      publicUrl: 'https://tingzhou.example',
    })
    return { smtp, relay, deps, timers: createTimerRunner(deps, [source]) }
  }

  it('go to those who must act and have an address, once', async () => {
    const { smtp, relay, timers } = await setUp()
    await addAccount('ann', 'ann@firm.example', { lang: 'en' })
    await addAccount('demo', 'demo@firm.example', { synthetic: true })
    await addAccount('none', 'none@account.invalid')
    await add(notice('ann'), notice('ann', { needsMe: false }), notice('demo'), notice('none'), notice('nobody'))

    await relay.settle()
    await timers.runDue()
    await timers.runDue()

    expect(smtp.letters).toHaveLength(1)
    const [letter] = smtp.letters
    expect(letter?.to).toContain('ann@firm.example')
    expect(letter?.text).toMatch(/^Subject: Appeal SQ20261122-0001 was dispatched to you\r$/m)
    expect(letter?.text).toMatch(/^Message-ID: <[0-9a-f-]{36}@tingzhou\.example>\r$/m)
    expect(letter?.text).toContain('https://tingzhou.example/appeals/a1')
    await smtp.close()
  })

  it('are tried again when the server puts them off, visibly, under the same message id', async () => {
    const { smtp, relay, timers, deps } = await setUp()
    await addAccount('bob', 'bob@firm.example')
    await add(notice('bob'))
    await relay.settle()
    smtp.refuse(2)

    await timers.runDue()
    expect(await listTroubledMail(deps)).toMatchObject([
      { state: 'waiting', attempts: 1, lastError: expect.stringContaining('451') },
    ])
    expect(await timers.runDue(epochMs(now + 59_000))).toBe(0)
    await timers.runDue(epochMs(now + 60_000))
    await timers.runDue(epochMs(now + 180_000))

    expect(smtp.letters).toHaveLength(1)
    expect(await listTroubledMail(deps)).toEqual([])
    await smtp.close()
  })

  it('wait while no server answers, and are taken up again after a process died while sending', async () => {
    const { smtp, relay, timers, deps } = await setUp()
    await addAccount('cat', 'cat@firm.example')
    await add(notice('cat'))
    await relay.settle()
    await smtp.close()
    await timers.runDue()
    expect(await listTroubledMail(deps)).toMatchObject([
      { attempts: 1, lastError: expect.stringContaining('ECONNREFUSED') },
    ])

    const again = await startSmtpServer()
    const source = mailSource(deps, {
      smtpUrl: again.url,
      from: 'zone@tingzhou.example',
      publicUrl: 'https://tingzhou.example',
    })
    now = epochMs(now + 3_600_000)
    await createTimerRunner(deps, [source]).runDue()

    expect(again.letters).toHaveLength(1)
    await again.close()
  })
})
