import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import { addDays, instantOf } from '@tingzhou/calendar'
import { at } from '@tingzhou/db'
import { localDate } from '@tingzhou/kernel'
import { decodeCursor, encodeCursor } from '@tingzhou/http'
import { burdensOf, figuresOf } from './measures.ts'
import { planMaterials } from './material.ts'
import { publishedOneThings } from './one-thing-store.ts'
import type { Reader } from './reader.ts'
import { todayOf } from './shared-fact.ts'
import { shareNames, type cutNames } from './measure-contract.ts'

export type Period = { readonly from: string; readonly to: string; readonly oneThing?: string | undefined }
type ShareName = (typeof shareNames)[number]

/** What a figure counts: which rows are its base, and which of them count. Rows and figure are made of the same two conditions. */
type Counted = {
  readonly from: 'application' | 'item' | 'promise' | 'judgement'
  /** When the row belongs to a period. */
  readonly when: RawBuilder<unknown>
  readonly base: RawBuilder<SqlBool>
  readonly counted: RawBuilder<SqlBool>
}

const is = (text: RawBuilder<SqlBool>) => text
const counted: Readonly<Record<Exclude<ShareName, 'sharing'>, Counted>> = {
  first_pass: {
    from: 'application',
    when: sql`coalesce(a.accepted_at, a.updated_at)`,
    base: is(sql<SqlBool>`(a.accepted_at is not null or a.state = 'not_accepted')`),
    counted: is(sql<SqlBool>`(a.accepted_at is not null and a.corrections = 0)`),
  },
  // Of the materials that somebody looked at, those that were qualified the first time.
  material_first_pass: {
    from: 'judgement',
    when: sql`m.judged_at`,
    base: is(sql<SqlBool>`not exists (select from material_judgement e where e.zone_id = m.zone_id
      and e.application_id = m.application_id and e.material = m.material and (e.judged_at, e.id) < (m.judged_at, m.id))`),
    counted: is(sql<SqlBool>`m.qualified`),
  },
  correction: {
    from: 'application',
    when: sql`coalesce(a.accepted_at, a.updated_at)`,
    base: is(sql<SqlBool>`(a.accepted_at is not null or a.state = 'not_accepted')`),
    counted: is(sql<SqlBool>`a.corrections > 0`),
  },
  tolerant: {
    from: 'application',
    when: sql`a.accepted_at`,
    base: is(sql<SqlBool>`a.accepted_at is not null`),
    counted: is(sql<SqlBool>`a.acceptance = 'tolerant'`),
  },
  joint_on_time: {
    from: 'application',
    when: sql`a.concluded_at`,
    base: is(sql<SqlBool>`(a.concluded_at is not null and a.joint_due_at is not null)`),
    counted: is(sql<SqlBool>`a.concluded_at <= a.joint_due_at`),
  },
  automatic: {
    from: 'item',
    when: sql`i.decided_at`,
    base: is(sql<SqlBool>`i.state in ('granted', 'refused', 'revoked')`),
    counted: is(sql<SqlBool>`i.automatic`),
  },
  promise_kept: {
    from: 'promise',
    when: sql`p.ended_at`,
    base: is(sql<SqlBool>`p.state in ('kept', 'broken', 'repaired')`),
    counted: is(sql<SqlBool>`p.state = 'kept'`),
  },
}

const tables = {
  application: sql`service_application a`,
  item: sql`item_case i join service_application a on a.zone_id = i.zone_id and a.id = i.application_id`,
  judgement: sql`material_judgement m join service_application a on a.zone_id = m.zone_id and a.id = m.application_id`,
  promise: sql`tolerance_promise p join service_application a on a.zone_id = p.zone_id and a.id = p.application_id`,
} as const
const ids = { application: sql`a.id`, item: sql`i.id`, promise: sql`p.id`, judgement: sql`m.id` } as const
const labels = {
  application: sql`a.one_thing`,
  item: sql`i.code`,
  judgement: sql`m.material`,
  promise: sql`array_to_string(p.materials, ', ')`,
} as const

/** The base of a figure: rows of the period, within the reader's reach. */
function rowsOf({ deps, actor }: Reader, { from, when, base }: Counted, period: Period): RawBuilder<unknown> {
  const start = at(instantOf(localDate(period.from), '00:00'))
  const end = at(instantOf(addDays(localDate(period.to), 1), '00:00'))
  return sql`${tables[from]} where a.zone_id = ${deps.zoneId}
    and ${reaches(actor, 'application', { zoneId: deps.zoneId, objectId: sql.ref('a.id') })}
    and ${base} and ${when} >= ${start} and ${when} < ${end}
    ${period.oneThing === undefined ? sql`` : sql`and a.one_thing = ${period.oneThing}`}`
}

const shareOf = (numerator: number, base: number) => ({ numerator, base, share: base === 0 ? null : numerator / base })

async function countOf(reader: Reader, name: Exclude<ShareName, 'sharing'>, period: Period) {
  const spec = counted[name]
  const answer = await sql<{ base: number; counted: number }>`
    select count(*)::int as base, (count(*) filter (where ${spec.counted}))::int as counted
    from ${rowsOf(reader, spec, period)}`.execute(reader.deps.db)
  return answer.rows[0] ?? { base: 0, counted: 0 }
}

const sharing: Counted = {
  from: 'application',
  when: sql`a.accepted_at`,
  base: sql<SqlBool>`a.accepted_at is not null`,
  counted: sql<SqlBool>`a.materials_asked < a.materials_needed`,
}

