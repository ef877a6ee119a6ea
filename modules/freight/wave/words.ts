import file from '../data/wave.json' with { type: 'json' }

/** The closed word lists and limits of waves; free of server code, so that the browser may import them. */
export const pairStates = ['proposed', 'sent', 'withdrawn', 'stale'] as const
export const markKinds = ['pin', 'forbid'] as const

/** Why a pair was chosen, and what speaks for another: each a text of the locales under `reason`. */
export const reasonKinds = [
  'pinned',
  'nearest',
  'nearer_elsewhere',
  'nearer_same_place',
  'nearer_free',
  'waited',
  'next_truck',
  'next_leave',
] as const

/** Why truckloads were left out: texts under `unserved`. */
export const unservedKinds = [
  'no_truck',
  'too_light',
  'wrong_body',
  'not_ready',
  'forbidden',
  'all_used',
  'dearer',
  'outbid',
  'over_limit',
] as const

/** Why a pin was not kept: texts under `pin`. */
export const idlePinKinds = ['not_free', 'not_ready', 'too_light', 'wrong_body', 'no_trip'] as const

/** Why a proposal holds no longer beside what assigning refuses: texts under `stale`. */
export const staleKinds = ['truck_taken', 'driver_taken', 'another_carrier', 'too_old', 'forbidden'] as const

export type PairState = (typeof pairStates)[number]
export type MarkKind = (typeof markKinds)[number]
export type ReasonKind = (typeof reasonKinds)[number]
export type UnservedKind = (typeof unservedKinds)[number]
export type IdlePinKind = (typeof idlePinKinds)[number]
export type StaleKind = (typeof staleKinds)[number]

export type WaveNumber = keyof typeof file.numbers
/** What a zone reckons with, each a whole number with its unit in its name. */
export type WaveNumbers = Readonly<Record<WaveNumber, number>>

/** The numbers as a zone begins with them, and their bounds. */
export const numberBounds: Readonly<
  Record<WaveNumber, { readonly value: number; readonly min: number; readonly max: number }>
> = file.numbers

// Object.keys of a record gives its own names.
export const waveNumbers = Object.keys(file.numbers) as readonly WaveNumber[]

/** Loads that a wave looks at, the soonest end of loading first. */
export const loadsMax = 2_000
/** Pairs that one request sends at most. */
export const sendMax = 200
/** Loads left out, places of worth that a wave keeps. */
export const unservedMax = 200
export const worthMax = 20
/** What a trial may suppose. */
export const supposedTrucksMax = 200
export const leftOutMax = 200
/** How long a pin or a forbid holds at most. */
export const markDaysMax = 30
