import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import type { Lang } from '@tingzhou/parties'
import { partsMax, splitHooks, type SplitPart, type SplitReader } from './split-hooks.ts'
import type { SplitPartGroup } from './split-contract.ts'
import { textsOf } from './texts.ts'
import './tables.ts'

/** Parts of one kind: contacts and figures of the registry itself, or what another module keeps. */
export type Offered = { readonly module: string; readonly title: string; readonly parts: readonly SplitPart[] }

/**
 * What these enterprises have that can go over in a split, by module; 2,000 enterprises at most, `partsMax` a module and enterprise. Contacts
 * and figures as whoever reaches an enterprise reads them; of other modules what the reader reads there.
 * Two statements and those of the hooks.
 */
export async function readParts(
  db: Db | Tx,
  zoneId: string,
  reader: SplitReader,
  enterpriseIds: readonly string[],
): Promise<readonly Offered[]> {
  const { lang } = reader
  const { split } = textsOf(lang)
  const own = [
    { module: 'contacts', title: split.contacts, parts: await readContactParts(db, zoneId, enterpriseIds) },
    { module: 'figures', title: split.figures, parts: await readFigureParts(db, zoneId, lang, enterpriseIds) },
  ]
  const others: Offered[] = []
  for (const { name, title, parts } of splitHooks())
    others.push({ module: name, title: title(lang), parts: await parts(db, zoneId, reader, enterpriseIds) })
  return [...own, ...others]
}

/** The same of one enterprise, as it is shown. */
export async function listParts(
  db: Db,
  zoneId: string,
  reader: SplitReader,
  id: string,
): Promise<readonly SplitPartGroup[]> {
  const offered = await readParts(db, zoneId, reader, [id])
  return offered.map(({ module, title, parts }) => ({
    module,
    title,
    items: parts.map(({ id: part, label, detail }) => ({ id: part, label, detail })),
    more: parts.length >= partsMax,
  }))
}

/** Index enterprise_contact_enterprise, once an enterprise. */
async function readContactParts(db: Db | Tx, zoneId: string, ids: readonly string[]): Promise<readonly SplitPart[]> {
  const { rows } = await sql<SplitPart>`
    select e.id as "enterpriseId", c.id, c.name as label, c.role as detail
    from unnest(${ids}::text[]) as e(id) cross join lateral (
      select id, name, role, state, main from enterprise_contact
      where zone_id = ${zoneId} and enterprise_id = e.id order by state, main desc, name, id limit ${partsMax}) c`.execute(
    db,
  )
  return rows
}

/** Figures that stand, the latest first. Index enterprise_figure_key, once an enterprise. */
async function readFigureParts(
  db: Db | Tx,
  zoneId: string,
  lang: Lang,
  ids: readonly string[],
): Promise<readonly SplitPart[]> {
  const name = lang === 'en' ? sql.ref('i.name_en') : sql.ref('i.name_zh')
  const unit = lang === 'en' ? sql`u ->> 'en'` : sql`u ->> 'zh'`
  const { rows } = await sql<SplitPart>`
    select e.id as "enterpriseId", f.id, ${name} || ' ' || f.period as label,
      concat_ws(' · ', f.value::text || ' ' || coalesce((select ${unit} from jsonb_array_elements(i.units) u
        where u ->> 'code' = f.unit), f.unit), f.source) as detail
    from unnest(${ids}::text[]) as e(id) cross join lateral (
      select id, indicator, period, value, unit, source from enterprise_figure
      where zone_id = ${zoneId} and enterprise_id = e.id and state = 'stands' order by period desc, id limit ${partsMax}) f
    join figure_indicator i on i.zone_id = ${zoneId} and i.code = f.indicator
    order by i.position, f.period desc, f.id`.execute(db)
  return rows
}
