import { at, expectRevision, runCommand, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import seed from './data/judgement-reasons.json' with { type: 'json' }
import type { ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import './tables.ts'
import { invented, type Words } from './words.ts'

/** Why a material may be found bad 不合格原因; the list is the zone's own. */
export type JudgementReason = {
  readonly code: string
  readonly name: Words
  readonly place: number
  readonly state: 'open' | 'closed'
  readonly source: string
  readonly rev: number
}

const reasonsMax = 200

/** Gives a zone without any reason those that it begins with. One statement when it has some. */
export async function prepareReasons(tx: Tx, { zoneId, clock }: Pick<ServicesDeps, 'zoneId' | 'clock'>): Promise<void> {
  const known = await tx.selectFrom('judgement_reason').select('code').where('zone_id', '=', zoneId).limit(1).execute()
  if (known.length > 0) return
  await tx
    .insertInto('judgement_reason')
    .values(
      seed.map(({ code, zh, en }, index) => ({
        zone_id: zoneId,
        code,
        name_zh: zh,
        name_en: en,
        place: index + 1,
        state: 'open' as const,
        source: invented,
        edited_at: at(clock()),
        edited_by: 'system',
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Every reason in its order. One statement. */
export async function listReasons(
  tx: Tx | Db,
  { zoneId }: Pick<ServicesDeps, 'zoneId'>,
): Promise<readonly JudgementReason[]> {
  const rows = await tx
    .selectFrom('judgement_reason')
    .select(['code', 'name_zh', 'name_en', 'place', 'state', 'source', 'rev'])
    .where('zone_id', '=', zoneId)
    .orderBy('place')
    .orderBy('code')
    .limit(reasonsMax)
    .execute()
  return rows.map(({ name_zh, name_en, ...row }) => ({ ...row, name: { zh: name_zh, en: name_en } }))
}

/** The reasons that may be chosen. One statement. */
export const openReasons = async (tx: Tx | Db, deps: Pick<ServicesDeps, 'zoneId'>) =>
  (await listReasons(tx, deps)).filter(({ state }) => state === 'open')

export type ReasonInput = {
  readonly code: string
  readonly commandId: string
  /** Null: a new one. */
  readonly rev: number | null
  readonly name: Words
  readonly place: number
  readonly state: 'open' | 'closed'
  readonly source: string
}

/** Adds a reason or changes one; none is taken away, judgements name them. */
export const saveReason = (
  deps: ServicesDeps,
  actor: Actor,
  input: ReasonInput,
): Promise<Result<JudgementReason, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'services.save_reason', input },
    async (tx): Promise<Result<JudgementReason, ServiceError>> => {
      const stored = await tx
        .selectFrom('judgement_reason')
        .select('rev')
        .where('zone_id', '=', deps.zoneId)
        .where('code', '=', input.code)
        .forUpdate()
        .executeTakeFirst()
      if (stored && input.rev === null)
        return err({ kind: 'already_open', field: 'code', value: input.code, rule: 'a code of its own' })
      if (!stored && input.rev !== null) return err({ kind: 'not_found' })
      const fresh = stored ? expectRevision(stored.rev, input.rev ?? 0) : ok(undefined)
      if (!fresh.ok) return err({ ...fresh.error, state: 'open' })
      const { code, name, place, state, source } = input
      const row = {
        name_zh: name.zh,
        name_en: name.en,
        place,
        state,
        source,
        edited_at: at(deps.clock()),
        edited_by: actor.accountId,
        rev: (stored?.rev ?? 0) + 1,
      }
      await tx
        .insertInto('judgement_reason')
        .values({ zone_id: deps.zoneId, code, ...row })
        .onConflict((conflict) => conflict.columns(['zone_id', 'code']).doUpdateSet(row))
        .execute()
      return ok({ code, name, place, state, source, rev: row.rev })
    },
  )
