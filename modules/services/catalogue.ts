import { localDateOf } from '@tingzhou/calendar'
import { keysetPage, type Page } from '@tingzhou/http'
import { fold } from '@tingzhou/search'
import { sql } from 'kysely'
import { departmentOf, departmentsByCode } from './department.ts'
import { seedDepartments } from './departments.ts'
import type { Item } from './item.ts'
import { jointClockOf } from './joint-clock.ts'
import { isTaking } from './one-thing.ts'
import { publishedOneThings, type StoredOneThing } from './one-thing-store.ts'
import type { Reader } from './reader.ts'

/** The published one-things, filtered in memory: there are as many as fit on a page. */
export async function listOneThings(
  reader: Pick<Reader, 'deps' | 'now'>,
  filter: { readonly target?: 'enterprise' | 'person' | undefined; readonly q?: string | undefined },
) {
  const { deps } = reader
  const all = await publishedOneThings(deps.db, deps)
  const words = filter.q ? fold(filter.q) : ''
  const found = all.filter(
    ({ body }) =>
      (filter.target === undefined || body.target === filter.target) &&
      fold(`${body.name.zh} ${body.name.en} ${body.summary.zh} ${body.summary.en}`).includes(words),
  )
  const known = await departmentsByCode(
    deps.db,
    deps.zoneId,
    found.map(({ body }) => body.lead),
  )
  return found.map((stored) => oneThingRow(reader, stored, departmentOf(known, stored.body.lead)))
}

export function oneThingRow(
  { now }: Pick<Reader, 'now'>,
  { body, version }: StoredOneThing,
  lead: { readonly code: string; readonly id: string | null; readonly name: string },
) {
  const clock = jointClockOf(body, new Set(body.items.map(({ code }) => code)))
  return {
    code: body.code,
    version,
    number: body.number,
    name: body.name,
    summary: body.summary,
    target: body.target,
    lead,
    items: body.items.length,
    jointDays: clock.ok ? clock.value.days : body.jointPromise.days,
    taking: isTaking(body, localDateOf(now)),
    synthetic: false,
  }
}

export type ItemFilter = {
  readonly q?: string | undefined
  readonly department?: string | undefined
  readonly kind?: Item['kind'] | undefined
  readonly level?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** One page of the catalogue by code; words are looked for inside the folded names. Two statements. */
export async function listServiceItems({ deps }: Pick<Reader, 'deps'>, filter: ItemFilter) {
  const { q, department, kind, level } = filter
  let query = deps.db.selectFrom('service_item').where('zone_id', '=', deps.zoneId)
  for (const word of q ? fold(q).split(' ') : []) query = query.where(sql<boolean>`strpos(search, ${word}) > 0`)
  if (department !== undefined) query = query.where('department', '=', department)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (level !== undefined) query = query.where('level', '=', level)
  const page: Page<Row> = await keysetPage(
    query.select(['code', 'name_zh', 'name_en', 'department', 'kind', 'level', 'promised_days', 'synthetic']),
    [{ ref: sql.ref('code'), order: 'asc', kind: 'string', read: (row) => row.code }],
    filter,
  )
  const { n } = await query.select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  const things = await publishedOneThings(deps.db, deps)
  return {
    rows: page.rows.map((row) => ({
      code: row.code,
      name: { zh: row.name_zh, en: row.name_en },
      department: { code: row.department, name: nameOf(row.department) },
      kind: row.kind,
      level: row.level,
      promisedDays: row.promised_days,
      oneThings: things
        .filter(({ body }) => body.items.some(({ code }) => code === row.code))
        .map(({ body }) => body.code),
      synthetic: row.synthetic,
    })),
    next: page.next,
    total: Number(n),
  }
}

type Row = {
  readonly code: string
  readonly name_zh: string
  readonly name_en: string
  readonly department: string
  readonly kind: Item['kind']
  readonly level: string
  readonly promised_days: number
  readonly synthetic: boolean
}

const nameOf = (code: string): string => seedDepartments.find((seed) => seed.code === code)?.zh ?? code

/** Departments of the catalogue with how many items each has. One statement. */
export async function catalogueDepartments({ deps }: Pick<Reader, 'deps'>) {
  const rows = await deps.db
    .selectFrom('service_item')
    .select(['department', ({ fn }) => fn.countAll<number>().as('n')])
    .where('zone_id', '=', deps.zoneId)
    .groupBy('department')
    .orderBy('department')
    .limit(500)
    .execute()
  return rows.map(({ department, n }) => ({ code: department, name: nameOf(department), items: Number(n) }))
}
