/** The words and limits of the dispatcher's desk; free of server code, so that the browser may import them. */

/** Why a trip needs a hand, what is gravest first. */
export const troubleKinds = ['accident', 'silent', 'standing', 'late', 'outside', 'papers', 'refused'] as const
export type TroubleKind = (typeof troubleKinds)[number]

/** How the offer of a waybill stands. */
export const offerOutcomes = ['refused', 'timed_out', 'waiting'] as const
export type OfferOutcome = (typeof offerOutcomes)[number]

/** Where a position comes from: the terminal of the vehicle, or the phone with the last step. */
export const positionSources = ['terminal', 'step'] as const
export type PositionSource = (typeof positionSources)[number]

export const deskRowsMax = 50
export const deskCountMax = 1_000
export const trucksMax = 2_000
export const nearMax = 50
/** Free vehicles that are looked at, the nearest first: some of them may not be dispatched. */
export const nearLookedAtMax = 200
export const wayPointsMax = 500

/** A terminal that says nothing for so long, and a truck that has not moved for so long, need a hand; own, minutes. */
export const silentMinutes = 30
/** Below this a truck stands: what receivers report of a parked truck; own, km/h. */
export const standingKmh = 5
/** Loaded, over all roads and with the rests of the driver; own. A trip is late when it is an hour behind it. */
export const plannedKmh = 45
export const lateMinutes = 60
/** An older position says nothing about where a truck is. */
export const positionHoursMax = 24
/** Offers that nobody took are shown for so long while their load still lacks a truck. */
export const offerHoursMax = 24
/** A place so far away is no word for where a vehicle is, metres. */
export const placeNearM = 30_000
