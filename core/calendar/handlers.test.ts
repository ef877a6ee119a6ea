import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { epochMs } from '@tingzhou/kernel'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { createHttp, type Deps, type Identity } from '@tingzhou/http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calendarModule, createCalendarStore, daysOfYear, defaultOfficeHours } from './index.ts'

const zoneId = 'zone'
const identities: Readonly<Record<string, Identity>> = Object.fromEntries(
  (['admin', 'dispatcher'] as const).map((role) => [
    role,
    {
      by: 'session',
      actor: { accountId: role, name: role, kind: 'person', lang: 'en', memberships: [{ role, partyId: null }] },
    } satisfies Identity,
  ]),
)
const days2027 = daysOfYear(2027).map((date) => ({ date, kind: 'work' }))

let test: TestDatabase
let app: FastifyInstance

beforeAll(async () => {
  test = await testDatabase()
  // The ports that these routes use; other packages add theirs to Deps.
  const deps = {
    db: test.db,
    database: test.database,
    clock: () => epochMs(1_795_300_000_000),
    zoneId,
    log: pino({ level: 'silent' }),
    calendar: createCalendarStore({ zoneId }),
  } as Deps
  await calendarModule.start?.(deps)
  app = await createHttp(deps, {
    modules: [calendarModule],
    publicUrl: 'http://localhost',
    identify: async (request) => identities[String(request.headers['x-test-actor'])] ?? { by: 'none', actor: null },
  })
})
afterAll(async () => {
  await app.close()
  await test.database.close()
})

const ask = async (method: 'GET' | 'PUT', path: string, role: string, body?: object, language = 'en') => {
  const headers = { 'x-test-actor': role, 'accept-language': language, origin: 'http://localhost', host: 'localhost' }
  const answer = await app.inject({
    method,
    url: `/api/v1/calendar${path}`,
    headers,
    ...(body ? { payload: body } : {}),
  })
  return { status: answer.statusCode, body: answer.json() }
}

describe('GET /calendar/years', () => {
  it('lists the years with their workdays, the version and the changes', async () => {
    const { status, body } = await ask('GET', '/years', 'dispatcher')

    expect(status).toBe(200)
    expect(body.rows).toContainEqual({ year: 2024, workDays: 251, offDays: 115, sources: ['chinese-days 1.5.7'] })
    expect(body.version).toBe(body.changes[0].version)
  })

  it('gives one year day by day, and 404 for one that is not loaded', async () => {
    const year = await ask('GET', '/years/2025', 'dispatcher')
    const missing = await ask('GET', '/years/2031', 'dispatcher')

    expect(year.body.days).toHaveLength(365)
    expect(year.body.days[0]).toEqual({ date: '2025-01-01', kind: 'off', name: '元旦', nameEn: "New Year's Day" })
    expect(missing).toMatchObject({
      status: 404,
      body: { kind: 'year_not_loaded', errors: [{ field: 'year', value: 2031 }] },
    })
  })

  it('asks a stranger to sign in', async () => {
    expect((await ask('GET', '/years', 'nobody')).status).toBe(401)
  })
})

describe('PUT /calendar/years/{year}', () => {
  it('loads a year once for a repeated command, then refuses it without the wish to replace', async () => {
    const body = { commandId: randomUUID(), days: days2027, source: 'notice' }

    const first = await ask('PUT', '/years/2027', 'admin', body)
    const again = await ask('PUT', '/years/2027', 'admin', body)
    const other = await ask('PUT', '/years/2027', 'admin', { ...body, commandId: randomUUID() })
    const replaced = await ask('PUT', '/years/2027', 'admin', { ...body, commandId: randomUUID(), replace: true })

    expect(first.status).toBe(200)
    expect(again).toEqual(first)
    expect(other).toMatchObject({
      status: 409,
      body: { kind: 'year_exists', errors: [{ field: 'year', value: 2027 }] },
    })
    expect(replaced.status).toBe(200)
    expect(replaced.body.version).not.toBe(first.body.version)
  })

  it('names field, value and rule of a missing day, in the language of the reader', async () => {
    const body = { commandId: randomUUID(), days: days2027.slice(1), source: 'notice', replace: true }

    const english = await ask('PUT', '/years/2027', 'admin', body)
    const chinese = await ask('PUT', '/years/2027', 'admin', { ...body, commandId: randomUUID() }, 'zh-CN')

    const field = { field: 'days', value: '2027-01-01', rule: 'every day of 2027' }
    expect(english).toMatchObject({
      status: 422,
      body: { kind: 'day_missing', title: 'A day is missing', errors: [field] },
    })
    expect(chinese.body.title).toBe('缺少日期')
  })

  it('refuses a day that does not exist, a kind it does not know and a name it does not know', async () => {
    const put = (day: object) =>
      ask('PUT', '/years/2027', 'admin', { commandId: randomUUID(), days: [day], source: 'notice' })

    const answers = [
      await put({ date: '2027-02-30', kind: 'work' }),
      await put({ date: '2027-02-28', kind: 'half' }),
      await put({ date: '2027-02-28', kind: 'work', colour: 'red' }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400])
    expect(answers.map(({ body }) => body.errors[0].field)).toEqual(['days.0.date', 'days.0.kind', 'days.0'])
  })

  it('is for administrators', async () => {
    const body = { commandId: randomUUID(), days: days2027, source: 'notice', replace: true }

    expect(await ask('PUT', '/years/2027', 'dispatcher', body)).toMatchObject({
      status: 403,
      body: { kind: 'wrong_role' },
    })
  })
})

describe('/calendar/office-hours', () => {
  it('shows the default hours, then the ones an administrator sets', async () => {
    const seasons = [{ fromMonthDay: '01-01', toMonthDay: '12-31', spans: [{ from: '09:30', to: '18:30' }] }]

    const before = await ask('GET', '/office-hours', 'dispatcher')
    const saved = await ask('PUT', '/office-hours', 'admin', { commandId: randomUUID(), seasons, source: 'notice' })
    const after = await ask('GET', '/office-hours', 'dispatcher')

    expect(before.body.seasons).toEqual(defaultOfficeHours)
    expect(saved.status).toBe(200)
    expect(after.body.seasons).toEqual(seasons)
  })

  it('refuses hours that leave a day out, and a time that is none', async () => {
    const put = (toMonthDay: string, to: string) => {
      const seasons = [{ fromMonthDay: '01-01', toMonthDay, spans: [{ from: '09:30', to }] }]
      return ask('PUT', '/office-hours', 'admin', { commandId: randomUUID(), seasons, source: 'notice' })
    }

    expect(await put('12-30', '18:00')).toMatchObject({ status: 422, body: { kind: 'season_missing' } })
    expect(await put('12-31', '09:00')).toMatchObject({ status: 422, body: { kind: 'span_order' } })
    expect(await put('12-31', '25:00')).toMatchObject({ status: 400, body: { kind: 'invalid_input' } })
  })
})
