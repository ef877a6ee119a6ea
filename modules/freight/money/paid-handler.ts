import { change, closeDossier, openDossier, say, tellProcess, type CaseDeps } from '@tingzhou/casework'
import { flushBatch, type Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { assert } from '@tingzhou/kernel'
import { canonicalJson } from '@tingzhou/settlement'
import { auditPayment, isPaidRule } from '../waybill/audit-paid.ts'
import { spoken, type Audited } from '../waybill/audited.ts'
import { waybillKind, type WaybillDossier } from '../waybill/case.ts'
import { waybillPlay } from '../waybill/process.ts'
import { paidOf } from './paid.ts'
import { paymentsMoved } from './receive.ts'

/** A settled waybill of which everything has left is paid: by the bank, or by what was paid before and wallets at once. */
export const paidHandler = (deps: CaseDeps): EventHandler => ({
  name: 'freight.pay_waybill',
  types: [paymentsMoved, 'freight.waybill_moved'],
  handle: (tx, event) => payWaybill(tx, deps, event),
})

async function payWaybill(tx: Tx, deps: CaseDeps, { type, objectId, data }: PlacedEvent): Promise<void> {
  if (type !== paymentsMoved && !isSettled(data)) return
  const dossier = await openDossier(tx, deps, waybillKind, objectId, { by: 'event', type })
  if (dossier?.row.state === 'paid' && type === paymentsMoved) return judgeAgain(tx, dossier)
  // Somebody may have said so already; a waybill in other hands is told again when it is settled.
  if (dossier?.row.state !== 'settled' || dossier.instance?.state.status !== 'active') return
  const { payableFen, paidFen } = await paidOf(tx, deps.zoneId, objectId)
  if (paidFen !== payableFen) return
  change(dossier, { paid_at: dossier.now })
  const { findings } = await auditPayment(tx, dossier)
  const found = spoken(findings.filter(isPaidRule))
  say(dossier, { verb: 'pay', data: { version: dossier.row.settlement_version, findings: found } })
  const done = await tellProcess(tx, waybillPlay, dossier, 'pay', { kind: 'complete', node: 'to_pay', vars: {} })
  assert(done.ok, `the process of ${objectId} waits for its payment: ${JSON.stringify(done)}`)
  await flushBatch(tx, dossier.batch)
}

/** Money of a paid waybill came back, or was paid after that: what the rules say of it now is kept where it is another. */
async function judgeAgain(tx: Tx, dossier: WaybillDossier): Promise<void> {
  const paidFindings = (audit: Audited | null) => spoken((audit?.findings ?? []).filter(isPaidRule))
  const before = canonicalJson(paidFindings(dossier.row.audit))
  const findings = paidFindings(await auditPayment(tx, dossier))
  if (canonicalJson(findings) === before) return
  say(dossier, { verb: 'audit_payment', data: { findings } })
  closeDossier(dossier)
  await flushBatch(tx, dossier.batch)
}

const isSettled = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'state' in data && data.state === 'settled'
