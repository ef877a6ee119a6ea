import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { sql, type RawBuilder } from 'kysely'
import { readDefinition, type Complaint, type Definition } from '@tingzhou/bpmn'
import { at, jsonb, repoRoot, type Db, type Tx } from '@tingzhou/db'

export type Deployed = { readonly key: string; readonly version: number; readonly definition: Definition }
export type DeployError = { readonly kind: 'model_refused'; readonly complaints: readonly Complaint[] }

const cacheMax = 200

/** Deployed definitions by key and version; a version never changes, so what is read once stays read. */
export type DefinitionStore = {
  readonly get: (tx: Tx | Db, key: string, version: number) => Promise<Definition>
  /** The same, or null. */
  readonly find: (tx: Tx | Db, key: string, version: number) => Promise<Definition | null>
  /** The newest active version of a key. */
  readonly newest: (tx: Tx | Db, key: string) => Promise<Deployed | null>
}

/** Makes a store for one zone, bounded to 200 versions in memory. */
export function createDefinitionStore(zoneId: string): DefinitionStore {
  const cache = new Map<string, Definition>()
  const keep = (key: string, version: number, definition: Definition): Definition => {
    if (cache.size >= cacheMax) cache.delete(cache.keys().next().value ?? '')
    cache.set(`${key}@${version}`, definition)
    return definition
  }
  const find: DefinitionStore['find'] = async (tx, key, version) => {
    const known = cache.get(`${key}@${version}`)
    if (known) return known
    const row = await tx
      .selectFrom('process_definition')
      .select('graph')
      .where('zone_id', '=', zoneId)
      .where('key', '=', key)
      .where('version', '=', version)
      .executeTakeFirst()
    return row ? keep(key, version, row.graph) : null
  }
  const get: DefinitionStore['get'] = async (tx, key, version) => {
    const found = await find(tx, key, version)
    assert(found, `process ${key} version ${version} is deployed`)
    return found
  }
  const newest: DefinitionStore['newest'] = async (tx, key) => {
    const { rows } = await sql<{ version: number | null }>`select ${newestVersion(zoneId, key)} as version`.execute(tx)
    const version = rows[0]?.version ?? null
    return version === null ? null : { key, version, definition: await get(tx, key, version) }
  }
  return { get, find, newest }
}

/** The newest active version of a key, an expression inside a larger query; null when none is deployed. */
export const newestVersion = (zoneId: string, key: string): RawBuilder<number | null> =>
  sql<number | null>`(select d.version from process_definition d
    where d.zone_id = ${zoneId} and d.key = ${key} and d.state = 'active' order by d.version desc limit 1)`

/**
 * Deploys a model as the next version of its key, unless the newest version is the same text.
 * @param known  names of handlers and roles that exist; a model that names another is refused
 * @returns the version that now stands, or every complaint with element id and line
 */
export async function deploy(
  tx: Tx,
  deps: { readonly zoneId: string; readonly clock: () => EpochMs },
  xml: string,
  by: string,
  known?: {
    readonly handlers?: readonly string[]
    readonly roles?: readonly string[]
    readonly processes?: readonly string[]
  },
): Promise<Result<Deployed, DeployError>> {
  const read = await readDefinition(xml, known ? { known } : {})
  if (!read.ok) return err({ kind: 'model_refused', complaints: read.error })
  const definition = read.value
  const sha256 = createHash('sha256').update(xml).digest('hex')
  const last = await tx
    .selectFrom('process_definition')
    .select(['version', 'sha256', 'state'])
    .where('zone_id', '=', deps.zoneId)
    .where('key', '=', definition.key)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last?.sha256 === sha256 && last.state === 'active')
    return ok({ key: definition.key, version: last.version, definition })
  const version = (last?.version ?? 0) + 1
  await tx
    .insertInto('process_definition')
    .values({
      zone_id: deps.zoneId,
      key: definition.key,
      version,
      name: definition.name,
      xml,
      graph: jsonb(definition),
      sha256,
      state: 'active',
      deployed_at: at(deps.clock()),
      deployed_by: by,
    })
    .execute()
  return ok({ key: definition.key, version, definition })
}

/** Reads a drawing that ships with the product. */
export const readDrawing = (file: string): Promise<string> => readFile(join(repoRoot(), file), 'utf8')
