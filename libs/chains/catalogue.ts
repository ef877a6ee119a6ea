import { err, ok, type Result } from '@tingzhou/kernel'
import { readEconomy } from './economy.ts'
import { Refused, refuse, within, type ChainFault } from './fault.ts'
import type { ChainRow, ProductRow, RecipeRow } from './rows.ts'
import { checkSettings, settingBounds, type ChainSettings } from './settings.ts'

/** Where a row comes from: stated by the zone, public, typical in engineering, of the method, or invented. */
export const bases = ['seed', 'pub', 'assumed', 'spec', 'inv'] as const

/** Where a segment stands in its chain. */
export const stages = ['up', 'mid', 'down', 'service'] as const

type File<Row> = { readonly version: string; readonly note: string; readonly rows: readonly Row[] }
type Named = { readonly zh: string; readonly en: string; readonly basis: string }

/** A start catalogue as its files have it. */
export type CatalogueFiles = {
  readonly clusters: File<Named & { readonly code: string }>
  readonly chains: File<
    Named & {
      readonly code: string
      readonly cluster: string
      /** Names of firms that may lead, not yet firms of the register. */
      readonly leaders: readonly { readonly name: string; readonly basis: string; readonly as: string }[]
      readonly segments: readonly (Omit<Named, 'basis'> & {
        readonly key: string
        readonly stage: string
        readonly products: ChainRow['segments'][number]['products']
      })[]
    }
  >
  readonly products: File<
    Pick<ProductRow, 'code' | 'kgPerUnit' | 'priceFen'> & {
      readonly industry?: string | undefined
      readonly basis: string
      /** Of products that the catalogue of matching has not. */
      readonly added?:
        | {
            readonly chain: string
            readonly unit: string
            readonly zh: readonly string[]
            readonly en: readonly string[]
          }
        | undefined
    }
  >
  readonly recipes: File<{
    readonly output: string
    readonly route?: string | undefined
    readonly share?: number | undefined
    readonly shareBasis?: string | undefined
    readonly basis: string
    readonly source: string
    readonly asOf: string
    readonly inputs: readonly {
      readonly product: string
      readonly coefficient: number
      readonly low: number
      readonly high: number
      readonly basis?: string | undefined
    }[]
  }>
  readonly settings: File<{ readonly key: string; readonly value: number; readonly basis: string }>
}

/** A catalogue that indicators can be computed with. */
export type StartCatalogue = {
  readonly products: readonly ProductRow[]
  readonly recipes: readonly RecipeRow[]
  /** Without leaders: those are names until somebody confirms the firms. */
  readonly chains: readonly ChainRow[]
  readonly settings: ChainSettings
}

/**
 * Reads and checks a start catalogue.
 * @param named  the products that the catalogue of matching has, with their families of substitutes
 * @returns the catalogue, or the first row that cannot be
 * Source: own. O(rows).
 */
export function readCatalogue(
  files: CatalogueFiles,
  named: readonly { readonly code: string; readonly family: string }[],
): Result<StartCatalogue, ChainFault> {
  try {
    const families = new Map(named.map(({ code, family }) => [code, family]))
    for (const [name, { rows }] of Object.entries(files)) checkBases(name, rows)
    checkClusters(files)
    const catalogue = {
      products: readProducts(files, families),
      recipes: files.recipes.rows.map(readRecipe),
      chains: files.chains.rows.map(({ code, segments }) => ({ code, segments, leaders: [] })),
    }
    const read = readEconomy({ ...catalogue, firms: [], positions: [], links: [], demands: [] })
    if (!read.ok) return read
    const settings = readSettings(files)
    return settings.ok ? ok({ ...catalogue, settings: settings.value }) : settings
  } catch (error) {
    if (error instanceof Refused) return err(error.fault)
    throw error
  }
}

function checkBases(name: string, rows: readonly { readonly basis: string }[]): void {
  for (const [row, { basis }] of rows.entries())
    if (!bases.some((one) => one === basis))
      refuse('invalid', `${name}[${row}].basis`, basis, `is one of ${bases.join(', ')}`)
}

function checkClusters({ clusters, chains }: CatalogueFiles): void {
  const codes = new Set(clusters.rows.map(({ code }) => code))
  if (codes.size < clusters.rows.length)
    refuse('duplicate', 'clusters', clusters.rows.length, 'have codes of their own')
  for (const [row, { cluster, leaders, segments }] of chains.rows.entries()) {
    if (!codes.has(cluster)) refuse('unknown', `chains[${row}].cluster`, cluster, 'is one of clusters')
    checkBases(`chains[${row}].leaders`, leaders)
    for (const [place, { stage }] of segments.entries())
      if (!stages.some((one) => one === stage))
        refuse('invalid', `chains[${row}].segments[${place}].stage`, stage, `is one of ${stages.join(', ')}`)
  }
}

function readProducts({ products }: CatalogueFiles, families: ReadonlyMap<string, string>): readonly ProductRow[] {
  return products.rows.map(({ code, kgPerUnit, priceFen, industry, added }, row) => {
    const family = families.get(code)
    if (family === undefined && !added)
      refuse('unknown', `products[${row}].code`, code, 'has names, here or in matching')
    if (family !== undefined && added) refuse('duplicate', `products[${row}].code`, code, 'has names once')
    return { code, kgPerUnit, priceFen, family: family ?? code, ...(industry === undefined ? {} : { industry }) }
  })
}

function readRecipe({ output, share, inputs }: CatalogueFiles['recipes']['rows'][number], row: number): RecipeRow {
  return {
    output,
    ...(share === undefined ? {} : { share }),
    inputs: inputs.map(({ product, coefficient, low, high }, place) => ({
      product,
      coefficient: within(`recipes[${row}].inputs[${place}].coefficient`, coefficient, low, high),
    })),
  }
}

function readSettings({ settings }: CatalogueFiles): Result<ChainSettings, ChainFault> {
  const values = Object.fromEntries(settings.rows.map(({ key, value }) => [key, value]))
  for (const [row, { key }] of settings.rows.entries())
    if (!(key in settingBounds)) refuse('unknown', `settings[${row}].key`, key, 'is a setting')
  // A key that is missing is no number and is refused by its bounds.
  return checkSettings(values as ChainSettings)
}
