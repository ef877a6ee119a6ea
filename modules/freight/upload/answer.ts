import { sql } from 'kysely'
import { at, jsonb, type Db, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import type { FreightDeps } from '../record.ts'
import type { Said } from './channel.ts'
import { letGo, type Claimed } from './claim.ts'
import { decide } from './outcome.ts'
import { lockSubjects, uploadMoved } from './queue.ts'
import { subjectKey } from './subject.ts'
import { tellRefused } from './told.ts'
import './tables.ts'

/**
 * Writes down what the regulator said of a document. One transaction. That it was taken holds whoever heard it and however late; every
 * other answer counts only for the attempt that is the latest, for a later one may say otherwise.
 */
export const keepAnswer = (deps: FreightDeps & { readonly db: Db }, claimed: Claimed, said: Said): Promise<void> =>
  deps.db.transaction().execute(async (tx) => {
    const { zoneId } = deps
    const now = deps.clock()
    const decided = decide(said.outcome, claimed.attempts, now)
    await lockSubjects(tx, zoneId, [subjectKey({ kind: claimed.kind, id: claimed.subjectId })])
    const isOld = decided.state !== 'accepted' && (await isReplaced(tx, zoneId, claimed))
    const state = isOld ? 'replaced' : decided.state
    await tx
      .updateTable('freight_upload_attempt')
      .set({ answered_at: at(now), outcome: said.outcome, code: said.code, words: said.text })
      .where('zone_id', '=', zoneId)
      .where('upload_id', '=', claimed.id)
      .where('attempt', '=', claimed.attempts)
      .execute()
    const moved = await tx
      .updateTable('freight_upload')
      .set(({ eb }) => ({
        state,
        try_at: decided.tryAt === null || isOld ? null : at(decided.tryAt),
        answer_code: said.code,
        answer_text: said.text,
        answered_at: at(now),
        ...(decided.state === 'accepted' ? { accepted_at: at(now), faults: jsonb([]), refused_by: null } : {}),
        ...(decided.state === 'rejected'
          ? { refused_by: 'regulator' as const, faults: jsonb(faultsIn(claimed, said)) }
          : {}),
        rev: eb('rev', '+', 1),
      }))
      .where('zone_id', '=', zoneId)
      .where('id', '=', claimed.id)
      .where(
        decided.state === 'accepted'
          ? sql<boolean>`state in ('sending', 'waiting', 'rejected')`
          : sql<boolean>`(state = 'sending' and attempts = ${claimed.attempts})`,
      )
      .returning(['kind', 'title', 'waybill_id as waybillId'])
      .executeTakeFirst()
    if (!moved) return
    if (state === 'accepted') await letGo(tx, zoneId, subjectKey({ kind: claimed.kind, id: claimed.subjectId }), now)
    await tell(tx, deps, claimed.id, { ...moved, state })
  })

/** Whether a newer version waits: what was not taken of the older one is no longer to be said. */
const isReplaced = async (tx: Tx, zoneId: string, { id, kind, subjectId }: Claimed): Promise<boolean> =>
  (await tx
    .selectFrom('freight_upload')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('kind', '=', kind)
    .where('subject_id', '=', subjectId)
    .where('state', '=', 'waiting')
    .where('id', '<>', id)
    .executeTakeFirst()) !== undefined

/** The field that the regulator names, with what stands in it. */
const faultsIn = ({ record }: Claimed, { code, text, field }: Said) => {
  if (field === null) return []
  const value = field.split('.').reduce<unknown>((part, name) => (isParts(part) ? part[name] : undefined), record)
  return [{ field, value: typeof value === 'string' ? value.slice(0, 100) : '', rule: `said ${code} ${text}`.trim() }]
}

const isParts = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

type Moved = {
  readonly kind: Claimed['kind']
  readonly title: string
  readonly waybillId: string | null
  readonly state: string
}

async function tell(tx: Tx, deps: FreightDeps, id: string, { kind, title, waybillId, state }: Moved): Promise<void> {
  await addToOutbox(tx, deps.zoneId, [
    {
      type: uploadMoved,
      objectKind: 'freight_upload',
      objectId: id,
      at: deps.clock(),
      data: { kind, state, waybillId },
    },
  ])
  if (state === 'rejected') await tellRefused(tx, deps, [{ id, kind, title }])
}
