import { namesOf, type Bounds } from '@tingzhou/records/bounds'
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
  'no_slot',
] as const

/** Why a pin was not kept: texts under `pin`. */
export const idlePinKinds = ['not_free', 'not_ready', 'too_light', 'wrong_body', 'no_trip'] as const

/** Why a proposal holds no longer beside what assigning refuses: texts under `stale`. */
export const staleKinds = ['truck_taken', 'driver_taken', 'another_carrier', 'too_old', 'forbidden'] as const

/** What became of a truck in a wave: texts under `why_not`. */
export const whyNotKinds = [
  'pair_proposed',
  'pair_sent',
  'pair_withdrawn',
  'pair_stale',
  'on_trip',
  'asked',
  'no_driver',
  'not_ready',
  'no_terminal',
  'no_position',
  'no_load',
  'all_left',
  'too_far',
  'too_light',
  'wrong_body',
  'forbidden',
  'as_good',
  'dearer',
  'dearer_waits',
] as const

export type PairState = (typeof pairStates)[number]
export type MarkKind = (typeof markKinds)[number]
export type ReasonKind = (typeof reasonKinds)[number]
export type UnservedKind = (typeof unservedKinds)[number]
export type IdlePinKind = (typeof idlePinKinds)[number]
export type StaleKind = (typeof staleKinds)[number]
export type WhyNotKind = (typeof whyNotKinds)[number]

export type WaveNumber = keyof typeof file.numbers
/** What a zone reckons with, each a whole number with its unit in its name. */
export type WaveNumbers = Readonly<Record<WaveNumber, number>>

/** The numbers as a zone begins with them, and their bounds. */
export const numberBounds: Bounds<WaveNumber> = file.numbers
export const waveNumbers = namesOf(numberBounds)

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
