import { at, expectRevision, runCommand, type Tx, type WriteBatch } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { giveMaterials, type MaterialLine } from './application-draft.ts'
import { isApplicant } from './application-stand.ts'
import { closeDossier, openDossier, say, tell, write, type ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import type { Moved } from './move.ts'

export type Supply = {
  readonly id: string
  readonly commandId: string
  readonly rev: number
  readonly materials: readonly MaterialLine[]
  readonly words: string
}

/** 补正: the applicant answers the one list of a day; each item that asked goes on in a step of its own. */
export const supplyList = (deps: ServicesDeps, actor: Actor, input: Supply): Promise<Result<Moved, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'services.supply', input },
    (tx, last) => answerList(tx, last, deps, actor, input),
  )

async function answerList(
  tx: Tx,
  last: WriteBatch,
  deps: ServicesDeps,
  actor: Actor,
  input: Supply,
): Promise<Result<Moved, ServiceError>> {
  const place = await tx
    .selectFrom('service_supplement')
    .select('application_id')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .executeTakeFirst()
  const cause = { by: 'actor', actor, verb: 'supply_list' } as const
  const dossier = place ? await openDossier(tx, deps, 'service_application', place.application_id, cause, last) : null
  if (!dossier) return err({ kind: 'not_found' })
  if (!isApplicant(actor, dossier.row) && !hasRole(actor, 'window_officer'))
    return err({ kind: 'not_allowed', move: 'supply', reason: 'applicant_only' })
  const list = await tx
    .selectFrom('service_supplement')
    .select(['state', 'rev'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const fresh = expectRevision(list.rev, input.rev)
  if (!fresh.ok) return err({ ...fresh.error, state: list.state })
  if (list.state !== 'open') return err({ kind: 'supplement_over', state: list.state, rule: 'while the list is open' })
  const given = await giveMaterials(tx, dossier, input.materials, true)
  if (!given.ok) return given
  write(
    dossier,
    tx
      .updateTable('service_supplement')
      .set({
        state: 'supplied',
        words: input.words,
        supplied_at: at(dossier.now),
        file_ids: input.materials.flatMap(({ fileIds }) => [...fileIds]),
        rev: list.rev + 1,
      })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', input.id),
  )
  say(dossier, { verb: 'supply_list', reason: input.words || null, data: { materials: input.materials.length } })
  tell(dossier, 'supplement_supplied', [], { supplementId: input.id })
  closeDossier(dossier)
  return ok({ id: input.id, no: dossier.row.no, state: 'supplied', rev: list.rev + 1 })
}
