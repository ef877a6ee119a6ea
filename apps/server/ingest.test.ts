import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { frameOf } from '@tingzhou/hj212'
import { startTestServer, type Answer, type Client, type TestServer } from './testing.ts'

let server: TestServer
let dispatcher: Client
let id: string
let key: string
const path = '/api/v1/ingest/readings'

beforeAll(async () => {
  server = await startTestServer()
  dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }])
  const added = await add({})
  expect(added.status).toBe(201)
  id = added.body.id
  key = added.body.secret
})
afterAll(() => server.close())

const wish = { protocol: 'http', identity: 'press-7', name: '七号压机', profileKey: 'sender', segment: 'PRESS-7' }
const add = (more: object, commandId = newId()) => dispatcher.post('/api/v1/devices', { ...wish, commandId, ...more })

const post = (body: unknown, user = 'press-7', secret = key, headers: Record<string, string> = {}): Promise<Answer> =>
  server.anyone().send('POST', path, {
    body,
    headers: { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`, ...headers },
  })

const now = () => server.deps.telemetry.clock()
let batches = 0
const batch = (more: object) => ({ batchId: `b-${++batches}`, ...more })

async function lastOf(point: string) {
  const { points } = (await dispatcher.get(`/api/v1/devices/${id}`)).body
  const found = points.find(({ code }: { code: string }) => code === `PRESS-7.${point}`)
  return found ? { unit: found.unit, ...found.last } : null
}

describe('a device that posts', () => {
  it('is given its key once; a repeat of the command gives the device without it', async () => {
    const commandId = newId()
    const more = { identity: 'press-8', segment: 'PRESS-8' }
    const [first, again] = [await add(more, commandId), await add(more, commandId)]

    expect(first.body.secret).toMatch(/^[\w-]{24}$/)
    expect(again.body).toEqual({ ...first.body, secret: null })
    const kept = await server.deps.db
      .selectFrom('telemetry_device')
      .select('secret_sha256')
      .where('identity', '=', 'press-8')
      .executeTakeFirst()
    expect(kept?.secret_sha256).toMatch(/^[\da-f]{64}$/)
    const commands = JSON.stringify(await server.deps.db.selectFrom('command').selectAll().execute())
    expect(commands).not.toContain(first.body.secret)
  })

  it('makes its points, and is answered when its readings are durable', async () => {
    const at = now() - 1_000
    const sent = batch({ at, points: [{ key: 'T1', name: '油温', unit: '°C', resolution: 0.1 }], values: { T1: 41.3 } })

    const answer = await post(sent)

    expect(answer).toMatchObject({ status: 200, body: { batchId: sent.batchId, accepted: 1, refused: 0, errors: [] } })
    const entries = await server.deps.db.selectFrom('telemetry_journal').select('seq').execute()
    expect(entries.length).toBeGreaterThan(0)
    expect(await lastOf('T1')).toEqual({ unit: '°C', at, value: 41.3, quality: 0 })
    const { rows } = (await dispatcher.get(`/api/v1/devices/${id}/frames`)).body
    expect(rows.at(-1)).toMatchObject({ direction: 'up', fault: null, text: expect.stringContaining('"T1":41.3') })
    expect(JSON.stringify(rows)).not.toContain(key)
  })

  it('that sends a batch again is answered the same; another content under its id is refused', async () => {
    const at = now() - 5_000
    const sent = batch({ at, values: { T1: 40 } })

    const [first, again] = [await post(sent), await post(sent)]
    const other = await post({ ...sent, values: { T1: 50 } })

    expect(again.body).toEqual(first.body)
    expect(other).toMatchObject({ status: 409, body: { kind: 'batch_reused' } })
    await server.deps.telemetry.store.flush(true)
    const rows = await server.deps.db.selectFrom('sample_minute').select(['n', 'sum']).execute()
    // 41.3 of the case before and 40.
    expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(2)
    expect(rows.reduce((all, { sum }) => all + sum, 0)).toBeCloseTo(81.3)
  })

  it('is told by index what cannot be kept; the rest is', async () => {
    const at = now() - 10_000
    const readings = [
      { point: 'T1', at, value: 42 },
      { point: 'T1', at: at + 3_600_000, value: 1 },
      { point: 'T1', at: 0, value: 1 },
      { point: 'T9', at, value: 1 },
      { point: 'T1', at: at + 1, value: 'hot' },
      { point: 'T1', at: at + 2, value: 1, quality: 'fine' },
      7,
      { point: 'T1', at: at + 3, value: 1e300 },
    ]

    const { status, body } = await post(batch({ readings }))

    expect(status).toBe(200)
    expect([body.accepted, body.refused]).toEqual([1, 7])
    expect(body.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual([
      'readings[1].at',
      'readings[2].at',
      'readings[3].point',
      'readings[4].value',
      'readings[5].quality',
      'readings[6].',
      'readings[7].value',
    ])
  })

  it('is told that what is nested deeply is no value', async () => {
    const at = now() - 15_000
    const nested = (levels: number) =>
      post(
        `{"batchId":"n-${levels}","at":${at},"values":{"T1":${'['.repeat(levels)}${']'.repeat(levels)}}}`,
        'press-7',
        key,
        {
          'content-type': 'application/json',
        },
      )

    expect(await nested(90)).toMatchObject({
      status: 200,
      body: { accepted: 0, errors: [{ field: 'readings[0].value' }] },
    })
    expect(await nested(100_000)).toMatchObject({ status: 400, body: { kind: 'nested_too_deep' } })
  })

  it('that is unknown or shows a wrong key hears the same, and nothing is kept of it', async () => {
    const body = batch({ at: now(), values: { T1: 99 } })

    const answers = [
      await post(body, 'press-7', 'wrong'),
      await post(body, 'press-9', key),
      await post(body, 'press-8', key),
      await post(body, '', ''),
      await post(body, 'press-7; drop', key),
      await server.anyone().post(path, body),
      await server.machine.post(path, body),
    ]

    for (const answer of answers) {
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic/)
      expect({ ...answer.body, requestId: '', instance: '' }).toEqual({
        ...answers[0]?.body,
        requestId: '',
        instance: '',
      })
    }
    expect((await lastOf('T1')).value).not.toBe(99)
    const unknown = (await dispatcher.get('/api/v1/devices?state=quarantined')).body.rows
    expect(unknown.map(({ identity }: { identity: string }) => identity)).toContain('press-9')
  })

  it('may pack its body; what unpacks to more than a body may hold is refused, and so is another packing', async () => {
    const at = now() - 20_000
    const packed = (value: unknown) => gzipSync(JSON.stringify(value))
    const json = { 'content-type': 'application/json', 'content-encoding': 'gzip' }

    const good = await post(packed(batch({ at, values: { T1: 43 } })), 'press-7', key, json)
    const bomb = await post(gzipSync(Buffer.alloc(200_000_000, 0x20)), 'press-7', key, json)
    const cut = await post(packed(batch({ at, values: { T1: 44 } })).subarray(0, 30), 'press-7', key, json)
    const other = await post(packed({}), 'press-7', key, { ...json, 'content-encoding': 'br' })

    expect(good).toMatchObject({ status: 200, body: { accepted: 1 } })
    expect(bomb).toMatchObject({ status: 413, body: { kind: 'body_too_large' } })
    expect(cut).toMatchObject({ status: 400, body: { kind: 'malformed_body' } })
    expect(other).toMatchObject({ status: 415, body: { kind: 'unsupported_encoding' } })
  })

  it('is bounded in what a batch holds, and in how many it sends', async () => {
    const at = now() - 30_000
    const readings = Array.from({ length: 5_001 }, (_, index) => ({ point: 'T1', at: at - index, value: 1 }))
    const refused = [
      batch({ readings }),
      batch({}),
      { values: { T1: 1 }, at },
      { batchId: 'a b', values: { T1: 1 }, at },
      batch({ points: [{ key: 'a.b' }], values: { T1: 1 }, at }),
      batch({ points: [{ key: 'X', resolution: 1 / 3 }], values: { X: 1 }, at }),
    ]
    for (const body of refused) expect((await post(body)).status).toBe(400)
    const full = await post(batch({ readings: readings.slice(0, 5_000) }))
    expect(full).toMatchObject({ status: 200, body: { accepted: 5_000 } })

    // A repeat costs the server next to nothing, and counts all the same.
    const again = batch({ at, values: { T1: 2 } })
    const many = await Promise.all(Array.from({ length: 300 }, () => post(again)))

    const limited = many.filter(({ status }) => status === 429)
    expect(limited.length).toBeGreaterThan(0)
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(many.filter(({ status }) => status === 200).length).toBeGreaterThan(30)
  })
})

describe('adding a device', () => {
  it('asks for what its protocol needs, and says what is wrong at the field', async () => {
    const cases: [more: object, field: string][] = [
      [{ protocol: 'hj212', identity: 'MN with spaces', secret: '123456' }, 'identity'],
      [{ protocol: 'hj212', identity: '650100C0FFEE00000000C0D1' }, 'secret'],
      [{ protocol: 'jt808', identity: 'no phone' }, 'identity'],
      [{ identity: 'press-10', secret: 'own' }, 'secret'],
      [{ protocol: 'opcua', identity: 'x' }, 'source'],
    ]
    for (const [more, field] of cases) {
      const { status, body } = await add({ segment: 'NEW-1', ...more })
      expect([status, body.errors[0].field]).toEqual([422, field])
    }
    const good = { protocol: 'hj212', identity: '650100C0FFEE00000000C0D1', secret: '654321', segment: 'W-1' }
    const added = await add({ ...good, profileKey: 'station' })
    expect(added).toMatchObject({ status: 201, body: { code: 'W-1', secret: null } })
  })

  it('is for keepers only', async () => {
    const reader = await server.actor([{ role: 'supervisor', partyId: null }])
    expect((await reader.post('/api/v1/devices', { ...wish, commandId: newId() })).status).toBe(403)
  })
})

describe('frames that somebody pastes', () => {
  it('are read as HJ 212 from text and from hexadecimal, with everything that is wrong', async () => {
    const text = '##0087QN=20260703081500120;ST=91;CN=9014;PW=654321;MN=650100C0FFEE00000000C0D1;Flag=4;CP=&&&&21C0'
    const parse = (hex: string) => dispatcher.post('/api/v1/parsed-frames', { protocol: 'hj212', hex })

    const answers = [
      await parse(text),
      await parse(`${text}\r\n${text}`),
      await parse(Buffer.from(text).toString('hex')),
    ]
    const damaged = await parse(text.replace('21C0', '21C1'))

    expect(answers.map(({ body }) => body.rows.length)).toEqual([1, 2, 1])
    const [frame] = answers[0]?.body.rows ?? []
    expect(frame).toMatchObject({ kind: '9014', title: { zh: '9014 数据应答' }, fault: null })
    expect(frame.fields.find(({ value }: { value: string }) => value === '9014')).toMatchObject({ zh: '命令编码 CN' })
    expect(damaged.body.rows[0].fault).toContain('crc')
    const segment = 'ST=32;CN=2011;MN=1;CP=&&constructor=1;x-toString=2&&'
    const odd = await parse(Buffer.from(frameOf(Buffer.from(segment))).toString('hex'))
    expect(odd.body.rows[0].fields.map(({ zh }: { zh: string }) => zh)).toContain('constructor')
  })
})
