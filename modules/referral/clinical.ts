import { appendHistory } from '@tingzhou/audit'
import { at, runCommand, type Db, type Tx } from '@tingzhou/db'
import { listFiles, registerOpenedLog } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { z } from 'zod'
import type { Clinical } from './order-contract.ts'
import type { OrderError } from './move-spec.ts'
import { caseDeps, type CaseDeps } from '@tingzhou/casework'
import { isParty, standOf } from './stand.ts'
import { needCodes, type readingKinds, type readReasons } from './words.ts'

type View = z.infer<typeof Clinical>
type Reading = {
  readonly orderId: string
  readonly commandId: string
  readonly why: (typeof readReasons)[number]
  readonly words: string
}

/**
 * Opens the clinical part for one reader: first the reading is written to the log and to the history, then the words are
 * given. They pass through no command's answer, so that they lie in one place only.
 */
export async function readClinical(deps: CaseDeps, actor: Actor, reading: Reading): Promise<Result<View, OrderError>> {
  const { commandId, ...input } = reading
  const logged = await runCommand(
    deps,
    { commandId, actorId: actor.accountId, name: 'referral.read', input },
    async (tx): Promise<Result<{ id: string }, OrderError>> =>
      (await logReading(tx, deps, actor, reading)) ? ok({ id: reading.orderId }) : err({ kind: 'not_found' }),
  )
  if (!logged.ok) return logged
  // A repeat of the id is the same reading; the reader must still be a party when it is repeated.
  const still = await deps.db
    .selectFrom('referral')
    .select(['from_id', 'target_id'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', reading.orderId)
    .executeTakeFirst()
  if (!still || !isParty(standOf(actor, still))) return err({ kind: 'not_found' })
  return ok(await clinicalOf(deps.db, deps.zoneId, reading.orderId))
}

/** Each file of an order that is opened is a reading of its own. */
registerOpenedLog('referral', (server, { actor, objectId, fileId }) => {
  const deps = caseDeps(server)
  const reading = { orderId: objectId, why: 'file', words: '', fileId } as const
  return deps.db.transaction().execute((tx) => logReading(tx, deps, actor, reading))
})

type LogLine = Pick<Reading, 'orderId' | 'words'> & {
  readonly why: (typeof readingKinds)[number]
  readonly fileId?: string
}

/** Writes a reading to the log and to the history of the order. @returns false when the reader is no party, and then nothing */
async function logReading(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  { orderId, why, words, ...more }: LogLine,
): Promise<boolean> {
  const order = await tx
    .selectFrom('referral')
    .select(['from_id', 'target_id'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', orderId)
    .forUpdate()
    .executeTakeFirst()
  const stand = order ? standOf(actor, order) : null
  if (!order || !stand || !isParty(stand)) return false
  const institutionId = stand.receiver ? order.target_id : stand.sender ? order.from_id : null
  const now = deps.clock()
  await tx
    .insertInto('referral_read')
    .values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      order_id: orderId,
      at: at(now),
      account_id: actor.accountId,
      account_name: actor.name,
      institution_id: institutionId,
      why,
      words,
    })
    .execute()
  await appendHistory(tx, deps.zoneId, [
    {
      objectKind: 'referral',
      objectId: orderId,
      at: now,
      verb: 'read',
      actorId: actor.accountId,
      actorName: actor.name,
      public: true,
      reason: words || null,
      data: { why, institutionId, ...more },
    },
  ])
  return true
}

async function clinicalOf(db: Db, zoneId: string, orderId: string): Promise<View> {
  const row = await db
    .selectFrom('referral_clinical')
    .select([
      'patient_code',
      'birth_year',
      'reason',
      'condition',
      'ability_level',
      'needs',
      'needs_words',
      'care_summary',
      'follow_up_result',
      'follow_up_words',
    ])
    .where('zone_id', '=', zoneId)
    .where('order_id', '=', orderId)
    .executeTakeFirstOrThrow()
  const files = (await listFiles(db, zoneId, [orderId])).get(orderId) ?? []
  return {
    patientCode: row.patient_code,
    birthYear: row.birth_year,
    reason: row.reason,
    condition: row.condition,
    abilityLevel: row.ability_level,
    needs: needCodes.filter((code) => row.needs.includes(code)),
    needsWords: row.needs_words,
    careSummary: row.care_summary,
    // Written by the contract's own list.
    followUpResult: row.follow_up_result as View['followUpResult'],
    followUpWords: row.follow_up_words,
    files: files.map(({ id, name, mediaType, sizeBytes }) => ({ id, name, mediaType, size: sizeBytes })),
  }
}
