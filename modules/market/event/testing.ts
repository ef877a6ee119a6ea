import type { Client, TestServer } from '@tingzhou/server/testing'
import { marketZone, rebarNeed } from '../posting/testing.ts'

/** What a form would send for a day of rebar: six slots, two tables. */
export const steelDay = {
  name: '合成钢材对接会',
  place: '合成会议中心',
  from: '09:00',
  to: '10:30',
  meetingMinutes: 15,
  tables: 2,
  products: ['P0602'],
  meetingsMax: 6,
  remark: '',
} as const

/** A market of two firms of the register that need rebar and two that offer it, each with its posting. */
export async function eventZone(server: TestServer, now: number) {
  const market = await marketZone(server, now)
  const { post, posted, offer } = market
  const created = async (path: string, body: object): Promise<string> => {
    const answer = await post(server.machine, path, body)
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return answer.body.id
  }
  const areaId = await created('/areas', { code: 'M', name: '合成片区', partyBranch: '', synthetic: true })
  const firm = async (name: string): Promise<readonly [string, Client]> => {
    const id = await created('/enterprises', { name, areaId, synthetic: true })
    return [id, await server.actor([{ role: 'enterprise', partyId: id }], { name })]
  }
  const [buyerId, buyer] = await firm('合成桥梁建设公司')
  const [otherId, other] = await firm('合成楼宇建设公司')
  const [steelId, steel] = await firm('合成河畔钢铁公司')
  const [millId, mill] = await firm('合成山前轧钢公司')
  await posted(buyer, { ...rebarNeed, firmId: buyerId })
  await posted(other, { ...rebarNeed, text: '求购螺纹钢 HRB400E 25mm 80 吨', quantity: '80 吨', firmId: otherId })
  await offer(steel, steelId)
  await offer(mill, millId, { price: '3400元/吨' })
  return { ...market, buyerId, buyer, otherId, other, steelId, steel, millId, mill }
}

export type EventZone = Awaited<ReturnType<typeof eventZone>>
