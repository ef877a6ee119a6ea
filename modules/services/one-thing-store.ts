import { at, jsonb, type Db, type Tx } from '@tingzhou/db'
import { assert, type EpochMs } from '@tingzhou/kernel'
import { canonicalJson, sha256 } from './canonical.ts'
import { OneThing } from './one-thing.ts'
import './tables.ts'

/** A version of a one-thing as cases run on it. */
export type StoredOneThing = {
  readonly id: string
  readonly version: number
  readonly processKey: string
  readonly body: OneThing
}

type Zone = { readonly zoneId: string }

// A version never changes once it is published, so what was read once stays read.
const versions = new Map<string, StoredOneThing>()
const cacheMax = 500

function keep(row: { id: string; version: number | null; process_key: string; body: unknown }): StoredOneThing {
  const known = versions.get(row.id)
  if (known) return known
  assert(row.version !== null, 'cases run on versions, not on drafts')
  const stored = { id: row.id, version: row.version, processKey: row.process_key, body: OneThing.parse(row.body) }
  if (versions.size >= cacheMax) versions.delete(versions.keys().next().value ?? '')
  versions.set(row.id, stored)
  return stored
}

const columns = ['id', 'version', 'process_key', 'body'] as const

/** The version that a case runs on. One statement, none when it was read before. */
export async function oneThingOf(tx: Tx | Db, { zoneId }: Zone, id: string): Promise<StoredOneThing> {
  const known = versions.get(id)
  if (known) return known
  const row = await tx
    .selectFrom('one_thing')
    .select(columns)
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  assert(row, `the version ${id} of a one-thing is kept`)
  return keep(row)
}

/** The published version of a code; null when there is none. Its body is read once. */
export async function publishedOneThing(tx: Tx | Db, zone: Zone, code: string): Promise<StoredOneThing | null> {
  const row = await tx
    .selectFrom('one_thing')
    .select('id')
    .where('zone_id', '=', zone.zoneId)
    .where('code', '=', code)
    .where('state', '=', 'published')
    .executeTakeFirst()
  return row ? oneThingOf(tx, zone, row.id) : null
}

/** Every published version, by their place in the list and code. One statement; another for bodies that were not read before. */
export async function publishedOneThings(tx: Tx | Db, { zoneId }: Zone): Promise<readonly StoredOneThing[]> {
  const ids = await tx
    .selectFrom('one_thing')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'published')
    .orderBy('code')
    .limit(500)
    .execute()
  const unknown = ids.flatMap(({ id }) => (versions.has(id) ? [] : [id]))
  const rows =
    unknown.length === 0
      ? []
      : await tx
          .selectFrom('one_thing')
          .select(columns)
          .where('zone_id', '=', zoneId)
          .where('id', 'in', unknown)
          .execute()
  const read = new Map(rows.map((row) => [row.id, keep(row)]))
  const all = ids.flatMap(({ id }) => read.get(id) ?? versions.get(id) ?? [])
  return all.toSorted((one, other) => placeOf(one) - placeOf(other))
}

// One-things that are made here stand behind those of the State Council's list.
const placeOf = ({ body }: StoredOneThing): number => body.number ?? 1_000

/** Writes version 1 of one-things that the zone does not know in any version. */
export async function seedOneThings(
  tx: Tx,
  deps: Zone & { readonly newId: () => string },
  bodies: readonly OneThing[],
  now: EpochMs,
): Promise<readonly string[]> {
  const known = await tx.selectFrom('one_thing').select('code').distinct().where('zone_id', '=', deps.zoneId).execute()
  const codes = new Set(known.map(({ code }) => code))
  const fresh = bodies.filter(({ code }) => !codes.has(code))
  if (fresh.length === 0) return []
  await tx
    .insertInto('one_thing')
    .values(
      fresh.map((body) => ({
        zone_id: deps.zoneId,
        id: deps.newId(),
        code: body.code,
        version: 1,
        state: 'published' as const,
        body: jsonb(body),
        process_key: 'onething',
        xml: null,
        sha256: sha256(canonicalJson(body)),
        why: null,
        edited_at: at(now),
        edited_by: 'system',
        published_at: at(now),
        published_by: 'system',
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return fresh.map(({ code }) => code)
}
