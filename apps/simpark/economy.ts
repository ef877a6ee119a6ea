import { localDateOf } from '@tingzhou/calendar'
import { inventEconomy, type Catalogue, type InventedEconomy } from '@tingzhou/chain-model/invent'
import { epochMs, type LocalDate } from '@tingzhou/kernel'
import { inLots } from './accounts.ts'
import { Refused, type Api } from './api.ts'
import type { Watch, Zone } from './build.ts'
import { commandIdOf } from './command-id.ts'
import data from './data/economy.json' with { type: 'json' }
import type { EnterprisePlan } from './enterprise.ts'
import { uploadRows } from './workbook.ts'

type Chains = Api['chains']
type Economy = ReturnType<typeof inventEconomy>
type Trading = Pick<Zone, 'options' | 'people' | 'register'>
type Told = Pick<Watch, 'onRefused'>

/** A firm of the economy, as a sheet names it: an enterprise by its code, a firm outside by its name. */
type Names = ReadonlyMap<string, string>

const together = 6
/** Units a year below which nobody speaks of a link. */
const leastVolume = 0.01
/** Rows that one sheet may have. */
const sheetRows = 20_000

/**
 * Enters who makes, uses and sells what in the zone: an economy that follows from the zone's own recipes, laid upon the enterprises of the
 * register, with three weaknesses that the lists have to find (data/economy.json). Then the chains are reckoned. Safe to repeat: commands
 * have fixed ids, and rows that are there stay.
 * @returns rows that were written
 */
export async function openEconomy(zone: Trading, watch: Told): Promise<{ positions: number; links: number }> {
  const { options, people, register } = zone
  const { chains, demo } = people.machine.api
  const { began } = await demo.status()
  const today = localDateOf(epochMs(began))
  const catalogue = await readCatalogue(chains)
  const invented = sizeFor(register.enterprises.length, catalogue.products.length)
  const economy = inventEconomy(catalogue, invented)
  const names = await nameFirms(zone, economy, catalogue)
  const positions = await importRows(zone, 'position', positionsOf(economy, names, today))
  const links = await importRows(zone, 'link', linksOf(economy, names, today))
  await enterDemands(zone, economy, today, watch)
  await enterLeaders(zone, economy, names, today, watch)
  await enterHalls(zone, watch)
  await unlessRefused(watch, 'run of the chains', () =>
    chains.runs.recompute({ commandId: commandIdOf(options.seed, 'economy', 'run'), year: yearOf(today) }),
  )
  return { positions, links }
}

const yearOf = (day: LocalDate): number => Number(day.slice(0, 4))

/** As many makers and consumers a product as the zone has enterprises for. */
export function sizeFor(enterprises: number, products: number): InventedEconomy {
  const each = Math.floor((enterprises * 0.9) / Math.max(1, products))
  const { layers, spendFen, plants } = data
  const makers = Math.max(1, Math.min(data.makers, Math.floor(each * 0.6)))
  const consumers = Math.max(1, Math.min(data.consumers, each - makers))
  return { seed: 1, makers, consumers, outside: Math.min(data.outside, makers), layers, spendFen, plants }
}

/** Products, recipes and chains, as the zone has them. */
async function readCatalogue(chains: Chains): Promise<Catalogue> {
  const products = await all((cursor) => chains.products.list({ limit: 200, state: 'open', ...cursor }))
  const recipes = await all((cursor) => chains.recipes.list({ limit: 200, ...cursor }))
  const codes = (await all((cursor) => chains.chains.list({ limit: 200, ...cursor }))).map(({ code }) => code)
  return {
    products: products.map(({ code, kgPerUnit, priceFen, family, industry }) => ({
      code,
      kgPerUnit,
      priceFen,
      family,
      ...(industry === null ? {} : { industry }),
    })),
    recipes: recipes.flatMap(({ output, routes }) =>
      routes.map(({ share, inputs }) => ({
        output: output.code,
        share,
        inputs: inputs.map(({ product, coefficient }) => ({ product: product.code, coefficient })),
      })),
    ),
    chains: (await Promise.all(codes.map((code) => chains.chains.get({ code })))).map(({ code, segments }) => ({
      code,
      leaders: [],
      segments: segments.map(({ key, products: parts }) => ({
        key,
        products: parts.map(({ product, weight, isRequired, mes }) => ({
          product: product.code,
          weight,
          isRequired,
          mes,
        })),
      })),
    })),
  }
}

