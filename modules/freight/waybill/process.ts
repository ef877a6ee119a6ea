import { caseHost, change, say, tell, type CaseDeps, type CasePlay } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import type { Played, Vars } from '@tingzhou/process'
import { keepSlots } from '../dock/keep.ts'
import { giveBack } from '../load/take.ts'
import { endStates, type WaybillState } from '../words.ts'
import { waybillKind, type WaybillCase, type WaybillDossier } from './case.ts'

/** Which due time shows in which state. */
const dueVariable: Partial<Record<WaybillState, string>> = { offered: 'offerUntil', accepted: 'loadUntil' }

const ofDriver: ReadonlySet<string> = new Set([
  'answer',
  'to_load',
  'weigh_load',
  'to_depart',
  'on_the_way',
  'weigh_unload',
  'to_sign',
])
const ended: ReadonlySet<string> = new Set(endStates)

/** The waybill on its drawn process: `processes/waybill.bpmn`. */
export const waybillPlay: CasePlay<WaybillCase> = {
  kind: waybillKind,
  key: 'waybill',
  file: 'modules/freight/processes/waybill.bpmn',
  handlers: { 'freight.expire': expire, 'freight.remind': remind },
  taskParty: ({ nodeId }, { row }) => (ofDriver.has(nodeId) || nodeId === 'stopped' ? row.carrier_id : null),
  taskAssignee: ({ nodeId }, { row }) => (ofDriver.has(nodeId) ? row.driver_account_id : null),
  stopped: 'cancelled',
  settle,
}

export const waybillHost = (deps: CaseDeps) => caseHost(deps, waybillPlay)

async function settle(tx: Tx, dossier: WaybillDossier, played: Played): Promise<void> {
  const { row, before, fresh, now } = dossier
  const { state } = row
  const due = played.vars[dueVariable[state] ?? '']
  change(dossier, {
    due_at: typeof due === 'number' ? epochMs(due) : null,
    next_step: played.openTasks[0]?.nodeId ?? null,
    closed_at: ended.has(state) ? now : null,
  })
  // However it ended before anything was loaded, what it had taken is free again.
  if (state === 'cancelled' && before.state !== 'cancelled' && row.loaded_at === null) await giveBackOf(tx, dossier)
  await keepSlots(tx, dossier)
  if (fresh || state !== before.state) tell(dossier, 'waybill_moved', [], { from: fresh ? null : before.state })
}

/** Nobody answered in time. */
async function expire(_tx: Tx, dossier: WaybillDossier): Promise<Vars> {
  change(dossier, { end_reason: 'offer_over' })
  say(dossier, { verb: 'expire' })
  return {}
}

/** The truck is not at the loading place when the load should be taken. */
async function remind(_tx: Tx, dossier: WaybillDossier): Promise<Vars> {
  say(dossier, { verb: 'late' })
  tell(dossier, 'waybill_late')
  return {}
}

const giveBackOf = (tx: Tx, { deps, row }: WaybillDossier): Promise<void> =>
  giveBack(tx, deps, { loadId: row.load_id, shareId: row.share_id, quantity: row.plan })
