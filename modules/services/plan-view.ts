import { instantOf } from '@tingzhou/calendar'
import type { Lang } from '@tingzhou/parties'
import { fieldsOf } from './form.ts'
import { schemaOf } from './form-schema.ts'
import { burdensOf, cutsOf } from './measures.ts'
import { deciderOf, specialsOf, type Planned } from './plan.ts'
import { inLanguage } from './reader.ts'
import { questionsFor } from './situation.ts'

const noon = '12:00'

/** A plan as the contract says it. Pure. O(items × materials). */
export function planView(planned: Planned, lang: Lang) {
  const { stored, selection, form, answers } = planned
  const after = new Map(selection.graph.map((node) => [node.code, node.after]))
  return {
    code: stored.body.code,
    version: stored.version,
    questions: [...questionsFor(stored.body, answers)],
    problems: planned.problems.map((problem) => ({
      kind: problem.kind,
      question: 'question' in problem ? problem.question : null,
      option: 'option' in problem ? problem.option : null,
    })),
    items: selection.items.map((item) => ({
      code: item.code,
      name: item.name,
      department: deciderOf(planned, item),
      place: placeIn(planned, item.code),
      kind: item.kind,
      promisedDays: item.promised.days,
      after: [...(after.get(item.code) ?? [])],
      automaticMinutes: item.automatic?.minutes ?? null,
      specialSteps: specialsOf(planned, item.code).map(({ kind, name, days }) => ({ kind, name, days: days.days })),
    })),
    materials: planned.materials.map(({ material, way, items }) => ({
      code: material.code,
      name: material.name,
      kind: material.kind,
      form: material.form,
      from: material.from.kind,
      asked: way === 'asked',
      tolerantDaysMax: way === 'asked' ? (material.tolerant?.daysMax ?? null) : null,
      items: [...items],
    })),
    form: {
      schema: { ...schemaOf(form, lang === 'en' ? 'en' : 'zh').schema },
      groups: form.groups.map(({ code, name }) => ({ code, name })),
      fields: [...fieldsOf(form)],
      prefilled: planned.prefilled.map(({ field, value, source, asOf }) => ({
        field,
        value,
        source: inLanguage(source, lang),
        asOf: instantOf(asOf, noon),
      })),
    },
    clock: { days: planned.clock.days, sumDays: planned.clock.sumDays, path: [...planned.clock.path] },
    cuts: cutsIn(planned),
  }
}

function placeIn({ places }: Planned, item: string) {
  const place = places.get(item)
  return place ? { area: place.area, name: place.name } : null
}

/** How much less the applicant has to do; a cut is a share of what it was before. */
function cutsIn({ stored, selection, materials }: Planned) {
  const burdens = burdensOf(stored.body, selection, materials)
  if (!burdens.ok) return []
  const { before, after } = burdens.value
  return cutsOf(before, after).map(({ kind, cut }) => ({
    what: kind,
    before: before[kind] ?? 0,
    after: after[kind] ?? 0,
    cut: cut.base === 0 ? null : cut.numerator / cut.base,
  }))
}
