import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, limitMax, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Done, HistoryRow, Id, one, Ref, tags, Why } from '../contract-parts.ts'
import { waybillStates } from '../words.ts'
import { numbersNow, numbersOf, numbersWish, OldRev } from '@tingzhou/records/contract'
import {
  idlePinKinds,
  leftOutMax,
  markKinds,
  numberBounds,
  pairStates,
  reasonKinds,
  sendMax,
  supposedTrucksMax,
  unservedKinds,
  whyNotKinds,
  type WaveNumber,
} from './words.ts'

const Metres = z.int()
const Figures = z.record(z.string(), z.number())

/** What a number of the settings says; its unit stands last in its name. */
const numberWords: Readonly<Record<WaveNumber, string>> = {
  aheadHours: 'Loads whose loading begins within so many hours are in the wave.',
  reachM: 'Road metres of empty way that are worth looking at.',
  bendPct: 'How much longer a road is than a straight line.',
  leaveM: 'Metres that leaving a truckload out costs.',
  leaveHourM: 'And for each hour that its load has waited.',
  waitHoursMax: 'Hours of waiting of a load that count.',
  fairHourM: 'Metres by which an hour of waiting of a truck makes it cheaper.',
  fairMaxM: 'At most so many.',
  loadTripsMax: 'Truckloads of one load in a wave.',
  tripsMax: 'Truckloads in a wave.',
  candidatesPct: 'Trucks that are looked at for each truckload of a place at first.',
  candidatesMore: 'And so many more.',
  againHours: 'So long a driver is not asked again for a load that was refused.',
  pairMinutes: 'So long a proposal may be sent.',
  keepDays: 'So long waves are kept.',
  everySeconds: 'Between two waves that the platform makes by itself.',
}
const Numbers = numbersOf(numberBounds, numberWords)
const Auto = z.boolean().describe('The platform makes and sends waves by itself.')

const Totals = z.object({
  matched: z.int().describe('Truckloads with a truck.'),
  emptyM: Metres.describe('Empty way of all of them.'),
  costM: Metres.describe('That, less what waiting is worth, and what is left out.'),
})

const Head = z.object({
  id: Id,
  trial: z.boolean().describe('A what-if: nothing of it is sent.'),
  auto: z.boolean().describe('Made by the platform itself.'),
  madeAt: Instant,
  madeBy: z.string(),
  loads: z.int(),
  trips: z.int().describe('Truckloads that were looked at.'),
  trucks: z.int().describe('Trucks that might have gone.'),
  ...Totals.shape,
  nearestFirst: Totals.describe('The same where each load in turn gets its nearest free truck.'),
  certificate: z.object({
    isOptimal: z.boolean().describe('No truck outside the lists of candidates could improve the wave.'),
    unproved: z.int().describe('Groups of loads of which that is not known.'),
    arcs: z.int().describe('Pairs of loads and trucks that were weighed.'),
    rounds: z.int().describe('Times the lists of candidates grew.'),
  }),
  basis: z.string().describe('What metres rest on.'),
  readMs: z.int(),
  solveMs: z.int(),
  pairs: z.object({ proposed: z.int(), sent: z.int(), withdrawn: z.int(), stale: z.int() }),
})

const Stale = z.object({ kind: z.string(), value: z.string(), rule: z.string(), text: z.string() })
const Load = z.object({ id: Id, number: z.string(), goods: z.string(), from: Ref, to: Ref })
const Vehicle = z.object({ id: z.string(), plate: z.string() })

const Pair = z.object({
  id: Id,
  load: Load,
  vehicle: Vehicle.nullable().describe('Null: a truck that a trial supposed.'),
  supposed: z.int().nullable().describe('Which of them, from 1.'),
  driver: Ref.nullable(),
  carrier: Ref.nullable(),
  plan: z.int().describe('In the load’s measure.'),
  emptyM: Metres,
  costM: Metres.describe('The empty way, less what the truck’s waiting is worth.'),
  next: z
    .object({
      vehicle: Vehicle.nullable().describe('Null: leaving the load comes next, or a truck that was supposed.'),
      costM: Metres,
      moreM: Metres.describe('By how much the whole wave would be dearer.'),
    })
    .nullable(),
  loadWorthM: Metres.describe('What the wave would cost less with one truckload of the load less.'),
  truckWorthM: Metres.describe('What it would cost less with one more truck where this one is.'),
  reasons: z.array(
    z.object({
      kind: z.enum(reasonKinds),
      numbers: Figures,
      names: z.record(z.string(), z.string()),
      text: z.string(),
    }),
  ),
  state: z.enum(pairStates),
  waybill: z.object({ id: Id, number: z.string(), state: z.enum(waybillStates) }).nullable(),
  stale: Stale.nullable(),
  decidedAt: Instant.nullable(),
  decidedBy: z.string().nullable(),
})

const Detail = Head.extend({
  settingsRev: OldRev,
  numbers: Numbers.describe('What it reckoned with.'),
  unserved: z
    .array(
      z.object({
        loadId: Id,
        number: z.string(),
        trips: z.int(),
        kind: z.enum(unservedKinds),
        numbers: Figures,
        text: z.string(),
      }),
    )
    .describe('Loads with truckloads left out, at most 200.'),
  worth: z
    .array(z.object({ placeId: Id, place: z.string(), savesM: Metres }))
    .describe('What one more truck at a loading place would save at most, the most first.'),
  idlePins: z.array(
    z.object({
      loadId: Id,
      number: z.string(),
      vehicleId: z.string(),
      plate: z.string(),
      why: z.enum(idlePinKinds),
      text: z.string(),
    }),
  ),
  rows: z.array(Pair).describe('What has to be loaded first comes first.'),
  next: z.string().nullable().describe('Cursor of the next page; null on the last.'),
})

