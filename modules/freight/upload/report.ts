import { openDossier, say, change, tellProcess, type CaseDeps } from '@tingzhou/casework'
import { flushBatch, type Tx } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import { blockedBy } from '../waybill/audited.ts'
import { waybillKind } from '../waybill/case.ts'
import { waybillPlay } from '../waybill/process.ts'
import './tables.ts'

/** What the regulator said of one document of a waybill. */
type Receipt = { readonly kind: string; readonly reference: string; readonly code: string; readonly text: string }

/**
 * Takes the step `report` of a paid waybill when the regulator has both it and its flow of funds, keeping the messages and what was
 * answered. Anything else leaves it as it is. @returns whether it was taken
 */
export async function reportWaybill(tx: Tx, deps: CaseDeps, waybillId: string, type: string): Promise<boolean> {
  const receipts = await receiptsOf(tx, deps.zoneId, waybillId)
  if (receipts.length < 2) return false
  const dossier = await openDossier(tx, deps, waybillKind, waybillId, { by: 'event', type })
  // A waybill whose process is suspended is found again by the sweep.
  if (dossier?.row.state !== 'paid' || dossier.instance?.state.status !== 'active') return false
  // What a rule blocks once it is paid waits for a person, as the step of the machine does.
  if (dossier.row.audit && blockedBy(dossier.row.audit).length > 0) return false
  change(dossier, { reported_at: dossier.now })
  say(dossier, {
    verb: 'report',
    data: {
      messageId: receipts.map(({ reference }) => reference).join(' '),
      answer: receipts.map(({ kind, code, text }) => `${kind} ${code} ${text}`.trim()).join('; '),
    },
  })
  const done = await tellProcess(tx, waybillPlay, dossier, 'report', { kind: 'complete', node: 'to_report', vars: {} })
  assert(done.ok, `the process of ${waybillId} waits for its report: ${JSON.stringify(done)}`)
  await flushBatch(tx, dossier.batch)
  return true
}

/** The accepted documents of a waybill, of each kind the latest; none while something of it is still on its way. */
async function receiptsOf(tx: Tx, zoneId: string, waybillId: string): Promise<readonly Receipt[]> {
  const rows = await tx
    .selectFrom('freight_upload')
    .select(['kind', 'state', 'reference', 'answer_code as code', 'answer_text as text'])
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', waybillId)
    .where('state', 'in', ['accepted', 'waiting', 'sending', 'rejected'])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(200)
    .execute()
  if (rows.some(({ state }) => state !== 'accepted')) return []
  const latest = new Map(rows.toReversed().map((row) => [row.kind, row]))
  return [...latest.values()].map(({ kind, reference, code, text }) => ({
    kind,
    reference,
    code: code ?? '',
    text: text ?? '',
  }))
}
