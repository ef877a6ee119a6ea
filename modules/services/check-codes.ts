import type { Complaint, Part } from './complaint.ts'
import type { When } from './item.ts'
import type { OneThing } from './one-thing.ts'

/** Codes that live outside a one-thing; null leaves them unchecked. */
export type Surroundings = {
  readonly departments: ReadonlySet<string> | null
  readonly processes: ReadonlySet<string> | null
}

/** Codes are given once, and whatever is named exists. O(codes). */
export function checkCodes(oneThing: OneThing, surroundings: Surroundings): readonly Complaint[] {
  return [...checkDuplicates(oneThing), ...checkReferences(oneThing, surroundings)]
}

type Coded = readonly { readonly code: string }[]

function checkDuplicates(oneThing: OneThing): readonly Complaint[] {
  const { items, materials, fields, groups, questions, tables } = oneThing
  return [
    ...repeated('item', items),
    ...repeated('material', materials),
    ...repeated('field', fields),
    ...repeated('group', groups),
    ...repeated('question', questions),
    ...repeated('table', tables),
    ...questions.flatMap((question) => repeated('option', question.options)),
    ...tables.flatMap((table) => repeated('input', table.inputs)),
    ...fields.flatMap((field) =>
      'options' in field
        ? repeated(
            'option',
            field.options.map(({ value }) => ({ code: value })),
          )
        : [],
    ),
  ]
}

function repeated(part: Part, list: Coded): readonly Complaint[] {
  const codes = list.map(({ code }) => code)
  const twice = new Set(codes.filter((code, at) => codes.indexOf(code) !== at))
  return [...twice].map((code) => ({ kind: 'duplicate_code', part, code }))
}

type Named = { readonly part: Part; readonly codes: readonly string[]; readonly usedBy: string }

function checkReferences(oneThing: OneThing, surroundings: Surroundings): readonly Complaint[] {
  const known = knownCodes(oneThing, surroundings)
  return namesUsed(oneThing).flatMap(({ part, codes, usedBy }) => {
    const existing = known[part]
    if (existing === undefined || existing === null) return []
    return codes
      .filter((code) => !existing.has(code))
      .map((code) => ({ kind: 'unknown_code', part, code, usedBy }) as const)
  })
}

const codesOf = (list: Coded): ReadonlySet<string> => new Set(list.map(({ code }) => code))

function knownCodes(oneThing: OneThing, surroundings: Surroundings): Partial<Record<Part, ReadonlySet<string> | null>> {
  const { items, materials, fields, groups, questions, tables } = oneThing
  return {
    item: codesOf(items),
    material: codesOf(materials),
    field: codesOf(fields),
    group: codesOf(groups),
    question: codesOf(questions),
    table: codesOf(tables),
    // An option belongs to its question: `question.option`.
    option: new Set(questions.flatMap(({ code, options }) => options.map((option) => `${code}.${option.code}`))),
    department: surroundings.departments,
    process: surroundings.processes,
  }
}

function namesUsed(oneThing: OneThing): readonly Named[] {
  const { code, lead, process, items, materials, fields, questions, tables } = oneThing
  return [
    { part: 'department', codes: [lead], usedBy: code },
    { part: 'process', codes: [process.key], usedBy: code },
    ...items.flatMap((item): readonly Named[] => [
      { part: 'department', codes: [item.department], usedBy: item.code },
      { part: 'process', codes: [item.process.key], usedBy: item.code },
      { part: 'item', codes: item.after, usedBy: item.code },
      { part: 'material', codes: item.materials, usedBy: item.code },
      { part: 'field', codes: item.fields, usedBy: item.code },
      { part: 'table', codes: item.automatic ? [item.automatic.table] : [], usedBy: item.code },
      ...item.specialSteps.flatMap((step) => namesInCondition(step.when, item.code)),
    ]),
    ...materials.flatMap(({ code: usedBy, from }): readonly Named[] =>
      from.kind === 'item' ? [{ part: 'item', codes: [from.item], usedBy }] : [],
    ),
    ...fields.map(({ code: usedBy, group }): Named => ({ part: 'group', codes: [group], usedBy })),
    ...questions.flatMap(({ code: usedBy, when, options }): readonly Named[] => [
      ...namesInCondition(when, usedBy),
      ...options.flatMap(({ selects }): readonly Named[] => [
        { part: 'item', codes: selects.items, usedBy },
        { part: 'material', codes: selects.materials, usedBy },
      ]),
    ]),
    ...tables.flatMap(({ code: usedBy, inputs }): readonly Named[] =>
      inputs.flatMap((input) => (input.from === 'fact' ? [] : [{ part: input.from, codes: [input.code], usedBy }])),
    ),
  ]
}

function namesInCondition(when: When | null, usedBy: string): readonly Named[] {
  if (when === null) return []
  return [
    { part: 'question', codes: [when.question], usedBy },
    { part: 'option', codes: when.options.map((option) => `${when.question}.${option}`), usedBy },
  ]
}
