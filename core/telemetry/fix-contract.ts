import * as z from 'zod'
import { Instant } from '@tingzhou/http/contract'

const Degrees = z.number()

/** Where something that moves was. */
export const FixView = z.object({
  at: Instant,
  lonDeg: Degrees.describe('WGS-84.'),
  latDeg: Degrees,
  altitudeM: z.number(),
  speedKmh: z.number(),
  headingDeg: z.number().describe('Clockwise from north.'),
  status: z.int().describe('Status word as the terminal sent it.'),
  alarm: z.int().describe('Alarm word as the terminal sent it.'),
  odometerKm: z.number().nullable(),
  flags: z.int().describe('1 sent late, 2 without a satellite fix, 4 faster than a vehicle can be.'),
})
