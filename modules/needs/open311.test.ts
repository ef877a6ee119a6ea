import { Ajv } from 'ajv'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { sql } from 'kysely'
import { createApiKey } from '@tingzhou/access'
import { newId } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type Answer, type Client, type TestServer } from '@tingzhou/server/testing'
import { escapeXml, readFormat, toW3c, writeDocument } from './open311-format.ts'
import discoverySchema from './open311-schemas/discovery.json' with { type: 'json' }
import errorsSchema from './open311-schemas/errors.json' with { type: 'json' }
import postedSchema from './open311-schemas/posted-request.json' with { type: 'json' }
import definitionSchema from './open311-schemas/service-definition.json' with { type: 'json' }
import requestsSchema from './open311-schemas/service-requests.json' with { type: 'json' }
import servicesSchema from './open311-schemas/services.json' with { type: 'json' }
import tokenSchema from './open311-schemas/token.json' with { type: 'json' }

const v2 = '/open311/v2'
const ajv = new Ajv({ allErrors: true, strict: false })
const checks = {
  services: ajv.compile(servicesSchema),
  definition: ajv.compile(definitionSchema),
  requests: ajv.compile(requestsSchema),
  posted: ajv.compile(postedSchema),
  token: ajv.compile(tokenSchema),
  errors: ajv.compile(errorsSchema),
  discovery: ajv.compile(discoverySchema),
}
type Kind = keyof typeof checks

let server: TestServer
let anyone: Client
let key: string

beforeAll(async () => {
  server = await startTestServer()
  anyone = server.anyone()
  const machine = await server.actor([{ role: 'machine', partyId: null }])
  const { db, zoneId, clock } = server.deps
  const wanted = { id: newId(), accountId: machine.accountId, name: 'client', roles: null, expiresAt: null }
  const made = await db.transaction().execute((tx) => createApiKey(tx, zoneId, wanted, 'test', clock()))
  assert(made.ok, 'a key is made')
  key = made.value
})
afterAll(() => server.close())

function expectValid(kind: Kind, answer: Answer, status = 200): void {
  const fits = checks[kind](answer.body)
  expect({ status: answer.status, faults: checks[kind].errors, fits }).toEqual({ status, faults: null, fits: true })
  expect(answer.headers.get('content-type')).toContain('application/json')
}

const parser = new XMLParser({ parseTagValue: false, processEntities: true })
async function getXml(path: string, status = 200): Promise<Record<string, unknown>> {
  const answer = await anyone.get(path)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toContain('text/xml')
  expect(XMLValidator.validate(answer.body)).toBe(true)
  return parser.parse(answer.body)
}

