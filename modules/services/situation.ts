import { err, ok, type Result } from '@tingzhou/kernel'
import type { Item, Material, When } from './item.ts'
import { restrict, type Node } from './item-graph.ts'
import type { OneThing, SituationQuestion } from './one-thing.ts'

/** Options chosen, by question. */
export type Answers = Readonly<Record<string, readonly string[]>>

export type NeededMaterial = {
  readonly material: Material
  /** The selected items that need it. */
  readonly items: readonly string[]
}

/** What the answers lead to. */
export type Selection = {
  readonly items: readonly Item[]
  readonly materials: readonly NeededMaterial[]
  /** Who waits for whom among the selected items. */
  readonly graph: readonly Node[]
}

export type SituationProblem =
  | { readonly kind: 'unanswered'; readonly question: string }
  | { readonly kind: 'not_asked'; readonly question: string }
  | { readonly kind: 'unknown_option'; readonly question: string; readonly option: string }
  | { readonly kind: 'one_answer_only'; readonly question: string; readonly options: readonly string[] }
  | { readonly kind: 'none_with_others'; readonly question: string; readonly option: string }
  | { readonly kind: 'nothing_selected' }

/** Whether a condition on the answers holds; none always does. O(options). */
export const holds = (when: When | null, answers: Answers): boolean =>
  when === null || when.options.some((option) => answers[when.question]?.includes(option) === true)

/** The questions to ask so far, in order: those whose condition holds by the answers to questions that are asked themselves. O(questions). */
export function questionsFor(
  { questions }: Pick<OneThing, 'questions'>,
  answers: Answers,
): readonly SituationQuestion[] {
  const asked = new Map<string, readonly string[]>()
  return questions.filter((question) => {
    if (!holds(question.when, Object.fromEntries(asked))) return false
    asked.set(question.code, answers[question.code] ?? [])
    return true
  })
}

/**
 * Selects items and materials by the answers to the situation questions.
 * @returns the selection in the order of the one-thing, or everything wrong with the answers
 * Source: casework.md §10. O(questions + items × materials).
 */
export function select(oneThing: OneThing, answers: Answers): Result<Selection, readonly SituationProblem[]> {
  const asked = questionsFor(oneThing, answers)
  const problems = [
    ...asked.flatMap((question) => problemsOf(question, answers[question.code] ?? [])),
    ...Object.keys(answers)
      .filter((code) => !asked.some((question) => question.code === code))
      .map((question) => ({ kind: 'not_asked', question }) as const),
  ]
  if (problems.length > 0) return err(problems)
  const chosen = asked.flatMap((question) =>
    question.options.filter((option) => answers[question.code]?.includes(option.code)),
  )
  const codes = new Set(chosen.flatMap((option) => option.selects.items))
  const extra = new Set(chosen.flatMap((option) => option.selects.materials))
  const items = oneThing.items.filter((item) => item.always || codes.has(item.code))
  if (items.length === 0) return err([{ kind: 'nothing_selected' }])
  return ok({
    items,
    materials: materialsOf(oneThing.materials, items, extra),
    graph: restrict(oneThing.items, new Set(items.map(({ code }) => code))),
  })
}

function problemsOf(question: SituationQuestion, chosen: readonly string[]): readonly SituationProblem[] {
  if (chosen.length === 0) return [{ kind: 'unanswered', question: question.code }]
  const unknown = chosen.filter((option) => !question.options.some(({ code }) => code === option))
  const none = chosen.length > 1 && question.many ? question.options.filter((option) => option.none) : []
  return [
    ...unknown.map((option) => ({ kind: 'unknown_option', question: question.code, option }) as const),
    ...(chosen.length > 1 && !question.many
      ? [{ kind: 'one_answer_only', question: question.code, options: chosen } as const]
      : []),
    ...none
      .filter(({ code }) => chosen.includes(code))
      .map(({ code }) => ({ kind: 'none_with_others', question: question.code, option: code }) as const),
  ]
}

function materialsOf(
  materials: readonly Material[],
  items: readonly Item[],
  extra: ReadonlySet<string>,
): readonly NeededMaterial[] {
  return materials.flatMap((material) => {
    if (material.situational && !extra.has(material.code)) return []
    const needing = items.filter((item) => item.materials.includes(material.code)).map(({ code }) => code)
    return needing.length > 0 ? [{ material, items: needing }] : []
  })
}
