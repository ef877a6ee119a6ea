import { namesOf, type Bounds } from '@tingzhou/records/bounds'
import file from '../data/tour.json' with { type: 'json' }

/** The closed word lists and limits of tours; free of server code, so that the browser may import them. */
export const tourStates = ['proposed', 'sent', 'withdrawn', 'stale'] as const
export const stopKinds = ['load', 'unload'] as const

/** Why a load is in no tour: texts under `left`. */
export const leftKinds = [
  'not_open',
  'whole_truck',
  'goods_alone',
  'no_volume',
  'too_heavy',
  'wrong_body',
  'beds_differ',
  'forbidden',
  'no_time',
  'dearer',
  'no_room',
] as const

/** Why a proposal holds no longer beside what a waybill refuses: texts under `stale`. */
export const tourStaleKinds = [
  'too_old',
  'load_changed',
  'another_carrier',
  'weaker',
  'smaller',
  'truck_taken',
  'driver_taken',
  'forbidden',
] as const

export type TourState = (typeof tourStates)[number]
export type StopKind = (typeof stopKinds)[number]
export type LeftKind = (typeof leftKinds)[number]
export type TourStaleKind = (typeof tourStaleKinds)[number]

export type TourNumber = keyof typeof file.numbers
/** What a zone plans with, each a whole number with its unit in its name. */
export type TourNumbers = Readonly<Record<TourNumber, number>>

/** The numbers as a zone begins with them, and their bounds. */
export const tourBounds: Bounds<TourNumber> = file.numbers
export const tourNumbers = namesOf(tourBounds)

/** What one plan looks at. */
export const tourLoadsMax = 300
export const tourTrucksMax = 200
