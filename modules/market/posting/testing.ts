import { epochMs } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import type { Answer, Client, TestServer } from '@tingzhou/server/testing'

const api = '/api/v1'

/** What a form would send for a need of rebar. */
export const rebarNeed = {
  kind: 'need',
  text: '求购 25mm 三级抗震钢筋 200 吨, 月底前',
  productCode: 'P0602',
  spec: ['HRB400E', '25mm'],
  quantity: '200 吨',
} as const

/** A market with firms of invented names, and what sends as each. */
export async function marketZone(server: TestServer, now: number) {
  const { db } = server.database
  const { zoneId } = server.deps
  const firm = (name: string) => createParty(db, zoneId, { kind: 'enterprise', name, synthetic: true }, epochMs(now))
  const person = (role: string, partyId: string | null = null) =>
    server.actor([{ role: role as 'enterprise', partyId }], { name: role })
  const [buyerId, steelId, millId, otherId] = [
    await firm('合成建筑公司'),
    await firm('合成钢铁公司'),
    await firm('合成轧钢厂'),
    await firm('合成别家公司'),
  ]
  const post = (client: Client, path: string, body: object = {}): Promise<Answer> =>
    client.post(`${api}${path}`, { commandId: crypto.randomUUID(), ...body })
  const posted = async (client: Client, body: object): Promise<{ id: string; rev: number; masked: string[] }> => {
    const answer = await post(client, '/market-postings', { open: true, ...body })
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  return {
    db,
    zoneId,
    buyerId,
    steelId,
    millId,
    otherId,
    buyer: await person('enterprise', buyerId),
    steel: await person('enterprise', steelId),
    mill: await person('enterprise', millId),
    other: await person('enterprise', otherId),
    officer: await person('chain_officer'),
    leader: await person('leader'),
    guide: await person('guide'),
    post,
    posted,
    read: (client: Client, path: string): Promise<Answer> => client.get(`${api}${path}`),
    /** An offer of rebar of a firm. */
    offer: (client: Client, firmId: string, over: object = {}) =>
      posted(client, {
        kind: 'offer',
        firmId,
        text: '供应螺纹钢 HRB400E 25mm，现货 500 吨',
        productCode: 'P0602',
        spec: ['HRB400E', '25mm'],
        quantity: '500 吨',
        price: '3300元/吨',
        ...over,
      }),
  }
}

/** An enterprise of the register with its people, and what closes it there. */
export async function enterEnterprise(server: TestServer, name: string) {
  const commandId = () => crypto.randomUUID()
  const entered = await server.machine.post(`${api}/enterprises`, { commandId: commandId(), name, synthetic: true })
  if (entered.status !== 201) throw new Error(JSON.stringify(entered.body))
  const id: string = entered.body.id
  const close = async () => {
    const change = { commandId: commandId(), rev: 1, why: '已停业', status: 'closed' }
    const { status, body } = await server.machine.patch(`${api}/enterprises/${id}`, change)
    if (status !== 200) throw new Error(JSON.stringify(body))
  }
  return { id, people: await server.actor([{ role: 'enterprise', partyId: id }], { name }), close }
}

export type MarketZone = Awaited<ReturnType<typeof marketZone>>
