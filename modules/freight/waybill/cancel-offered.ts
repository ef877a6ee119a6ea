import { change, openDossier, say, tellProcess, type CaseDeps } from '@tingzhou/casework'
import { flushBatch, type Tx } from '@tingzhou/db'
import { assert } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { waybillKind } from './case.ts'
import { waybillPlay } from './process.ts'

type Cancellation = {
  readonly waybillId: string
  /** A person's words, or a key of what `endText` says. */
  readonly why: string
  /** For the history. */
  readonly data?: Readonly<Record<string, string>>
}

/**
 * Cancels an offered waybill within a transaction; the load gets back what it held. Whoever calls has asked whether the actor may.
 * @returns false: its driver has accepted meanwhile, and nothing was changed
 */
export async function cancelOffered(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  { waybillId, why, data = {} }: Cancellation,
): Promise<boolean> {
  const dossier = await openDossier(tx, deps, waybillKind, waybillId, { by: 'actor', actor, verb: 'cancel' })
  assert(dossier, 'an offer that is named is there')
  if (dossier.row.state === 'cancelled') return true
  if (dossier.row.state !== 'offered') return false
  change(dossier, { end_reason: why })
  say(dossier, { verb: 'cancel', reason: why, data })
  const told = { kind: 'complete', node: 'answer', vars: { outcome: 'cancel' } } as const
  const done = await tellProcess(tx, waybillPlay, dossier, 'cancel', told)
  assert(done.ok, `an offered waybill is cancelled: ${JSON.stringify(done)}`)
  await flushBatch(tx, dossier.batch)
  return true
}
