import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Day, Instant } from '@tingzhou/http/contract'
import { tags } from '../contract-parts.ts'

const Lane = { from: z.string(), to: z.string() }
const Kg = z.int().describe('Unloaded, net, by the weighbridge.')
const Plate = z.string().describe('Masked.')
const Driven = z.object({
  trips: z.int().describe('Whose empty way is known.'),
  unknown: z.int().describe('Trips whose truck came from nobody knows where; they count in nothing else.'),
  leftOut: z.int().describe('Trips of shared tours and legs of transloaded truckloads; neither do they.'),
  loadedM: z.int().describe('Planned road metres.'),
  emptyM: z
    .int()
    .describe(
      'From where the truck was unloaded before, of its first trip from its terminal’s fix, to the loading place.',
    ),
})
const Ratio = Driven.extend({
  ratio: z.number().nullable().describe('Loaded metres of all; null without trips.'),
  bound: z
    .number()
    .nullable()
    .describe('The most that any dispatch of these trips reaches; null where it is not known.'),
})

export const wallContract = {
  get: oc
    .route({
      method: 'GET',
      path: '/freight-wall',
      summary: '货运大屏 · Today’s carriage in figures; nobody is named',
      tags,
    })
    .output(
      z.object({
        at: Instant,
        day: Day,
        opened: z.int().describe('Waybills made today.'),
        running: z.int().describe('Waybills whose truck is on its way now.'),
        unloaded: z.int().describe('Waybills unloaded today.'),
        carriedKg: Kg,
        load: z
          .object({ trips: z.int(), loadedKg: z.int(), ratedKg: z.int() })
          .describe(
            'Loaded, and what the vehicles may load, of the trips unloaded today that were weighed when loaded.',
          ),
        laden: z
          .object({ vehicles: z.int(), ladenKm: z.number(), allKm: z.number() })
          .describe('Today, by the odometers of the terminals, of the vehicles whose terminals tell them.'),
        ratio: z
          .object({
            at: Instant.describe('When it was reckoned.'),
            today: Ratio,
            yesterday: Ratio.describe('Until the same hour.'),
            bendPct: z.int().describe('Empty ways: great circle by so many percent.'),
            changes: z
              .array(
                z.object({
                  ...Lane,
                  points: z.number().describe('Percentage points; those of all lanes are the whole difference.'),
                  today: Driven,
                  yesterday: Driven,
                }),
              )
              .describe('The lanes that changed it most; none where one of the days has no trips.'),
            lanes: z.int().describe('Lanes that changed it at all.'),
            otherPoints: z.number().describe('What the lanes that are not shown changed.'),
          })
          .nullable()
          .describe('Of the trips unloaded today, as it was reckoned last, once a minute; null: not yet today.'),
        money: z
          .object({
            settledFen: z.int().describe('Due to carriers by what was settled today.'),
            settlements: z.int(),
            paidFen: z.int().describe('What was paid today: payments that the bank has booked, and wallets.'),
            payments: z.int(),
          })
          .nullable()
          .describe('Null but for the platform’s people.'),
        lanes: z.array(z.object({ ...Lane, trips: z.int(), kg: Kg })).describe('With most tons unloaded today.'),
        hours: z.array(z.object({ from: Instant, kg: Kg, trips: z.int() })).describe('The last 24, the oldest first.'),
        latest: z.array(z.object({ ...Lane, plate: Plate, kg: Kg.nullable(), at: Instant })),
        late: z.object({
          count: z.int(),
          rows: z.array(
            z.object({
              ...Lane,
              plate: Plate,
              end: z.enum(['load', 'unload']).describe('Where it should have been.'),
              since: Instant,
            }),
          ),
        }),
      }),
    ),
}
