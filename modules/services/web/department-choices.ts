import { at, listAt, textAt } from './json-path.ts'
import type { Choice } from './part-form.tsx'

type Known = { readonly code: string; readonly name: string }

/**
 * The departments to choose from: the open ones of the zone's register, then those that the draft names already and the zone
 * lacks, so that nothing vanishes from a form before somebody replaced it. Pure. O(departments + items).
 * @param lacks  what stands after the name of one that the zone lacks
 */
export function departmentChoices(
  body: unknown,
  register: readonly (Known & { readonly state: string })[],
  catalogue: readonly Known[],
  lacks: string,
): readonly Choice[] {
  const open = register.filter(({ state }) => state === 'open')
  const codes = new Set(open.map(({ code }) => code))
  const used = [textAt(body, ['lead']), ...listAt(body, ['items']).map((item) => textAt(item, ['department']))]
  const places = listAt(at(body, ['joint']), ['places']).flatMap((place) =>
    listAt(place, ['departments']).flatMap((row) => [textAt(row, ['of']), textAt(row, ['by'])]),
  )
  const absent = [...new Set([...used, ...places])].filter((code) => code !== '' && !codes.has(code))
  const nameOf = (code: string) => [...register, ...catalogue].find((one) => one.code === code)?.name ?? code
  return [
    ...open.map(({ code, name }) => ({ value: code, label: name })),
    ...absent.map((code) => ({ value: code, label: `${nameOf(code)} ${lacks}` })),
  ]
}