const form = (fields: Record<string, string>): Promise<Answer> =>
  anyone.send('POST', `${v2}/requests.json`, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
const good = () => ({
  api_key: key,
  service_code: '1101',
  lat: '44.15',
  long: '87.98',
  description: '道路两侧垃圾无人清运',
})
const posted = async (fields: Record<string, string> = {}) => {
  const answer = await form({ ...good(), ...fields })
  expectValid('posted', answer, 201)
  return String(answer.body[0].service_request_id)
}

describe('services', () => {
  it('lists every category in use as a service, in the reader’s language, JSON and XML alike', async () => {
    const chinese = await anyone.get(`${v2}/services.json`)
    const english = await anyone.send('GET', `${v2}/services.json`, { lang: 'en' })
    const xml = await getXml(`${v2}/services.xml`)

    expectValid('services', chinese)
    expectValid('services', english)
    expect(chinese.body).toHaveLength(63)
    expect(chinese.body).toContainEqual(
      expect.objectContaining({
        service_code: '0402',
        service_name: '停电与电能质量',
        group: '水电气热网',
        metadata: true,
        type: 'realtime',
      }),
    )
    expect(english.body).toContainEqual(
      expect.objectContaining({ service_code: '0402', service_name: 'Power outage and quality', group: 'Utilities' }),
    )
    expect(xml).toMatchObject({
      services: { service: expect.arrayContaining([expect.objectContaining({ service_code: '0402' })]) },
    })
  })

  it('gives the questions of a service, and 404 for one that does not exist', async () => {
    const definition = await anyone.get(`${v2}/services/0402.json`)
    const plain = await anyone.get(`${v2}/services/0101.json`)
    const xml = await getXml(`${v2}/services/0402.xml`)

    expectValid('definition', definition)
    expectValid('definition', plain)
    expect(definition.body.attributes[0]).toMatchObject({
      code: 'extent',
      datatype: 'singlevaluelist',
      required: true,
      order: 1,
    })
    expect(xml).toMatchObject({ service_definition: { service_code: '0402' } })
    expectValid('errors', await anyone.get(`${v2}/services/9999.json`), 404)
  })
})

describe('discovery', () => {
  it('names the endpoint and its formats', async () => {
    expectValid('discovery', await anyone.get('/open311/discovery.json'))
    expectValid('discovery', await anyone.get(`${v2}/discovery.json`))
    expect(await getXml('/open311/discovery.xml')).toMatchObject({
      discovery: { endpoints: { endpoint: { type: 'production' } } },
    })
  })
})

describe('a posted request', () => {
  it('becomes an appeal that can be followed by its number, in both formats', async () => {
    const id = await posted({
      first_name: '三',
      last_name: '张',
      phone: '13800000000',
      media_url: 'https://example.org/a.jpg',
    })

    const one = await anyone.get(`${v2}/requests/${id}.json`)
    const xml = await getXml(`${v2}/requests/${id}.xml`)

    expectValid('requests', one)
    expect(one.body).toEqual([
      expect.objectContaining({
        service_request_id: id,
        status: 'open',
        service_code: '1101',
        description: '道路两侧垃圾无人清运',
        lat: 44.15,
        long: 87.98,
        media_url: 'https://example.org/a.jpg',
      }),
    ])
    expect(JSON.stringify(one.body)).not.toContain('13800000000')
    expect(xml).toMatchObject({ service_requests: { request: { service_request_id: id, status: 'open' } } })
    const appeal = await server.deps.db
      .selectFrom('appeal')
      .select(['channel', 'category', 'state', 'contact_name', 'contact_phone'])
      .where('no', '=', id)
      .executeTakeFirst()
    expect(appeal).toEqual({
      channel: 'open311',
      category: '1101',
      state: 'registered',
      contact_name: '张 三',
      contact_phone: '13800000000',
    })
  })

  it('answers the questions of its service, and is refused where a required one is missing or wrong', async () => {
    const power = { service_code: '0402' }
    const id = await posted({ ...power, 'attribute[extent]': 'site', 'attribute[since]': '2026-11-20T08:00:00+08:00' })

    const { body } = await anyone.get(`${v2}/requests/${id}.json`)
    expect(body[0].description).toContain('影响范围: 整个厂区')
    const missing = await form({ ...good(), ...power })
    expectValid('errors', missing, 400)
    expect(missing.body).toEqual([{ code: 400, description: 'attribute[extent] is required' }])
    expectValid('errors', await form({ ...good(), ...power, 'attribute[extent]': 'moon' }), 400)
    expectValid(
      'errors',
      await form({ ...good(), ...power, 'attribute[extent]': 'site', 'attribute[other]': '1' }),
      400,
    )
  })

  it.each([
    ['without a key', { api_key: '' }, 403],
    ['with a wrong key', { api_key: 'tz_wrong' }, 403],
    ['for a service that does not exist', { service_code: '9999' }, 404],
    ['for a first-level category', { service_code: '04' }, 404],
    ['without a place', { lat: '', long: '' }, 400],
    ['with half a place', { long: '' }, 400],
    ['with a place outside the world', { lat: '91' }, 400],
    ['with text instead of a place', { lat: 'north' }, 400],
    ['without words', { description: '' }, 400],
    ['with too many words', { description: '字'.repeat(4_001) }, 400],
    ['with a script as media', { media_url: 'javascript:alert(1)' }, 400],
    ['with an invalid phone', { phone: 'call me' }, 400],
    ['for another jurisdiction', { jurisdiction_id: 'elsewhere.org' }, 404],
    ['with a null character', { description: 'a\0b' }, 400],
  ])('is refused %s, with a list of errors', async (_, fields, status) => {
    expectValid('errors', await form({ ...good(), ...fields }), status)
  })

  it('takes SQL and script as the words they are', async () => {
    const words = `'); drop table appeal; -- <script>alert(1)</script> & ]]>\u0001`
    const id = await posted({ description: words, address_string: words })

    const { body } = await anyone.get(`${v2}/requests/${id}.json`)
    const xml = await getXml(`${v2}/requests/${id}.xml`)

    expect(body[0].description).toBe(words.trim())
    expect(JSON.stringify(xml)).toContain('drop table appeal')
  })

  it('reports its token', async () => {
    const id = await posted()
    const row = await sql<{
      token: string
    }>`select q.token from open311_request q join appeal a on a.id = q.appeal_id where a.no = ${id}`.execute(
      server.deps.db,
    )
    const token = row.rows[0]?.token ?? ''

    const found = await anyone.get(`${v2}/tokens/${token}.json`)

    expectValid('token', found)
    expect(found.body).toEqual([{ service_request_id: id, token }])
    expectValid('errors', await anyone.get(`${v2}/tokens/unknown.json`), 404)
  })
})

describe('the list of requests', () => {
  const list = async (query: string) => {
    const answer = await anyone.get(`${v2}/requests.json?${query}`)
    expectValid('requests', answer)
    return answer.body as { service_request_id: string; status: string }[]
  }

  it('finds by number, service, status and page', async () => {
    const [a, b] = [await posted({ service_code: '1102' }), await posted({ service_code: '1103' })]
    await sql`update appeal set state = 'closed' where no = ${b}`.execute(server.deps.db)

    expect((await list(`service_request_id=${a},${b}`)).map((one) => one.service_request_id).toSorted()).toEqual(
      [a, b].toSorted(),
    )
    expect((await list('service_code=1102')).map((one) => one.service_request_id)).toEqual([a])
    expect((await list('service_code=1102,1103&status=closed')).map((one) => one.service_request_id)).toEqual([b])
    expect(await list('service_code=1102,1103&status=open,closed')).toHaveLength(2)
    const pages = [await list('page_size=1&page=1'), await list('page_size=1&page=2')].flat()
    expect(new Set(pages.map((one) => one.service_request_id)).size).toBe(2)
  })

  it('covers the last 90 days, or at most 90 days of the reader’s choice', async () => {
    const id = await posted({ service_code: '1104' })
    await sql`update appeal set received_at = received_at - interval '100 days' where no = ${id}`.execute(
      server.deps.db,
    )
    const day = (ago: number) => encodeURIComponent(new Date(server.deps.clock() - ago * 86_400_000).toISOString())

    expect(await list('service_code=1104')).toEqual([])
    expect(await list(`service_code=1104&start_date=${day(110)}&end_date=${day(90)}`)).toHaveLength(1)
    expect(await list(`service_code=1104&start_date=${day(110)}`)).toHaveLength(1)
    expect(await list(`service_request_id=${id}`)).toHaveLength(1)
    expectValid('errors', await anyone.get(`${v2}/requests.json?start_date=${day(100)}&end_date=${day(0)}`), 400)
  })

  it.each(['status=half', 'start_date=yesterday', 'page=0', 'page_size=1001', 'page_size=x'])(
    'refuses %s',
    async (query) => {
      expectValid('errors', await anyone.get(`${v2}/requests.json?${query}`), 400)
    },
  )

  it('never shows what is sensitive, what belongs to a confidential category, or more than the title of what others wrote', async () => {
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
    const raise = async (category: string, sensitive: boolean) => {
      const answer = await dispatcher.post('/api/v1/appeals', {
        commandId: crypto.randomUUID(),
        title: '厂区停水',
        text: '张三 13900000000',
        nature: 'help',
        category,
        sensitive,
        channel: 'window',
      })
      expect(answer.status).toBe(201)
      return String(answer.body.no)
    }
    const open = await raise('0403', false)
    const hidden = [await raise('0403', true), await raise('0101', false)]

    const found = await list(`service_request_id=${[open, ...hidden].join(',')}`)

    expect(found.map((one) => one.service_request_id)).toEqual([open])
    expect(JSON.stringify(found)).not.toContain('13900000000')
    for (const no of hidden) expectValid('errors', await anyone.get(`${v2}/requests/${no}.json`), 404)
    const sent = await posted()
    await sql`update appeal set sensitive = true where no = ${sent}`.execute(server.deps.db)
    expectValid('errors', await anyone.get(`${v2}/requests/${sent}.json`), 404)
  })
})

describe('formats', () => {
  it('refuses what is neither JSON nor XML, and says errors in the format asked for', async () => {
    expectValid('errors', await anyone.get(`${v2}/services.csv`), 404)
    expectValid('errors', await anyone.get(`${v2}/nonsense.json`), 404)
    expect(await getXml(`${v2}/services/9999.xml`, 404)).toEqual({
      '?xml': '',
      errors: { error: { code: '404', description: 'service_code was not found' } },
    })
    expectValid('errors', await anyone.get(`${v2}/services.json?jurisdiction_id=elsewhere.org`), 404)
    expectValid('services', await anyone.get(`${v2}/services.json?jurisdiction_id=${server.deps.zoneId}`))
  })

  it('escapes what XML cannot carry', () => {
    expect(escapeXml(`<a> & "b" 'c' \u0001\ud800`)).toBe('&lt;a&gt; &amp; &quot;b&quot; &apos;c&apos; ')
    expect(writeDocument('xml', 'errors', [{ code: 400, description: '' }])).toContain(
      '<errors><error><code>400</code><description/></error></errors>',
    )
    expect(readFormat('services', 'text/xml')).toEqual({ name: 'services', format: 'xml' })
    expect(toW3c(Date.UTC(2026, 10, 22, 20))).toBe('2026-11-23T04:00:00+08:00')
  })
})

describe('limits', () => {
  it('slows a crawler down, with an error in the format asked for', async () => {
    const answers: Answer[] = []
    for (let i = 0; i < 301; i++) answers.push(await anyone.get('/open311/discovery.json'))
    const last = answers.at(-1)
    if (last) expectValid('errors', last, 429)
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(300)
  })
})
