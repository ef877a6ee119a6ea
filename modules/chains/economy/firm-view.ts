import { sql, type RawBuilder } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { Db } from '@tingzhou/db'
import { requireRole } from '@tingzhou/http'
import { isUuid } from '@tingzhou/kernel'
import { hasRole, partiesOf } from '@tingzhou/parties'
import { enterprisesNamed, findEnterprises, resolveEnterpriseId } from '@tingzhou/registry'
import { countRows } from '@tingzhou/records'
import { chainCatalogue } from '../catalogue/store.ts'
import strongTags from '../data/strong-tags.json' with { type: 'json' }
import { holds } from '../grams.ts'
import { isOf } from '../reach.ts'
import { readingRoles } from '../roles.ts'
import type { Reader } from '../room.ts'
import '../tables.ts'
import { leaderRows, leaderView } from './leader-view.ts'
import { linkRows, linkView } from './link-view.ts'
import { findOutside } from './outside-view.ts'
import { positionRows, positionView } from './position-view.ts'
import { namedMax, productOf } from './named.ts'

const shownMax = 50
const yearsMax = 30
/** Whoever stands in the chains or reads them. */
const firmReaders = [...readingRoles, 'enterprise'] as const

/**
 * Firms by words of their name or by their whole credit code, to choose among. Whoever does not read the chains is told name and area only, and
 * sees nothing before he has typed but his own. Four statements at most.
 */
export async function listFirms(
  { deps: { db, zoneId }, actor }: Reader,
  wish: { readonly q: string; readonly side: 'inside' | 'outside' | 'both'; readonly limit: number },
) {
  requireRole(actor, ...firmReaders)
  const { q, side, limit } = wish
  const reads = hasRole(actor, ...readingRoles)
  const inside = db
    .selectFrom('enterprise as e')
    .leftJoin('area as a', (join) => join.onRef('a.zone_id', '=', 'e.zone_id').onRef('a.id', '=', 'e.area_id'))
    .select(['e.id', 'e.name', 'e.industry', sql<string>`coalesce(a.name, '')`.as('place')])
    .where('e.zone_id', '=', zoneId)
    .where('e.merged_into', 'is', null)
    .where('e.status', '!=', 'closed')
    .limit(limit)
  const chosen = async () => {
    // By the index of names; only the first few are read.
    if (q === '' && reads) return inside.orderBy(sql`e.name collate "C"`).execute()
    const ids = q === '' ? partiesOf(actor, 'enterprise') : await enterprisesNamed(db, zoneId, { q, limit: namedMax })
    const some = sql<string[]>`${[...ids]}::text[]`
    return inside
      .where(sql<boolean>`e.id = any(${some})`)
      .orderBy(sql`array_position(${some}, e.id)`)
      .execute()
  }
  const outside = db
    .selectFrom('chain_outside as o')
    .select(['o.id', 'o.name', 'o.industry', sql<string>`trim(o.country || ' ' || o.place)`.as('place')])
    .where('o.zone_id', '=', zoneId)
    .where('o.state', '=', 'open')
    .where(holds(q, 'o', ['name']))
    .orderBy('o.name')
    .limit(limit)
  const here = side === 'outside' ? [] : await chosen()
  const there = side === 'inside' ? [] : await outside.execute()
  return {
    rows: [
      ...here.map((row) => ({ ...row, industry: reads ? row.industry : null, isOutside: false })),
      ...there.map((row) => ({ ...row, isOutside: true })),
    ].slice(0, limit),
  }
}

