import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import type { Client, TestServer } from '@tingzhou/server/testing'
import { created, goods, linkOf, positionOf, post, read, startChainZone, type ChainZone } from './testing.ts'

let server: TestServer
let zone: ChainZone

beforeAll(async () => {
  const started = await startChainZone()
  server = started.server
  zone = started.zone
}, 180_000)
afterAll(() => server.close())

/** Everything that a split may touch, whole rows, in one order. */
async function standing(): Promise<unknown> {
  const rows = await sql<{ all: unknown }>`select jsonb_build_object(
    'positions', (select jsonb_agg(to_jsonb(p) order by p.id) from chain_position p),
    'links', (select jsonb_agg(to_jsonb(l) order by l.id) from chain_link l),
    'leaders', (select jsonb_agg(to_jsonb(l) order by l.id) from chain_leader l),
    'reach', (select jsonb_agg(to_jsonb(r) order by r.object_id, r.party_id, r.relation) from reach r
      where r.object_kind in ('chain_position', 'chain_link'))) as all`.execute(server.deps.db)
  return rows.rows[0]?.all
}

type Item = { readonly id: string; readonly label: string; readonly detail: string }
async function partsOf(
  id: string,
  lang: 'zh-CN' | 'en' = 'zh-CN',
  client: Client = server.machine,
): Promise<readonly Item[]> {
  const { body } = await client.send('GET', `/api/v1/enterprises/${id}/split-parts`, { lang })
  return body.groups.find(({ module }: { module: string }) => module === 'chains').items
}
async function split(id: string, parts: readonly string[], client: Client = server.machine) {
  const { rev } = (await read(server.machine, `/enterprises/${id}`)).body
  const takes = {
    aliases: [],
    contactIds: [],
    figureIds: [],
    parts: parts.map((part) => ({ module: 'chains', id: part })),
  }
  return post(client, `/enterprises/${id}/split`, { rev, name: '合成拆出厂', takes, why: '实为两家' })
}
const undo = (id: string) => post(server.machine, `/enterprise-splits/${id}/undo`, { why: '仍是一家' })
const verbsOf = async (kind: string, id: string): Promise<readonly string[]> =>
  (await read(zone.officer, `/${kind}/${id}/history`)).body.rows.map((row: { verb: string }) => row.verb)

