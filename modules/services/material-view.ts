import { instantOf } from '@tingzhou/calendar'
import type { Db, Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { Copy } from './application-check.ts'
import type { ServicesDeps } from './dossier.ts'
import { listReasons } from './judgement-reason.ts'
import { judgedOf } from './judgement-store.ts'
import type { Planned } from './plan.ts'
import { serviceNames } from './service-name.ts'

export type FileLine = { readonly id: string; readonly name: string; readonly mediaType: string; readonly size: number }

/** Files by id. One statement. */
export async function filesOf(
  db: Db | Tx,
  zoneId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FileLine>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('file')
    .select(['id', 'name', 'media_type', 'size_bytes'])
    .where('zone_id', '=', zoneId)
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(
    rows.map((row) => [
      row.id,
      { id: row.id, name: row.name, mediaType: row.media_type, size: Number(row.size_bytes) },
    ]),
  )
}

const noon = '12:00'

/**
 * Every material of the plan, and how it stands.
 * @param item  only its own, as its department judged them; null: all, as the check did
 * Five statements.
 */
export async function materialViews(
  tx: Db | Tx,
  deps: Pick<ServicesDeps, 'zoneId'>,
  { applicationId, planned, copies, files, item }: MaterialScene,
) {
  const stands = await judgedOf(tx, deps, applicationId, planned, copies, item)
  const reasons = new Map((await listReasons(tx, deps)).map((reason) => [reason.code, reason.name]))
  const shown = materialLines(planned, copies, files)
  const nameOf = await serviceNames(
    tx,
    deps,
    shown.map(({ source }) => source),
  )
  return stands.flatMap(({ code, mark, standing, judgement }) => {
    const line = shown.find((one) => one.code === code)
    if (!line) return []
    const { reasonCode = null } = judgement ?? {}
    const reason =
      reasonCode === null
        ? null
        : { code: reasonCode, name: reasons.get(reasonCode) ?? { zh: reasonCode, en: reasonCode } }
    const view = judgement && {
      qualified: judgement.qualified,
      reason,
      words: judgement.reason,
      at: judgement.at,
      by: judgement.by,
      item: judgement.item,
    }
    return [{ ...line, sourceName: nameOf(line.source), mark, standing, judgement: view }]
  })
}

type MaterialScene = {
  readonly applicationId: string
  readonly planned: Planned
  readonly copies: readonly Copy[]
  readonly files: ReadonlyMap<string, FileLine>
  readonly item: string | null
}

const materialLines = (planned: Planned, copies: readonly Copy[], files: ReadonlyMap<string, FileLine>) =>
  planned.materials.map(({ material, way }) => {
    const copy = copies.find(({ code }) => code === material.code)
    const held = planned.held.get(material.code)
    const how: 'handed_in' | 'held' | 'promised' | 'missing' = copy?.how ?? (way === 'asked' ? 'missing' : 'held')
    const asOf: EpochMs | null = held ? instantOf(held.issuedOn, noon) : null
    return {
      code: material.code,
      name: material.name,
      kind: material.kind,
      how,
      source: held?.source ?? null,
      asOf,
      files: (copy?.fileIds ?? []).flatMap((id) => files.get(id) ?? []),
    }
  })
