import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type Client, type TestServer } from '@tingzhou/server/testing'
import { marksWorth, testRules } from './testing-rules.ts'

const api = '/api/v1'
const command = () => ({ commandId: crypto.randomUUID() })
const year = new Date().getFullYear() + 1
const rules = testRules({ selfDue: `${year}-03-31`, countyDue: `${year}-04-15`, prefectureDue: `${year}-05-15` })

let server: TestServer
let zone: Awaited<ReturnType<typeof buildZone>>
beforeAll(async () => {
  server = await startTestServer()
  zone = await buildZone()
})
afterAll(() => server.close())

async function buildZone() {
  const { machine } = server
  const create = async (client: Client, path: string, body: object): Promise<string> => {
    const answer = await client.post(`${api}${path}`, { ...command(), ...body })
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return answer.body.id
  }
  const area = await create(machine, '/areas', { code: 'E', name: '合成东县' })
  const power = await create(machine, '/departments', { code: 'power', name: '供电服务站' })
  const mill = await create(machine, '/enterprises', { name: '合成甲厂', areaId: area })
  const paper = await create(machine, '/enterprises', { name: '合成乙厂', areaId: area })
  const people = {
    firm: await server.actor([{ role: 'enterprise', partyId: mill }], { name: '甲厂' }),
    other: await server.actor([{ role: 'enterprise', partyId: paper }], { name: '乙厂', lang: 'en' }),
    office: await server.actor([{ role: 'supervisor', partyId: null }], { name: '主管' }),
    county: await server.actor([{ role: 'dept_officer', partyId: power }], { name: '东县评委' }),
  }
  const panel = [{ accountId: people.county.accountId, level: 'county', areaId: area }]
  const campaign = await create(people.office, '/safety/campaigns', { name: '合成评选', year, rules, panel })
  const team = (over: object = {}, client = people.firm) =>
    client.post(`${api}/safety/applications`, {
      ...command(),
      campaignId: campaign,
      enterpriseId: mill,
      team: '一班',
      leader: '示例班长',
      members: 8,
      periodFrom: '2025-01-01',
      periodTo: '2025-12-31',
      ...over,
    })
  const application = (await team()).body.id
  const move = async (client: Client, input: object) => {
    const { rev } = (await people.firm.get(`${api}/safety/applications/${application}`)).body
    return client.post(`${api}/safety/applications/${application}/moves`, { move: { ...command(), rev, ...input } })
  }
  return { people, area, mill, campaign, application, team, move }
}

describe('the review over HTTP', () => {
  it('refuses a mark out of range with its field, value and rule, in the reader’s language', async () => {
    const { people, move } = zone
    const marks = { ...marksWorth(rules.sheet, 9_600), kyt: 1_300 }

    const refused = await move(people.firm, { move: 'submit', marks })

    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({
      kind: 'mark_out_of_range',
      title: '评分超出范围',
      detail: '“危险预知训练（KYT）”的 13 超出 0 至 12 的范围。',
      errors: [{ field: 'marks.kyt', value: 13 }],
    })
  })

  it('refuses shapes that no sheet has: text for a mark, an unknown move, a day that is none', async () => {
    const { people, move, team } = zone

    expect((await move(people.firm, { move: 'submit', marks: { kyt: '<script>' } })).status).toBe(400)
    expect((await move(people.firm, { move: 'bribe' })).status).toBe(400)
    expect((await team({ periodFrom: '2025-02-30' })).status).toBe(400)
    expect((await team({ members: 0 })).status).toBe(400)
  })

  it('lets nobody else in: not another enterprise, not a stranger', async () => {
    const { people, application, team, move } = zone

    expect((await people.other.get(`${api}/safety/applications/${application}`)).status).toBe(404)
    expect((await move(people.other, { move: 'withdraw', reason: '恶意撤回' })).status).toBe(404)
    expect((await server.anyone().get(`${api}/safety/campaigns`)).status).toBe(401)
    const forged = await team({ team: '冒名班' }, people.other)
    expect([forged.status, forged.body.title]).toEqual([403, '无权办理'])
    const missing = await people.other.send('GET', `${api}/safety/applications/${application}`, { lang: 'en' })
    expect(missing.body.title).toBe('No such application')
    const list = await people.other.get(`${api}/safety/applications`)
    expect([list.body.total, list.body.rows]).toEqual([0, []])
  })

  it('lists what waits for whom, and lets only the office start a campaign', async () => {
    const { people, application } = zone
    const mine = await people.firm.get(`${api}/safety/applications?mine=true`)
    const started = await people.firm.post(`${api}/safety/campaigns`, {
      ...command(),
      name: '私设评选',
      year,
      rules,
      panel: [],
    })

    expect(mine.body.rows.map(({ id }: { id: string }) => id)).toEqual([application])
    expect((await people.county.get(`${api}/safety/applications?mine=true`)).body.total).toBe(0)
    expect(started.status).toBe(403)
  })

  it('says why rules are refused, at the field', async () => {
    const { people } = zone
    const weights = { selfPct: 50, countyPct: 50, prefecturePct: 50 }
    const refused = await people.office.post(`${api}/safety/campaigns`, {
      ...command(),
      name: '权重有误',
      year,
      rules: { ...rules, weights },
      panel: [],
    })

    expect(refused.body).toMatchObject({ kind: 'weights_sum', status: 422, detail: '三级权重合计为 150%。' })
  })

  it('takes the self-evaluation and asks the county’s reviewer, who is told', async () => {
    const { people, application, move } = zone
    const submitted = await move(people.firm, { move: 'submit', marks: marksWorth(rules.sheet, 9_600) })

    expect([submitted.status, submitted.body.state]).toEqual([200, 'county'])
    const desk = await people.county.get(`${api}/safety/applications?mine=true`)
    expect(desk.body.rows.map(({ id }: { id: string }) => id)).toEqual([application])
    const trail = await people.firm.get(`${api}/safety/applications/${application}/trail`)
    expect(trail.body.rows.map(({ verb }: { verb: string }) => verb)).toEqual(['apply', 'submit'])
    const campaign = await people.firm.get(`${api}/safety/campaigns/${zone.campaign}`)
    expect(campaign.body).toMatchObject({ list: null, panel: [], applications: 1, running: 1 })
  })
})