type Cursor = { readonly cursor?: string }

async function all<Row>(
  page: (cursor: Cursor) => Promise<{ readonly rows: readonly Row[]; readonly next: string | null }>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  let next: string | null = null
  do {
    const got: Awaited<ReturnType<typeof page>> = await page(next === null ? {} : { cursor: next })
    rows.push(...got.rows)
    next = got.next
  } while (next !== null)
  return rows
}

/** Gives each local firm an enterprise, of its own trade where there is one, and enters the firms outside. */
async function nameFirms(
  { options, people, register }: Trading,
  economy: Economy,
  catalogue: Catalogue,
): Promise<Names> {
  const { chains } = people.machine.api
  const names = new Map<string, string>()
  const free = poolOf(register.enterprises)
  const trades = new Map(catalogue.products.map(({ code, industry }) => [code, industry ?? '']))
  const known = new Set((await all((cursor) => chains.outside.list({ limit: 200, ...cursor }))).map(({ name }) => name))
  const unknown: (() => Promise<unknown>)[] = []
  let outside = 0
  for (const { id, isLocal, isStrong = false, lon = null, lat = null } of economy.firms) {
    const trade = trades.get(id.split('-')[0] ?? '') ?? ''
    if (isLocal) {
      const plan = free.take(trade)
      if (plan) names.set(id, plan.uscc)
      continue
    }
    const place = data.places[outside % data.places.length] ?? ''
    const form = data.outsideForms[outside % data.outsideForms.length] ?? ''
    outside++
    const name = `${place.slice(0, 2)}${outside}${data.numberWord}${form}`
    names.set(id, name)
    if (known.has(name)) continue
    unknown.push(() =>
      chains.outside.create({
        commandId: commandIdOf(options.seed, 'economy', 'outside', id),
        name,
        country: 'CN',
        place,
        lonDeg: lon,
        latDeg: lat,
        industry: trade === '' ? null : trade,
        isStrong,
        source: data.source,
        synthetic: true,
      }),
    )
  }
  await inLots(unknown, together, (act) => act())
  return names
}

/** Enterprises that have no part in the economy yet, by their trade. */
function poolOf(enterprises: readonly EnterprisePlan[]) {
  const byTrade = new Map<string, EnterprisePlan[]>()
  for (const plan of enterprises) byTrade.set(plan.industry, [...(byTrade.get(plan.industry) ?? []), plan])
  const taken = new Set<EnterprisePlan>()
  let next = 0
  const first = (list: readonly EnterprisePlan[] | undefined) => list?.find((plan) => !taken.has(plan))
  return {
    take: (trade: string): EnterprisePlan | undefined => {
      while (next < enterprises.length && taken.has(enterprises[next] as EnterprisePlan)) next++
      const plan = first(byTrade.get(trade)) ?? enterprises[next]
      if (plan) taken.add(plan)
      return plan
    },
  }
}

type PositionLine = Readonly<
  Record<'firm' | 'product' | 'role' | 'year' | 'capacity' | 'output' | 'evidence' | 'asOf', string | number>
>
type LinkLine = Readonly<
  Record<
    'seller' | 'buyer' | 'product' | 'year' | 'volume' | 'price' | 'mode' | 'rate' | 'isContract' | 'source' | 'asOf',
    string | number
  >
>

const rounded = (units: number): number => Number(units.toPrecision(6))

function* positionsOf(economy: Economy, names: Names, today: LocalDate): Iterable<PositionLine> {
  for (const { firm, product, role, capacity, output } of economy.positions) {
    const name = names.get(firm)
    if (name !== undefined && capacity > 0)
      yield {
        firm: name,
        product,
        role,
        year: yearOf(today),
        capacity: rounded(capacity),
        output: Math.min(rounded(output), rounded(capacity)),
        evidence: data.source,
        asOf: today,
      }
  }
}

