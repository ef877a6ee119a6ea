import { sql } from 'kysely'
import { at, expectRevision, runCommand, type Db, type Tx } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import {
  settingChanges,
  settingNames,
  settingSpecs,
  type SettingChange,
  type SettingName,
  type SettingValues,
} from './setting-rules.ts'

const columns = {
  toleranceDaysMax: 'tolerance_days_max',
  supplementDays: 'supplement_days',
  hearingDays: 'hearing_days',
  rateDays: 'rate_days',
  urgeDays: 'urge_days',
  sampledShare: 'sampled_share',
} as const satisfies Record<SettingName, string>

type Zone = Pick<ServicesDeps, 'zoneId'>

async function readValues(tx: Tx | Db, { zoneId }: Zone, isLocked = false) {
  const query = tx
    .selectFrom('service_setting')
    .select([...Object.values(columns), 'rev'])
    .where('zone_id', '=', zoneId)
  const row = await (isLocked ? query.forUpdate() : query).executeTakeFirst()
  assert(row, 'the settings of the zone were prepared at the start')
  const values: SettingValues = {
    toleranceDaysMax: row.tolerance_days_max,
    supplementDays: row.supplement_days,
    hearingDays: row.hearing_days,
    rateDays: row.rate_days,
    urgeDays: row.urge_days,
    sampledShare: row.sampled_share,
  }
  return { values, rev: row.rev }
}

/** Every setting with what it stands on and who changed it last. Two statements. */
export async function readSettings({ db, zoneId }: Pick<ServicesDeps, 'db' | 'zoneId'>) {
  const { values, rev } = await readValues(db, { zoneId })
  const { rows: last } = await sql<{ name: string; basis: string; changed_at: number; changed_by_name: string }>`
    select distinct on (name) name, basis, changed_at, changed_by_name from service_setting_change
    where zone_id = ${zoneId} order by name, changed_at desc, id desc`.execute(db)
  const settings = settingNames.map((name) => {
    const change = last.find((one) => one.name === name)
    return {
      name,
      value: values[name],
      ...settingSpecs[name],
      basis: change?.basis ?? null,
      changedAt: change?.changed_at ?? null,
      changedBy: change?.changed_by_name ?? null,
    }
  })
  return { rev, settings }
}

type Saved = {
  readonly commandId: string
  readonly rev: number
  readonly values: { readonly [N in SettingName]?: number | undefined }
  readonly basis: string
}
type Answer = { readonly rev: number; readonly changed: SettingName[] }

/** Changes settings: one command, each change in the history for good. Cases that run meet the new value with their next step. */
export const saveSettings = (deps: ServicesDeps, actor: Actor, input: Saved): Promise<Result<Answer, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'services.save_settings', input },
    async (tx): Promise<Result<Answer, ServiceError>> => {
      const stored = await readValues(tx, deps, true)
      const fresh = expectRevision(stored.rev, input.rev)
      if (!fresh.ok) return err({ ...fresh.error, state: 'settings' })
      const wanted = Object.fromEntries(Object.entries(input.values).filter(([, value]) => value !== undefined))
      const changes = settingChanges(stored.values, wanted)
      if (!changes.ok) return changes
      await writeChanges(tx, deps, actor, changes.value, input.basis, stored.rev + 1)
      return ok({ rev: stored.rev + 1, changed: changes.value.map(({ name }) => name) })
    },
  )

async function writeChanges(
  tx: Tx,
  deps: ServicesDeps,
  actor: Actor,
  changes: readonly SettingChange[],
  basis: string,
  rev: number,
): Promise<void> {
  await tx
    .updateTable('service_setting')
    .set({ ...Object.fromEntries(changes.map(({ name, after }) => [columns[name], after])), rev })
    .where('zone_id', '=', deps.zoneId)
    .execute()
  await tx
    .insertInto('service_setting_change')
    .values(
      changes.map(({ name, before, after }) => ({
        zone_id: deps.zoneId,
        id: deps.newId(),
        name,
        before,
        after,
        basis,
        changed_at: at(deps.clock()),
        changed_by: actor.accountId,
        changed_by_name: actor.name,
      })),
    )
    .execute()
}

/** Who changed what when, newest first. */
export async function settingHistory(
  { db, zoneId }: Pick<ServicesDeps, 'db' | 'zoneId'>,
  filter: { readonly name?: SettingName | undefined; readonly cursor?: string | undefined; readonly limit: number },
) {
  const all = db
    .selectFrom('service_setting_change')
    .select(['id', 'name', 'before', 'after', 'basis', 'changed_at', 'changed_by_name'])
    .where('zone_id', '=', zoneId)
  const page = await keysetPage(
    filter.name === undefined ? all : all.where('name', '=', filter.name),
    [
      { ref: sql.ref('changed_at'), order: 'desc', kind: 'instant', read: (row) => row.changed_at },
      { ref: sql.ref('id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    filter,
  )
  return {
    rows: page.rows.map(({ id, name, before, after, basis, changed_at, changed_by_name }) => ({
      id,
      name,
      before,
      after,
      basis,
      at: changed_at,
      by: changed_by_name,
    })),
    next: page.next,
  }
}
