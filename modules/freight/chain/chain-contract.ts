import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, limitMax, listInput, listOutput } from '@tingzhou/http/contract'
import { Done, HistoryRow, Id, one, Ref, tags } from '../contract-parts.ts'
import { waybillStates } from '../words.ts'
import { OldRev } from '@tingzhou/records/contract'
import { Numbers } from './next-contract.ts'
import { chainWays, commitMax, tourStates, unservedKinds } from './words.ts'

const Metres = z.int()
const Ratio = z.number().describe('Loaded metres of all metres, 0 to 1.')

const Totals = z.object({
  served: z.int().describe('Truckloads in tours.'),
  used: z.int().describe('Trucks.'),
  emptyM: Metres,
  loadedM: Metres,
  loadedRatio: Ratio,
})

const Head = z.object({
  id: Id,
  madeAt: Instant,
  madeBy: z.string(),
  horizonHours: z.int(),
  loads: z.int(),
  trips: z.int().describe('Truckloads that were looked at.'),
  freeTrucks: z.int(),
  busyTrucks: z.int().describe('On a trip that ends within the horizon.'),
  ...Totals.shape,
  nearestFirst: Totals.describe('The same where each load in turn gets the truck with the shortest empty way.'),
  bound: z
    .object({ emptyM: Metres, loadedRatio: Ratio })
    .nullable()
    .describe('No plan carries the same with fewer empty metres; null: nothing is carried.'),
  way: z.enum(chainWays).describe('How the plan was found.'),
  basis: z.string().describe('What metres rest on.'),
  readMs: z.int(),
  solveMs: z.int(),
  tours: z.object({ proposed: z.int(), sent: z.int(), booked: z.int(), stale: z.int() }),
})

const Rests = z.array(z.object({ at: Instant, until: Instant }))
const Leg = z.object({
  load: z.object({ id: Id, number: z.string(), goods: z.string() }),
  from: Ref,
  to: Ref,
  plan: z.int().describe('In the load’s measure.'),
  emptyM: Metres,
  loadedM: Metres,
  leaveAt: Instant,
  arriveAt: Instant,
  loadAt: Instant.describe('Loading begins.'),
  departAt: Instant,
  unloadAt: Instant.describe('At the unloading place.'),
  doneAt: Instant,
  rests: Rests,
})
const Tour = z.object({
  id: Id,
  vehicle: z.object({ id: z.string(), plate: z.string() }),
  driver: Ref,
  carrier: Ref,
  after: z.object({ id: Id, number: z.string() }).nullable().describe('The trip that the truck is on.'),
  freeAt: Instant,
  startAt: Instant,
  endAt: Instant,
  emptyM: Metres,
  loadedM: Metres,
  legs: z.array(Leg).describe('Its loads in order.'),
  home: z.object({ place: Ref, emptyM: Metres, at: Instant, rests: Rests }).nullable(),
  due: z.boolean().describe('Its first load must start within the hours of the settings.'),
  state: z.enum(tourStates).describe('What became of its first load.'),
  waybill: z.object({ id: Id, number: z.string(), state: z.enum(waybillStates) }).nullable(),
  stale: z.object({ kind: z.string(), value: z.string(), rule: z.string(), text: z.string() }).nullable(),
  decidedAt: Instant.nullable(),
  decidedBy: z.string().nullable(),
})

export const chainContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/freight-chain-plans',
      summary: '串联计划 · Plans of tours, the latest first',
      tags,
    })
    .input(listInput({}))
    .output(listOutput(Head)),
  get: oc
    .route({
      method: 'GET',
      path: '/freight-chain-plans/{id}',
      summary: '串联计划 · One plan with a page of its tours',
      tags,
    })
    .input(
      one.extend({
        cursor: z.string().max(1_000).optional().describe('`next` of the page before.'),
        limit: z.coerce.number().int().min(1).max(limitMax).default(limitMax),
      }),
    )
    .output(
      Head.extend({
        settingsRev: OldRev,
        numbers: Numbers.describe('What it reckoned with.'),
        unserved: z
          .array(
            z.object({
              loadId: Id,
              number: z.string(),
              trips: z.int(),
              kind: z.enum(unservedKinds),
              numbers: z.record(z.string(), z.number()),
              text: z.string(),
            }),
          )
          .describe('Loads with truckloads in no tour, at most 200.'),
        rows: z.array(Tour).describe('What has to start first comes first.'),
        next: z.string().nullable().describe('Cursor of the next page; null on the last.'),
      }),
    ),
  make: oc
    .route({
      method: 'POST',
      path: '/freight-chain-plans',
      summary: '计算串联计划 · Chain loads into tours; nothing is offered yet',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        horizonHours: z.int().min(24).max(72).nullable().default(null).describe('Null: as the settings say.'),
      }),
    )
    .output(Done),
  commit: oc
    .route({
      method: 'POST',
      path: '/freight-chain-plans/{id}/commit',
      summary: '下发近期首单 · Offer or book the first loads that must start soon',
      tags,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        tourIds: z
          .array(Id)
          .min(1)
          .max(commitMax)
          .nullable()
          .default(null)
          .describe(`Null: all that must start soon, ${commitMax} at most.`),
      }),
    )
    .output(
      z.object({
        rows: z.array(Tour.pick({ id: true, state: true, waybill: true, stale: true })),
        left: z.int().describe('Tours that must start soon and are still proposed.'),
      }),
    ),
  history: oc
    .route({ method: 'GET', path: '/freight-chain-plans/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
}
