import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Done, HistoryRow, Id, one, Ref, tags, Why } from '../contract-parts.ts'
import { waybillStates } from '../words.ts'
import { numbersNow, numbersOf, numbersWish, OldRev } from '@tingzhou/records/contract'
import { leftKinds, stopKinds, tourBounds, tourLoadsMax, tourStates, tourTrucksMax, type TourNumber } from './words.ts'

const Metres = z.int()

/** What a number of the settings says; its unit stands last in its name, or in its words. */
const numberWords: Readonly<Record<TourNumber, string>> = {
  leadMinutes: 'A truck leaves so many minutes after the planning at the earliest.',
  hoursMax: 'A tour is over within so many hours after that.',
  loadMinutes: 'Minutes of loading at a stop.',
  unloadMinutes: 'Minutes of unloading at a stop.',
  drivingMaxMinutes: 'A driver drives so long without a rest.',
  restMinutes: 'And then rests so long.',
  speedKmh: 'Planned speed.',
  truckM: 'Metres that setting one more truck in motion counts.',
  leaveM: 'Metres that leaving a load out costs, beside its own way.',
  solveSeconds: 'Seconds of reckoning.',
  partMax: 'Plans of more loads are made in parts of so many.',
  partRounds: 'Rounds in which parts are drawn anew.',
  planMinutes: 'So long a tour may be sent.',
  keepDays: 'So long plans are kept of which no waybill tells.',
}
const Numbers = numbersOf(tourBounds, numberWords)

const Head = z.object({
  id: Id,
  madeAt: Instant,
  madeBy: z.string(),
  loads: z.int().describe('Loads that were chosen.'),
  trucks: z.int().describe('Trucks that might have gone.'),
  served: z.int().describe('Loads that are in a tour.'),
  wayM: Metres.describe('Way of all tours, from where each truck stood to its last stop.'),
  aloneM: Metres.describe(
    'Way of the same loads if each went by itself, from the nearest truck that bears it: at least so much.',
  ),
  basis: z.string().describe('What metres and hours rest on.'),
  seed: z.int(),
  parts: z.int(),
  iterations: z.int(),
  readMs: z.int(),
  solveMs: z.int(),
  tours: z.object({ proposed: z.int(), sent: z.int(), withdrawn: z.int(), stale: z.int() }),
})

const Stop = z.object({
  kind: z.enum(stopKinds),
  load: z.object({ id: Id, number: z.string(), goods: z.string() }),
  place: Ref,
  lonDeg: z.number(),
  latDeg: z.number(),
  plan: z.int().describe('What is loaded or unloaded: kg, or dm³ of a load by cubic metres.'),
  measure: z.enum(['ton', 'm3']),
  legM: Metres.describe('Way from the stop before, or from where the truck stood.'),
  restS: z.int().describe('What the driver rests on that way.'),
  arriveAt: Instant,
  startAt: Instant.describe('When service begins: not before the window.'),
  leaveAt: Instant,
  onBoardKg: z.int().describe('On board after the stop.'),
  onBoardDm3: z.int(),
  waybill: z.object({ id: Id, number: z.string(), state: z.enum(waybillStates) }).nullable(),
})

const Tour = z.object({
  id: Id,
  seq: z.int(),
  vehicle: z.object({ id: z.string(), plate: z.string() }),
  driver: Ref,
  carrier: Ref,
  capacityKg: z.int().describe('Rated load, and by law where axles and tare are registered.'),
  loads: z.int(),
  wayM: Metres,
  startsAt: Instant,
  endsAt: Instant,
  stops: z.array(Stop),
  state: z.enum(tourStates),
  stale: z.object({ kind: z.string(), value: z.string(), rule: z.string(), text: z.string() }).nullable(),
  decidedAt: Instant.nullable(),
  decidedBy: z.string().nullable(),
})

