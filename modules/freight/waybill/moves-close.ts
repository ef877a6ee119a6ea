import { change, only, say, write } from '@tingzhou/casework'
import { at as instant, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { paidOf } from '../money/paid.ts'
import { settleWaybill } from '../money/settle.ts'
import type { DisputeSide } from '../words.ts'
import { auditWaybill, blocked, withOverrides } from './audit-check.ts'
import { auditPayment, isPaidRule, judgePayment } from './audit-paid.ts'
import { blockedBy, spoken } from './audited.ts'
import type { WaybillDossier } from './case.ts'
import type { WaybillError } from './errors.ts'
import type { WaybillMove } from './move-spec.ts'
import { attachPictures, heard } from './proof.ts'
import { supervises, type Stand } from './stand.ts'
import type { Move } from './waybill-contract.ts'

export const sign: WaybillMove<'sign'> = {
  from: ['unloaded'],
  anyRevision: true,
  // The consignee draws or tells the code on the driver's phone, or hands out a receipt.
  may: ({ consignee, driver }) => only(consignee || driver, 'consignee_or_driver'),
  run: async ({ tx, dossier, stand, input }) => {
    const proof = await proofOf(tx, dossier, input)
    if (!proof.ok) return proof
    const { at, data } = heard(dossier, input)
    change(dossier, { signed_at: at, signer: input.signer, signed_by: input.signedBy })
    const by = stand.consignee ? 'consignee' : 'driver'
    say(dossier, {
      verb: 'sign',
      data: { ...data, by, signer: input.signer, signedBy: input.signedBy, ...proof.value },
    })
    return ok({ kind: 'complete', node: 'to_sign', vars: { outcome: 'sign' } })
  },
}

/** What proves a signature: the code that only the consignee knows, or a picture. */
async function proofOf(
  tx: Tx,
  dossier: WaybillDossier,
  { signedBy, code, fileId }: Extract<Move, { move: 'sign' }>,
): Promise<Result<{ readonly picture?: string }, WaybillError>> {
  if (signedBy === 'code') {
    if (code === dossier.row.sign_code) return ok({})
    return err({ kind: 'code_wrong', field: 'code', value: code ?? '', rule: 'the code of the consignee' })
  }
  if (fileId === null)
    return err({ kind: 'proof_missing', field: 'fileId', value: null, rule: `a picture of the ${signedBy}` })
  const attached = await attachPictures(tx, dossier, [fileId])
  if (!attached.ok) return attached
  const [picture] = attached.value
  return ok(picture ? { picture: picture.sha256 } : {})
}

export const unsign: WaybillMove<'unsign'> = {
  from: ['signed', 'audited'],
  may: (stand) => only(supervises(stand), 'supervisor_only'),
  run: ({ dossier, input }) => {
    const { signer, signed_by: signedBy, signed_at: signedAt } = dossier.row
    change(dossier, {
      signed_at: null,
      signer: '',
      signed_by: null,
      audited_at: null,
      audit: null,
      // What was signed by it is no longer signed: a new link is asked for.
      sign_link_sha256: null,
    })
    say(dossier, { verb: 'unsign', reason: input.reason, data: { signer, signedBy, signedAt } })
    return ok({ kind: 'complete', node: ['to_audit', 'to_settle'], vars: { outcome: 'unsign' } })
  },
}

/** Within seven days of the signature. Own. */
const disputeMs = 7 * 86_400_000

const sideOf = ({ shipper, carrier }: Stand): DisputeSide => (shipper ? 'shipper' : carrier ? 'carrier' : 'driver')

export const dispute: WaybillMove<'dispute'> = {
  from: ['signed', 'audited'],
  may: ({ shipper, carrier, driver }) => only(shipper || carrier || driver, 'shipper_carrier_driver'),
  run: async ({ tx, dossier, stand, input }) => {
    const { row, deps, now, doer } = dossier
    const signedAt = row.signed_at ?? now
    if (now > signedAt + disputeMs)
      return err({ kind: 'dispute_late', field: 'move', value: signedAt, rule: 'within 7 days of the signature' })
    const attached = await attachPictures(tx, dossier, input.photoIds)
    if (!attached.ok) return attached
    const { kind, words, askedFen } = input
    const side = sideOf(stand)
    write(
      dossier,
      tx.insertInto('freight_dispute').values({
        zone_id: deps.zoneId,
        id: deps.newId(),
        waybill_id: row.id,
        kind,
        opened_by_side: side,
        words,
        asked_fen: askedFen,
        opened_at: instant(now),
        opened_by: doer.name,
      }),
    )
    const photos = attached.value.map(({ sha256 }) => sha256)
    say(dossier, { verb: 'dispute', reason: words, data: { kind, side, askedFen, photos } })
    return ok({ kind: 'complete', node: ['to_audit', 'to_settle'], vars: { outcome: 'dispute' } })
  },
}

/** What is upheld is noted; the audit looks at the waybill again, the settlement adds or takes it as an item. */
export const decide: WaybillMove<'decide'> = {
  from: ['disputed'],
  may: (stand) => only(supervises(stand), 'supervisor_only'),
  run: async ({ tx, dossier, input }) => {
    const { row, deps, now, doer } = dossier
    const { decision, words } = input
    const upheldFen = decision === 'upheld' ? (input.upheldFen ?? 0) : null
    await tx
      .updateTable('freight_dispute')
      .set({
        decided_at: instant(now),
        decided_by: doer.name,
        decision,
        upheld_fen: upheldFen,
        decision_words: words,
      })
      .where('zone_id', '=', deps.zoneId)
      .where('waybill_id', '=', row.id)
      .where('decided_at', 'is', null)
      .execute()
    change(dossier, { audited_at: null, audit: null })
    say(dossier, { verb: 'decide', reason: words, data: { decision, upheldFen } })
    return ok({ kind: 'complete', node: 'decide', vars: {} })
  },
}

/** After the payment only what the payment breached is looked at again. */
export const audit: WaybillMove<'audit'> = {
  from: ['signed', 'paid'],
  may: ({ audit: isAudit, admin, machine }, { state, audit: audited }) => {
    const refused = only(isAudit || admin || machine, 'audit_only')
    const blocks = audited !== null && blockedBy(audited).length > 0
    // Whether a rule blocks is told to those alone who audit.
    return refused ?? (state === 'paid' && !blocks ? 'nothing_blocks' : null)
  },
  run: async ({ tx, dossier, stand, input }) => {
    const { doer, now, row } = dossier
    const again = row.state === 'paid'
    if (input.overrides.length > 0 && !supervises(stand))
      return err({ kind: 'not_allowed', move: 'audit', reason: 'override_by_person' })
    const audited = again
      ? withOverrides(await judgePayment(tx, dossier), input.overrides, doer.name)
      : await auditWaybill(tx, dossier, input.overrides, doer.name)
    if (!audited.ok) return audited
    const { findings, overrides, score } = audited.value
    change(dossier, { audited_at: again ? row.audited_at : now, audit: audited.value })
    say(dossier, { verb: 'audit', data: { findings: spoken(findings), overrides: [...overrides], score } })
    return ok(again ? null : { kind: 'complete', node: 'to_audit', vars: { outcome: 'audit' } })
  },
}

export const settle: WaybillMove<'settle'> = {
  from: ['audited', 'settled'],
  may: ({ finance, machine }) => only(finance || machine, 'finance_only'),
  run: async ({ tx, dossier, input }) => {
    const { items, parts, why } = input
    const again = dossier.row.state === 'settled'
    if (again && why === '')
      return err({ kind: 'why_missing', field: 'why', value: why, rule: 'why it is settled again' })
    const settled = await settleWaybill(tx, dossier, { items, parts, why })
    if (!settled.ok) return settled
    const { version, dueFen, billFen } = settled.value
    change(dossier, {
      settled_at: dossier.now,
      settlement_version: version,
      due_fen: dueFen,
      bill_fen: billFen,
    })
    // Shipper and carrier see different amounts: each reads its own on the waybill.
    say(dossier, { verb: 'settle', reason: why || null, data: { version }, public: true })
    return ok(again ? null : { kind: 'complete', node: 'to_settle', vars: { outcome: 'settle' } })
  },
}

export const pay: WaybillMove<'pay'> = {
  from: ['settled'],
  may: ({ finance, machine }) => only(finance || machine, 'finance_only'),
  run: async ({ tx, dossier }) => {
    const { payableFen, paidFen } = await paidOf(tx, dossier.deps.zoneId, dossier.row.id)
    if (paidFen !== payableFen)
      return err({ kind: 'not_paid', field: 'paidFen', value: paidFen, rule: `equal to ${payableFen}`, payableFen })
    change(dossier, { paid_at: dossier.now })
    const { findings } = await auditPayment(tx, dossier)
    const found = spoken(findings.filter(isPaidRule))
    say(dossier, { verb: 'pay', data: { version: dossier.row.settlement_version, findings: found } })
    return ok({ kind: 'complete', node: 'to_pay', vars: {} })
  },
}

export const report: WaybillMove<'report'> = {
  from: ['paid'],
  may: ({ machine }) => only(machine, 'machine_only'),
  run: ({ dossier, input: { messageId, answer } }) => {
    const { audit: audited } = dossier.row
    const left = audited ? blockedBy(audited) : []
    if (audited && left.length > 0) return err(blocked(left, audited.findings))
    change(dossier, { reported_at: dossier.now })
    say(dossier, { verb: 'report', data: { messageId, answer } })
    return ok({ kind: 'complete', node: 'to_report', vars: {} })
  },
}
