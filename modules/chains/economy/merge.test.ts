import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import type { TestServer } from '@tingzhou/server/testing'
import { created, goods, linkOf, patch, positionOf, post, read, startChainZone, type ChainZone } from './testing.ts'

let server: TestServer
let zone: ChainZone

beforeAll(async () => {
  const started = await startChainZone()
  server = started.server
  zone = started.zone
}, 180_000)
afterAll(() => server.close())

/** Everything that a merge may touch, whole rows, in one order. */
async function standing(): Promise<unknown> {
  const rows = await sql<{ all: unknown }>`select jsonb_build_object(
    'positions', (select jsonb_agg(to_jsonb(p) order by p.id) from chain_position p),
    'links', (select jsonb_agg(to_jsonb(l) order by l.id) from chain_link l),
    'leaders', (select jsonb_agg(to_jsonb(l) order by l.id) from chain_leader l),
    'reach', (select jsonb_agg(to_jsonb(r) order by r.object_id, r.party_id, r.relation) from reach r
      where r.object_kind in ('chain_position', 'chain_link'))) as all`.execute(server.deps.db)
  return rows.rows[0]?.all
}

async function merge(from: string, into: string): Promise<string> {
  const revOf = async (id: string) => (await read(server.machine, `/enterprises/${id}`)).body.rev
  const body = { into, rev: await revOf(from), intoRev: await revOf(into), why: '同一家企业' }
  return created(server.machine, `/enterprises/${from}/merges`, body)
}
const undo = (id: string) => post(server.machine, `/merges/${id}/undo`, { why: '不是同一家' })
const verbsOf = async (kind: string, id: string): Promise<readonly string[]> =>
  (await read(zone.officer, `/${kind}/${id}/history`)).body.rows.map((row: { verb: string }) => row.verb)

describe('a merge of two firms', () => {
  it('moves what the one had, keeps aside what the other has itself, and is undone exactly', async () => {
    const { officer, mill, twin, bakery, outside, ofMill } = zone
    // Of the one that goes, `twin`: a position of its own, and one that `mill` has too.
    const moved = await created(officer, '/chain-positions', positionOf(twin, { year: 2023 }))
    const clash = await created(officer, '/chain-positions', positionOf(twin, { output: 7 }))
    const stays = await created(officer, '/chain-positions', positionOf(mill, { output: 11 }))
    // They supply each other, both supply the bakery, and one buys outside.
    const self = await created(officer, '/chain-links', linkOf(twin, mill, { productCode: goods.pulp }))
    const selfToo = await created(officer, '/chain-links', linkOf(mill, twin))
    const sold = await created(officer, '/chain-links', linkOf(twin, bakery, { volume: 0.1 + 0.2 }))
    await created(officer, '/chain-links', linkOf(mill, bakery, { volume: 5 }))
    const bought = await created(officer, '/chain-links', linkOf(outside, twin, { productCode: goods.pulp }))
    const leads = { isMain: true, validFrom: '2024-01-01' }
    const main = await created(officer, '/chain-leaders', { ...leads, chainCode: 'C17', firmId: twin })
    const second = await created(officer, '/chain-leaders', { ...leads, isMain: false, chainCode: 'C17', firmId: mill })
    const other = await created(officer, '/chain-leaders', { ...leads, chainCode: 'C13', firmId: twin })
    const before = await standing()

    const id = await merge(twin, mill)

    const { rows } = (await read(ofMill, '/chain-positions?limit=200')).body
    const held = rows.map((row: { id: string; output: number }) => [row.id, row.output])
    expect(held.toSorted()).toEqual([[moved, 95_000] as const, [stays, 11] as const].toSorted())
    const trade = (await read(ofMill, '/chain-links?limit=200')).body.rows
    expect(trade.map((row: { volume: number }) => row.volume).toSorted()).toEqual([1_234, 5])
    expect(trade.find((row: { id: string }) => row.id === bought)).toMatchObject({ buyer: { id: mill } })
    const led = (await read(officer, '/chain-leaders?state=now')).body.rows
    expect(led.map((row: { id: string; isMain: boolean }) => [row.id, row.isMain])).toEqual([
      [other, true],
      [second, true],
    ])
    expect(await verbsOf('chain-positions', clash)).toEqual(['set_aside', 'enter'])
    expect(await verbsOf('chain-links', self)).toEqual(['set_aside', 'enter'])
    expect(await verbsOf('chain-links', selfToo)).toEqual(['set_aside', 'enter'])
    expect(await verbsOf('chain-links', sold)).toEqual(['set_aside', 'enter'])
    expect(await verbsOf('chain-links', bought)).toEqual(['firm_merged', 'enter'])
    expect(await verbsOf('chain-leaders', main)).toEqual(['set_aside', 'enter'])

    expect((await undo(id)).status).toBe(200)
    expect(await standing()).toEqual(before)
    expect(await verbsOf('chain-links', sold)).toEqual(['put_back', 'set_aside', 'enter'])
    expect(await verbsOf('chain-positions', moved)).toEqual(['firm_unmerged', 'firm_merged', 'enter'])
  })

  it('leads whoever names the one to the other', async () => {
    const { officer, mill, twin } = zone
    const id = await merge(twin, mill)
    const entered = await created(officer, '/chain-positions', positionOf(twin, { year: 2017 }))
    expect((await read(officer, `/chain-positions/${entered}`)).body.firm.id).toBe(mill)
    expect((await read(officer, `/chain-firms/${twin}`)).body).toMatchObject({ id: mill, name: '合成面粉厂' })
    const again = await post(officer, '/chain-links', linkOf(twin, mill))
    expect(again.body.errors).toMatchObject([{ field: 'buyerId', rule: 'supplies_itself' }])
    expect((await undo(id)).status).toBe(200)
  })

  it('whose undo finds another main lead firm leaves that one', async () => {
    const { officer, mill, twin, bakery } = zone
    const leads = { isMain: true, validFrom: '2024-01-01' }
    const one = await created(officer, '/chain-leaders', { ...leads, chainCode: 'C12', firmId: twin })
    const other = await created(officer, '/chain-leaders', { ...leads, isMain: false, chainCode: 'C12', firmId: mill })
    const id = await merge(twin, mill)
    const end = { rev: 1, why: '换届', ...leads, validTo: '2026-06-30' }
    expect((await patch(officer, `/chain-leaders/${other}`, end)).status).toBe(200)
    const third = await created(officer, '/chain-leaders', { ...leads, chainCode: 'C12', firmId: bakery })
    expect((await undo(id)).status).toBe(200)
    const { rows } = (await read(officer, '/chain-leaders?chainCode=C12&state=now')).body
    expect(rows.map((row: { id: string; isMain: boolean }) => [row.id, row.isMain])).toEqual([
      [third, true],
      [one, false],
    ])
  })

  it('is undone to whoever answers for a third firm by then', async () => {
    const { officer, mill, twin, bakery, stranger } = zone
    const aside = await created(officer, '/chain-links', linkOf(twin, stranger, { year: 2016, volume: 16 }))
    await created(officer, '/chain-links', linkOf(mill, stranger, { year: 2016, volume: 17 }))
    const id = await merge(twin, mill)
    await merge(stranger, bakery)
    expect((await undo(id)).status).toBe(200)
    expect((await read(zone.ofBakery, `/chain-links/${aside}`)).body).toMatchObject({
      seller: { id: twin },
      buyer: { id: bakery },
      volume: 16,
    })
  })
})
