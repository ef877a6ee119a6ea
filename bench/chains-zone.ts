import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EconomyRows, LinkRow } from '@tingzhou/chain-model'
import type { Session } from '@tingzhou/db'
import { serverScratch } from './databases.ts'
import { median, quantile, type Say } from './harness.ts'
import { ask, buildAll, startServer, type ServerProcess } from './server.ts'

const year = 2026
const at = `${year}-01-01T00:00:00Z`
const day = `${year}-01-01`
const pagesAsked = 300
const zoneId = 'zone'

/** What the pages and a run of a large economy take on PostgreSQL: milliseconds, seconds, counts. */
export type PageTimes = Readonly<Record<string, number>>

/**
 * Fills a zone on PostgreSQL with an economy, has it reckoned by the server as at night, and asks for pages of firms and chains.
 * @returns seconds of filling and of the run, milliseconds of the pages
 */
export async function measurePages(rows: EconomyRows, say: Say): Promise<PageTimes> {
  buildAll()
  const scratch = await serverScratch(8)
  const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-bench-'))
  let server: ServerProcess | null = null
  try {
    // The first start loads the catalogue, which positions and links refer to.
    server = await startServer({ dataDir, databaseUrl: scratch.url })
    await server.stop()
    const began = performance.now()
    const counts = await scratch.database.session('change', (session) => fillZone(session, rows))
    await scratch.database.exec('vacuum analyze')
    const fillS = (performance.now() - began) / 1_000
    say(`filled: ${JSON.stringify(counts)} in ${fillS.toFixed(0)} s`)
    server = await startServer({ dataDir, databaseUrl: scratch.url })
    const runS = await timeRun(server)
    say(`run: ${runS.toFixed(0)} s`)
    await scratch.database.exec('vacuum analyze')
    const firms = await timePages(
      server,
      sample(counts.firms).map((n) => `/chain-firms/${idOf(n)}`),
    )
    const { body } = await ask(server.url, server.token, 'GET', '/industry-chains?limit=100')
    const codes = (body as { readonly rows: readonly { readonly code: string }[] }).rows.map(({ code }) => code)
    const chains = await timePages(
      server,
      Array.from({ length: pagesAsked }, (_, n) => `/industry-chains/${codes[n % codes.length]}`),
    )
    return {
      ...counts,
      fillS,
      runS,
      firmP50: median(firms),
      firmP95: quantile(firms, 0.95),
      chainP50: median(chains),
      chainP95: quantile(chains, 0.95),
      serverMib: server.memoryMib(),
    }
  } finally {
    await server?.stop()
    rmSync(dataDir, { recursive: true, force: true })
    await scratch.drop()
  }
}

/** Spread over all of them. */
const sample = (count: number): readonly number[] =>
  Array.from({ length: pagesAsked }, (_, n) => Math.floor(((n * 7_919) % pagesAsked) * (count / pagesAsked)))

async function timePages({ url, token }: ServerProcess, paths: readonly string[]): Promise<readonly number[]> {
  const times: number[] = []
  // One after the other, as one reader clicks.
  for (const path of paths) {
    const began = performance.now()
    const { status } = await ask(url, token, 'GET', path)
    if (status !== 200) throw new Error(`${path} answered ${status}`)
    times.push(performance.now() - began)
  }
  return times
}

/** From the button to the stored figures. */
async function timeRun({ url, token }: ServerProcess): Promise<number> {
  const began = performance.now()
  const asked = await ask(url, token, 'POST', '/chain-runs', { commandId: crypto.randomUUID(), year })
  if (asked.status !== 202) throw new Error(`the run was answered ${asked.status}: ${JSON.stringify(asked.body)}`)
  for (;;) {
    const { body } = await ask(url, token, 'GET', `/chain-runs?year=${year}`)
    if ((body as { readonly rows: readonly unknown[] }).rows.length > 0) return (performance.now() - began) / 1_000
    if (performance.now() - began > 1_800_000) throw new Error('the run did not end within half an hour')
    await sleep(500)
  }
}

/** Ids that an index keeps in order, as UUIDv7 are. */
const idOf = (n: number): string => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const written = [at, 'bench', at, 'bench']
const writtenColumns = ['created_at', 'created_by', 'updated_at', 'updated_by']

const linkColumns =
  'zone_id id seller_id seller_outside buyer_id buyer_outside product_code year volume price_fen distance_km mode rate_fen is_contract as_of'
    .split(' ')
    .concat(writtenColumns)

type Cell = string | number | boolean | null

