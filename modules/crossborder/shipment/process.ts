import { sql } from 'kysely'
import { caseHost, change, say, tell, type CaseDeps, type CasePlay } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import type { Played, Vars } from '@tingzhou/process'
import { endStates } from '../words.ts'
import { shipmentKind, type ShipmentCase, type ShipmentDossier } from './case.ts'

const ofExporter: ReadonlySet<string> = new Set(['collect', 'to_declare'])
const ended: ReadonlySet<string> = new Set(endStates)

/** The shipment on its drawn process: `processes/shipment.bpmn`. */
export const shipmentPlay: CasePlay<ShipmentCase> = {
  kind: shipmentKind,
  key: 'shipment',
  file: 'modules/crossborder/processes/shipment.bpmn',
  handlers: { 'crossborder.remind': remind },
  taskParty: ({ nodeId }, { row }) => (ofExporter.has(nodeId) ? row.exporter_id : null),
  stopped: 'cancelled',
  settle,
}

export const shipmentHost = (deps: CaseDeps) => caseHost(deps, shipmentPlay)

async function settle(tx: Tx, dossier: ShipmentDossier, played: Played): Promise<void> {
  const { row, before, fresh, now } = dossier
  const { state } = row
  const due = dueOf(row)
  change(dossier, {
    due_at: due === null ? null : epochMs(due),
    next_step: played.openTasks[0]?.nodeId ?? null,
    closed_at: ended.has(state) ? now : null,
    ...(state === 'held' ? {} : { held_from: null, hold_reason: null, hold_words: '' }),
  })
  const over = state === 'cancelled' || state === 'returned'
  if (over && state !== before.state) await giveBack(tx, dossier)
  if (fresh || state !== before.state) tell(dossier, 'shipment_moved', [], { from: fresh ? null : before.state })
}

/** By when the present step should be done. */
function dueOf({ state, documents_until: documentsBy, cross_until: crossBy }: ShipmentCase['row']): number | null {
  if (state === 'booked') return documentsBy
  return state === 'documents' || state === 'declared' || state === 'inspected' || state === 'released' ? crossBy : null
}

/** It should be further by now. */
async function remind(_tx: Tx, dossier: ShipmentDossier): Promise<Vars> {
  say(dossier, { verb: 'late' })
  tell(dossier, 'shipment_late')
  return {}
}

/** What is not sent is free again: pieces of the contract and of the lots. Three statements. */
async function giveBack(tx: Tx, { deps: { zoneId }, row }: ShipmentDossier): Promise<void> {
  await tx
    .updateTable('export_contract')
    .set({ drawn: sql`drawn - ${row.pieces}` })
    .where('zone_id', '=', zoneId)
    .where('id', '=', row.contract_id)
    .execute()
  // In the order of their keys, as whoever takes of them does.
  await sql`select from export_lot where zone_id = ${zoneId} and id in (
      select lot_id from export_shipment_lot where zone_id = ${zoneId} and shipment_id = ${row.id})
    order by id for update`.execute(tx)
  await sql`update export_lot l set taken = l.taken - s.pieces from export_shipment_lot s
    where s.zone_id = ${zoneId} and s.shipment_id = ${row.id} and l.zone_id = s.zone_id and l.id = s.lot_id`.execute(tx)
}
