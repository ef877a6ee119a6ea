import { readFileSync } from 'node:fs'
import { readCatalogue, readEconomy, type CatalogueFiles } from '@tingzhou/chain-model'
import { starterProducts, unitOf } from '@tingzhou/text'
import { describe, expect, it } from 'vitest'

const read = (name: string) => JSON.parse(readFileSync(new URL(`data/${name}.json`, import.meta.url), 'utf8'))
const files = (): CatalogueFiles => ({
  clusters: read('clusters'),
  chains: read('chains'),
  products: read('products'),
  recipes: read('recipes'),
  settings: read('settings'),
})

function must() {
  const catalogue = readCatalogue(files(), starterProducts)
  if (!catalogue.ok) throw new Error(JSON.stringify(catalogue.error))
  return catalogue.value
}

describe('the start catalogue', () => {
  it('has 24 chains in clusters, every product of matching in one of them, and every setting', () => {
    const { chains, products } = must()
    const inChains = new Set(
      chains.flatMap(({ segments }) => segments.flatMap(({ products }) => products.map(({ product }) => product))),
    )

    expect(chains.map(({ code }) => code)).toEqual(
      Array.from({ length: 24 }, (_, i) => `C${String(i + 1).padStart(2, '0')}`),
    )
    expect(starterProducts.filter(({ code }) => !inChains.has(code)).map(({ code }) => code)).toEqual([])
    expect(products.filter(({ code }) => !inChains.has(code)).map(({ code }) => code)).toEqual([])
  })

  it('counts every product in a unit that quantities are read in', () => {
    const added = files().products.rows.flatMap(({ added }) => added?.unit ?? [])
    const units = [...added, ...starterProducts.map(({ unit }) => unit)]

    expect(units.filter((unit) => unitOf(unit)?.unit !== unit)).toEqual([])
  })

  it('has the stages of the method paper', () => {
    // Upstream → middle → downstream (services), as its table has them, inputs of recipes added; `note` of the file says what is missing.
    const stages: Readonly<Record<string, string>> = {
      C01: 'P0101 P0102 | P0103 | P0191 | P0104',
      C02: 'P0291 P0101 | P0201 P0202 P0203 P0204 P0205 P0206 P0292 | P0293 | P0207',
      C03: 'P0391 | P0301 P0302 | P0303 |',
      C04: 'P0406 P0491 | P0401 P0402 | P0403 P0404 P0405 |',
      C05: 'P0501 | P0502 P0503 P0504 | P0505 |',
      C06: 'P0601 | P0602 P0603 P0604 | P0691 |',
      C07: 'P0791 P0792 P0206 | P0701 P0702 P0703 | P0704 P0705 P0706 |',
      C08: 'P0804 P0805 P0892 P0891 | P0803 | P0801 P0802 P0806 |',
      C09: 'P0902 P0903 P0905 | P0904 | P0901 |',
      C10: 'P0103 P1002 | P1001 | P1091 P0201 |',
      C11: 'P1191 | P1101 | P1102 P1103 |',
      C12: 'P1203 P0104 P1291 P1292 | P1201 P1204 | P1202 P1205 |',
      C13: 'P1301 | P1391 | P1302 P1303 P1304 |',
      C14: 'P1404 P1101 | P1401 P1402 | P1403 |',
      C15: 'P1503 | P1591 | P1501 P1502 |',
      C16: 'P1602 P1691 | P1601 | P1603 |',
      C17: 'P1701 P1705 | P1702 P1706 | P1704 | P1703',
      C18: 'P1891 | P1801 P1802 | P1803 P1804 |',
      C19: 'P1901 | P1902 | P1903 |',
      C20: 'P2001 | P2091 | P2002 | P2003',
      C21: 'P2101 P2104 | | P2102 P2103 |',
      C22: 'P2201 | P2202 P2203 | |',
      C23: 'P2301 P2104 | | P2302 P2303 |',
      C24: '| | P2401 P2402 P2403 P2404 |',
    }
    const found = files().chains.rows.map(({ code, segments }) => {
      const codes = ['up', 'mid', 'down', 'service'].map((stage) =>
        segments.filter((one) => one.stage === stage).flatMap(({ products }) => products.map(({ product }) => product)),
      )
      return [
        code,
        codes
          .map((all) => all.join(' '))
          .join(' | ')
          .replaceAll('  ', ' ')
          .trim(),
      ]
    })

    expect(Object.fromEntries(found)).toEqual(stages)
  })

  it('calls no added product by a name of another', () => {
    const { products } = files()
    const added = products.rows.flatMap(({ added }) => (added ? [...added.zh, ...added.en] : []))
    const others = new Set(starterProducts.flatMap(({ zh, en }) => [...zh, ...en]))

    expect(added.filter((name, i) => others.has(name) || added.indexOf(name) !== i)).toEqual([])
  })

  it('weighs a wafer in grams', () => {
    expect(must().products.find(({ code }) => code === 'P0503')?.kgPerUnit).toBe(0.01)
  })

  it('names only classes that GB/T 4754 has', () => {
    const tsv = readFileSync(new URL('../registry/data/gbt4754-2017.tsv', import.meta.url), 'utf8')
    const classes = new Set(tsv.split('\n').map((line) => line.split('\t')[1]?.slice(1)))

    expect(must().products.filter(({ industry }) => industry !== undefined && !classes.has(industry))).toEqual([])
  })

  it('has recipes whose product is worth more than what goes into it', () => {
    const { products, recipes } = must()
    const price = new Map(products.map(({ code, priceFen }) => [code, priceFen]))
    const worse = recipes.filter(
      ({ output, inputs }) =>
        inputs.reduce((sum, { product, coefficient }) => sum + coefficient * (price.get(product) ?? 0), 0) >=
        (price.get(output) ?? 0),
    )

    expect(worse).toEqual([])
  })

  it('has no products that need each other as yet, and an economy without firms', () => {
    const { products, recipes, chains } = must()
    const economy = readEconomy({ products, recipes, chains, firms: [], positions: [], links: [], demands: [] })

    expect(economy).toMatchObject({ ok: true, value: { recipes: { loops: [] } } })
  })

  it.each<[string, (files: CatalogueFiles) => object, string]>([
    [
      'a basis that is none',
      ({ clusters }) => ({ clusters: { ...clusters, rows: [{ ...clusters.rows[0], basis: 'guess' }] } }),
      'clusters[0].basis',
    ],
    [
      'a cluster nobody knows',
      ({ clusters }) => ({ clusters: { ...clusters, rows: clusters.rows.slice(1) } }),
      'chains[0].cluster',
    ],
    [
      'a product without a name',
      ({ products }) => ({ products: { ...products, rows: [{ ...products.rows[0], code: 'P9999' }] } }),
      'products[0].code',
    ],
    [
      'a product of a recipe that is not there',
      ({ products }) => ({ products: { ...products, rows: products.rows.filter(({ code }) => code !== 'P1701') } }),
      'recipes[0].inputs[0].product',
    ],
    [
      'a coefficient beyond its range',
      ({ recipes }) => ({
        recipes: {
          ...recipes,
          rows: [{ ...recipes.rows[0], inputs: [{ product: 'P1701', coefficient: 2, low: 1, high: 1.5 }] }],
        },
      }),
      'recipes[0].inputs[0].coefficient',
    ],
    [
      'a setting that is missing',
      ({ settings }) => ({ settings: { ...settings, rows: settings.rows.slice(1) } }),
      'settings.presentAt',
    ],
    [
      'a setting nobody knows',
      ({ settings }) => ({
        settings: { ...settings, rows: [...settings.rows, { key: 'luck', value: 1, basis: 'inv' }] },
      }),
      'settings[22].key',
    ],
  ])('is refused with %s', (_, part, field) => {
    expect(readCatalogue({ ...files(), ...part(files()) }, starterProducts)).toMatchObject({
      ok: false,
      error: { field },
    })
  })
})
