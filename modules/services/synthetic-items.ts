import { assert } from '@tingzhou/kernel'
import words from './data/synthetic-item-words.json' with { type: 'json' }
import { seedDepartments, type SeedDepartment } from './departments.ts'
import { itemKinds, type Item } from './item.ts'
import type { Words } from './words.ts'

/** An item of the catalogue that nobody offers: it says so itself. */
export type SyntheticItem = {
  readonly code: string
  readonly name: Words
  readonly department: string
  readonly kind: Item['kind']
  readonly level: 'county' | 'prefecture' | 'region'
  readonly promisedDays: number
  readonly legalDays: number
  readonly synthetic: true
}

/** As many items as the prefecture's one-stop catalogue is reported to hold. */
export const catalogueSize = 8_019

/**
 * Invents a catalogue, the same for the same seed and count.
 * @param seed   any integer
 * @param count  items in all, spread over departments by their weights (largest remainder)
 * @returns by department, each name once
 * Source: own. O(count + combinations of words).
 */
export function syntheticItems(seed: number, count: number = catalogueSize): readonly SyntheticItem[] {
  const random = seeded(seed)
  return spread(count, seedDepartments).flatMap(({ department, share }) => itemsOf(department, share, random))
}

type Random = (below: number) => number

function spread(
  count: number,
  departments: readonly SeedDepartment[],
): readonly { readonly department: SeedDepartment; readonly share: number }[] {
  const weights = departments.reduce((sum, { syntheticWeight }) => sum + syntheticWeight, 0)
  const exact = departments.map(({ syntheticWeight }) => (count * syntheticWeight) / weights)
  const rest = count - exact.reduce((sum, part) => sum + Math.floor(part), 0)
  const byRemainder = exact
    .map((part, at) => ({ at, part: part % 1 }))
    .toSorted((a, b) => b.part - a.part || a.at - b.at)
  const lucky = new Set(byRemainder.slice(0, rest).map(({ at }) => at))
  return departments.map((department, at) => ({
    department,
    share: Math.floor(exact[at] ?? 0) + (lucky.has(at) ? 1 : 0),
  }))
}

function itemsOf({ code, number }: SeedDepartment, share: number, random: Random): readonly SyntheticItem[] {
  const subjects = new Map(Object.entries(words.subjects)).get(code) ?? []
  const names = subjects.flatMap((subject) =>
    words.actions.flatMap((action) => words.targets.map((target) => ({ subject, action, target }))),
  )
  assert(names.length >= share, `the words of ${code} make ${names.length} names, ${share} are wanted`)
  return shuffled(names, random)
    .slice(0, share)
    .map(({ subject, action, target }, at) => {
      const kind = itemKinds.find((one) => one === action.kind)
      assert(kind, `an action is of a known kind, got ${action.kind}`)
      const legalDays = kind === 'public_service' ? 1 + random(5) : 5 + random(26)
      return {
        code: syntheticCode(number, kind, at),
        name: {
          zh: `${subject.zh}${action.zh}（${target.zh}）`,
          en: `${subject.en}: ${action.en} (${target.en})`,
        },
        department: code,
        kind,
        level: levels[random(levels.length)] ?? 'county',
        promisedDays: 1 + random(Math.ceil(legalDays / 2)),
        legalDays,
        synthetic: true,
      }
    })
}

// Most items are decided in the county.
const levels = ['county', 'county', 'county', 'county', 'county', 'prefecture', 'prefecture', 'region'] as const

/** Department, kind, serial, variant; serials of synthetic items begin at 50 000, far above those of the built-in one-things. */
const syntheticCode = (department: string, kind: Item['kind'], at: number): string =>
  `${department}${itemKinds.indexOf(kind) + 1}${50_000 + at}000`

// Fisher and Yates, from the end.
function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  const result = [...list]
  for (let at = result.length - 1; at > 0; at--) {
    const other = random(at + 1)
    const [a, b] = [result[at], result[other]]
    if (a !== undefined && b !== undefined) [result[at], result[other]] = [b, a]
  }
  return result
}

// mulberry32: the same numbers for the same seed on every machine. Source: Tommy Ettinger (2017), public domain.
function seeded(seed: number): Random {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
