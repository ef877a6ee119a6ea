import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'

const api = '/api/v1'
let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
}, 120_000)
afterAll(() => server.close())

const post = (client: Client, path: string, body: object = {}) =>
  client.post(`${api}${path}`, { commandId: crypto.randomUUID(), ...body })
async function created(client: Client, path: string, body: object): Promise<string> {
  const answer = await post(client, path, body)
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body.id
}

it('becomes the draft of a posting once, for whoever reaches the need, and the need says so', async () => {
  const admin = await server.actor([{ role: 'admin', partyId: null }])
  const areaId = await created(admin, '/areas', { code: 'E', name: '东片区' })
  const mill = await created(admin, '/enterprises', { name: '合成甲面包厂', areaId })
  const other = await created(admin, '/enterprises', { name: '合成乙纸业', areaId })
  const firm = await server.actor([{ role: 'enterprise', partyId: mill }])
  const stranger = await server.actor([{ role: 'enterprise', partyId: other }])
  const raise = (category: string, title: string) =>
    created(firm, '/appeals', { title, text: '每月 60 吨特一粉，找不到本地供应商。', nature: 'help', category })
  const id = await raise('0701', '求购本地面粉')
  await raise('0402', '二号车间频繁停电')
  const rows = async (client: Client) => (await client.get(`${api}/market-appeals`)).body.rows
  const take = (client: Client) => post(client, `/market-appeals/${id}/posting`)
  expect((await rows(firm)).map((row: { id: string }) => row.id)).toEqual([id])
  expect(await rows(stranger)).toEqual([])
  expect((await take(stranger)).status).toBe(404)

  // A chain officer sees what asks for a supplier, and no other need of firms.
  const officer = await server.actor([{ role: 'chain_officer', partyId: null }])
  expect((await rows(officer)).map((row: { id: string }) => row.id)).toEqual([id])
  const seen = (await officer.get(`${api}/appeals`)).body.rows
  expect(seen.map((row: { id: string }) => row.id)).toEqual([id])

  const made = await take(firm)

  expect(made.status).toBe(201)
  const posting = (await firm.get(`${api}/market-postings/${made.body.id}`)).body
  expect(posting).toMatchObject({ kind: 'need', state: 'draft', appealId: id, firm: { name: '合成甲面包厂' } })
  expect(posting.text).toContain('求购本地面粉')
  expect((await take(firm)).body).toMatchObject({ kind: 'taken' })
  expect((await rows(firm))[0].posting).toMatchObject({ number: posting.number })
  expect(JSON.stringify((await firm.get(`${api}/appeals/${id}/history`)).body)).toContain(posting.number)
})