describe('a split of a firm', () => {
  it('hands a position over with the links of its product, year and side, and is undone exactly', async () => {
    const { officer, mill, bakery, outside, ofMill } = zone
    const makes = await created(officer, '/chain-positions', positionOf(mill))
    const uses = await created(
      officer,
      '/chain-positions',
      positionOf(mill, { role: 'consume', productCode: goods.pulp }),
    )
    const before2025 = await created(officer, '/chain-positions', positionOf(mill, { year: 2024 }))
    const sold = await created(officer, '/chain-links', linkOf(mill, bakery))
    const soldBefore = await created(officer, '/chain-links', linkOf(mill, bakery, { year: 2024 }))
    const bought = await created(officer, '/chain-links', linkOf(outside, mill, { productCode: goods.pulp }))
    const boughtFlour = await created(officer, '/chain-links', linkOf(outside, mill))
    const leads = { isMain: true, validFrom: '2024-01-01' }
    const lead = await created(officer, '/chain-leaders', { ...leads, chainCode: 'C13', firmId: mill })
    const before = await standing()
    const offered = await partsOf(mill)

    expect(offered.map(({ id }) => id).toSorted()).toEqual(
      [`position:${makes}`, `position:${uses}`, `position:${before2025}`, `leader:${lead}`].toSorted(),
    )
    expect(offered.find(({ id }) => id === `position:${makes}`)).toMatchObject({ label: '小麦粉 生产 2025' })
    expect((await partsOf(mill, 'en')).find(({ id }) => id === `position:${uses}`)?.label).toMatch(
      /^[\x20-\x7e]+ 2025$/,
    )

    const answer = await split(mill, [`position:${makes}`, `position:${uses}`, `leader:${lead}`])
    expect(answer.status).toBe(201)
    const { id, enterpriseId } = answer.body
    const ofNew = await zone.role('enterprise', enterpriseId)
    const idsOf = async (path: string, client = ofNew) =>
      (await read(client, `${path}?limit=200`)).body.rows.map((row: { id: string }) => row.id).toSorted()
    expect(await idsOf('/chain-positions')).toEqual([makes, uses].toSorted())
    expect(await idsOf('/chain-links')).toEqual([sold, bought].toSorted())
    expect(await idsOf('/chain-positions', ofMill)).toEqual([before2025])
    expect(await idsOf('/chain-links', ofMill)).toEqual([soldBefore, boughtFlour].toSorted())
    expect((await read(ofNew, `/chain-links/${sold}`)).body).toMatchObject({
      seller: { id: enterpriseId },
      buyer: { id: bakery },
      volume: 1_234,
    })
    expect((await read(officer, `/chain-leaders/${lead}`)).body).toMatchObject({
      firm: { id: enterpriseId },
      isMain: true,
    })
    expect(await verbsOf('chain-positions', makes)).toEqual(['firm_split', 'enter'])
    expect(await verbsOf('chain-links', bought)).toEqual(['firm_split', 'enter'])

    // Of another firm, or gone to the new one already.
    for (const part of [`position:${makes}`, 'position:1', 'nothing'])
      expect((await split(mill, [part])).body).toMatchObject({
        kind: 'unknown_part',
        errors: [{ field: 'takes.parts', value: `chains ${part}` }],
      })

    expect((await undo(id)).status).toBe(200)
    expect(await standing()).toEqual(before)
    expect(await verbsOf('chain-positions', makes)).toEqual(['firm_merged', 'firm_split', 'enter'])
  })

  it('undone sets aside what both entered meanwhile, and what they supplied each other', async () => {
    const { officer, bakery, stranger } = zone
    const noodles = await created(officer, '/chain-positions', positionOf(stranger, { year: 2023 }))
    const { id, enterpriseId } = (await split(stranger, [`position:${noodles}`])).body
    const again = await created(officer, '/chain-positions', positionOf(stranger, { year: 2023, output: 7 }))
    const between = await created(officer, '/chain-links', linkOf(enterpriseId, stranger, { year: 2023 }))
    const own = await created(officer, '/chain-links', linkOf(enterpriseId, bakery, { year: 2023 }))

    expect((await undo(id)).status).toBe(200)
    expect((await read(officer, `/chain-positions/${again}`)).body).toMatchObject({ firm: { id: stranger }, output: 7 })
    expect((await read(officer, `/chain-links/${own}`)).body.seller.id).toBe(stranger)
    expect(await verbsOf('chain-positions', noodles)).toEqual(['set_aside', 'firm_split', 'enter'])
    expect(await verbsOf('chain-links', between)).toEqual(['set_aside', 'enter'])
  })

  it('shows and hands over only what its reader reads in the chains', async () => {
    const { officer, stranger } = zone
    const makes = await created(officer, '/chain-positions', positionOf(stranger, { year: 2022 }))
    const leads = { isMain: false, validFrom: '2024-01-01', chainCode: 'C13', firmId: stranger }
    const lead = await created(officer, '/chain-leaders', leads)
    const dispatcher = await server.actor([{ role: 'dispatcher', partyId: null }], { name: '派单员' })

    expect(await partsOf(stranger, 'zh-CN', dispatcher)).toEqual([])
    for (const part of [`position:${makes}`, `leader:${lead}`])
      expect((await split(stranger, [part], dispatcher)).body).toMatchObject({
        kind: 'unknown_part',
        errors: [{ field: 'takes.parts', value: `chains ${part}` }],
      })
    expect((await partsOf(stranger)).map(({ id }) => id)).toEqual(
      expect.arrayContaining([`position:${makes}`, `leader:${lead}`]),
    )
  })
})
