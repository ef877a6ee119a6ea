import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { Id, one, Ref, tags, Why } from '../contract-parts.ts'
import { placeEnds, waybillStates } from '../words.ts'
import { numbersNow, numbersOf, numbersWish, OldRev } from '@tingzhou/records/contract'
import {
  boardHours,
  boardHoursMax,
  bottlenecks,
  dockBounds,
  dockFields,
  numberBounds,
  nextMax,
  paceBlockers,
  queueMax,
  slotLacks,
  type DockNumber,
} from './words.ts'

const End = z.enum(placeEnds)
const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const bounded = (name: keyof typeof dockBounds, words: string) =>
  z.int().describe(`${words} ${dockBounds[name].min} to ${dockBounds[name].max}.`)

const fields = {
  docks: bounded('docks', 'Trucks at once.'),
  serviceS: bounded('serviceS', 'Seconds of one truck.'),
  sharePct: bounded('sharePct', 'Percent of the docks that may be booked; the rest is for trucks without a slot.'),
  opens: Time.describe('Each day in Beijing; 00:00 to 24:00 is always.'),
  closes: z.union([Time, z.literal('24:00')]).describe('An earlier end is that of the next day.'),
  isOn: z.boolean().describe('Waybills book slots here.'),
}

/** A waybill’s slot at an end of its trip. */
export const Slot = z.object({
  end: End,
  place: Ref,
  startsAt: Instant.nullable().describe('Its ten minutes begin then; null: none.'),
  lack: z.enum(slotLacks).nullable().describe('Why it has none: nothing was free, moved too often, given back.'),
  etaAt: Instant.nullable().describe('When the truck should come, as it was known last.'),
  leaveAt: Instant.nullable().describe('When to leave so as not to come before; null: at once, or not known.'),
  moves: z.int().describe('How often it was moved.'),
  arrivedAt: Instant.nullable(),
  queue: z
    .object({
      ahead: z.int().describe('Trucks that wait and are served before it.'),
      isServed: z.boolean().describe('It should be at a dock now.'),
      startAt: Instant.describe('When its service should begin, or began.'),
    })
    .nullable()
    .describe('While it waits at this end; null: it does not.'),
})

const Sum = z.object({
  capacity: z.int().describe('Trucks that may be booked.'),
  booked: z.int(),
  free: z.int(),
})
const Docks = z.object({ end: End, ...fields, rev: z.int() })
const Trip = z.object({
  waybillId: Id,
  number: z.string().nullable().describe('Null: another shipper’s.'),
  plate: z.string().nullable(),
  driver: z.string().nullable(),
  goods: z.string().nullable(),
  state: z.enum(waybillStates),
})

const PlaceDocks = z.object({
  place: Ref,
  shipper: Ref.nullable().describe('Whose place it is; null: everybody’s.'),
  ends: z.array(
    Docks.extend({
      waiting: z.int().describe('Trucks that have come and are not weighed.'),
      soon: Sum.describe('The next four hours.'),
    }),
  ),
})

const Board = z.object({
  at: Instant,
  place: Ref,
  shipper: Ref.nullable(),
  ends: z.array(
    Docks.extend({
      queue: z
        .array(
          Trip.extend({
            arrivedAt: Instant,
            slotAt: Instant.nullable(),
            isServed: z.boolean(),
            startAt: Instant,
          }),
        )
        .describe(`In the order of service; at most ${queueMax}.`),
      next: z
        .array(
          Trip.extend({
            startsAt: Instant.nullable(),
            lack: z.enum(slotLacks).nullable(),
            etaAt: Instant.nullable(),
            moves: z.int(),
          }),
        )
        .describe(`Trucks that are awaited: those without a slot, then the soonest ${nextMax} in all.`),
      buckets: z.array(
        z.object({
          startsAt: Instant,
          capacity: z.int(),
          booked: z.int(),
          arrived: z.int().describe('Of those booked.'),
        }),
      ),
      sum: Sum.describe('Of these hours, from now on.'),
    }),
  ),
  bounds: z.array(z.object({ name: z.enum(dockFields), value: z.int(), min: z.int(), max: z.int() })),
})

