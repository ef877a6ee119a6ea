import limits from '../data/desk.json' with { type: 'json' }

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

/** When a trip needs a hand; what each means is said in the file. */
export const { plannedKmh, lateMinutes, silentMinutes, standingKmh } = limits
/** An older position says nothing about where a truck is. */
export const positionHoursMax = 24
/** Offers that nobody took are shown for so long while their load still lacks a truck. */
export const offerHoursMax = 24
/** A place so far away is no word for where a vehicle is, metres. */
export const placeNearM = 30_000
