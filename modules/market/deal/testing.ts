import { at, newId } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { createParty } from '@tingzhou/parties'
import type { Answer, Client, TestServer } from '@tingzhou/server/testing'
import '../tables.ts'
import type { PostingKind } from '../words.ts'

const api = '/api/v1'
/** Grams in a tonne. */
export const tonne = 1_000_000

/** 40 km apart. */
export const spots = { mill: { lon: 87.3, lat: 44 }, plant: { lon: 87.8, lat: 44 } } as const

/** What a test posts: flour by the tonne unless it says otherwise. */
export type Wish = {
  readonly kind: PostingKind
  readonly firmId: string
  readonly quantity?: number | null
  readonly minQuantity?: number
  readonly price?: number | null
  readonly text?: string
  readonly productCode?: string | null
  readonly isSingle?: boolean
  readonly validTo?: string
  readonly lon?: number | null
  readonly lat?: number | null
  readonly leadDays?: number
  readonly neededBy?: string
}

/** Firms that trade, an officer, and postings as rows: what posting itself does is tested elsewhere. */
export async function dealZone(server: TestServer, now: () => EpochMs) {
  const { db } = server.database
  const { zoneId } = server.deps
  let count = 0
  const firm = (name: string) => createParty(db, zoneId, { kind: 'enterprise', name, synthetic: true }, now())
  const of = (partyId: string, name: string) => server.actor([{ role: 'enterprise', partyId }], { name })
  const [millId, otherMillId, bakeryId, noodleId] = [
    await firm('合成面粉厂'),
    await firm('合成第二面粉厂'),
    await firm('合成面包厂'),
    await firm('合成挂面厂'),
  ]
  const people = {
    mill: await of(millId, '面粉厂的人'),
    otherMill: await of(otherMillId, '第二面粉厂的人'),
    bakery: await of(bakeryId, '面包厂的人'),
    noodle: await of(noodleId, '挂面厂的人'),
    officer: await server.actor([{ role: 'chain_officer', partyId: null }], { name: '产业链专员' }),
    leader: await server.actor([{ role: 'leader', partyId: null }], { name: '领导' }),
  }
  const post = (client: Client, path: string, body: object = {}): Promise<Answer> =>
    client.post(`${api}${path}`, { commandId: crypto.randomUUID(), ...body })
  const read = async (client: Client, path: string) => (await client.get(`${api}${path}`)).body
  const created = async (client: Client, path: string, body: object) => {
    const answer = await post(client, path, body)
    if (answer.status > 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  /** An open posting that everybody sees. */
  const posting = async (wish: Wish): Promise<string> => {
    const id = newId()
    const { kind, firmId, quantity = 100 * tonne, price = 400_000_000 } = wish
    const spot = kind === 'offer' ? spots.mill : spots.plant
    const [lon, lat] = [wish.lon === undefined ? spot.lon : wish.lon, wish.lat === undefined ? spot.lat : wish.lat]
    await db
      .insertInto('market_posting')
      .values({
        zone_id: zoneId,
        id,
        number: `GX${String(++count).padStart(6, '0')}`,
        kind,
        subject: 'goods',
        firm_id: firmId,
        text: wish.text ?? (kind === 'offer' ? '供应特一粉' : '求购特一粉'),
        resolution: JSON.stringify({ product: 'P1702', certainty: 'sure', service: null, unknown: [], mentions: [] }),
        product_code: wish.productCode === undefined ? 'P1702' : wish.productCode,
        confirmed_at: at(now()),
        confirmed_by: 'test',
        spec: [],
        unit: 't',
        dimension: quantity === null ? null : 'mass',
        period: null,
        quantity,
        min_quantity: wish.minQuantity ?? null,
        price_milli_fen: price,
        price_high_milli_fen: null,
        price_per: price === null ? null : 't',
        place: kind === 'offer' ? '合成面粉厂成品库' : '合成面包厂原料库',
        lon,
        lat,
        lead_days: wish.leadDays ?? null,
        needed_by: wish.neededBy ?? null,
        valid_to: wish.validTo ?? '2099-12-31',
        is_single: wish.isSingle ?? false,
        state: 'open',
        appeal_id: null,
        opened_at: at(now()),
        synthetic: true,
        created_at: at(now()),
        created_by: 'test',
        updated_at: at(now()),
        updated_by: 'test',
      })
      .execute()
    return id
  }
  const stand = (id: string) =>
    db
      .selectFrom('market_posting')
      .select(['state', 'reserved', 'quantity'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  const propose = (client: Client, needId: string, offerId: string, tonnes: number, over: object = {}) =>
    post(client, '/market-deals', {
      needId,
      offerId,
      quantity: tonnes * tonne,
      priceMilliFen: 400_000_000,
      pricePer: 't',
      ...over,
    })
  /** A proposal that was made. */
  const proposed = async (client: Client, needId: string, offerId: string, tonnes: number): Promise<string> => {
    const answer = await propose(client, needId, offerId, tonnes)
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    return answer.body.id
  }
  const deal = (id: string, client: Client = people.officer) => read(client, `/market-deals/${id}`)
  const answer = async (
    client: Client,
    id: string,
    side: 'buyer' | 'seller',
    said: 'yes' | 'no' = 'yes',
    over: object = {},
  ) => post(client, `/market-deals/${id}/answers`, { rev: (await deal(id)).rev, side, said, ...over })
  const firms = { millId, otherMillId, bakeryId, noodleId }
  return { db, zoneId, firms, people, post, read, created, posting, stand, propose, proposed, deal, answer, firm, of }
}
