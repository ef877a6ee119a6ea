import file from '../data/ratio.json' with { type: 'json' }

/** Limits of the loaded ratio; free of server code, so that the browser may import them. */

/** Trips of a day that are reckoned with, the first ones first. */
export const tripsMax = 12_000
/** Trucks that a day is dispatched anew with: those of its trips, and others whose terminal told where they stood. */
export const trucksMax = 20_000
/** Lanes that say what changed a ratio. */
export const changesShown = 3
/** Lanes and choices that a day keeps. */
export const lanesMax = 200
export const choicesMax = 10
/** How long days are kept. */
export const keepDays = 400
/** Days before today that may be asked for. */
export const daysBackMax = 366

/** What a day is dispatched anew by: accepted within so many minutes is matched at once. */
export const { windowMinutes } = file
