import { change, only, say, tell } from '@tingzhou/casework'
import { at, type Tx } from '@tingzhou/db'
import { attachFiles } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { DocumentKind } from '../words.ts'
import { inlandStates } from '../words.ts'
import type { Shipment, ShipmentDossier } from './case.ts'
import type { ShipmentError } from './errors.ts'
import type { ShipmentMove } from './move-spec.ts'
import { sends } from './stand.ts'

/** A document 单证 as somebody puts it in. */
export type NewDocument = {
  readonly kind: DocumentKind
  readonly number: string
  readonly issuer: string
  readonly validFrom: string | null
  readonly validTo: string | null
  readonly pieces: number | null
  readonly fileIds: readonly string[]
}

/** What it crossed with stays, also while it is held on the road. Pure. O(1). */
const beforeCrossing = (row: Shipment): string | null => only(row.crossed_at === null, 'crossed_already')

export const document: ShipmentMove<'document'> = {
  from: inlandStates,
  may: (stand, row) => only(sends(stand), 'exporter_or_dispatcher') ?? beforeCrossing(row),
  run: async ({ tx, dossier, input }) => {
    const put = await putDocument(tx, dossier, input)
    return put.ok ? ok(null) : put
  },
}

/** Keeps a document; another of its kind that was there is replaced and stays to be read. Five statements at most. */
export async function putDocument(
  tx: Tx,
  dossier: ShipmentDossier,
  { kind, number, issuer, validFrom, validTo, pieces, fileIds }: NewDocument,
): Promise<Result<void, ShipmentError>> {
  const { deps, row, doer, now } = dossier
  if (validFrom !== null && validTo !== null && validFrom > validTo)
    return err({ kind: 'field_refused', field: 'validTo', value: validTo, rule: `not_before ${validFrom}` })
  const attached = await attachToShipment(tx, dossier, fileIds)
  if (!attached.ok) return attached
  const replaced = await tx
    .updateTable('export_document')
    .set({ state: 'replaced' })
    .where('zone_id', '=', deps.zoneId)
    .where('shipment_id', '=', row.id)
    .where('kind', '=', kind)
    .where('state', '<>', 'replaced')
    .returning('number')
    .executeTakeFirst()
  // Whoever checks is told of the first, and finds the others with it.
  if (!(await waitsForCheck(tx, dossier))) tell(dossier, 'shipment_document')
  await tx
    .insertInto('export_document')
    .values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      shipment_id: row.id,
      kind,
      number,
      issuer,
      valid_from: validFrom,
      valid_to: validTo,
      pieces,
      file_ids: [...fileIds],
      put_at: at(now),
      put_by: doer.id,
      put_by_name: doer.name,
      checked_at: null,
      checked_by: null,
    })
    .execute()
  if (kind === 'customs_declaration' && row.declared_at !== null) change(dossier, { declaration: number })
  const data = { kind, number, validFrom, validTo, pieces, replaced: replaced?.number ?? null }
  say(dossier, { verb: 'document', data })
  return ok(undefined)
}

/** Whether a document of the shipment waits to be checked. One statement, by export_document_current. */
async function waitsForCheck(tx: Tx, { deps, row }: ShipmentDossier): Promise<boolean> {
  const waiting = await tx
    .selectFrom('export_document')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('shipment_id', '=', row.id)
    .where('state', '=', 'in_hand')
    .limit(1)
    .executeTakeFirst()
  return waiting !== undefined
}

/** Attaches files: who reaches the shipment may open them. Two statements. */
export async function attachToShipment(
  tx: Tx,
  { deps, row, doer, now }: ShipmentDossier,
  fileIds: readonly string[],
): Promise<Result<void, ShipmentError>> {
  const attached = await attachFiles(tx, deps.zoneId, {
    objectKind: 'export_shipment',
    objectId: row.id,
    fileIds,
    actorId: doer.id,
    now,
  })
  return attached.ok ? ok(undefined) : attached
}

export const checkDocument: ShipmentMove<'check_document'> = {
  from: inlandStates,
  may: ({ checker }, row) => only(checker, 'checker_only') ?? beforeCrossing(row),
  run: async ({ tx, dossier, input }) => {
    const { deps, row, doer, now } = dossier
    const { documentId, verdict, words } = input
    const field = 'documentId'
    const found = await tx
      .selectFrom('export_document')
      .select(['kind', 'number', 'state', 'put_by as putBy'])
      .where('zone_id', '=', deps.zoneId)
      .where('shipment_id', '=', row.id)
      .where('id', '=', documentId)
      .executeTakeFirst()
    if (!found || found.state === 'replaced')
      return err({ kind: 'document_unknown', field, value: documentId, rule: 'of_this_shipment' })
    if (found.state !== 'in_hand')
      return err({ kind: 'document_stays', field, value: found.state, rule: 'checked_once' })
    if (found.putBy === doer.id) return err({ kind: 'same_person', field, value: doer.name, rule: 'another_person' })
    if (verdict === 'refused' && words === '')
      return err({ kind: 'field_refused', field: 'words', value: '', rule: 'why_refused' })
    await tx
      .updateTable('export_document')
      .set({ state: verdict, checked_at: at(now), checked_by: doer.id, checked_by_name: doer.name, words })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', documentId)
      .execute()
    const verb = verdict === 'checked' ? 'check_document' : 'refuse_document'
    say(dossier, { verb, reason: words === '' ? null : words, data: { kind: found.kind, number: found.number } })
    return ok(null)
  },
}
