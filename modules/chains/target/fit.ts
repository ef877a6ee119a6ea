import { haversineM } from '@tingzhou/geo'
import { siteNeeds, type SiteNeeds } from '../words.ts'
import type { Verdict } from './words.ts'

export type Spot = { readonly lon: number; readonly lat: number }

/** A plant as it is matched. */
export type FitPlant = {
  readonly id: string
  readonly areaM2: number
  readonly heightM: number | null
  readonly powerKw: number | null
  readonly waterM3Day: number | null
  readonly priceFen: number | null
  readonly lon: number | null
  readonly lat: number | null
}

/** One need of a plant against what it gives. */
export type NeedMet = {
  readonly need: (typeof siteNeeds)[number]
  readonly wanted: number
  /** What the plant has; null: nobody knows. */
  readonly has: number | null
  readonly verdict: Verdict
}

export type Fit<P extends FitPlant = FitPlant> = {
  readonly plant: P
  /** 0 to 1: the mean over the needs of 1 for met, 0.5 for unknown, half of its part for short. */
  readonly fit: number
  readonly needs: readonly NeedMet[]
  /** The mean straight way to the buyers whose place is known, km; null when none is. */
  readonly buyersKm: number | null
}

const columnOf = {
  landM2: 'areaM2',
  powerKw: 'powerKw',
  waterM3Day: 'waterM3Day',
  heightM: 'heightM',
} as const satisfies Record<(typeof siteNeeds)[number], keyof FitPlant>

/**
 * What a plant of so many times the minimum efficient scale needs. A hall is as high for one line as for three.
 * Source: own. O(1).
 */
export const scaledSite = (site: SiteNeeds, scale: number): SiteNeeds =>
  Object.fromEntries(
    siteNeeds.flatMap((need) => {
      const one = site[need]
      return one === undefined ? [] : [[need, need === 'heightM' ? one : one * scale]]
    }),
  )

/** The scale of a plant that makes so many units a year; a smaller one than the least that pays is not built. Pure. O(1). */
export const scaleFor = (units: number, mes: number): number => (mes > 0 ? Math.max(1, units / mes) : 1)

const worth = ({ verdict, has, wanted }: NeedMet): number =>
  verdict === 'met' ? 1 : verdict === 'unknown' ? 0.5 : ((has ?? 0) / wanted) * 0.5

/**
 * Plants by how well they fit: the better fit first, then the nearer to the buyers, then the cheaper.
 * @param buyers  places of the main local buyers
 * Source: own. O(plants x (needs + buyers) + plants log plants).
 */
export function rankPlants<P extends FitPlant>(
  plants: readonly P[],
  site: SiteNeeds,
  buyers: readonly Spot[],
): readonly Fit<P>[] {
  return plants
    .map((plant) => fitOf(plant, site, buyers))
    .toSorted(
      (a, b) =>
        b.fit - a.fit ||
        knownFirst(a.buyersKm, b.buyersKm) ||
        knownFirst(a.plant.priceFen, b.plant.priceFen) ||
        (a.plant.id < b.plant.id ? -1 : 1),
    )
}

const unknown = Number.MAX_VALUE
const knownFirst = (a: number | null, b: number | null): number => (a ?? unknown) - (b ?? unknown)

function fitOf<P extends FitPlant>(plant: P, site: SiteNeeds, buyers: readonly Spot[]): Fit<P> {
  const needs = siteNeeds.flatMap((need): readonly NeedMet[] => {
    const wanted = site[need]
    if (wanted === undefined || wanted === 0) return []
    const has = plant[columnOf[need]]
    return [{ need, wanted, has, verdict: has === null ? 'unknown' : has >= wanted ? 'met' : 'short' }]
  })
  const fit = needs.length === 0 ? 1 : needs.reduce((sum, need) => sum + worth(need), 0) / needs.length
  return { plant, fit, needs, buyersKm: kmTo(plant, buyers) }
}

function kmTo({ lon, lat }: FitPlant, buyers: readonly Spot[]): number | null {
  if (lon === null || lat === null || buyers.length === 0) return null
  const sum = buyers.reduce((total, buyer) => total + haversineM({ lon, lat }, buyer), 0)
  return sum / buyers.length / 1_000
}
