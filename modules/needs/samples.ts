import { at, expectRevision, newId, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import type { EventHandler } from '@tingzhou/events'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { lockSubject, recordDeeds, type ZoneDeps } from './deed.ts'
import type { sampleVerdicts } from './samples-contract.ts'

export type SampleRule = { readonly percent: number; readonly rev: number }
type Verdict = (typeof sampleVerdicts)[number]

export type SampleError =
  | { readonly kind: 'sample_not_found'; readonly id: string }
  | { readonly kind: 'sample_checked_already'; readonly verdict: Verdict }
  | { readonly kind: 'sample_words_missing'; readonly words: string }
  | StaleRevision

// 5 %: casework.md §7; an administrator changes it.
const defaultRule: SampleRule = { percent: 5, rev: 1 }

/**
 * Whether a closed case is drawn.
 * @param percent  0..100
 * @param lot      uniform in [0, 1)
 * Source: casework.md §7. O(1).
 */
export const isDrawn = (percent: number, lot: number): boolean => lot * 100 < percent

/** The share that is drawn; the built-in one until somebody changed it. */
export async function readSampleRule(tx: Tx | Db, zoneId: string): Promise<SampleRule> {
  const row = await tx
    .selectFrom('sample_rule')
    .select(['percent', 'rev'])
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  return row ? { percent: Number(row.percent), rev: row.rev } : defaultRule
}

export async function changeSampleRule(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: SampleRule & { readonly why: string },
): Promise<Result<SampleRule, StaleRevision>> {
  await lockSubject(tx, deps.zoneId, 'needs.sampling')
  const before = await readSampleRule(tx, deps.zoneId)
  const fresh = expectRevision(before.rev, input.rev)
  if (!fresh.ok) return fresh
  const after = { percent: input.percent, rev: before.rev + 1 }
  await tx
    .insertInto('sample_rule')
    .values({ zone_id: deps.zoneId, ...after })
    .onConflict((conflict) => conflict.column('zone_id').doUpdateSet(after))
    .execute()
  await recordDeeds(tx, deps, actor, [
    {
      objectKind: 'sample_rule',
      objectId: 'sample_rule',
      verb: 'change',
      event: 'sample_rule_changed',
      reason: input.why,
      data: { before, after },
    },
  ])
  return ok(after)
}

/**
 * Draws lots as cases are struck off.
 * @param lot  uniform in [0, 1); nobody can tell beforehand which case it will be
 */
export const sampleHandler = (deps: ZoneDeps, lot: () => number): EventHandler => ({
  name: 'needs.draw_samples',
  types: ['needs.appeal_closed'],
  // Cases that were closed before there was a lot to draw stay as they are.
  from: 'now',
  handle: async (tx, event) => {
    const { percent } = await readSampleRule(tx, deps.zoneId)
    if (!isDrawn(percent, lot())) return
    const appeal = await tx
      .selectFrom('appeal')
      .select('owner_id')
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', event.objectId)
      .executeTakeFirst()
    if (!appeal) return
    await tx
      .insertInto('appeal_sample')
      .values({
        zone_id: deps.zoneId,
        id: newId(),
        appeal_id: event.objectId,
        owner_id: appeal.owner_id,
        drawn_at: at(deps.clock()),
      } as never)
      // What waits to be looked at is drawn already.
      .onConflict((conflict) => conflict.columns(['zone_id', 'appeal_id']).where('verdict', 'is', null).doNothing())
      .execute()
  },
})

/** Keeps what the check found; the heads of the owner learn of an unsound closing. */
export async function checkSample(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly verdict: Verdict; readonly words: string },
): Promise<Result<{ readonly id: string; readonly rev: number }, SampleError>> {
  const { id, verdict, words } = input
  const sample = await tx
    .selectFrom('appeal_sample')
    .select(['appeal_id', 'owner_id', 'verdict', 'rev'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!sample) return err({ kind: 'sample_not_found', id })
  if (sample.verdict !== null) return err({ kind: 'sample_checked_already', verdict: sample.verdict })
  const fresh = expectRevision(sample.rev, input.rev)
  if (!fresh.ok) return fresh
  if (verdict === 'unsound' && words === '') return err({ kind: 'sample_words_missing', words })
  const rev = sample.rev + 1
  await tx
    .updateTable('appeal_sample')
    .set({ verdict, words, checked_at: at(deps.clock()), checked_by: actor.accountId, rev })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await recordDeeds(tx, deps, actor, [
    {
      objectKind: 'appeal',
      objectId: sample.appeal_id,
      verb: 'check_sample',
      event: `sample_found_${verdict}`,
      reason: words,
      data: { verdict },
      to: sample.owner_id === null ? [] : [sample.owner_id],
    },
  ])
  return ok({ id, rev })
}
