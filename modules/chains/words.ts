import type { ServiceKind } from '@tingzhou/text'

export const bases = ['seed', 'pub', 'assumed', 'spec', 'inv', 'zone'] as const
/** Where a row comes from: stated for the zone, public, typical in engineering, of the method, invented, or entered by the zone itself. */
export type Basis = (typeof bases)[number]

export const stages = ['up', 'mid', 'down', 'service'] as const
export type Stage = (typeof stages)[number]

export const positionRoles = ['produce', 'consume', 'serve'] as const
export type PositionRole = (typeof positionRoles)[number]

/** How goods come: road 公路, rail 铁路, pipe 管道, wire 输电, other 其他. */
export const modes = ['road', 'rail', 'pipe', 'wire', 'other'] as const
export type Mode = (typeof modes)[number]

export const states = ['open', 'closed'] as const
export type State = (typeof states)[number]

export const wordStates = ['open', 'alias', 'ignored'] as const
export type WordState = (typeof wordStates)[number]

export const siteNeeds = ['landM2', 'powerKw', 'waterM3Day', 'heightM'] as const
/** What a plant of minimum efficient scale needs: square metres, kilowatts, cubic metres a day, metres. */
export type SiteNeeds = { readonly [need in (typeof siteNeeds)[number]]?: number }

/** A lead firm leads now, or led. */
export const leaderStates = ['now', 'ended'] as const
export type LeaderState = (typeof leaderStates)[number]

/** What a product is that is a service of a kind; matching knows these. */
export const serviceKinds = [
  'equipment',
  'line',
  'packaging',
  'transport',
  'storage',
  'test',
  'lease',
  'install',
  'repair',
  'recycling',
  'other',
] as const satisfies readonly ServiceKind[]

export const langs = ['zh', 'en'] as const
/** Language of a name. */
export type NameLang = (typeof langs)[number]

export const wordDecisions = ['alias', 'ignored'] as const
/** What becomes of a word that no list knows. */
export type WordDecision = (typeof wordDecisions)[number]
