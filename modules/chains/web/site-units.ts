import type { SiteNeeds } from '../words.ts'

/** What a plant needs of its site is told in these units. */
export const siteUnits = {
  landM2: 'm2',
  powerKw: 'kW',
  waterM3Day: 'm3_day',
  heightM: 'm',
} as const satisfies Record<keyof SiteNeeds, string>