/** What the register, or the list of firms outside, says of a firm; of the register, to whoever does not read the chains, the name alone. */
async function aboutFirm(reader: Reader, id: string) {
  const { db, zoneId } = reader.deps
  const standing = await resolveEnterpriseId(db, zoneId, id)
  const entry = standing === null ? undefined : (await findEnterprises(db, zoneId, [standing])).get(standing)
  if (entry) {
    const { name, uscc, industry, address, point, status, tags, aboveScaleYears } = entry.facts
    const named = {
      id: entry.id,
      name,
      isOutside: false,
      state: status === 'closed' ? ('closed' as const) : ('open' as const),
      synthetic: entry.synthetic,
    }
    if (!seesWhole(reader, entry.id))
      return { ...named, uscc: null, industry: null, place: '', point: null, strongIn: () => [] }
    return {
      ...named,
      uscc,
      industry,
      place: address,
      point,
      strongIn: (year: number) => [
        ...(aboveScaleYears.includes(year) ? ['above_scale'] : []),
        ...tags.filter((tag) => strongTags.tags.includes(tag)),
      ],
    }
  }
  const outside = isUuid(id) ? await findOutside(reader, id) : null
  return outside
    ? {
        id: outside.id,
        name: outside.name,
        isOutside: true,
        state: outside.state,
        uscc: null,
        industry: outside.industry,
        place: `${outside.country} ${outside.place}`.trim(),
        point: outside.lonDeg === null || outside.latDeg === null ? null : { lon: outside.lonDeg, lat: outside.latDeg },
        synthetic: outside.synthetic,
        strongIn: () => (outside.isStrong ? ['entered'] : []),
      }
    : null
}

/**
 * All that the platform knows of a firm in the chains, within the reader's reach: what it makes and uses, its suppliers and customers, where it
 * stands and leads. Fourteen statements at most, each by an index, each with a limit.
 * @returns null when there is no such firm
 */
export async function findFirmPage(reader: Reader, wish: { readonly id: string; readonly year?: number | undefined }) {
  const { deps, actor } = reader
  const { db, zoneId } = deps
  requireRole(actor, ...firmReaders)
  const about = await aboutFirm(reader, wish.id)
  if (!about) return null
  const { strongIn, ...facts } = about
  const years = seesWhole(reader, about.id)
    ? await yearsOf(db, zoneId, about.id)
    : await yearsWithinReach(reader, about.id)
  const year = wish.year ?? years[0] ?? Number(localDateOf(deps.clock()).slice(0, 4))
  const { products } = await chainCatalogue(db, zoneId)
  const positions = positionRows(deps, db, actor).where('p.firm_id', '=', about.id).where('p.year', '=', year)
  const bought = linkRows(deps, db, actor).where('l.buyer_id', '=', about.id).where('l.year', '=', year)
  const sold = linkRows(deps, db, actor).where('l.seller_id', '=', about.id).where('l.year', '=', year)
  const made = await positions.orderBy('p.role', 'desc').orderBy('p.product_code').limit(shownMax).execute()
  const [from, to] = [
    await bought.orderBy('l.product_code').orderBy('l.seller_id').limit(shownMax).execute(),
    await sold.orderBy('l.product_code').orderBy('l.buyer_id').limit(shownMax).execute(),
  ]
  const leads = await leaderRows(deps, db, actor)
    .where('l.firm_id', '=', about.id)
    .orderBy('l.valid_from', 'desc')
    .limit(shownMax)
    .execute()
  const strongWhy = strongIn(year)
  return {
    ...facts,
    isOwn: isOf(actor, about.id),
    industryName: await industryName(db, about.industry),
    isStrong: strongWhy.length > 0,
    strongWhy,
    year,
    years: years.includes(year) ? years : [year, ...years].toSorted((a, b) => b - a),
    positions: made.map((row) => positionView(row, products)),
    positionsTotal: made.length < shownMax ? made.length : await countRows(db, positions),
    suppliers: from.map((row) => linkView(actor, row, products)),
    suppliersTotal: from.length < shownMax ? from.length : await countRows(db, bought),
    customers: to.map((row) => linkView(actor, row, products)),
    customersTotal: to.length < shownMax ? to.length : await countRows(db, sold),
    segments: await segmentsOf(reader, about.id, year),
    leads: leads.map(leaderView),
  }
}

/** Whether all that is known of a firm is for this reader: he reads the chains, or is of the firm. */
const seesWhole = ({ actor }: Reader, firmId: string): boolean => hasRole(actor, ...readingRoles) || isOf(actor, firmId)