async function fillZone(session: Session, rows: EconomyRows) {
  const numbers = new Map<string, { readonly n: number; readonly isLocal: boolean }>()
  for (const { id, isLocal } of rows.firms) if (!numbers.has(id)) numbers.set(id, { n: numbers.size, isLocal })
  const firm = (id: string) => {
    const known = numbers.get(id)
    if (!known) throw new RangeError(`no firm ${id}`)
    return known
  }
  const copy = (table: string, columns: readonly string[], cells: Iterable<readonly Cell[]>): Promise<number> =>
    copyRows(session, table, columns, cells)
  const partyColumns = ['zone_id', 'id', 'kind', 'name', 'created_at', 'updated_at', 'synthetic']
  const local = [...rows.firms].filter(({ isLocal }) => isLocal)
  await copy(
    'party',
    partyColumns,
    local.map(({ id }) => [zoneId, idOf(firm(id).n), 'enterprise', id, at, at, true]),
  )
  const enterpriseColumns = ['zone_id', 'id', 'uscc_status', 'name', 'name_core', 'lon', 'lat', 'above_scale_years']
  await copy(
    'enterprise',
    [...enterpriseColumns, 'synthetic', ...writtenColumns],
    local.map(({ id, lon = null, lat = null, isStrong }) => {
      const years = isStrong ? `{${year}}` : '{}'
      return [zoneId, idOf(firm(id).n), 'missing', id, id, lon, lat, years, true, ...written]
    }),
  )
  const outside = [...rows.firms].filter(({ isLocal }) => !isLocal)
  await copy(
    'chain_outside',
    ['zone_id', 'id', 'name', 'country', 'lon', 'lat', 'is_strong', 'synthetic', ...writtenColumns],
    outside.map(({ id, lon = null, lat = null, isStrong = false }) => {
      return [zoneId, idOf(firm(id).n), id, 'CN', lon, lat, isStrong, true, ...written]
    }),
  )
  const positions = await copy(
    'chain_position',
    'zone_id id firm_id is_outside product_code role year capacity output as_of'.split(' ').concat(writtenColumns),
    mapped(rows.positions, (row, place) => {
      const { n, isLocal } = firm(row.firm)
      const what = [row.product, row.role, year, row.capacity, row.output, day]
      return [zoneId, idOf(place), idOf(n), !isLocal, ...what, ...written]
    }),
  )
  const links = await copy(
    'chain_link',
    linkColumns,
    mapped(once(rows.links), (row, place) => {
      const [seller, buyer] = [firm(row.seller), firm(row.buyer)]
      const sides = [idOf(seller.n), !seller.isLocal, idOf(buyer.n), !buyer.isLocal]
      const terms = [row.priceFen, row.distanceKm, 'road', row.rateFen, row.isContract, day]
      return [zoneId, idOf(place), ...sides, row.product, year, row.volume, ...terms, ...written]
    }),
  )
  await copy(
    'chain_demand',
    ['zone_id', 'id', 'product_code', 'year', 'volume', 'as_of', ...writtenColumns],
    rows.demands.map(({ product, volume }, n) => [zoneId, idOf(n), product, year, volume, day, ...written]),
  )
  return { firms: numbers.size, positions, links }
}

/** Layers of an invented economy may name the same two firms and product again; a zone has one link. */
function* once(links: Iterable<LinkRow>): Iterable<LinkRow> {
  const seen = new Set<string>()
  let product = ''
  for (const link of links) {
    // Links come product by product.
    if (link.product !== product) seen.clear()
    product = link.product
    const key = `${link.seller} ${link.buyer}`
    if (seen.has(key)) continue
    seen.add(key)
    yield link
  }
}

function* mapped<Row>(
  rows: Iterable<Row>,
  cells: (row: Row, place: number) => readonly Cell[],
): Iterable<readonly Cell[]> {
  let place = 0
  for (const row of rows) yield cells(row, place++)
}

const chunkRows = 5_000

/** Rows by `copy`. @returns how many */
async function copyRows(
  session: Session,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly Cell[]>,
): Promise<number> {
  let count = 0
  async function* chunks(): AsyncIterable<Uint8Array> {
    let lines: string[] = []
    for (const cells of rows) {
      count++
      lines.push(cells.map((cell) => (cell === null ? String.raw`\N` : String(cell))).join('\t'))
      if (lines.length < chunkRows) continue
      yield Buffer.from(`${lines.join('\n')}\n`)
      lines = []
    }
    if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`)
  }
  await session.copyIn(table, columns, chunks())
  return count
}
