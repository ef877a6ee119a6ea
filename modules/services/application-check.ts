import type { Db, Tx } from '@tingzhou/db'
import { checkAnswers } from './answers.ts'
import { departmentIn, planOf, type Planned } from './plan.ts'
import type { Application, ServicesDeps } from './dossier.ts'
import type { DraftProblem } from './errors.ts'
import { jointProblems } from './joint.ts'
import { oneThingOf } from './one-thing-store.ts'
import { openRecordsOf } from './promise-record.ts'
import { settingOf } from './setting.ts'
import type { SituationProblem } from './situation.ts'
import { textOf } from './texts.ts'
import { checkTolerance, type ToleranceRefusal } from './tolerance.ts'
import { err, type Result } from '@tingzhou/kernel'

/** A material as it was given. */
export type Copy = {
  readonly code: string
  readonly how: 'handed_in' | 'held' | 'promised'
  readonly fileIds: readonly string[]
  /** Rises with every copy that takes the place of an earlier one. */
  readonly version: number
}

/** The materials of an application. One statement. */
export async function copiesOf(tx: Tx | Db, zoneId: string, applicationId: string): Promise<readonly Copy[]> {
  const rows = await tx
    .selectFrom('material_copy')
    .select(['code', 'how', 'file_ids', 'version'])
    .where('zone_id', '=', zoneId)
    .where('application_id', '=', applicationId)
    .orderBy('code')
    .limit(500)
    .execute()
  return rows.map(({ code, how, file_ids, version }) => ({ code, how, fileIds: file_ids, version }))
}

/** The plan of an application by the version that it was begun with. */
export async function planOfApplication(tx: Tx | Db, deps: ServicesDeps, row: Application): Promise<Planned> {
  return planOf(tx, deps, await oneThingOf(tx, deps, row.one_thing_id), row.answers, {
    applicationId: row.id,
    enterpriseId: row.enterprise_id,
    applicantAccount: row.applicant_account,
    values: row.field_values,
    consents: row.consents,
    joint: row.mode === 'joint',
    expecting: row.state === 'draft' || row.state === 'correction',
  })
}

/** Everything that keeps a draft from being submitted. Pure. */
export function draftProblems(planned: Planned, row: Application, copies: readonly Copy[]): readonly DraftProblem[] {
  if (planned.problems.length > 0) return planned.problems.map(situationProblem)
  const values = checkAnswers(planned.form, row.field_values)
  const lacking = lackingOf(planned, copies).filter((code) => !copies.some((copy) => copy.code === code))
  const homeless = planned.selection.items
    .filter(({ code }) => !planned.places.has(code))
    .map(({ department }) => departmentIn(planned, department))
    .find(({ id }) => id === null)
  return [
    ...(values.ok
      ? []
      : values.error.map(({ field, rule, limit }) => ({
          field,
          value: row.field_values[field] ?? null,
          rule: ruleText(rule, limit),
        }))),
    ...lacking.map((code) => ({ field: `materials.${code}`, value: null, rule: 'material_missing' })),
    ...copies.flatMap(({ code, how, fileIds }) =>
      how === 'handed_in' && fileIds.length === 0 && needsFiles(row) && asksFor(planned, code)
        ? [{ field: `materials.${code}`, value: 0, rule: 'file_missing' }]
        : [],
    ),
    ...(copies.some(({ how }) => how === 'promised') && row.promise_given === null
      ? [{ field: 'promise', value: null, rule: 'promise_unsigned' }]
      : []),
    ...(homeless ? [{ field: 'oneThing', value: homeless.code, rule: 'department_missing' }] : []),
    ...jointProblems(planned.places, planned.departments).map(({ kind, item, area, department }) => ({
      field: `items.${item}`,
      value: department ?? area,
      rule: kind,
    })),
  ]
}

/** What is looked at elsewhere has to be a file; at a window the paper itself is shown. */
const needsFiles = ({ mode }: Application): boolean => mode === 'online' || mode === 'joint'

const ruleText = (rule: string, limit: number | string | null): string => (limit === null ? rule : `${rule}:${limit}`)

const asksFor = (planned: Planned, code: string): boolean =>
  planned.materials.some(
    ({ material, way }) => material.code === code && way === 'asked' && material.form !== 'promise',
  )

const situationProblem = (problem: SituationProblem): DraftProblem => ({
  field: 'question' in problem ? `answers.${problem.question}` : 'answers',
  value: 'option' in problem ? problem.option : 'options' in problem ? problem.options : null,
  rule: problem.kind,
})

/** Materials that are asked of the applicant and were not handed in: promised ones are among them. */
export const lackingOf = (planned: Planned, copies: readonly Copy[]): readonly string[] => {
  const there = new Set(copies.filter(({ how }) => how !== 'promised').map(({ code }) => code))
  return planned.materials.flatMap(({ material, way }) =>
    way === 'asked' && !there.has(material.code) ? [material.code] : [],
  )
}

/** Services whose answer is still waited for; an application is not accepted before its materials have come. Pure. */
export const pendingOf = ({ outside }: Planned): readonly string[] =>
  [...outside].flatMap(([service, { state }]) => (state === 'pending' ? [service] : []))

/** Whether an application may be accepted with what it lacks. */
export async function toleranceOf(
  tx: Tx,
  deps: ServicesDeps,
  row: Application,
  planned: Planned,
  copies: readonly Copy[],
  unqualified: readonly string[] = [],
): Promise<Result<readonly string[], readonly ToleranceRefusal[]>> {
  const lacking = new Set(lackingOf(planned, copies))
  const { promise_given: promise } = row
  if (!promise) return err([{ kind: 'not_signed' }])
  // What another item makes has not come yet, and comes without the applicant: it is nothing that could be promised.
  const needed = planned.materials.filter(({ way }) => way !== 'produced')
  return checkTolerance({
    selection: { items: planned.selection.items, materials: needed },
    supplied: needed.flatMap(({ material }) =>
      lacking.has(material.code) ? [] : [{ material: material.code, isLegal: !unqualified.includes(material.code) }],
    ),
    records: await openRecordsOf(tx, deps.zoneId, row),
    promise: {
      materials: copies.flatMap(({ code, how }) => (how === 'promised' ? [code] : [])),
      form: 'electronic',
      deadlineDays: promise.workingDays,
      consequence: textOf('consequence').zh,
      signedBy: promise.signedBy,
    },
    deadlineDaysMax: (await settingOf(tx, deps)).toleranceDaysMax,
  })
}
