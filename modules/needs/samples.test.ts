import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemOf, startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { isDrawn } from './samples.ts'
import { httpZone } from './testing-http.ts'

const api = '/api/v1'
let server: TestServer
let zone: Awaited<ReturnType<typeof httpZone>>

beforeAll(async () => {
  server = await startTestServer()
  zone = await httpZone(server)
})
afterAll(() => server.close())

const setShare = (client: Client, percent: number, rev: number) =>
  client.send('PUT', `${api}/appeal-sampling`, {
    body: { commandId: crypto.randomUUID(), rev, percent, why: '季度抽查' },
  })
const drawn = async (query = '') => (await zone.people.supervisor.get(`${api}/appeal-samples${query}`)).body
const check = (client: Client, id: string, input: object) =>
  client.post(`${api}/appeal-samples/${id}/verdict`, { commandId: crypto.randomUUID(), rev: 1, ...input })
const close = async () => {
  const { people } = zone
  const id = await zone.raise()
  await zone.workUp(id)
  await zone.reply(id)
  await zone.move(id, people.lead, 'pass_reply', { words: '' })
  await zone.move(id, people.caller, 'callback', {
    reached: true,
    contacted: true,
    solved: 'yes',
    rating: 5,
    words: '',
  })
  await zone.move(id, people.lead, 'strike_off', { words: '' })
  await server.relay.settle()
  return id
}

describe('the share of closed cases that is drawn', () => {
  it('is five percent until a supervisor changes it', async () => {
    expect((await zone.people.supervisor.get(`${api}/appeal-sampling`)).body).toEqual({ percent: 5, rev: 1 })
    expect(await setShare(zone.people.dispatcher, 100, 1)).toMatchObject({ status: 403 })
    expect(await setShare(zone.people.supervisor, 0, 1)).toMatchObject({ status: 200, body: { percent: 0, rev: 2 } })
    expect(problemOf(await setShare(zone.people.supervisor, 50, 1))).toMatchObject({
      status: 409,
      kind: 'stale_revision',
    })
    expect(await setShare(zone.people.supervisor, 101, 2)).toMatchObject({ status: 400 })

    await close()
    expect(await drawn()).toMatchObject({ rows: [], total: 0 })
  })

  it('is what comes out of many lots', () => {
    const lots = Array.from({ length: 10_000 }, (_, index) => index / 10_000)

    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (hundredths) => {
        expect(lots.filter((lot) => isDrawn(hundredths / 100, lot)).length).toBeCloseTo(hundredths, -0.4)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a drawn case', () => {
  it('waits for the supervisor, is found sound or unsound once, and its head learns of what was unsound', async () => {
    const { people } = zone
    await setShare(people.supervisor, 100, 2)
    const id = await close()
    const { rows } = await drawn('?checked=false')
    expect(rows).toMatchObject([
      {
        verdict: null,
        owner: { name: '供电服务站' },
        appeal: { id, state: 'closed', closingNo: expect.stringMatching(/^XH/) },
      },
    ])
    const sample = rows[0].id
    for (const client of [people.head, people.lead, people.firm, people.caller])
      expect(await client.get(`${api}/appeal-samples`)).toMatchObject({ status: 403 })
    expect(await check(people.admin, sample, { verdict: 'sound' })).toMatchObject({ status: 403 })
    expect(problemOf(await check(people.supervisor, sample, { verdict: 'unsound' }))).toMatchObject({
      status: 422,
      kind: 'sample_words_missing',
      errors: [{ field: 'words' }],
    })

    const found = { verdict: 'unsound', words: '企业说仍在停电' }
    const answers = await Promise.all([
      check(people.supervisor, sample, found),
      check(people.supervisor, sample, found),
    ])
    await server.relay.settle()

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(await drawn('?checked=false')).toMatchObject({ total: 0 })
    expect(await drawn('?verdict=unsound')).toMatchObject({ total: 1, rows: [{ words: '企业说仍在停电', rev: 2 }] })
    const { body: trail } = await people.supervisor.get(`${api}/appeals/${id}/history`)
    expect(trail.rows.at(-1)).toMatchObject({ verb: 'check_sample', public: false, data: { verdict: 'unsound' } })
    const { body: notices } = await people.head.get(`${api}/notices`)
    expect(notices.rows[0].title).toContain('抽查')
  })
})
