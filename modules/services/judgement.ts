import { err, ok, type Result } from '@tingzhou/kernel'
import type { Material } from './item.ts'
import type { AskLine } from './tables.ts'

/** What an officer found of one copy of a material 合格、不合格. */
export type Judgement = {
  readonly material: string
  /** The copy that was looked at; see `markOf`. */
  readonly mark: string
  /** The item whose department judged; null: the window at the check. */
  readonly item: string | null
  readonly qualified: boolean
  readonly reasonCode: string | null
  readonly reason: string
}

/** A material of an application as an officer finds it. */
export type GivenMaterial = {
  readonly code: string
  readonly kind: Material['kind']
  readonly items: readonly string[]
  readonly how: 'handed_in' | 'held' | 'produced' | 'promised' | 'missing'
  /** Null: there is nothing to look at. */
  readonly mark: string | null
}

export type Standing = 'missing' | 'promised' | 'unjudged' | 'qualified' | 'unqualified'
export type JudgedMaterial<J extends Judgement = Judgement> = GivenMaterial & {
  readonly standing: Standing
  readonly judgement: J | null
}

/** Names a copy: of what was handed in by its version, of what the zone holds by its source and day. */
export const markOf = {
  copy: (version: number) => `copy:${version}`,
  held: (source: string, day: string) => `held:${source}@${day}`,
} as const

/**
 * How each material stands: by the newest judgement of the copy that is there now, so that one which was supplied again is unjudged.
 * What the zone itself holds or another item made counts as qualified until an officer says otherwise.
 * @param judgements  oldest first
 * @param item  only its materials, by its own judgements and those of the check; null: all, by those of the check
 * Source: own. O(materials × judgements).
 */
export function judged<J extends Judgement>(
  materials: readonly GivenMaterial[],
  judgements: readonly J[],
  item: string | null,
): readonly JudgedMaterial<J>[] {
  const seen = judgements.filter((one) => one.item === null || one.item === item)
  return materials
    .filter(({ items }) => item === null || items.includes(item))
    .map((material) => {
      const judgement =
        seen.findLast(({ material: code, mark }) => code === material.code && mark === material.mark) ?? null
      return { ...material, judgement, standing: standingOf(material, judgement) }
    })
}

function standingOf({ how }: GivenMaterial, judgement: Judgement | null): Standing {
  if (how === 'missing' || how === 'promised') return how
  if (judgement !== null) return judgement.qualified ? 'qualified' : 'unqualified'
  return how === 'handed_in' ? 'unjudged' : 'qualified'
}

export type JudgeError =
  | { readonly kind: 'unknown_material'; readonly field: string; readonly value: string; readonly rule: string }
  | {
      readonly kind: 'material_changed'
      readonly material: string
      readonly mark: string | null
      readonly seen: string
    }
  | { readonly kind: 'unknown_reason'; readonly field: string; readonly value: string; readonly rule: string }
  | { readonly kind: 'reason_missing'; readonly material: string }

/** What an officer says: which copy was seen, and what of it. */
export type Verdict = Omit<Judgement, 'item'>

/**
 * Whether verdicts may be kept: each on a copy that is there, the copy still the one that was seen, a bad one with a reason.
 * @param reasons  codes of the list that may be chosen
 */
export function checkVerdicts(
  verdicts: readonly Verdict[],
  materials: readonly GivenMaterial[],
  reasons: ReadonlySet<string>,
): Result<void, JudgeError> {
  for (const { material: code, mark, qualified, reasonCode, reason } of verdicts) {
    const material = materials.find((one) => one.code === code)
    if (!material)
      return err({ kind: 'unknown_material', field: 'judgements', value: code, rule: 'a material of the case' })
    if (material.mark !== mark)
      return err({ kind: 'material_changed', material: code, mark: material.mark, seen: mark })
    if (reasonCode !== null && !reasons.has(reasonCode))
      return err({ kind: 'unknown_reason', field: 'judgements', value: reasonCode, rule: 'a reason of the list' })
    if (!qualified && reasonCode === null && reason.trim() === '')
      return err({ kind: 'reason_missing', material: code })
  }
  return ok(undefined)
}

export type ListError =
  | { readonly kind: 'judge_all_first'; readonly materials: readonly string[] }
  | { readonly kind: 'ask_not_judged'; readonly materials: readonly string[] }

/**
 * The list of what is asked. Once an officer judges materials, its material lines are exactly the unqualified and the missing ones;
 * lines about fields, and words added to a line, stay. A list names everything at once, so nothing may be left unjudged.
 * @param isJudging  whether this officer's side has judged any copy that is there now
 * @param wordsOf    what a line says of an unqualified or missing material
 * Source: casework.md §10, rule 1. O(materials × asks).
 */
export function listOf(
  materials: readonly JudgedMaterial[],
  asks: readonly AskLine[],
  isJudging: boolean,
  wordsOf: (material: JudgedMaterial) => string,
): Result<readonly AskLine[], ListError> {
  if (!isJudging) return ok(asks)
  const unjudged = materials.filter(({ standing }) => standing === 'unjudged').map(({ code }) => code)
  if (unjudged.length > 0) return err({ kind: 'judge_all_first', materials: unjudged })
  const bad = materials.filter(({ standing }) => standing === 'unqualified' || standing === 'missing')
  const foreign = asks.flatMap(({ material }) =>
    material !== null && !bad.some(({ code }) => code === material) ? [material] : [],
  )
  if (foreign.length > 0) return err({ kind: 'ask_not_judged', materials: [...new Set(foreign)] })
  return ok([
    ...bad.map((material) => {
      const added = asks.filter((line) => line.material === material.code).map(({ words }) => words)
      return { material: material.code, field: null, words: [wordsOf(material), ...added].join('；').slice(0, 500) }
    }),
    ...asks.filter(({ material }) => material === null),
  ])
}

export type Unapprovable = { readonly kind: 'materials_not_qualified'; readonly materials: readonly string[] }

/** A decision approves only when every main material is there and qualified. O(materials). */
export function mayApprove(materials: readonly JudgedMaterial[]): Result<void, Unapprovable> {
  const open = materials.filter(({ kind, standing }) => kind === 'main' && standing !== 'qualified')
  return open.length === 0
    ? ok(undefined)
    : err({ kind: 'materials_not_qualified', materials: open.map(({ code }) => code) })
}

/** Materials that were found bad and are still the same copy: they have to be given again before a correction is answered. */
export const notRenewed = (materials: readonly JudgedMaterial[]): readonly string[] =>
  materials.filter(({ standing }) => standing === 'unqualified').map(({ code }) => code)
