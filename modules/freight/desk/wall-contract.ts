import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Day, Instant } from '@tingzhou/http/contract'
import { tags } from '../contract-parts.ts'

const Lane = { from: z.string(), to: z.string() }
const Kg = z.int().describe('Unloaded, net, by the weighbridge.')
const Plate = z.string().describe('Masked.')

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
