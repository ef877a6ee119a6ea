import type { Surroundings } from './check-codes.ts'
import type { Complaint } from './complaint.ts'
import type { OneThing } from './one-thing.ts'

/** Places of a joint one-thing 多地联办: known codes, each item that goes there with a department that is competent. O(rules × places). */
export function checkJoint(
  { joint, items, questions, code }: OneThing,
  { departments }: Surroundings,
): readonly Complaint[] {
  if (joint === null) return []
  const areas = joint.places.map(({ area }) => area)
  const options = new Set(questions.flatMap((one) => one.options.map((option) => `${one.code}.${option.code}`)))
  return [
    ...[...new Set(areas.filter((area, at) => areas.indexOf(area) !== at))].map(
      (area) => ({ kind: 'duplicate_code', part: 'area', code: area }) as const,
    ),
    ...areas
      .filter((area) => !joint.rules.some((rule) => rule.area === area))
      .map((area) => ({ kind: 'never_used', part: 'area', code: area }) as const),
    ...joint.places.flatMap((place) =>
      place.departments
        .filter(({ by }) => departments !== null && !departments.has(by))
        .map(({ by }) => ({ kind: 'unknown_code', part: 'department', code: by, usedBy: place.area }) as const),
    ),
    ...joint.rules.flatMap((rule): readonly Complaint[] => {
      const item = items.find((one) => one.code === rule.item)
      const place = joint.places.find(({ area }) => area === rule.area)
      const lost = rule.when?.options.filter((option) => !options.has(`${rule.when?.question}.${option}`)) ?? []
      return [
        ...(item ? [] : [{ kind: 'unknown_code', part: 'item', code: rule.item, usedBy: code } as const]),
        ...(place ? [] : [{ kind: 'unknown_code', part: 'area', code: rule.area, usedBy: rule.item } as const]),
        ...lost.map(
          (option) =>
            ({
              kind: 'unknown_code',
              part: 'option',
              code: `${rule.when?.question}.${option}`,
              usedBy: rule.item,
            }) as const,
        ),
        ...(item && place && !place.departments.some(({ of }) => of === item.department)
          ? [
              {
                kind: 'area_without_department',
                item: rule.item,
                area: rule.area,
                department: item.department,
              } as const,
            ]
          : []),
      ]
    }),
  ]
}
