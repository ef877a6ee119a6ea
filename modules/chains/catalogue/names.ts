import { normalise } from '@tingzhou/text'
import type { Fault } from '../problems.ts'
import type { ChainProduct, ZoneCatalogue } from './store.ts'

/** A name that another product has too. */
export type SameName = { readonly name: string; readonly code: string; readonly zh: string; readonly en: string }

const nameMax = 60

/** Why nobody could be called so: what remains of a name in a posting has no letter, or is longer than matching looks for. Pure. O(length). */
export function nameFault(field: string, name: string): Fault | null {
  const plain = normalise(name)
  if (!/\p{L}/u.test(plain)) return { field, value: name, rule: 'a_letter' }
  return plain.length <= nameMax ? null : { field, value: name, rule: `at_most_letters ${nameMax}` }
}

/** Whether two names are one in a posting. Pure. O(length). */
export const isSameName = (one: string, other: string): boolean => normalise(one) === normalise(other)

const byName = new WeakMap<ZoneCatalogue, ReadonlyMap<string, readonly string[]>>()

/** Codes by their names, made once for a version. */
function codesByName(zone: ZoneCatalogue): ReadonlyMap<string, readonly string[]> {
  const made = byName.get(zone)
  if (made) return made
  const codes = new Map<string, string[]>()
  for (const { code, zh, en } of zone.catalogue.products.values())
    for (const name of new Set([...zh, ...en].map(normalise))) {
      const own = codes.get(name)
      if (own) own.push(code)
      else codes.set(name, [code])
    }
  byName.set(zone, codes)
  return codes
}

/** Other open products that have one of the names. O(names). */
export function othersCalled(zone: ZoneCatalogue, code: string, names: readonly string[]): SameName[] {
  const codes = codesByName(zone)
  return [...new Set(names)].flatMap((name) =>
    (codes.get(normalise(name)) ?? [])
      .flatMap((other) => zone.products.get(other) ?? [])
      .filter((other) => other.code !== code)
      .map((other: ChainProduct) => ({ name, code: other.code, zh: other.zh, en: other.en })),
  )
}