/** The years of which something of a firm is known, the latest first: from one to the next by three indexes, however many rows a year has. */
async function yearsOf(db: Db, zoneId: string, firmId: string): Promise<number[]> {
  const latestOf = (table: RawBuilder<unknown>, column: RawBuilder<unknown>, before: RawBuilder<unknown>) => sql`
    (select year from ${table} t where t.zone_id = ${zoneId} and t.${column} = ${firmId} and t.year < ${before} order by year desc limit 1)`
  const latest = (before: RawBuilder<unknown>) => sql`greatest(
    ${latestOf(sql`chain_position`, sql`firm_id`, before)},
    ${latestOf(sql`chain_link`, sql`buyer_id`, before)},
    ${latestOf(sql`chain_link`, sql`seller_id`, before)})`
  const found = await sql<{ year: number }>`
    with recursive told (year) as (
      select ${latest(sql`2201`)}
      union all
      select ${latest(sql`told.year`)} from told where told.year is not null
    )
    select year from told where year is not null limit ${yearsMax}`.execute(db)
  return found.rows.map(({ year }) => year)
}

/** The years of the rows of a firm that the reader reaches, the latest first. Somebody else's firm: his own trade with it. */
async function yearsWithinReach({ deps, actor }: Reader, firmId: string): Promise<number[]> {
  const { db } = deps
  const positions = positionRows(deps, db, actor).where('p.firm_id', '=', firmId).clearSelect().select('p.year')
  const links = linkRows(deps, db, actor)
    .where((eb) => eb.or([eb('l.seller_id', '=', firmId), eb('l.buyer_id', '=', firmId)]))
    .clearSelect()
    .select('l.year')
  const rows = await db
    .selectFrom(positions.union(links).as('told'))
    .select('told.year')
    .orderBy('told.year', 'desc')
    .limit(yearsMax)
    .execute()
  return rows.map(({ year }) => year)
}

/** Chains and segments in which the firm's products of the year stand. One statement. */
async function segmentsOf({ deps, actor }: Reader, firmId: string, year: number) {
  const { db, zoneId } = deps
  const { products } = await chainCatalogue(db, zoneId)
  const rows = await positionRows(deps, db, actor)
    .where('p.firm_id', '=', firmId)
    .where('p.year', '=', year)
    .innerJoin('chain_segment_product as sp', (join) =>
      join.onRef('sp.zone_id', '=', 'p.zone_id').onRef('sp.product_code', '=', 'p.product_code'),
    )
    .innerJoin('chain_segment as s', (join) =>
      join
        .onRef('s.zone_id', '=', 'sp.zone_id')
        .onRef('s.chain_code', '=', 'sp.chain_code')
        .onRef('s.key', '=', 'sp.segment_key'),
    )
    .innerJoin('chain as c', (join) => join.onRef('c.zone_id', '=', 's.zone_id').onRef('c.code', '=', 's.chain_code'))
    .where('c.state', '=', 'open')
    .clearSelect()
    .select(['c.code', 'c.zh', 'c.en', 's.key', 's.stage', 's.zh as segmentZh', 's.en as segmentEn'])
    .select(['p.product_code', 'p.role', 'sp.is_required'])
    .orderBy('c.code')
    .orderBy('s.place')
    .orderBy('sp.place')
    .orderBy('p.role')
    .limit(200)
    .execute()
  return rows.map((row) => {
    const { code, zh, en } = productOf(products, row.product_code)
    return {
      chain: { code: row.code, zh: row.zh, en: row.en },
      segment: { key: row.key, stage: row.stage, zh: row.segmentZh, en: row.segmentEn },
      product: { code, zh, en },
      role: row.role,
      isRequired: row.is_required,
    }
  })
}

async function industryName(db: Db, code: string | null): Promise<string | null> {
  if (code === null) return null
  const row = await db
    .selectFrom('industry')
    .select('name')
    .where(sql<boolean>`code = ${code} or (level = 4 and code = any(${lettered(code)}::text[]))`)
    .limit(1)
    .executeTakeFirst()
  return row?.name ?? null
}

/** A class without its section's letter, with each of them: firms outside are told by four digits. */
const lettered = (code: string): readonly string[] =>
  /^\d{4}$/.test(code) ? [...'ABCDEFGHIJKLMNOPQRST'].map((letter) => letter + code) : []
