import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Instant } from '@tingzhou/http/contract'
import { Id, one, Ref, tags } from '../contract-parts.ts'
import { loadModes, measures, waybillStates } from '../words.ts'
import { deskCountMax, offerOutcomes, positionSources, troubleKinds } from './words.ts'

const Degrees = z.number()
const Place = z.object({
  id: Id,
  name: z.string(),
  lonDeg: Degrees.describe('WGS-84.'),
  latDeg: Degrees,
  fenceM: z.int(),
})
const Count = z.int().describe(`Counted up to ${deskCountMax}: one more is said of all beyond.`)
const trip = {
  id: Id,
  number: z.string(),
  serial: z.string(),
  state: z.enum(waybillStates),
  plate: z.string(),
  driver: z.string(),
  goods: z.string(),
  from: Ref,
  to: Ref,
}
const ShortLoad = z.object({
  id: Id,
  number: z.string(),
  goods: z.string(),
  mode: z.enum(loadModes),
  measure: z.enum(measures),
  left: z.int().describe('Kilograms, cubic decimetres or trucks that nobody has taken.'),
  trucks: z.int().describe('Truckloads that are left.'),
  truckPlan: z.int(),
  offered: z.int().describe('Waybills of it that wait for an answer.'),
  from: Place,
  to: Place,
  loadUntil: Instant,
})
const Offer = z.object({
  ...trip,
  loadId: Id,
  outcome: z.enum(offerOutcomes),
  at: Instant.describe('Until when it may be answered, or when it ended.'),
  reason: z.string().describe('Why the driver refused.'),
})
const Trouble = z.object({
  ...trip,
  kind: z.enum(troubleKinds),
  since: Instant.nullable(),
  detail: z.string().describe('The reason that was given, the kind of paper, or what the regulator answered.'),
})
const Running = z.object({
  ...trip,
  expectedAt: Instant.nullable().describe('By the planned way at 45 km/h; null: no way was planned.'),
})
const Truck = z.object({
  ...trip,
  lonDeg: Degrees.describe('WGS-84.'),
  latDeg: Degrees,
  at: Instant,
  source: z.enum(positionSources),
  speedKmh: z.number().nullable(),
  headingDeg: z.number().nullable(),
})
const side = (max: number) => z.coerce.number().min(-max).max(max)
const Line = z.tuple([Degrees, Degrees])

export const deskContract = {
  get: oc
    .route({
      method: 'GET',
      path: '/freight-desk',
      summary: '调度台 · What a dispatcher has to do now: counts, and the first fifty of each list',
      tags,
    })
    .output(
      z.object({
        at: Instant,
        loads: z.object({ count: Count, rows: z.array(ShortLoad) }),
        offers: z.object({ count: Count, rows: z.array(Offer) }),
        troubles: z.object({
          count: Count,
          byKind: z.array(z.object({ kind: z.enum(troubleKinds), count: z.int() })),
          rows: z.array(Trouble),
        }),
        running: z.object({ count: Count, rows: z.array(Running) }),
      }),
    ),
  positions: oc
    .route({
      method: 'GET',
      path: '/freight-desk/positions',
      summary: '在途车辆位置 · Trucks of running waybills in a part of the map, at most 2,000',
      tags,
    })
    .input(
      z.object({
        west: side(180).default(-180),
        south: side(90).default(-90),
        east: side(180).default(180),
        north: side(90).default(90),
      }),
    )
    .output(
      z.object({
        at: Instant,
        more: z.boolean().describe('There are more trucks than are told: look closer.'),
        trucks: z.array(Truck),
        places: z.array(Place).describe('Where these trucks load and unload.'),
      }),
    ),
  trip: oc
    .route({
      method: 'GET',
      path: '/freight-desk/trips/{id}',
      summary: '行程 · From place to place, and the way so far of a running waybill, at most of a day',
      tags,
    })
    .input(one)
    .output(
      z.object({
        from: Place,
        to: Place,
        way: z.array(z.array(Line)).describe('By the terminal, broken where it was silent; at most 500 points.'),
        steps: z.array(Line).describe('Where the phone was with each step.'),
      }),
    ),
  near: oc
    .route({
      method: 'GET',
      path: '/freight-desk/near',
      summary: '就近空车 · Free vehicles with a terminal that may be dispatched, the nearest to a load first',
      tags,
    })
    .input(z.object({ loadId: Id }))
    .output(
      z.object({
        rows: z.array(
          z.object({
            vehicle: z.object({ id: Id, plate: z.string(), ratedLoadKg: z.int() }),
            carrier: Ref,
            driver: Ref.describe('Who drives it and is free; of several, one that drives this vehicle alone.'),
            distanceM: z.int().describe('As the crow flies.'),
            place: z.object({ name: z.string(), distanceM: z.int() }).nullable().describe('A known place nearby.'),
            at: Instant,
          }),
        ),
        blocked: z.int().describe('Near vehicles that may not be dispatched today.'),
      }),
    ),
}