const Supposed = z.object({
  lonDeg: z.number().min(-180).max(180).describe('WGS-84.'),
  latDeg: z.number().min(-90).max(90),
  ratedLoadKg: z.int().min(1).max(200_000),
  count: z.int().min(1).max(supposedTrucksMax),
})

export const waveContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-waves', summary: '波次 · Waves of dispatch, the latest first', tags })
    .input(listInput({ trial: z.stringbool().optional() }))
    .output(listOutput(Head)),
  get: oc
    .route({ method: 'GET', path: '/freight-waves/{id}', summary: '波次 · One wave with a page of its pairs', tags })
    .input(
      one.extend({
        cursor: z.string().max(1_000).optional().describe('`next` of the page before.'),
        limit: z.coerce.number().int().min(1).max(limitMax).default(limitMax),
      }),
    )
    .output(Detail),
  make: oc
    .route({
      method: 'POST',
      path: '/freight-waves',
      summary: '计算波次 · Match open loads and free trucks; nothing is offered yet',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        trial: z.boolean().default(false),
        trucks: z
          .array(Supposed)
          .max(20)
          .refine((rows) => rows.reduce((sum, { count }) => sum + count, 0) <= supposedTrucksMax, 'wave_trucks_max')
          .default([])
          .describe('Only a trial: trucks that are not there.'),
        withoutLoads: z.array(Id).max(leftOutMax).default([]).describe('Only a trial: loads that are left out.'),
      }),
    )
    .output(Done),
  send: oc
    .route({
      method: 'POST',
      path: '/freight-waves/{id}/send',
      summary: '下发波次 · Offer pairs to their drivers, each by itself',
      tags,
    })
    .input(
      z.object({
        id: Id,
        commandId: CommandId,
        pairIds: z
          .array(Id)
          .min(1)
          .max(sendMax)
          .nullable()
          .default(null)
          .describe(`Null: all that are proposed, ${sendMax} at most.`),
      }),
    )
    .output(
      z.object({
        rows: z.array(Pair.pick({ id: true, state: true, waybill: true, stale: true })),
        left: z.int().describe('Pairs of the wave that are still proposed.'),
      }),
    ),
  withdraw: oc
    .route({
      method: 'POST',
      path: '/freight-wave-pairs/{id}/withdraw',
      summary: '撤回配对 · Take a pair back, as long as the driver has not accepted',
      tags,
    })
    .input(z.object({ id: Id, commandId: CommandId, why: Why }))
    .output(Done),
  history: oc
    .route({ method: 'GET', path: '/freight-waves/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
  whyNot: oc
    .route({
      method: 'GET',
      path: '/freight-vehicles/{id}/why-not',
      summary: '为什么没有派到 · Why a truck got no load in a wave, and what would change it',
      tags,
    })
    .input(
      z.object({
        id: z.string().min(1).max(60).describe('The vehicle: one’s own, or one that one drives.'),
        waveId: Id.optional().describe('The platform’s people only; absent: the latest wave that was no trial.'),
      }),
    )
    .output(
      z.object({
        plate: z.string(),
        answer: z
          .object({
            waveId: Id.nullable().describe('Null but for the platform’s people.'),
            madeAt: Instant,
            kind: z.enum(whyNotKinds),
            numbers: Figures,
            text: z.string(),
          })
          .nullable()
          .describe('Null: there was no wave yet.'),
      }),
    ),
  settings: oc
    .route({ method: 'GET', path: '/freight-wave-settings', summary: '波次参数 · What waves reckon with', tags })
    .output(numbersNow(numberBounds, Numbers).extend({ auto: Auto })),
  set: oc
    .route({
      method: 'PUT',
      path: '/freight-wave-settings',
      summary: '设置波次参数 · Set what waves reckon with',
      tags,
    })
    .input(numbersWish(Numbers).extend({ auto: Auto }))
    .output(z.object({ rev: Rev })),
  marks: oc
    .route({ method: 'GET', path: '/freight-wave-marks', summary: '锁定与禁派 · Pins and forbids that hold', tags })
    .input(listInput({ kind: z.enum(markKinds).optional(), loadId: Id.optional() }))
    .output(
      listOutput(
        z.object({
          id: Id,
          kind: z.enum(markKinds),
          load: z.object({ id: Id, number: z.string(), goods: z.string() }),
          vehicle: Vehicle,
          until: Instant,
          why: z.string(),
          createdAt: Instant,
          createdBy: z.string(),
        }),
      ),
    ),
  mark: oc
    .route({
      method: 'POST',
      path: '/freight-wave-marks',
      summary: '锁定或禁派 · A truck shall take a load, or never',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        loadId: Id,
        vehicleId: Id,
        kind: z.enum(markKinds),
        until: Instant.describe('30 days from now at most.'),
        why: Why,
      }),
    )
    .output(Done),
  endMark: oc
    .route({
      method: 'POST',
      path: '/freight-wave-marks/{id}/end',
      summary: '解除锁定或禁派 · Take a pin or a forbid back',
      tags,
    })
    .input(z.object({ id: Id, commandId: CommandId }))
    .output(Done),
}
