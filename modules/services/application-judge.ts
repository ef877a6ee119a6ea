import type { Tx } from '@tingzhou/db'
import type { Result } from '@tingzhou/kernel'
import { copiesOf, planOfApplication, toleranceOf, type Copy } from './application-check.ts'
import type { ApplicationMove } from './application-contract.ts'
import type { ApplicationStand } from './application-stand.ts'
import type { Application, Dossier, ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import { notRenewed } from './judgement.ts'
import { askedList, givenMaterials, judgedOf, keepVerdicts } from './judgement-store.ts'
import { only, type MoveSpec } from './move.ts'
import type { Planned } from './plan.ts'
import type { AskLine } from './tables.ts'

type Subject = Dossier<'service_application'>
type JudgeMove = Extract<ApplicationMove, { move: 'judge_materials' }>

/** 材料审查 at the check: each copy qualified or not, with who and when. */
export const judgeAtCheck: MoveSpec<'service_application', ApplicationStand, JudgeMove> = {
  from: ['check'],
  may: ({ window, leadHead }) => only(window || leadHead, 'window_only'),
  run: async ({ tx, dossier, input }) => {
    const { deps, row } = dossier
    const planned = await planOfApplication(tx, deps, row)
    const materials = givenMaterials(planned, await copiesOf(tx, deps.zoneId, row.id))
    return keepVerdicts(tx, dossier, row.id, materials, input.judgements)
  },
}

/** Materials that the check found bad, the copy still the same. */
export const badAtCheck = async (
  tx: Tx,
  deps: ServicesDeps,
  row: Application,
  planned: Planned,
): Promise<readonly string[]> =>
  notRenewed(await judgedOf(tx, deps, row.id, planned, await copiesOf(tx, deps.zoneId, row.id), null))

/** What the window asks: once it judges materials one by one, exactly the unqualified and missing ones. */
export async function askedAtCheck(
  tx: Tx,
  { deps, row }: Subject,
  asks: readonly AskLine[],
): Promise<Result<readonly AskLine[], ServiceError>> {
  const planned = await planOfApplication(tx, deps, row)
  const copies = await copiesOf(tx, deps.zoneId, row.id)
  const materials = await judgedOf(tx, deps, row.id, planned, copies, null)
  const isVoid = await isPromiseVoid(tx, deps, row, planned, copies)
  const seen = materials.map((one) =>
    isVoid && one.standing === 'promised' ? { ...one, standing: 'missing' as const } : one,
  )
  return askedList(tx, deps, seen, asks, null)
}

/** A promise that cannot be accepted leaves its materials missing. */
async function isPromiseVoid(
  tx: Tx,
  deps: ServicesDeps,
  row: Application,
  planned: Planned,
  copies: readonly Copy[],
): Promise<boolean> {
  if (!copies.some(({ how }) => how === 'promised')) return false
  const missing = await toleranceOf(tx, deps, row, planned, copies)
  return !missing.ok
}