const Pace = z.object({
  loadDocks: z.int(),
  unloadDocks: z.int(),
  loadPerHour: z.number().describe('Trucks an hour that the loading docks take.'),
  unloadPerHour: z.number(),
  tripsPerHour: z.number().describe('What the lane carries in steady running.'),
  bottleneck: z.enum(bottlenecks),
  outS: z.int().describe('Driving loaded.'),
  backS: z.int().describe('Driving back empty.'),
  restS: z.int(),
  cycleS: z.int().describe('From one loading to the next of the same truck.'),
  trucksNeeded: z.int().describe('So many keep the slower docks busy; more only wait.'),
  tripsLeft: z.int().describe('Truckloads that nobody has taken.'),
  hoursLeft: z.number().describe('That these take at the slower docks.'),
  plan: z
    .array(z.object({ startsAt: Instant, trips: z.int() }))
    .describe('How many of them to load in which ten minutes, by the slots that are free at both ends.'),
  planned: z.int(),
  unplanned: z
    .object({ trips: z.int(), blocker: z.enum(paceBlockers) })
    .nullable()
    .describe('What finds no slots before the end of loading, and why.'),
  lastUnloadAt: Instant.nullable().describe('When the last planned trip is unloaded from.'),
})

/** What a number of the settings says; its unit stands last in its name. */
const numberWords: Readonly<Record<DockNumber, string>> = {
  emptyKmh: 'Planned speed of an empty truck.',
  loadedKmh: 'Planned speed of a loaded truck.',
  serviceMinutes: 'What loading takes where a place has no docks.',
  horizonHours: 'How far ahead of its truck a slot is looked for.',
  movesMax: 'After so many moves a late truck loses its slot.',
  keepDays: 'So long slots are kept.',
}
const Numbers = numbersOf(numberBounds, numberWords)

const ofPlace = z.object({ placeId: Id })
const act = { placeId: Id, commandId: CommandId, waybillId: Id, end: End, why: Why }

export const dockContract = {
  list: oc
    .route({
      method: 'GET',
      path: '/freight-docks',
      summary: '装卸位 · Places with docks: who waits, what is booked',
      tags,
    })
    .input(listInput({}))
    .output(listOutput(PlaceDocks)),
  board: oc
    .route({ method: 'GET', path: '/freight-docks/{placeId}', summary: '装卸看板 · Docks of one place', tags })
    .input(ofPlace.extend({ hours: z.coerce.number().int().min(1).max(boardHoursMax).default(boardHours) }))
    .output(Board),
  set: oc
    .route({
      method: 'PUT',
      path: '/freight-docks/{placeId}/{end}',
      summary: '设置装卸位 · Set the docks of one end',
      tags,
    })
    .input(ofPlace.extend({ end: End, commandId: CommandId, rev: OldRev, ...fields, why: Why }))
    .output(z.object({ rev: z.int() })),
  move: oc
    .route({
      method: 'POST',
      path: '/freight-docks/{placeId}/move',
      summary: '调整时段 · Move a waybill to another slot, or book one for it',
      tags,
    })
    .input(z.object({ ...act, startsAt: Instant.describe('A whole ten minutes.') }))
    .output(z.object({ startsAt: Instant.nullable() })),
  release: oc
    .route({
      method: 'POST',
      path: '/freight-docks/{placeId}/release',
      summary: '释放时段 · Give the slot of a waybill back: it joins the queue without one',
      tags,
    })
    .input(z.object(act))
    .output(z.object({ startsAt: Instant.nullable() })),
  settings: oc
    .route({ method: 'GET', path: '/freight-dock-settings', summary: '时段参数 · What slots are reckoned with', tags })
    .output(numbersNow(numberBounds, Numbers)),
  setNumbers: oc
    .route({
      method: 'PUT',
      path: '/freight-dock-settings',
      summary: '设置时段参数 · Set what slots are reckoned with',
      tags,
    })
    .input(numbersWish(Numbers))
    .output(z.object({ rev: z.int() })),
  pace: oc
    .route({
      method: 'GET',
      path: '/freight-loads/{id}/pace',
      summary: '装卸节拍 · What the docks at both ends of a load allow',
      tags,
    })
    .input(one)
    .output(
      z.object({
        missing: z.array(End).describe('Ends whose docks are not set or off.'),
        pace: Pace.nullable(),
      }),
    ),
}
