import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEconomy } from '@tingzhou/chain-model'
import type { TestServer } from '@tingzhou/server/testing'
import { unpackEconomy } from './packed.ts'
import { readPackedEconomy } from './rows.ts'
import { created, goods, linkOf, patch, positionOf, startChainZone, type ChainZone } from './testing.ts'

let server: TestServer
let zone: ChainZone

beforeAll(async () => {
  const started = await startChainZone()
  server = started.server
  zone = started.zone
}, 180_000)
afterAll(() => server.close())

const read = async (year: number) => unpackEconomy(await readPackedEconomy(server.deps.db, server.deps.zoneId, year))

describe('the rows of a reckoning', () => {
  it('are those of the year, of firms here and outside, in one order', async () => {
    const { officer, mill, bakery, outside, twin } = zone
    await created(officer, '/chain-positions', positionOf(mill))
    await created(officer, '/chain-positions', positionOf(mill, { year: 2024 }))
    await created(officer, '/chain-positions', positionOf(bakery, { role: 'consume', isQualified: false }))
    await created(officer, '/chain-links', linkOf(mill, bakery, { isContract: true }))
    await created(officer, '/chain-links', linkOf(outside, mill, { productCode: goods.pulp, distanceKm: 3_000 }))
    await created(officer, '/chain-demands', { productCode: goods.flour, year: 2025, volume: 9, asOf: '2025-12-31' })
    await created(officer, '/chain-leaders', { chainCode: 'C17', firmId: twin, isMain: true, validFrom: '2024-01-01' })
    const tagged = { rev: 1, why: '认定', tags: ['高新技术', '别的'], industry: 'C1311', aboveScaleYears: [2024] }
    expect((await patch(server.machine, `/enterprises/${mill}`, tagged)).status).toBe(200)
    const strong = { rev: 1, why: '认定', aboveScaleYears: [2025] }
    expect((await patch(server.machine, `/enterprises/${bakery}`, strong)).status).toBe(200)

    const rows = await read(2025)

    expect([...rows.positions]).toEqual([
      { firm: mill, product: goods.flour, role: 'produce', capacity: 120_000, output: 95_000, isQualified: true },
      { firm: bakery, product: goods.flour, role: 'consume', capacity: 120_000, output: 95_000, isQualified: false },
    ])
    const road = { volume: 1_234, priceFen: 420_000, rateFen: 35 }
    expect([...rows.links]).toEqual([
      { ...road, seller: mill, buyer: bakery, product: goods.flour, distanceKm: 30, isContract: true },
      { ...road, seller: outside, buyer: mill, product: goods.pulp, distanceKm: 3_000, isContract: false },
    ])
    expect([...rows.firms]).toEqual([
      { id: mill, isLocal: true, lon: 87.3, lat: 44, industry: '1311', isStrong: true, expansion: 0 },
      { id: bakery, isLocal: true, lon: 87.6, lat: 44.2, isStrong: true, expansion: 0 },
      { id: outside, isLocal: false, lon: 113.6, lat: 34.7, industry: '2221', isStrong: false, expansion: 0 },
      { id: twin, isLocal: true, lon: 87.31, lat: 44.01, isStrong: false, expansion: 0 },
    ])
    expect(rows.demands).toEqual([{ product: goods.flour, volume: 9 }])
    expect(rows.chains).toHaveLength(24)
    expect(rows.chains.find(({ code }) => code === 'C17')?.leaders).toEqual([twin])
  })

  it('are an economy to the arithmetic, and the same rows the same version', async () => {
    const [one, two, other] = [
      readEconomy(await read(2025)),
      readEconomy(await read(2025)),
      readEconomy(await read(2024)),
    ]
    expect(one.ok && one.value.links.seller.length).toBe(2)
    expect(one.ok && two.ok && one.value.version === two.value.version).toBe(true)
    expect(one.ok && other.ok && one.value.version === other.value.version).toBe(false)
  })

  it('of a year without any are empty', async () => {
    const rows = await read(2001)
    expect([[...rows.positions], [...rows.links], rows.demands]).toEqual([[], [], []])
    expect(readEconomy(rows).ok).toBe(true)
  })
})
