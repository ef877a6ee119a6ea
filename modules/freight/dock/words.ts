import { namesOf, type Bounds } from '@tingzhou/records/bounds'
import file from '../data/dock.json' with { type: 'json' }

/** The closed word lists and numbers of docks; free of server code, so that the browser may import them. */

/** Why a waybill has no slot: texts under `slot_lack`. */
export const slotLacks = ['full', 'late', 'released'] as const
export type SlotLack = (typeof slotLacks)[number]

export const bottlenecks = ['load', 'unload'] as const
/** What a trip of a bulk plan runs into: texts under `pace_blocker`. */
export const paceBlockers = ['load_slots', 'unload_slots', 'trucks', 'deadline'] as const

export type DockNumber = keyof typeof file.numbers
export type DockNumbers = Readonly<Record<DockNumber, number>>
export type DockField = keyof typeof file.dock

/** What slots are reckoned with at first, and the bounds. */
export const numberBounds: Bounds<DockNumber> = file.numbers
export const dockNumberNames = namesOf(numberBounds)
/** How often the clock looks at awaited trucks. */
export const { everySeconds } = file

/** What docks begin with, and their bounds. */
export const dockBounds: Bounds<DockField> = file.dock
export const dockFields = namesOf(dockBounds)

/** Hours that a list sums up, and that a board shows at first and at most. */
export const listHours = 4
export const boardHours = 12
export const boardHoursMax = 48
/** Trucks that a board shows of a queue, and of what is booked next. */
export const queueMax = 200
export const nextMax = 50
/** Bookings whose trucks one run of the clock looks at. */
export const awaitedMax = 5_000
/** Trucks without a slot that one run of the clock looks at. */
export const lackingMax = 2_000
