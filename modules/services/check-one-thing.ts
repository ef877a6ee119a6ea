import { err, ok, type Result } from '@tingzhou/kernel'
import { checkCodes, type Surroundings } from './check-codes.ts'
import { checkJoint } from './check-joint.ts'
import { checkMaterials, checkQuestions } from './check-selection.ts'
import { checkTables } from './check-tables.ts'
import type { Complaint } from './complaint.ts'
import { neverReused, type FieldDef } from './field.ts'
import { findCycle } from './item-graph.ts'
import { jointClock } from './joint-clock.ts'
import type { OneThing } from './one-thing.ts'
import { isSafePattern } from './pattern.ts'

/**
 * Whether a one-thing can be published.
 * @returns nothing, or every complaint; one with unknown codes or a circle is not judged further where that would only repeat them
 * Source: casework.md §10. O(items × materials + questions × options + rules²).
 */
export function checkOneThing(
  oneThing: OneThing,
  surroundings: Surroundings = { departments: null, processes: null },
): Result<void, readonly Complaint[]> {
  const complaints = [
    ...checkCodes(oneThing, surroundings),
    ...checkGraph(oneThing),
    ...checkQuestions(oneThing),
    ...checkMaterials(oneThing),
    ...oneThing.fields.flatMap(checkField),
    ...checkTables(oneThing),
    ...checkJoint(oneThing, surroundings),
  ]
  return complaints.length > 0 ? err(complaints) : ok(undefined)
}

function checkGraph({ items, jointPromise }: OneThing): readonly Complaint[] {
  const circle = findCycle(items)
  if (circle) return [{ kind: 'cycle', items: circle }]
  const tooLong = items.flatMap(({ code, promised, legal }): readonly Complaint[] =>
    promised.days > legal.days
      ? [{ kind: 'promise_longer_than_legal', code, days: promised.days, legalDays: legal.days }]
      : [],
  )
  const known = new Set(items.map(({ code }) => code))
  const nodes = items.map((item) => ({
    code: item.code,
    after: item.after.filter((code) => known.has(code)),
    days: item.promised.days,
  }))
  // With every item selected the path is longest: leaving one out never makes anybody wait for more.
  const clock = jointClock(nodes)
  if (!clock.ok || clock.value.days <= jointPromise.days) return tooLong
  const { days: pathDays, path } = clock.value
  return [...tooLong, { kind: 'promise_shorter_than_path', days: jointPromise.days, pathDays, path }]
}

function checkField(field: FieldDef): readonly Complaint[] {
  const mustBeNew = neverReused.some((type) => type === field.type)
  return [
    ...(mustBeNew && (field.reuse !== 'never' || field.prefill !== null)
      ? [{ kind: 'must_not_be_reused', field: field.code, type: field.type } as const]
      : []),
    ...checkBounds(field),
  ]
}

function checkBounds(field: FieldDef): readonly Complaint[] {
  switch (field.type) {
    case 'integer':
    case 'number':
      return crossed(field.code, field.min, field.max)
    case 'text':
    case 'long_text':
      return [
        ...crossed(field.code, field.lengthMin, field.lengthMax),
        ...(field.pattern === null || isSafePattern(field.pattern, field.lengthMax)
          ? []
          : [{ kind: 'bad_pattern', field: field.code, pattern: field.pattern } as const]),
      ]
    case 'choice':
    case 'choices':
    case 'date':
    case 'boolean':
    case 'uscc':
    case 'id_number':
    case 'phone':
    case 'signature':
    case 'signed_on':
    case 'consent':
    case 'declaration':
      return []
  }
}

const crossed = (field: string, min: number, max: number): readonly Complaint[] =>
  min > max ? [{ kind: 'bounds_crossed', field, min, max }] : []
