import type { Complaint } from './complaint.ts'
import { ancestorsOf } from './item-graph.ts'
import type { Item, Material } from './item.ts'
import type { OneThing, SituationQuestion } from './one-thing.ts'

/** Every answer does something, and every item can be selected. O(questions² + options). */
export function checkQuestions(oneThing: OneThing): readonly Complaint[] {
  const { questions, items } = oneThing
  const selected = new Set(questions.flatMap(({ options }) => options.flatMap(({ selects }) => selects.items)))
  return [
    ...questions.flatMap((question, at) => [
      ...checkOptions(question),
      ...checkEffect(question, oneThing),
      ...checkOrder(question, questions.slice(0, at)),
    ]),
    ...items.flatMap(({ code, always }): readonly Complaint[] =>
      always || selected.has(code) ? [] : [{ kind: 'never_selected', part: 'item', code }],
    ),
    ...(items.some(({ always }) => always) || selected.size > 0
      ? []
      : [{ kind: 'nothing_always_or_selected' } as const]),
  ]
}

function checkOptions({ code: question, options }: SituationQuestion): readonly Complaint[] {
  return options.flatMap(({ code: option, selects, none }): readonly Complaint[] => {
    const selectsSomething = selects.items.length + selects.materials.length > 0
    if (selectsSomething === !none) return []
    return [{ kind: none ? 'answer_says_none_but_selects' : 'answer_selects_nothing', question, option }]
  })
}

/** A question is worth asking when an answer selects something, or a table, a step or another question needs it. */
function checkEffect(question: SituationQuestion, oneThing: OneThing): readonly Complaint[] {
  const { code } = question
  const selects = question.options.some(({ none }) => !none)
  const isInput = oneThing.tables.some(({ inputs }) =>
    inputs.some((input) => input.from === 'question' && input.code === code),
  )
  const conditions = [
    ...oneThing.questions.map(({ when }) => when),
    ...oneThing.items.flatMap(({ specialSteps }) => specialSteps.map(({ when }) => when)),
  ]
  if (selects || isInput || conditions.some((when) => when?.question === code)) return []
  return [{ kind: 'question_without_effect', question: code }]
}

function checkOrder(question: SituationQuestion, earlier: readonly SituationQuestion[]): readonly Complaint[] {
  const needs = question.when?.question
  if (needs === undefined || earlier.some(({ code }) => code === needs)) return []
  return [{ kind: 'question_asked_too_early', question: question.code, needs }]
}

/** Materials are used, tolerant only when secondary, and there when they are needed. O(items × materials). */
export function checkMaterials(oneThing: OneThing): readonly Complaint[] {
  const { items, materials, fields, groups, questions } = oneThing
  const asked = new Set(questions.flatMap(({ options }) => options.flatMap(({ selects }) => selects.materials)))
  const used = new Set(items.flatMap((item) => item.materials))
  const filled = new Set(items.flatMap((item) => item.fields))
  const grouped = new Set(fields.map(({ group }) => group))
  return [
    ...materials.flatMap((material): readonly Complaint[] => [
      ...(material.kind === 'main' && material.tolerant
        ? [{ kind: 'main_tolerant', material: material.code } as const]
        : []),
      ...(used.has(material.code) ? [] : [{ kind: 'never_used', part: 'material', code: material.code } as const]),
      ...(material.situational && !asked.has(material.code)
        ? [{ kind: 'never_selected', part: 'material', code: material.code } as const]
        : []),
      ...checkOutput(material, items),
    ]),
    ...fields.flatMap(({ code }): readonly Complaint[] =>
      filled.has(code) ? [] : [{ kind: 'never_used', part: 'field', code }],
    ),
    ...groups.flatMap(({ code }): readonly Complaint[] =>
      grouped.has(code) ? [] : [{ kind: 'never_used', part: 'group', code }],
    ),
    ...checkSituational(oneThing),
  ]
}

/** What another item makes must be there before it is needed, unless it may be supplied later. */
function checkOutput(material: Material, items: readonly Item[]): readonly Complaint[] {
  const { from, code } = material
  if (from.kind !== 'item' || material.tolerant) return []
  return items
    .filter((item) => item.materials.includes(code) && !ancestorsOf(items, item.code).has(from.item))
    .map((item) => ({ kind: 'output_not_before', material: code, item: item.code, producer: from.item }))
}

function checkSituational({ questions, materials }: OneThing): readonly Complaint[] {
  const plain = new Set(materials.filter(({ situational }) => !situational).map(({ code }) => code))
  return questions.flatMap(({ code: question, options }) =>
    options.flatMap(({ code: option, selects }) =>
      selects.materials
        .filter((material) => plain.has(material))
        .map((material) => ({ kind: 'not_situational', material, question, option }) as const),
    ),
  )
}
