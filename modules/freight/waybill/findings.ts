import { openDossier, type CaseDeps } from '@tingzhou/casework'
import type { Actor } from '@tingzhou/parties'
import type * as z from 'zod'
import type { Shape } from '../risk/words.ts'
import { judgeWaybill } from './audit-check.ts'
import type { Audited } from './audited.ts'
import { waybillKind } from './case.ts'
import type { WaybillDetail } from './waybill-contract.ts'

type Shown = NonNullable<z.infer<typeof WaybillDetail>['audit']>

/**
 * What the rules say of a waybill: of a signed one what the audit would find now, which is not kept; of others their last audit.
 * About twenty statements, by keys; the waybill is locked meanwhile.
 * @returns null: it is not signed yet, or there is none
 */
export async function findingsOf(deps: CaseDeps, actor: Actor, id: string): Promise<Shown | null> {
  const found = await deps.db.transaction().execute(async (tx) => {
    const dossier = await openDossier(tx, deps, waybillKind, id, { by: 'actor', actor, verb: 'audit' })
    if (!dossier) return null
    return dossier.row.state === 'signed' ? (await judgeWaybill(tx, dossier)).audited : dossier.row.audit
  })
  return found && shownAudit(found)
}

/** An audit as it travels. Pure. O(findings). */
export const shownAudit = ({ edition, findings, overrides, score, shapes = [] }: Audited): Shown => ({
  edition,
  findings: findings.map((one) => ({ ...one, shapes: shownShapes(one.shapes) })),
  overrides: overrides.map((one) => ({ ...one })),
  score,
  shapes: shownShapes(shapes),
})

const shownShapes = (shapes: readonly Shape[] = []) =>
  shapes.map(({ places, ...shape }) => ({
    ...shape,
    places: places.map(([lonDeg, latDeg]): [number, number] => [lonDeg, latDeg]),
  }))