/** Every measure of a period with its numerator and base. About a dozen statements. */
export async function measuresOf(reader: Reader, period: Period) {
  const { db, zoneId } = reader.deps
  const names = shareNames.filter((name) => name !== 'sharing')
  const counts = await Promise.all(names.map((name) => countOf(reader, name, period)))
  const { rows: sums } = await sql<{ needed: number; asked: number }>`
    select coalesce(sum(a.materials_needed), 0)::int as needed, coalesce(sum(a.materials_asked), 0)::int as asked
    from ${rowsOf(reader, sharing, period)}`.execute(db)
  const materials = sums[0] ?? { needed: 0, asked: 0 }
  const start = at(instantOf(localDate(period.from), '00:00'))
  const end = at(instantOf(addDays(localDate(period.to), 1), '00:00'))
  const visits = await db
    .selectFrom('window_visit')
    .select(sql<number>`extract(epoch from (ended_at - started_at))::float8 / 60`.as('minutes'))
    .where('zone_id', '=', zoneId)
    .where('ended_at', 'is not', null)
    .where('started_at', '>=', start as never)
    .where('started_at', '<', end as never)
    .limit(100_000)
    .execute()
  const { rows: stars } = await sql<{ stars: number; n: number }>`select a.stars, count(*)::int as n
    from ${rowsOf(reader, { ...sharing, when: sql`a.rated_at`, base: sql<SqlBool>`a.stars is not null` }, period)}
    group by a.stars`.execute(db)
  const { rows: received } = await sql<{ n: number }>`select count(*)::int as n
    from ${rowsOf(reader, { ...sharing, when: sql`a.received_at`, base: sql<SqlBool>`a.received_at is not null` }, period)}`.execute(
    db,
  )
  const rated = stars.reduce((sum, { n }) => sum + n, 0)
  const { windowMinutesMedian } = figuresOf(
    noCounts,
    visits.map(({ minutes }) => minutes),
  )
  return {
    from: period.from,
    to: period.to,
    oneThing: period.oneThing ?? null,
    cuts: await cutsOfCatalogue(reader, period.oneThing),
    shares: [
      ...names.map((name, index) => ({ name, ...shareOf(counts[index]?.counted ?? 0, counts[index]?.base ?? 0) })),
      { name: 'sharing' as const, ...shareOf(materials.needed - materials.asked, materials.needed) },
    ],
    windowMinutes: { median: windowMinutesMedian.value, base: windowMinutesMedian.base },
    rating: {
      mean: rated === 0 ? null : stars.reduce((sum, one) => sum + one.stars * one.n, 0) / rated,
      base: rated,
      byStars: [1, 2, 3, 4, 5].map((star) => stars.find((one) => one.stars === star)?.n ?? 0),
    },
    applications: received[0]?.n ?? 0,
  }
}

const noCounts = {
  checked: 0,
  acceptedAtOnce: 0,
  corrected: 0,
  accepted: 0,
  acceptedTolerant: 0,
  promisesEnded: 0,
  promisesKept: 0,
  itemsDecided: 0,
  itemsAutomatic: 0,
  materialsNeeded: 0,
  materialsAsked: 0,
  concluded: 0,
  concludedOnTime: 0,
}

/** What one or all one-things cost with every item selected, before and after: sums over the catalogue, not over cases. */
async function cutsOfCatalogue({ deps }: Reader, code: string | undefined) {
  const things = (await publishedOneThings(deps.db, deps)).filter(
    ({ body }) => code === undefined || body.code === code,
  )
  const sums = new Map<(typeof cutNames)[number], { before: number; after: number }>()
  for (const { body } of things) {
    const materials = body.materials.flatMap((material) => {
      const items = body.items.filter((item) => item.materials.includes(material.code)).map((item) => item.code)
      return items.length > 0 ? [{ material, items }] : []
    })
    const planned = planMaterials({ items: body.items, materials }, [], todayOf(deps))
    const burdens = burdensOf(body, { items: body.items }, planned)
    if (!burdens.ok) continue
    for (const name of ['materials', 'forms', 'steps', 'visits', 'days'] as const) {
      const sum = sums.get(name) ?? { before: 0, after: 0 }
      sums.set(name, {
        before: sum.before + (burdens.value.before[name] ?? 0),
        after: sum.after + (burdens.value.after[name] ?? 0),
      })
    }
  }
  return [...sums].map(([name, { before, after }]) => ({
    name,
    before,
    after,
    cut: before === 0 ? null : 1 - after / before,
  }))
}

/** The rows behind a share: exactly as many as its base. Of the sharing share, the applications whose materials are counted. */
export async function rowsBehind(
  reader: Reader,
  name: ShareName,
  period: Period & {
    readonly counted?: boolean | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
) {
  const spec = name === 'sharing' ? sharing : counted[name]
  const after = period.cursor === undefined ? '' : String(decodeCursor(period.cursor, ['string'])[0])
  const answer = await sql<{ id: string; no: string | null; label: string; counted: boolean }>`
    select ${ids[spec.from]}::text as id, a.no, ${labels[spec.from]} as label, coalesce(${spec.counted}, false) as counted
    from ${rowsOf(reader, spec, period)} and ${ids[spec.from]}::text > ${after}
    ${period.counted ? sql`and ${spec.counted}` : sql``}
    order by ${ids[spec.from]}::text limit ${period.limit + 1}`.execute(reader.deps.db)
  const rows = answer.rows.slice(0, period.limit)
  const last = rows.at(-1)
  return { rows, next: answer.rows.length > period.limit && last ? encodeCursor([last.id]) : null }
}