const Detail = Head.extend({
  settingsRev: OldRev,
  numbers: Numbers.describe('What it reckoned with.'),
  bendPct: z.int(),
  left: z
    .array(
      z.object({
        loadId: Id,
        number: z.string(),
        kind: z.enum(leftKinds),
        numbers: z.record(z.string(), z.number()),
        text: z.string(),
      }),
    )
    .describe('Loads that are in no tour, and why.'),
  rows: z.array(Tour),
})

const Body = {
  axles: z.int().min(2).max(20).nullable().describe('Of the whole combination; null: not known.'),
  driveAxles: z.int().min(1).max(10).nullable().describe('Driving axles; of six axles the law asks for two.'),
  tareKg: z.int().min(1).max(200_000).nullable().describe('Empty mass of the whole combination, kg.'),
  volumeDm3: z.int().min(1).max(1_000_000).nullable().describe('What the bed holds.'),
}

export const tourContract = {
  body: oc
    .route({
      method: 'GET',
      path: '/freight-vehicles/{id}/body',
      summary: '车辆轴数与容积 · What a vehicle may carry by law',
      tags,
    })
    .input(one)
    .output(
      z.object({
        ...Body,
        rev: Rev,
        lawfulGrossKg: z.int().nullable().describe('Of vehicle and goods, by its axles; null: not known.'),
        capacityKg: z.int(),
      }),
    ),
  setBody: oc
    .route({
      method: 'PUT',
      path: '/freight-vehicles/{id}/body',
      summary: '登记轴数与容积 · Say axles, empty mass and volume of a vehicle',
      tags,
    })
    .input(z.object({ ...Body, id: Id, rev: Rev, commandId: CommandId, why: Why }))
    .output(z.object({ id: Id, rev: Rev })),
  list: oc
    .route({
      method: 'GET',
      path: '/freight-tour-plans',
      summary: '拼车计划 · Plans of tours, the latest first',
      tags,
    })
    .input(listInput({}))
    .output(listOutput(Head)),
  get: oc
    .route({ method: 'GET', path: '/freight-tour-plans/{id}', summary: '拼车计划 · One plan with its tours', tags })
    .input(one)
    .output(Detail),
  make: oc
    .route({
      method: 'POST',
      path: '/freight-tour-plans',
      summary: '拼车规划 · Let loads share trucks; nothing is offered yet',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        loads: z
          .array(z.object({ id: Id, deadline: Instant.nullable().default(null).describe('There by then.') }))
          .min(1)
          .max(tourLoadsMax)
          .describe('Published loads of assignment; of each what is left of it.'),
        vehicleIds: z
          .array(z.string().min(1).max(64))
          .min(1)
          .max(tourTrucksMax)
          .nullable()
          .default(null)
          .describe(`Trucks that are free; null: all that are free within reach, the nearest ${tourTrucksMax}.`),
      }),
    )
    .output(Done),
  send: oc
    .route({
      method: 'POST',
      path: '/freight-tours/{id}/send',
      summary: '下发拼车 · Offer all waybills of a tour to its driver, or none',
      tags,
    })
    .input(z.object({ id: Id, commandId: CommandId }))
    .output(Tour),
  withdraw: oc
    .route({
      method: 'POST',
      path: '/freight-tours/{id}/withdraw',
      summary: '撤回拼车 · Take a tour back, as long as the driver has accepted none of it',
      tags,
    })
    .input(z.object({ id: Id, commandId: CommandId, why: Why }))
    .output(Done),
  history: oc
    .route({ method: 'GET', path: '/freight-tour-plans/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
  settings: oc
    .route({ method: 'GET', path: '/freight-tour-settings', summary: '拼车参数 · What tours are planned with', tags })
    .output(numbersNow(tourBounds, Numbers)),
  set: oc
    .route({
      method: 'PUT',
      path: '/freight-tour-settings',
      summary: '设置拼车参数 · Set what tours are planned with',
      tags,
    })
    .input(numbersWish(Numbers))
    .output(z.object({ rev: Rev })),
}
