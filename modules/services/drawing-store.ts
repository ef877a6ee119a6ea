import { readDefinition } from '@tingzhou/bpmn'
import { at, type Db, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { roles } from '@tingzhou/parties'
import { deploy } from '@tingzhou/process'
import { sha256 } from './canonical.ts'
import type { ServicesDeps } from './dossier.ts'
import { drawingPrefix, ordinaryDrawing } from './item-drawing.ts'
import './tables.ts'

/** A drawing of an item's own, as it belongs to one version of a one-thing. */
export type StoredDrawing = {
  readonly key: string
  readonly xml: string
  readonly sha256: string
  readonly processVersion: number | null
}

type Zone = Pick<ServicesDeps, 'zoneId'>

/** The drawings of a version or draft, by key. One statement. */
export async function drawingsOf(tx: Tx | Db, { zoneId }: Zone, oneThingId: string): Promise<readonly StoredDrawing[]> {
  const rows = await tx
    .selectFrom('one_thing_drawing')
    .select(['key', 'xml', 'sha256', 'process_version'])
    .where('zone_id', '=', zoneId)
    .where('one_thing_id', '=', oneThingId)
    .orderBy('key')
    .limit(200)
    .execute()
  return rows.map(({ process_version: processVersion, ...row }) => ({ ...row, processVersion }))
}

/** The drawing that an item of a version runs on; null: the newest ordinary one. At most one statement. */
export async function drawingOfItem(
  tx: Tx | Db,
  { zoneId }: Zone,
  oneThingId: string,
  key: string,
): Promise<{ readonly key: string; readonly version: number } | null> {
  if (key === ordinaryDrawing) return null
  const row = await tx
    .selectFrom('one_thing_drawing')
    .select('process_version')
    .where('zone_id', '=', zoneId)
    .where('one_thing_id', '=', oneThingId)
    .where('key', '=', key)
    .executeTakeFirst()
  assert(row?.process_version, `the drawing ${key} was published with its one-thing`)
  return { key, version: row.process_version }
}

/** Writes a drawing of a draft, or takes it away. */
export async function putDrawing(
  tx: Tx,
  { zoneId, clock }: Pick<ServicesDeps, 'zoneId' | 'clock'>,
  oneThingId: string,
  key: string,
  xml: string | null,
  by: string,
): Promise<void> {
  if (xml === null) {
    await tx
      .deleteFrom('one_thing_drawing')
      .where('zone_id', '=', zoneId)
      .where('one_thing_id', '=', oneThingId)
      .where('key', '=', key)
      .execute()
    return
  }
  const row = { xml, sha256: sha256(xml), edited_at: at(clock()), edited_by: by }
  await tx
    .insertInto('one_thing_drawing')
    .values({ zone_id: zoneId, one_thing_id: oneThingId, key, process_version: null, ...row })
    .onConflict((conflict) => conflict.columns(['zone_id', 'one_thing_id', 'key']).doUpdateSet(row))
    .execute()
}

/** A new draft begins with the drawings of the version that it was made from. */
export async function copyDrawings(
  tx: Tx,
  deps: Pick<ServicesDeps, 'zoneId' | 'clock'>,
  from: string,
  to: string,
  by: string,
): Promise<void> {
  for (const { key, xml } of await drawingsOf(tx, deps, from)) await putDrawing(tx, deps, to, key, xml, by)
}

/** Deploys the drawings of a version and pins each to what now stands; cases of the version run on that for ever. */
export async function deployDrawingsOf(
  tx: Tx,
  deps: Pick<ServicesDeps, 'zoneId' | 'clock'>,
  oneThingId: string,
  by: string,
): Promise<Result<void, { readonly complaints: readonly unknown[] }>> {
  for (const { key, xml } of await drawingsOf(tx, deps, oneThingId)) {
    const deployed = await deploy(tx, deps, xml, by)
    if (!deployed.ok) return err(deployed.error)
    await tx
      .updateTable('one_thing_drawing')
      .set({ process_version: deployed.value.version })
      .where('zone_id', '=', deps.zoneId)
      .where('one_thing_id', '=', oneThingId)
      .where('key', '=', key)
      .execute()
  }
  return ok(undefined)
}

/** Reads a drawing of an item by the subset, with what the item host knows. */
export const readItemDrawing = (xml: string, handlers: readonly string[], processes: readonly string[]) =>
  readDefinition(xml, { known: { handlers, roles: [...roles], processes } })

/** Whether a key may belong to an item of a one-thing. Pure. */
export const isDrawingKey = (key: string, oneThing: string): boolean =>
  key.startsWith(drawingPrefix(oneThing)) && /^[a-z][a-z0-9_]{0,59}$/.test(key.slice(drawingPrefix(oneThing).length))
