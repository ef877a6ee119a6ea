import { at, expectRevision, runCommand, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import './tables.ts'
import type { Words } from './words.ts'

/** A source of shared data outside the zone 外部数据源: where a service is asked over HTTP. */
export type DataSource = {
  readonly service: string
  readonly name: Words
  readonly url: string
  /** The setting of the server that holds its key; null: it asks for none. */
  readonly keySetting: string | null
  readonly waitMinutes: number
  readonly state: 'open' | 'closed'
  readonly rev: number
}

const columns = ['service_id', 'name_zh', 'name_en', 'url', 'key_setting', 'wait_minutes', 'state', 'rev'] as const
type Row = {
  service_id: string
  name_zh: string
  name_en: string
  url: string
  key_setting: string | null
  wait_minutes: number
  state: 'open' | 'closed'
  rev: number
}

const sourceOf = (row: Row): DataSource => ({
  service: row.service_id,
  name: { zh: row.name_zh, en: row.name_en },
  url: row.url,
  keySetting: row.key_setting,
  waitMinutes: row.wait_minutes,
  state: row.state,
  rev: row.rev,
})

/** Every source by its service. One statement. */
export async function listSources(tx: Tx | Db, { zoneId }: Pick<ServicesDeps, 'zoneId'>): Promise<DataSource[]> {
  const rows = await tx
    .selectFrom('data_source')
    .select(columns)
    .where('zone_id', '=', zoneId)
    .orderBy('service_id')
    .limit(200)
    .execute()
  return rows.map(sourceOf)
}

/** The open sources of some services. One statement, none for no service. */
export async function openSources(
  tx: Tx | Db,
  zoneId: string,
  services: readonly string[],
): Promise<ReadonlyMap<string, DataSource>> {
  if (services.length === 0) return new Map()
  const rows = await tx
    .selectFrom('data_source')
    .select(columns)
    .where('zone_id', '=', zoneId)
    .where('service_id', 'in', [...new Set(services)])
    .where('state', '=', 'open')
    .execute()
  return new Map(rows.map((row) => [row.service_id, sourceOf(row)]))
}

export type SourceInput = Omit<DataSource, 'rev'> & { readonly commandId: string; readonly rev: number | null }

/** Adds a source or changes one; a closed one is not asked any more. */
export const saveSource = (
  deps: ServicesDeps,
  actor: Actor,
  input: SourceInput,
): Promise<Result<DataSource, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'services.save_source', input },
    async (tx): Promise<Result<DataSource, ServiceError>> => {
      const stored = await tx
        .selectFrom('data_source')
        .select(['rev', 'state'])
        .where('zone_id', '=', deps.zoneId)
        .where('service_id', '=', input.service)
        .forUpdate()
        .executeTakeFirst()
      if (stored && input.rev === null)
        return err({ kind: 'already_open', field: 'service', value: input.service, rule: 'a service of its own' })
      if (!stored && input.rev !== null) return err({ kind: 'not_found' })
      const fresh = stored ? expectRevision(stored.rev, input.rev ?? 0) : ok(undefined)
      if (!fresh.ok) return err({ ...fresh.error, state: stored?.state ?? 'open' })
      const row = {
        name_zh: input.name.zh,
        name_en: input.name.en,
        url: input.url,
        key_setting: input.keySetting,
        wait_minutes: input.waitMinutes,
        state: input.state,
        edited_at: at(deps.clock()),
        edited_by: actor.accountId,
        rev: (stored?.rev ?? 0) + 1,
      }
      await tx
        .insertInto('data_source')
        .values({ zone_id: deps.zoneId, service_id: input.service, ...row })
        .onConflict((conflict) => conflict.columns(['zone_id', 'service_id']).doUpdateSet(row))
        .execute()
      return ok(sourceOf({ service_id: input.service, ...row }))
    },
  )
