import { sql, type RawBuilder } from 'kysely'
import { roles, type EconomyRows } from '@tingzhou/chain-model'
import { at, jsonb, newId, type CommandDeps, type Db } from '@tingzhou/db'
import type { PackedEconomy } from '../economy/packed.ts'

/** Rows a statement. */
const batchRows = 2_000

/**
 * Puts an invented economy into the tables of a zone that has its catalogue, beside what is there: every row says that it is synthetic.
 * @returns the id in the tables of a firm of the economy
 */
export async function plantEconomy(
  { db, zoneId, clock }: Pick<CommandDeps, 'db' | 'zoneId' | 'clock'>,
  year: number,
  rows: Pick<EconomyRows, 'firms' | 'positions' | 'links' | 'demands' | 'chains'>,
): Promise<(firm: string) => string> {
  const firms = [...rows.firms].map((firm) => ({ ...firm, key: firm.isLocal ? `synthetic-${firm.id}` : newId() }))
  const known = new Map(firms.map((firm) => [firm.id, firm]))
  const find = (id: string) => {
    const firm = known.get(id)
    if (!firm) throw new RangeError(`no firm ${id}`)
    return firm
  }
  const idOf = (id: string): string => find(id).key
  const now = sql`${at(clock())}::timestamptz`
  const written = sql`${now}, 'test', ${now}, 'test'`
  const asOf = `${year}-12-31`
  const local = firms.filter(({ isLocal }) => isLocal)
  const insert = (list: readonly object[], statement: (list: RawBuilder<unknown>) => RawBuilder<unknown>) =>
    inBatches(db, list, statement)
  await insert(
    local,
    (list) => sql`
    insert into party (zone_id, id, kind, name, synthetic, created_at, updated_at)
    select ${zoneId}, r.key, 'enterprise', '示例 ' || r.id, true, ${now}, ${now} from jsonb_to_recordset(${list}) as r (key text, id text)`,
  )
  await insert(
    local,
    (list) => sql`
    insert into enterprise (zone_id, id, uscc_status, name, name_core, lon, lat, above_scale_years, synthetic, created_at, created_by,
      updated_at, updated_by)
    select ${zoneId}, r.key, 'missing', '示例 ' || r.id, r.id, r.lon, r.lat,
      case when r."isStrong" then array[${year}::integer] else '{}' end, true, ${written}
    from jsonb_to_recordset(${list}) as r (key text, id text, lon double precision, lat double precision, "isStrong" boolean)`,
  )
  await insert(
    firms.filter(({ isLocal }) => !isLocal),
    (list) => sql`
    insert into chain_outside (zone_id, id, name, country, lon, lat, is_strong, synthetic, created_at, created_by, updated_at, updated_by)
    select ${zoneId}, r.key, '外地 ' || r.id, 'CN', r.lon, r.lat, coalesce(r."isStrong", false), true, ${written}
    from jsonb_to_recordset(${list}) as r (key uuid, id text, lon double precision, lat double precision, "isStrong" boolean)`,
  )
  const positions = [...rows.positions].map((row) => {
    const { key, isLocal } = find(row.firm)
    return { ...row, id: newId(), firm: key, isOutside: !isLocal }
  })
  await insert(
    positions,
    (list) => sql`
    insert into chain_position (zone_id, id, firm_id, is_outside, product_code, role, year, capacity, output, as_of, synthetic, created_at,
      created_by, updated_at, updated_by)
    select ${zoneId}, r.id, r.firm, r."isOutside", r.product, r.role, ${year}, r.capacity, r.output, ${asOf}::date, true, ${written}
    from jsonb_to_recordset(${list}) as r (id uuid, firm text, "isOutside" boolean, product text, role text, capacity double precision,
      output double precision)`,
  )
  await insert(
    linksOf(rows).map((row) => {
      const [seller, buyer] = [find(row.seller), find(row.buyer)]
      const ends = {
        seller: seller.key,
        buyer: buyer.key,
        sellerOutside: !seller.isLocal,
        buyerOutside: !buyer.isLocal,
      }
      return { ...row, ...ends, id: newId() }
    }),
    (list) => sql`
    insert into chain_link (zone_id, id, seller_id, seller_outside, buyer_id, buyer_outside, product_code, year, volume, price_fen,
      distance_km, mode, rate_fen, is_contract, as_of, synthetic, created_at, created_by, updated_at, updated_by)
    select ${zoneId}, r.id, r.seller, r."sellerOutside", r.buyer, r."buyerOutside", r.product, ${year}, r.volume, r."priceFen",
      r."distanceKm", 'road', r."rateFen", r."isContract", ${asOf}::date, true, ${written}
    from jsonb_to_recordset(${list}) as r (id uuid, seller text, "sellerOutside" boolean, buyer text, "buyerOutside" boolean, product text,
      volume double precision, "priceFen" bigint, "distanceKm" double precision, "rateFen" double precision, "isContract" boolean)`,
  )
  const demands = rows.demands.filter(({ volume }) => volume > 0).map((row) => ({ ...row, id: newId() }))
  await insert(
    demands,
    (list) => sql`
    insert into chain_demand (zone_id, id, product_code, year, volume, as_of, synthetic, created_at, created_by, updated_at, updated_by)
    select ${zoneId}, r.id, r.product, ${year}, r.volume, ${asOf}::date, true, ${written}
    from jsonb_to_recordset(${list}) as r (id uuid, product text, volume double precision)`,
  )
  const leaders = rows.chains.flatMap(({ code, leaders: own }) =>
    own.map((firm, place) => ({ id: newId(), code, firm: idOf(firm), isMain: place === 0 })),
  )
  await insert(
    leaders,
    (list) => sql`
    insert into chain_leader (zone_id, id, chain_code, firm_id, is_main, basis, valid_from, synthetic, created_at, created_by, updated_at,
      updated_by)
    select ${zoneId}, r.id, r.code, r.firm, r."isMain", 'inv', ${asOf}::date, true, ${written}
    from jsonb_to_recordset(${list}) as r (id uuid, code text, firm text, "isMain" boolean)`,
  )
  return idOf
}

