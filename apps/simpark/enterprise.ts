import { makeUscc, organisationCheck } from '@tingzhou/uscc'
import data from './data/zone.json' with { type: 'json' }
import { randomOf, type Random } from './random.ts'
import { areaPlans, chainPlans, placeIn, type AreaPlan, type ChainPlan } from './zone.ts'

export type Size = 'large' | 'medium' | 'small' | 'micro'

/** An invented enterprise, as a row of the register. */
export type EnterprisePlan = {
  readonly uscc: string
  readonly name: string
  readonly area: AreaPlan
  readonly road: string
  readonly address: string
  readonly lon: number
  readonly lat: number
  readonly industry: string
  readonly chain: ChainPlan
  readonly size: Size
  readonly aboveScale: boolean
  readonly tags: readonly string[]
  readonly ownership: string
  readonly status: string
  readonly founded: string
  readonly contactName: string
  readonly contactRole: string
  readonly phone: string
}

export type ZoneSize = { readonly enterprises: number; readonly aboveScale: number }
/** As many as the real zone of the seed page, of which everything here is invented. */
export const fullSize: ZoneSize = { enterprises: 2_360, aboveScale: 97 }

// 99 01 00: GB/T 2260 assigns no region whose number begins with 99, so that no code here can be a real enterprise's.
const regionDigits = '990100'
// Every lead firm belongs to one chain; those above scale come first in the list.
const leadersMax = chainPlans.length

/**
 * Invents the enterprises of the zone: the same seed gives the same list. Those above scale come first, and of them the
 * lead firms 链主 of the chains.
 * @throws RangeError when more names are asked for than can be told apart
 * Source: own. O(enterprises).
 */
export function inventEnterprises(seed: string, size: ZoneSize = fullSize): readonly EnterprisePlan[] {
  const names = new Set<string>()
  return Array.from({ length: size.enterprises }, (_, i) => invent(seed, i, size, names))
}

function invent(seed: string, i: number, size: ZoneSize, names: Set<string>): EnterprisePlan {
  const random = randomOf(seed, 'enterprise', i)
  const aboveScale = i < size.aboveScale
  const leads = i < Math.min(leadersMax, size.aboveScale)
  const chain =
    (leads ? chainPlans[i] : undefined) ?? random.weighted(chainPlans.map((plan) => [plan, plan.weight] as const))
  const sizeClass = sizeOf(random, aboveScale, leads)
  const area = random.weighted(areaPlans.map((plan, n) => [plan, 5 - n] as const))
  const place = placeIn(area, { along: random.next(), aside: random.next() }, random.int(0, 9), random.int(1, 399))
  const contact = random.int(1, 999)
  return {
    uscc: usccOf(i),
    name: nameOf(random, chain, sizeClass, names),
    area,
    ...place,
    industry: random.pick(chain.industries),
    chain,
    size: sizeClass,
    aboveScale,
    tags: tagsOf(random, aboveScale, leads),
    ownership: random.weighted(data.ownership.map(([word, weight]) => [String(word), Number(weight)] as const)),
    status:
      data.statuses[
        random.weighted([
          [0, 94],
          [1, 3],
          [2, 2],
          [3, 1],
        ] as const)
      ] ?? '',
    founded: `${random.int(1998, 2025)}-${two(random.int(1, 12))}-${two(random.int(1, 28))}`,
    contactName: data.contactName.replace('{n}', String(contact)),
    contactRole: random.pick(data.contactRoles),
    // 0999 is no area code; nobody is called.
    phone: `0999-${String(random.int(1_000_000, 9_999_999))}`,
  }
}

const two = (n: number): string => String(n).padStart(2, '0')

function sizeOf(random: Random, aboveScale: boolean, leads: boolean): Size {
  if (leads) return random.chance(0.7) ? 'large' : 'medium'
  if (aboveScale)
    return random.weighted([
      ['large', 15],
      ['medium', 55],
      ['small', 30],
    ] as const)
  return random.weighted([
    ['medium', 2],
    ['small', 33],
    ['micro', 65],
  ] as const)
}

function tagsOf(random: Random, aboveScale: boolean, leads: boolean): string[] {
  const extra = data.tags.filter(([, percent]) => random.chance((Number(percent) / 100) * (aboveScale ? 3 : 0.8)))
  return [
    ...(leads ? [data.leadTag] : []),
    ...(aboveScale ? [data.aboveScaleTag] : []),
    ...extra.map(([tag]) => String(tag)),
  ]
}

function nameOf(random: Random, chain: ChainPlan, size: Size, taken: Set<string>): string {
  for (let tries = 0; tries < 200; tries++) {
    const core = `${random.pick(data.coreFirst)}${random.pick(data.coreSecond)}${random.pick(data.coreThird)}`
    const form = random.pick(size === 'micro' ? data.smallForms : data.forms)
    const name = `${core}${random.pick(chain.words)}${form}`
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
  throw new RangeError('no more names can be told apart')
}

function usccOf(i: number): string {
  const organisation = `MA${String(i).padStart(6, '0')}`
  return makeUscc(`91${regionDigits}${organisation}${organisationCheck(organisation)}`)
}
