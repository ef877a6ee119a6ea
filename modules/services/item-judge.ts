import type { Tx } from '@tingzhou/db'
import type { Result } from '@tingzhou/kernel'
import { copiesOf, planOfApplication } from './application-check.ts'
import type { Dossier } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import type { ItemMove } from './item-contract.ts'
import { applicationOf } from './item-decide.ts'
import type { ItemStand } from './item-stand.ts'
import { judged, mayApprove, type JudgedMaterial } from './judgement.ts'
import { askedList, givenMaterials, judgementsOf, keepVerdicts, type StoredJudgement } from './judgement-store.ts'
import { only, type MoveSpec } from './move.ts'
import type { AskLine } from './tables.ts'

type Subject = Dossier<'item_case'>

/** 材料审查 by the department that decides: each copy qualified or not, with who and when. */
export const judgeItemMaterials: MoveSpec<'item_case', ItemStand, Extract<ItemMove, { move: 'judge_materials' }>> = {
  from: ['review', 'approval'],
  may: ({ head, officer }) => only(head || officer, 'department_only'),
  run: async ({ tx, dossier, input }) => {
    const materials = (await itemMaterials(tx, dossier)).map(
      ({ judgement: _judgement, standing: _standing, ...rest }) => rest,
    )
    return keepVerdicts(tx, dossier, dossier.row.application_id, materials, input.judgements)
  },
}

/** How the materials of an item stand in the eyes of its department. */
async function itemMaterials(tx: Tx, { deps, row }: Subject): Promise<readonly JudgedMaterial<StoredJudgement>[]> {
  const application = await applicationOf(tx, { deps, row })
  const planned = await planOfApplication(tx, deps, application)
  const copies = await copiesOf(tx, deps.zoneId, application.id)
  return judged(givenMaterials(planned, copies), await judgementsOf(tx, deps, application.id), row.code)
}

/** Whether every main material of the item is there and qualified. */
export const mayApproveItem = async (tx: Tx, subject: Subject): Promise<Result<void, ServiceError>> =>
  mayApprove(await itemMaterials(tx, subject))

/** What the department asks: once it judges materials one by one, exactly the unqualified and missing ones. */
export const askedOfItem = async (
  tx: Tx,
  subject: Subject,
  asks: readonly AskLine[],
): Promise<Result<readonly AskLine[], ServiceError>> =>
  askedList(tx, subject.deps, await itemMaterials(tx, subject), asks, subject.row.code)
