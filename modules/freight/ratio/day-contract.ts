import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day, Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { Id, Ref, tags } from '../contract-parts.ts'
import { waveNumbers, type WaveNumber } from '../wave/words.ts'
import { choicesMax, lanesMax } from './words.ts'

const Metres = z.int()
const Seconds = z.int().describe('Since the day began.')
const Served = z.object({
  matched: z.int().describe('Truckloads with a truck.'),
  emptyM: Metres.describe('Of all of them.'),
})

const Head = z.object({
  day: Day,
  madeAt: Instant,
  madeBy: z.string(),
  trips: z.int().describe('Truckloads that drivers took that day, of which it is known where the truck came from.'),
  unknown: z.int().describe('Those of which it is not known; they count in nothing else.'),
  leftOut: z
    .int()
    .describe(
      'Truckloads of trucks that drove a shared tour or a leg of a transloaded truckload that day; they count in nothing else.',
    ),
  trucks: z.int().describe('Trucks that might have gone, as far as rows tell.'),
  loadedM: Metres.describe('Planned road metres.'),
  real: Served.describe('What really happened.'),
  nearest: Served.describe(
    'Each load, when it was taken, its nearest free truck; where each truck went decides where it is next.',
  ),
  waves: Served.describe(
    'What was taken within a window matched at once; where each truck went decides where it is next.',
  ),
  boundM: Metres.nullable().describe(
    'Empty metres that no dispatch of the same loads and trucks goes below; null: not known.',
  ),
  tookMs: z.int(),
})

const Vehicle = z.object({ id: z.string(), plate: z.string() })

const Detail = Head.extend({
  windowMinutes: z.int(),
  bendPct: z.int().describe('Empty ways: great circle by so many percent.'),
  lanes: z
    .array(
      z.object({
        from: Ref,
        to: Ref,
        trips: z.int(),
        loadedM: Metres,
        emptyM: Metres.describe('Really.'),
        nearest: Served,
        waves: Served,
      }),
    )
    .describe(`With most trips first, at most ${lanesMax}.`),
  choices: z
    .array(
      z.object({
        waybill: z.object({ id: Id, number: z.string() }),
        from: Ref,
        to: Ref,
        takenAt: Instant,
        vehicle: Vehicle,
        emptyM: Metres,
        better: Vehicle.describe('The nearest truck that was free then and got no other job within a window after it.'),
        betterM: Metres,
        betterFreeAt: Instant.describe('Since when it was free; the beginning of the day: at least since then.'),
        betterNextAt: Instant.nullable().describe('When it got its next job; null: none that day.'),
      }),
    )
    .describe(`The real choices that cost most, at most ${choicesMax}.`),
})

/** What planning a wave again needs, and nothing that names anybody. */
const Recorded = z.object({
  day: Day,
  // Every number of waves.
  numbers: z.object(Object.fromEntries(waveNumbers.map((name) => [name, z.int()])) as Record<WaveNumber, z.ZodInt>),
  windowMinutes: z.int(),
  mindsBodies: z.boolean().describe('Goods must go with the body.'),
  places: z
    .array(z.object({ lon: z.number(), lat: z.number() }))
    .describe('WGS-84 degrees; loads name them by their number, from 0.'),
  trucks: z
    .array(z.object({ lon: z.number(), lat: z.number(), ratedKg: z.int(), typeCode: z.string(), freeS: Seconds }))
    .describe('Where they stood at first, to a thousandth of a degree, and from when they are known to be free.'),
  loads: z
    .array(
      z.object({
        from: z.int(),
        to: z.int(),
        kg: z.int().nullable(),
        cargoClass: z.string(),
        takenS: Seconds,
        busyS: z.int().nullable().describe('Until it was unloaded; null: it was not.'),
        loadedM: Metres,
        truck: z.int().describe('The number of the truck that took it.'),
      }),
    )
    .describe('As drivers took them.'),
})

const ofDay = z.object({ day: Day })

export const dispatchDayContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/freight-dispatch-days',
      summary: '调度日 · Days of dispatch, what they were and would have been, the latest first',
      tags,
    })
    .input(listInput({}))
    .output(listOutput(Head)),
  get: oc
    .route({
      method: 'GET',
      path: '/freight-dispatch-days/{day}',
      summary: '调度日 · One day with its lanes and the choices that cost most',
      tags,
    })
    .input(ofDay)
    .output(Detail),
  record: oc
    .route({
      method: 'GET',
      path: '/freight-dispatch-days/{day}/record',
      summary: '调度日数据 · What a day was reckoned from, without names, plates and drivers',
      tags,
    })
    .input(ofDay)
    .output(Recorded),
  make: oc
    .route({
      method: 'POST',
      path: '/freight-dispatch-days',
      summary: '计算调度日 · Reckon a day that is over, in place of what was reckoned of it',
      tags,
      successStatus: 201,
    })
    .input(z.object({ commandId: CommandId, day: Day }))
    .output(ofDay),
}
