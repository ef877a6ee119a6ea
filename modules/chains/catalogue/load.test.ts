import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { createResolver, starterProducts } from '@tingzhou/text'
import products from '../data/products.json' with { type: 'json' }
import recipes from '../data/recipes.json' with { type: 'json' }
import { loadCatalogue } from './load.ts'
import { siteNeeds } from '../words.ts'
import { chainCatalogue } from './store.ts'

const now = epochMs(Date.UTC(2026, 10, 30))
let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const countOf = async (table: 'chain_alias' | 'chain_recipe_input' | 'chain_segment_product' | 'chain_cluster') =>
  (
    await test.db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
  ).n

describe('the start catalogue of a zone', () => {
  it('is loaded once, however many servers start at once', async () => {
    expect((await chainCatalogue(test.db, 'zone')).products.size).toBe(0)

    const loaded = await Promise.all([1, 2, 3].map(() => loadCatalogue(test.db, 'zone', now)))
    const again = await loadCatalogue(test.db, 'zone', now)

    expect(loaded.filter(Boolean)).toHaveLength(1)
    expect(again).toBe(false)
    expect(await countOf('chain_cluster')).toBe(10)
    expect(await countOf('chain_recipe_input')).toBe(recipes.rows.flatMap(({ inputs }) => inputs).length)
  })

  it('has every product of the files, and of matching with all its names', async () => {
    const { catalogue, products: goods, version } = await chainCatalogue(test.db, 'zone')

    expect(version).toBe(1)
    expect([...goods.keys()].toSorted()).toEqual(products.rows.map(({ code }) => code).toSorted())
    const folded = (names: readonly string[] = []) => [...new Set(names.map((name) => name.toLowerCase()))]
    for (const { code, zh, en, ...rest } of starterProducts) {
      const own = catalogue.products.get(code)
      expect(own).toMatchObject({ code, zh: { 0: zh[0] }, en: { 0: en[0] }, unit: rest.unit, family: rest.family })
      expect(own?.spec).toEqual(rest.spec)
      expect(folded(own?.zh).toSorted()).toEqual(folded(zh).toSorted())
      expect(folded(own?.en).toSorted()).toEqual(folded(en).toSorted())
    }
    expect(goods.get('P0191')).toMatchObject({ unit: 'GJ', family: 'P0191', basis: 'inv', priceFen: 5_000 })
  })

  it('says of what is made in halls what a plant needs', async () => {
    const rows = await test.db
      .selectFrom('chain_product')
      .select(['code', 'site'])
      .where('zone_id', '=', 'zone')
      .execute()
    const sites = new Map(rows.map(({ code, site }) => [code, site]))
    expect(sites.get('P1304')).toEqual({ landM2: 20_000, powerKw: 1_500, waterM3Day: 80, heightM: 9 })
    expect(sites.get('P0101')).toBeNull()
    const all = [...sites.values()].flatMap((site) => (site === null ? [] : [site]))
    expect(all).toHaveLength(66)
    expect(all.filter((site) => !siteNeeds.every((need) => (site[need] ?? 0) > 0))).toEqual([])
  })

  it('reads postings as the catalogue of matching does', async () => {
    const { catalogue } = await chainCatalogue(test.db, 'zone')

    expect(createResolver(catalogue).resolve('求购 25mm 三级抗震钢筋 200 吨').product).toBe('P0602')
  })

  it('comes from memory until somebody changes it, whatever else was rolled back', async () => {
    const before = await chainCatalogue(test.db, 'zone')
    const bumped = (name: string) =>
      test.db.transaction().execute(async (tx) => {
        await tx
          .updateTable('chain_catalogue')
          .set(({ eb }) => ({ version: eb('version', '+', 1), stamp: eb.fn('gen_random_uuid') }))
          .execute()
        await tx.updateTable('chain_product').set({ zh: name }).where('code', '=', 'P0101').execute()
        const seen = (await chainCatalogue(tx, 'zone')).products.get('P0101')?.zh
        if (name === 'undone') throw new Error('undone')
        return seen
      })

    expect(await chainCatalogue(test.db, 'zone')).toBe(before)
    await expect(bumped('undone')).rejects.toThrow('undone')
    expect((await chainCatalogue(test.db, 'zone')).products.get('P0101')?.zh).toBe('动力煤')
    expect(await bumped('煤')).toBe('煤')
    expect((await chainCatalogue(test.db, 'zone')).products.get('P0101')?.zh).toBe('煤')
  })
})
