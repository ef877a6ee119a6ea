import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { Done, Id, one, Ref, tags, Why } from '../contract-parts.ts'
import { loadModes, measures, waybillStates } from '../words.ts'
import { numbersNow, numbersOf, numbersWish } from '@tingzhou/records/contract'
import { chainBounds, nextFlags, nextStates, noReturns, returnReasons, type ChainNumber } from './words.ts'

const Metres = z.int()
const Waybill = z.object({ id: Id, number: z.string(), state: z.enum(waybillStates) })

/** What a number of the settings says; its unit stands last in its name. */
const numberWords: Readonly<Record<ChainNumber, string>> = {
  loadMinutes: 'A truck is at a loading place for so long.',
  unloadMinutes: 'And at an unloading place.',
  speedKmh: 'How fast trucks drive, over all roads.',
  driveMaxMinutes: 'After so much driving a driver rests at the latest.',
  restMinutes: 'For so long.',
  returnReachM: 'Return loads begin at most so many road metres from where a truck unloads.',
  homeDays: 'Where a driver loads first on most of the last so many days is home.',
  homePct: 'How much a metre nearer home counts against an empty one.',
  marginMinutes: 'A next load stays offered for so long after the truck is expected at it.',
  horizonHours: 'Plans look ahead so far, where nothing else is asked.',
  tourHoursMax: 'A tour lasts at most so long.',
  commitHours: 'First loads that must start within so many hours are committed.',
  planMinutes: 'So long a plan may be committed.',
  waitHoursMax: 'No load follows after a longer wait.',
  waitHourM: 'Metres that an hour of waiting counts as.',
  activationM: 'Metres that using one more truck counts as.',
  homeM: 'Metres that ending a tour at home is worth.',
  loadTripsMax: 'Truckloads of one load in a plan.',
  tripsMax: 'Truckloads in a plan.',
  neighbours: 'Loads and trucks that are looked at around each.',
  keepDays: 'So long plans are kept.',
}
export const Numbers = numbersOf(chainBounds, numberWords)
const DriversChoose = z.boolean().describe('Drivers and carriers take assigned return loads; else they wish for them.')

const Next = z.object({
  id: Id,
  state: z.enum(nextStates),
  flag: z.enum(nextFlags).nullable().describe('What threatens it.'),
  flagText: z.string().nullable(),
  load: z.object({ id: Id, number: z.string(), goods: z.string(), from: Ref, to: Ref }),
  vehicle: z.object({ id: z.string(), plate: z.string() }),
  driver: z.string(),
  after: z.object({ id: Id, number: z.string() }).describe('The trip that the truck is on.'),
  waybill: Waybill.nullable().describe('What was offered; null: only wished for.'),
  emptyM: Metres.describe('Empty way to it.'),
  expectedAt: Instant.describe('When the truck is at the loading place.'),
  offerUntil: Instant.nullable(),
  chosenBy: z.string(),
  chosenAt: Instant,
  endText: z.string().nullable().describe('Why it is over.'),
})

const Return = z.object({
  load: z.object({
    id: Id,
    number: z.string(),
    goods: z.string(),
    mode: z.enum(loadModes),
    measure: z.enum(measures),
    plan: z.int().describe('What the truck would take, in the load’s measure.'),
    from: Ref,
    to: Ref,
    loadFrom: Instant,
    loadUntil: Instant,
  }),
  carrierMilliFen: z.int().nullable().describe('Thousandths of a fen, for those who may see it.'),
  emptyM: Metres,
  loadedM: Metres,
  arriveAt: Instant.describe('When the truck can be at the loading place.'),
  waitMinutes: z.int(),
  homeAfterM: Metres.nullable().describe('Empty way home afterwards; null: no home is known.'),
  how: z.enum(['book', 'wish']).describe('What choosing it means for whoever asks.'),
  why: z.array(z.object({ kind: z.enum(returnReasons), numbers: z.record(z.string(), z.number()), text: z.string() })),
})

export const ReturnsAnswer = z.object({
  waybill: Waybill,
  at: Ref.describe('Where it unloads.'),
  next: Next.nullable().describe('The next load that was chosen last.'),
  freeAt: Instant.nullable().describe('When it is unloaded.'),
  home: Ref.nullable().describe('Where the driver usually loads first.'),
  homeEmptyM: Metres.nullable().describe('Empty way home without a return load.'),
  basis: z.string().describe('What metres rest on.'),
  reason: z.enum(noReturns).nullable().describe('Why there are none.'),
  rows: z.array(Return),
})

const Chosen = z.object({
  id: Id,
  state: z.enum(['wished', 'booked']),
  waybill: z.object({ id: Id, number: z.string() }).nullable(),
})

export const nextContract = {
  returns: oc
    .route({
      method: 'GET',
      path: '/freight-waybills/{id}/return-loads',
      summary: '回程货 · What the truck can carry after this trip, the best first, 20 at most',
      tags,
    })
    .input(one)
    .output(ReturnsAnswer),
  choose: oc
    .route({
      method: 'POST',
      path: '/freight-waybills/{id}/next-load',
      summary: '订下一单 · Book the next load of the truck, or wish for it',
      tags,
      successStatus: 201,
    })
    .input(z.object({ id: Id, commandId: CommandId, loadId: Id }))
    .output(Chosen),
  list: oc
    .route({ method: 'GET', path: '/freight-next-loads', summary: '下一单 · Next loads, the latest first', tags })
    .input(listInput({ state: z.enum(nextStates).optional() }))
    .output(listOutput(Next)),
  confirm: oc
    .route({
      method: 'POST',
      path: '/freight-next-loads/{id}/confirm',
      summary: '确认意向 · Book what was wished for',
      tags,
    })
    .input(z.object({ id: Id, commandId: CommandId }))
    .output(Chosen),
  end: oc
    .route({
      method: 'POST',
      path: '/freight-next-loads/{id}/end',
      summary: '退回下一单 · Give a next load back before it is accepted',
      tags,
    })
    .input(z.object({ id: Id, commandId: CommandId, why: Why }))
    .output(Done),
  settings: oc
    .route({ method: 'GET', path: '/freight-chain-settings', summary: '串联参数 · What chains reckon with', tags })
    .output(numbersNow(chainBounds, Numbers).extend({ driversChoose: DriversChoose })),
  set: oc
    .route({
      method: 'PUT',
      path: '/freight-chain-settings',
      summary: '设置串联参数 · Set what chains reckon with',
      tags,
    })
    .input(numbersWish(Numbers).extend({ driversChoose: DriversChoose }))
    .output(z.object({ rev: Rev })),
}