/** Links of one pair and product are one row, as a year's table has them. */
function linksOf({ links }: Pick<EconomyRows, 'links'>) {
  const rows = new Map<string, ReturnType<typeof first>>()
  const first = (link: EconomyRows['links'] extends Iterable<infer Row> ? Row : never) => link
  for (const link of links) {
    const key = `${link.seller} ${link.buyer} ${link.product}`
    const before = rows.get(key)
    rows.set(key, before ? { ...before, volume: before.volume + link.volume } : link)
  }
  return [...rows.values()]
}

async function inBatches(
  db: Db,
  rows: readonly object[],
  statement: (list: RawBuilder<unknown>) => RawBuilder<unknown>,
): Promise<void> {
  for (let from = 0; from < rows.length; from += batchRows)
    await statement(sql`${jsonb(rows.slice(from, from + batchRows))}::jsonb`).execute(db)
}

/** Rows as they come from the tables, packed. */
export function packEconomy({ products, recipes, demands, chains, ...rows }: EconomyRows): PackedEconomy {
  const [firms, positions, links] = [[...rows.firms], [...rows.positions], [...rows.links]]
  const traded = [...positions, ...links].map(({ product }) => product)
  const names = {
    firms: [...new Set([...firms.map(({ id }) => id), ...links.flatMap(({ seller, buyer }) => [seller, buyer])])],
    products: [...new Set([...products.map(({ code }) => code), ...traded])],
  }
  const numbersIn = (list: readonly string[]) => {
    const numbers = new Map(list.map((name, number) => [name, number]))
    return (name: string): number => numbers.get(name) ?? -1
  }
  const [firm, product] = [numbersIn(names.firms), numbersIn(names.products)]
  return {
    products,
    recipes,
    demands,
    chains,
    names,
    firms: {
      id: firms.map(({ id }) => id),
      isLocal: Uint8Array.from(firms, ({ isLocal }) => Number(isLocal)),
      isStrong: Uint8Array.from(firms, ({ isStrong = false }) => Number(isStrong)),
      lon: Float64Array.from(firms, ({ lon = Number.NaN }) => lon),
      lat: Float64Array.from(firms, ({ lat = Number.NaN }) => lat),
      expansion: Float64Array.from(firms, ({ expansion = 0 }) => expansion),
      industry: firms.map(({ industry = '' }) => industry),
    },
    positions: {
      firm: Int32Array.from(positions, (row) => firm(row.firm)),
      product: Int32Array.from(positions, (row) => product(row.product)),
      role: Uint8Array.from(positions, ({ role }) => roles.indexOf(role)),
      isQualified: Uint8Array.from(positions, ({ isQualified = true }) => Number(isQualified)),
      capacity: Float64Array.from(positions, ({ capacity }) => capacity),
      output: Float64Array.from(positions, ({ output }) => output),
    },
    links: {
      seller: Int32Array.from(links, ({ seller }) => firm(seller)),
      buyer: Int32Array.from(links, ({ buyer }) => firm(buyer)),
      product: Int32Array.from(links, (row) => product(row.product)),
      isContract: Uint8Array.from(links, ({ isContract }) => Number(isContract)),
      volume: Float64Array.from(links, ({ volume }) => volume),
      priceFen: Float64Array.from(links, ({ priceFen }) => priceFen),
      distanceKm: Float64Array.from(links, ({ distanceKm }) => distanceKm),
      rateFen: Float64Array.from(links, ({ rateFen }) => rateFen),
    },
  }
}
