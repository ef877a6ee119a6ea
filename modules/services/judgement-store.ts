import { at, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Copy } from './application-check.ts'
import { say, tell, write, type Dossier, type ServicesDeps } from './dossier.ts'
import {
  checkVerdicts,
  judged,
  listOf,
  markOf,
  type GivenMaterial,
  type JudgedMaterial,
  type JudgeError,
  type Judgement,
  type ListError,
  type Verdict,
} from './judgement.ts'
import { openReasons } from './judgement-reason.ts'
import type { Planned } from './plan.ts'
import type { AskLine } from './tables.ts'
import { textOf } from './texts.ts'

/** A judgement as it is kept, with who and when. */
export type StoredJudgement = Judgement & { readonly at: EpochMs; readonly by: string }

/** The materials of a plan as somebody finds them who looks at them one by one. Pure. O(materials × copies). */
export const givenMaterials = (planned: Planned, copies: readonly Copy[]): readonly GivenMaterial[] =>
  planned.materials.map(({ material: { code, kind }, items, way }) => ({
    code,
    kind,
    items,
    ...hereOf(planned, copies, code, way),
  }))

function hereOf(
  { held }: Planned,
  copies: readonly Copy[],
  code: string,
  way: Planned['materials'][number]['way'],
): Pick<GivenMaterial, 'how' | 'mark'> {
  const copy = copies.find((one) => one.code === code)
  if (copy && copy.how !== 'promised') return { how: 'handed_in', mark: markOf.copy(copy.version) }
  const known = held.get(code)
  if (way !== 'asked' && way !== 'produced' && known)
    return { how: 'held', mark: markOf.held(known.source, known.issuedOn) }
  if (way === 'produced') return { how: 'produced', mark: null }
  if (copy) return { how: 'promised', mark: null }
  return { how: way === 'asked' ? 'missing' : 'held', mark: null }
}

/** The judgements of an application, oldest first. One statement. */
export async function judgementsOf(
  tx: Tx | Db,
  { zoneId }: Pick<ServicesDeps, 'zoneId'>,
  applicationId: string,
): Promise<readonly StoredJudgement[]> {
  const rows = await tx
    .selectFrom('material_judgement as m')
    .leftJoin('item_case as i', (join) =>
      join.onRef('i.zone_id', '=', 'm.zone_id').onRef('i.id', '=', 'm.item_case_id'),
    )
    .select([
      'm.material',
      'm.mark',
      'i.code as item',
      'm.qualified',
      'm.reason_code as reasonCode',
      'm.reason',
      'm.judged_at as at',
      'm.judged_by_name as by',
    ])
    .where('m.zone_id', '=', zoneId)
    .where('m.application_id', '=', applicationId)
    .orderBy('m.judged_at')
    .orderBy('m.id')
    .limit(5_000)
    .execute()
  return rows
}

/** How the materials of an application, or of one of its items, stand. One statement. */
export async function judgedOf(
  tx: Tx | Db,
  deps: Pick<ServicesDeps, 'zoneId'>,
  applicationId: string,
  planned: Planned,
  copies: readonly Copy[],
  item: string | null,
): Promise<readonly JudgedMaterial<StoredJudgement>[]> {
  return judged(givenMaterials(planned, copies), await judgementsOf(tx, deps, applicationId), item)
}

/** Keeps verdicts of the window or of a department, each on the copy that was seen. One statement a verdict. */
export async function keepVerdicts(
  tx: Tx,
  dossier: Dossier<'service_application' | 'item_case'>,
  applicationId: string,
  materials: readonly GivenMaterial[],
  verdicts: readonly Verdict[],
): Promise<Result<null, JudgeError>> {
  const { deps, now, doer, table, row } = dossier
  const reasons = await openReasons(tx, deps)
  const good = checkVerdicts(verdicts, materials, new Set(reasons.map(({ code }) => code)))
  if (!good.ok) return good
  for (const { material, mark, qualified, reasonCode, reason } of new Map(
    verdicts.map((one) => [one.material, one]),
  ).values())
    write(
      dossier,
      tx.insertInto('material_judgement').values({
        zone_id: deps.zoneId,
        id: deps.newId(),
        application_id: applicationId,
        item_case_id: table === 'item_case' ? row.id : null,
        material,
        mark,
        qualified,
        reason_code: qualified ? null : reasonCode,
        reason: qualified ? '' : reason,
        judged_at: at(now),
        judged_by: doer.id,
        judged_by_name: doer.name,
      }),
    )
  const bad = verdicts.filter(({ qualified }) => !qualified).map(({ material }) => material)
  say(dossier, { verb: 'judge_materials', internal: true, data: { judged: verdicts.length, bad } })
  tell(dossier, 'materials_judged', [], { applicationId })
  return ok(null)
}

/** What is asked of the applicant, as one list; see `listOf`. */
export async function askedList(
  tx: Tx,
  deps: ServicesDeps,
  materials: readonly JudgedMaterial[],
  asks: readonly AskLine[],
  item: string | null,
): Promise<Result<readonly AskLine[], ListError | { readonly kind: 'nothing_asked'; readonly rule: string }>> {
  const isJudging = materials.some(({ judgement }) => judgement !== null && judgement.item === item)
  const reasons = await openReasons(tx, deps)
  const list = listOf(materials, asks, isJudging, ({ standing, judgement }) => {
    if (standing === 'missing' || judgement === null) return textOf('materialMissing').zh
    const named = reasons.find(({ code }) => code === judgement.reasonCode)?.name.zh
    const why = [named, judgement.reason].filter((part) => part !== undefined && part !== '').join('，')
    return textOf('materialUnqualified', { why }).zh
  })
  if (list.ok && list.value.length === 0) return err({ kind: 'nothing_asked', rule: 'at_least_one' })
  return list
}
