import { change, only, say, write, type Told } from '@tingzhou/casework'
import { localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { noteDeparture } from '../risk/trip.ts'
import { judgeArrival, type Arrival } from './arrive.ts'
import { checkTrio, otherTrip, overRated } from './begin.ts'
import { tripOf, type Spot, type WaybillDossier } from './case.ts'
import type { WaybillMove } from './move-spec.ts'
import type { MoveError } from './move-spec.ts'
import { attachPictures, heard } from './proof.ts'
import { drives, type Stand } from './stand.ts'

const driving = (stand: Stand) => only(drives(stand), 'driver_or_carrier')

export const accept: WaybillMove<'accept'> = {
  from: ['offered'],
  anyRevision: true,
  may: driving,
  run: async ({ tx, dossier, input }) => {
    const { row, deps, now } = dossier
    const trip = tripOf(dossier)
    if (row.offer_until !== null && row.offer_until <= now)
      return err({ kind: 'offer_over', field: 'offerUntil', value: row.offer_until, rule: 'before the offer ends' })
    if (trip.loadState === 'withdrawn')
      return err({ kind: 'load_gone', field: 'loadId', value: trip.loadNumber, rule: 'a load that is not withdrawn' })
    const trio = { carrier: row.carrier_id, driver: row.driver_id, vehicle: row.vehicle_id }
    const free = await checkTrio(tx, deps, trio, localDateOf(now))
    if (!free.ok) return free
    if (row.measure === 'ton' && row.plan > trip.ratedLoadKg) return err(overRated('plan', row.plan, trip.ratedLoadKg))
    const busy = await otherTrip(tx, deps.zoneId, trio, row)
    if (busy) return err(busy)
    const { at, data } = heard(dossier, input)
    change(dossier, { accepted_at: at })
    say(dossier, { verb: 'accept', data: { ...data, agreementSha256: row.agreement_sha256 } })
    return ok({ kind: 'complete', node: 'answer', vars: { outcome: 'accept' } })
  },
}

export const refuse: WaybillMove<'refuse'> = {
  from: ['offered'],
  anyRevision: true,
  may: driving,
  run: ({ dossier, input }) => {
    change(dossier, { end_reason: input.reason })
    say(dossier, { verb: 'refuse', reason: input.reason, data: heard(dossier, input).data })
    return ok({ kind: 'complete', node: 'answer', vars: { outcome: 'refuse' } })
  },
}

export const arriveLoad: WaybillMove<'arrive_load'> = {
  from: ['accepted'],
  anyRevision: true,
  may: driving,
  run: async ({ tx, dossier, input }) => {
    const proved = await proveArrival(tx, dossier, input, tripOf(dossier).from)
    if (!proved.ok) return proved
    const { at, data } = heard(dossier, input)
    change(dossier, { arrived_load_at: at })
    say(dossier, { verb: 'arrive_load', reason: input.reason || null, data: { ...data, ...proved.value } })
    return ok({ kind: 'complete', node: 'to_load', vars: { outcome: 'arrive' } })
  },
}

export const depart: WaybillMove<'depart'> = {
  from: ['loaded'],
  anyRevision: true,
  may: driving,
  run: ({ dossier, input }) => {
    const { at, data } = heard(dossier, input)
    const { deps, row, now } = dossier
    change(dossier, { departed_at: at })
    write(dossier, noteDeparture(deps.zoneId, row, at, now))
    say(dossier, { verb: 'depart', data })
    return ok({ kind: 'complete', node: 'to_depart', vars: { outcome: 'depart' } })
  },
}

export const arriveUnload: WaybillMove<'arrive_unload'> = {
  from: ['in_transit'],
  anyRevision: true,
  may: driving,
  run: async ({ tx, dossier, input }) => {
    const proved = await proveArrival(tx, dossier, input, tripOf(dossier).to)
    if (!proved.ok) return proved
    const { at, data } = heard(dossier, input)
    change(dossier, { arrived_unload_at: at })
    say(dossier, { verb: 'arrive_unload', reason: input.reason || null, data: { ...data, ...proved.value } })
    return ok({ kind: 'complete', node: 'on_the_way', vars: { outcome: 'arrive' } })
  },
}

/** The proof of an arrival: its place on the fence, and the photos that came with it. */
async function proveArrival(tx: Tx, dossier: WaybillDossier, input: Arrival, spot: Spot) {
  const judged = judgeArrival(input, spot)
  if (!judged.ok) return judged
  const attached = await attachPictures(tx, dossier, input.photoIds)
  if (!attached.ok) return attached
  const { distanceM, inside } = judged.value
  return ok({ placeId: spot.id, distanceM, inside, photos: attached.value.map(({ sha256 }) => sha256) })
}

export const accident: WaybillMove<'accident'> = {
  from: ['in_transit'],
  anyRevision: true,
  may: driving,
  run: async ({ tx, dossier, input }): Promise<Result<Told, MoveError>> => {
    const attached = await attachPictures(tx, dossier, input.photoIds)
    if (!attached.ok) return attached
    const photos = attached.value.map(({ sha256 }) => sha256)
    say(dossier, { verb: 'accident', reason: input.words, data: { ...heard(dossier, input).data, photos } })
    return ok({ kind: 'complete', node: 'on_the_way', vars: { outcome: 'accident' } })
  },
}

export const resume: WaybillMove<'resume'> = {
  from: ['accident'],
  anyRevision: true,
  may: driving,
  run: ({ dossier, input }) => {
    say(dossier, { verb: 'resume', reason: input.words, data: heard(dossier, input).data })
    return ok({ kind: 'complete', node: 'stopped', vars: { outcome: 'resume' } })
  },
}

export const cancel: WaybillMove<'cancel'> = {
  from: ['offered', 'accepted', 'at_load'],
  anyRevision: true,
  // Who drives gives a truck back only while it is not at the loading place.
  may: ({ dispatcher, carrier, driver }, { state }) =>
    only(
      dispatcher || carrier || (driver && state !== 'at_load'),
      driver ? 'at_the_place_already' : 'driver_or_carrier',
    ),
  run: ({ dossier, input }) => {
    change(dossier, { end_reason: input.reason })
    say(dossier, { verb: 'cancel', reason: input.reason, data: heard(dossier, input).data })
    return ok({ kind: 'complete', node: ['answer', 'to_load', 'weigh_load'], vars: { outcome: 'cancel' } })
  },
}