function* linksOf(economy: Economy, names: Names, today: LocalDate): Iterable<LinkLine> {
  // What a firm bought of a product from another in several layers is one link.
  const sums = new Map<string, LinkLine & { volume: number }>()
  for (const link of economy.links) {
    const [seller, buyer] = [names.get(link.seller), names.get(link.buyer)]
    if (seller === undefined || buyer === undefined || seller === buyer) continue
    const key = `${seller} ${buyer} ${link.product}`
    const before = sums.get(key)
    sums.set(key, {
      seller,
      buyer,
      product: link.product,
      year: yearOf(today),
      volume: link.volume + (before?.volume ?? 0),
      price: link.priceFen / 100,
      mode: 'road',
      rate: link.rateFen / 100,
      isContract: String(link.isContract),
      source: data.source,
      asOf: today,
    })
  }
  // Dividing volumes over partners leaves crumbs.
  for (const line of sums.values()) if (line.volume >= leastVolume) yield { ...line, volume: rounded(line.volume) }
}

/** Hands rows in as an office would: a workbook, or several where they are too many for one. @returns rows that were written */
async function importRows(
  { people, options }: Trading,
  kind: 'position' | 'link',
  rows: Iterable<Readonly<Record<string, string | number>>>,
): Promise<number> {
  const { api, connection } = people.machine
  const lines = [...rows]
  let written = 0
  for (let from = 0; from < lines.length; from += sheetRows) {
    const fileId = await uploadRows(connection, data.fileNames[kind], lines.slice(from, from + sheetRows), data.source)
    const report = await api.chains.imports.run({
      commandId: commandIdOf(options.seed, 'economy', kind, fileId),
      kind,
      fileId,
      preview: false,
      synthetic: true,
    })
    if (report.faultsTotal > 0)
      throw new Error(
        `${report.faultsTotal} rows of ${kind}s were refused: ${JSON.stringify(report.faults.slice(0, 3))}`,
      )
    written += report.good
  }
  return written
}

async function enterDemands({ people, options }: Trading, economy: Economy, today: LocalDate, watch: Told) {
  const { chains } = people.machine.api
  const year = yearOf(today)
  const wanted = economy.demands.filter(({ volume }) => volume > 0)
  await inLots(wanted, together, ({ product, volume }) =>
    unlessRefused(watch, `demand of ${product}`, () =>
      chains.demands.create({
        commandId: commandIdOf(options.seed, 'economy', 'demand', product),
        productCode: product,
        year,
        volume: rounded(volume),
        source: data.source,
        asOf: today,
        synthetic: true,
      }),
    ),
  )
}

async function enterLeaders(
  { people, options, register }: Trading,
  economy: Economy,
  names: Names,
  today: LocalDate,
  watch: Told,
) {
  const { chains } = people.machine.api
  const led = economy.chains.flatMap(({ code, leaders: [leader] }) => {
    const uscc = leader === undefined ? undefined : names.get(leader)
    return uscc === undefined ? [] : [{ code, firmId: register.enterpriseId(uscc) }]
  })
  await inLots(led, together, ({ code, firmId }) =>
    unlessRefused(watch, `lead firm of ${code}`, () =>
      chains.leaders.create({
        commandId: commandIdOf(options.seed, 'economy', 'leader', code),
        chainCode: code,
        firmId,
        isMain: true,
        basis: 'inv',
        source: data.source,
        validFrom: today,
        synthetic: true,
      }),
    ),
  )
}

async function unlessRefused(watch: Told, what: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    watch.onRefused(what, error)
  }
}

/** Halls that stand empty, which targets are matched with. */
async function enterHalls({ people, options }: Trading, watch: Told) {
  const { chains } = people.machine.api
  await inLots(data.halls, together, (hall) =>
    unlessRefused(watch, `idle plant ${hall.name}`, () =>
      chains.plants.create({
        ...hall,
        commandId: commandIdOf(options.seed, 'economy', 'hall', hall.name),
        remark: data.source,
        synthetic: true,
      }),
    ),
  )
}
