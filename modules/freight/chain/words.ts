import { namesOf, type Bounds } from '@tingzhou/records/bounds'
import file from '../data/chain.json' with { type: 'json' }

/** The closed word lists and limits of chained loads; free of server code, so that the browser may import them. */

/** How a next load stands: wished for, offered until the trip is over, accepted, over. */
export const nextStates = ['wished', 'booked', 'taken', 'ended'] as const
/** What threatens a next load: texts under `flag`. */
export const nextFlags = ['accident', 'diverted', 'late'] as const
/** Why a load cannot be the next one of a truck: rules of the same name after `next_`. */
export const misfits = ['too_heavy', 'wrong_body', 'forbidden', 'too_late', 'too_long_wait'] as const
/** Why a next load is over: texts under `end`; those that cancel its waybill have words there too, under `ended`. */
export const nextEnds = [
  'trip_cancelled',
  'trip_transloaded',
  'trip_over',
  'load_over',
  'refused',
  'cancelled',
  'given_back',
  ...misfits,
] as const
/** Why a return load stands where it stands: texts under `reason`. */
export const returnReasons = ['empty', 'home_loaded', 'homeward', 'away', 'wait', 'tight'] as const
/** Why there are no return loads: texts under `none`. */
export const noReturns = ['over', 'not_last', 'booked', 'papers', 'nothing'] as const
/** What the first load of a tour became. */
export const tourStates = ['proposed', 'sent', 'booked', 'stale'] as const
/** Why truckloads are in no tour: texts under `unserved`. */
export const unservedKinds = [
  'no_truck',
  'too_heavy',
  'wrong_body',
  'forbidden',
  'too_late',
  'dearer',
  'over_load_limit',
  'over_limit',
] as const
/** How a plan was found: loads where their windows are, at the hours of a plan made by hand, or that plan itself. */
export const chainWays = ['windows', 'hours', 'hand'] as const
/** A trip before whose end the next load is chosen. */
export const bookableStates = ['accepted', 'at_load', 'loaded', 'in_transit', 'at_unload'] as const

export type NextState = (typeof nextStates)[number]
export type NextFlag = (typeof nextFlags)[number]
export type NextEnd = (typeof nextEnds)[number]
export type Misfit = (typeof misfits)[number]
export type ReturnReason = (typeof returnReasons)[number]
export type NoReturns = (typeof noReturns)[number]
export type TourState = (typeof tourStates)[number]
export type UnservedKind = (typeof unservedKinds)[number]
export type ChainWay = (typeof chainWays)[number]

export type ChainNumber = keyof typeof file.numbers
/** What a zone reckons with, each a whole number with its unit in its name. */
export type ChainNumbers = Readonly<Record<ChainNumber, number>>

/** The numbers as a zone begins with them, and their bounds. */
export const chainBounds: Bounds<ChainNumber> = file.numbers
export const chainNumbers = namesOf(chainBounds)

/** Return loads that one truck is shown, and that are looked at for it, the nearest first. */
export const returnsMax = 20
export const returnsLookedAtMax = 200
/** With less than that between arrival and the end of loading, a return load is told to be `tight`. */
export const tightMinutes = 60
/** Loads that a plan looks at, the soonest end of loading first, and trucks on a trip, the soonest free first. */
export const loadsMax = 2_000
export const busyMax = 2_000
/** Tours that one request commits at most, and loads left out that a plan keeps. */
export const commitMax = 200
export const unservedMax = 200
