import { sql } from 'kysely'
import { jsonb, type Tx } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import { readDrawing } from '@tingzhou/process'
import { fold } from '@tingzhou/search'
import { builtInDrawings, builtInOneThings } from './built-in.ts'
import { catalogueSize, syntheticItems } from './synthetic-items.ts'
import type { ServicesDeps } from './dossier.ts'
import type { Item } from './item.ts'
import { deployDrawingsOf, putDrawing } from './drawing-store.ts'
import { publishedOneThing, publishedOneThings, seedOneThings } from './one-thing-store.ts'
import { prepareReasons } from './judgement-reason.ts'
import { prepareSetting } from './setting.ts'
import type { Words } from './words.ts'

/** What a zone needs before it works: its secret, version 1 of the thirteen one-things where it has none, their items in the catalogue. */
export async function prepareServices(tx: Tx, deps: ServicesDeps): Promise<void> {
  await prepareSetting(tx, deps)
  await prepareReasons(tx, deps)
  const fresh = await seedOneThings(tx, deps, builtInOneThings(), deps.clock())
  await seedDrawings(tx, deps, new Set(fresh))
  if (fresh.length > 0) await catalogueItems(tx, deps)
  if (await isBareDemo(tx, deps)) await loadSyntheticCatalogue(tx, deps)
}

/** The drawings of their own that items of fresh one-things run on, deployed with version 1. */
async function seedDrawings(tx: Tx, deps: ServicesDeps, fresh: ReadonlySet<string>): Promise<void> {
  for (const { oneThing, key, file } of builtInDrawings) {
    if (!fresh.has(oneThing)) continue
    const stored = await publishedOneThing(tx, deps, oneThing)
    assert(stored, `${oneThing} was just published`)
    await putDrawing(tx, deps, stored.id, key, await readDrawing(file), 'system')
    const deployed = await deployDrawingsOf(tx, deps, stored.id, 'system')
    assert(deployed.ok, `${file} is good, got ${JSON.stringify(deployed)}`)
  }
}

/** A zone for demonstration without an invented catalogue. A zone that works never gets one. */
async function isBareDemo(tx: Tx, { zoneId }: Pick<ServicesDeps, 'zoneId'>): Promise<boolean> {
  const origin = await tx.selectFrom('zone_origin').select('demo').where('zone_id', '=', zoneId).executeTakeFirst()
  if (!origin?.demo) return false
  const invented = await tx
    .selectFrom('service_item')
    .select('code')
    .where('zone_id', '=', zoneId)
    .where('synthetic', '=', true)
    .limit(1)
    .executeTakeFirst()
  return invented === undefined
}

type Entry = {
  readonly code: string
  readonly name: Words
  readonly department: string
  readonly kind: Item['kind']
  readonly level: string
  readonly promisedDays: number
  readonly legalDays: number
  readonly synthetic: boolean
}

/** Puts the items of the published one-things into the catalogue. One statement a 2,000 items. */
export async function catalogueItems(tx: Tx, deps: Pick<ServicesDeps, 'zoneId'>): Promise<void> {
  const things = await publishedOneThings(tx, deps)
  const entries = things.flatMap(({ body }) =>
    body.items.map((item): Entry => ({
      code: item.code,
      name: item.name,
      department: item.department,
      kind: item.kind,
      level: body.level,
      promisedDays: item.promised.days,
      legalDays: item.legal.days,
      // An item that several one-things hold is one item.
      synthetic: false,
    })),
  )
  await upsertItems(tx, deps.zoneId, [...new Map(entries.map((entry) => [entry.code, entry])).values()])
}

/** Invents the catalogue of a prefecture, for demonstrations and tests only; every row says so. */
export const loadSyntheticCatalogue = (
  tx: Tx,
  { zoneId }: Pick<ServicesDeps, 'zoneId'>,
  seed = 1,
  count = catalogueSize,
): Promise<void> => upsertItems(tx, zoneId, syntheticItems(seed, count))

async function upsertItems(tx: Tx, zoneId: string, entries: readonly Entry[]): Promise<void> {
  for (let i = 0; i < entries.length; i += 2_000) {
    const rows = entries.slice(i, i + 2_000).map((entry) => ({
      ...entry,
      search: fold(`${entry.code} ${entry.name.zh} ${entry.name.en}`),
    }))
    await sql`insert into service_item (zone_id, code, name_zh, name_en, department, kind, level, promised_days, legal_days, search, synthetic)
      select ${zoneId}, e.code, e.name->>'zh', e.name->>'en', e.department, e.kind, e.level, e."promisedDays", e."legalDays", e.search, e.synthetic
      from jsonb_to_recordset(${jsonb(rows)}::jsonb) as e(code text, name jsonb, department text, kind text, level text,
        "promisedDays" int, "legalDays" int, search text, synthetic boolean)
      on conflict (zone_id, code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, department = excluded.department,
        kind = excluded.kind, level = excluded.level, promised_days = excluded.promised_days, legal_days = excluded.legal_days,
        search = excluded.search, synthetic = excluded.synthetic`.execute(tx)
  }
}
