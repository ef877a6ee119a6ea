// npm run bench -- dispatch-day [--loads N] [--trucks N] [--seed N] [--every MINUTES] [--on-duty PERCENT] [--fair METRES] [--only nearest |
// waves]: one day of dispatch through the real module on PostgreSQL, by hand (each load its nearest free truck) and by waves, every step of
// each waybill made, beside the bound that no plan beats; and what trucks wait at docks without and with slots.
import { emptyBound, loadedRatio } from '@tingzhou/dispatch'
import { planeOf } from '../modules/freight/wave/solve.ts'
import { roadMetres } from '../modules/freight/wave/model.ts'
import { numberBounds } from '../modules/freight/wave/words.ts'
import { serverScratch } from './databases.ts'
import { dockWaits } from './dispatch-day-docks.ts'
import { inventDay, type InventedDay } from './dispatch-day-invent.ts'
import { runDay, type DayRun, type Policy, type Trip } from './dispatch-day-run.ts'
import { toldFigures } from './dispatch-day-told.ts'
import { openDayZone } from './dispatch-day-zone.ts'
import { figure, median, quantile, report, said, type Figure, type Say } from './harness.ts'

const connections = 8
const option = (name: string, otherwise: number): number => Number(said(name) ?? otherwise)
const wish = {
  loads: option('--loads', 5_000),
  trucks: option('--trucks', 15_000),
  seed: option('--seed', 1),
  onDuty: option('--on-duty', 12) / 100,
}
const run = { everyMinutes: option('--every', 10), fairHourM: option('--fair', numberBounds.fairHourM.value) }
const numbers = { bendPct: numberBounds.bendPct.value }
const labels: Readonly<Record<Policy, string>> = { nearest: 'nearest-first', waves: 'waves' }

await report('bench', 'dispatch-day', async (say) => {
  const day = inventDay(wish)
  const onDuty = day.trucks.filter(({ isOnDuty }) => isOnDuty).length
  const figures: Figure[] = [
    figure('truckloads published over the day', wish.loads, 'loads'),
    figure('trucks of the register with a terminal', wish.trucks, 'trucks'),
    figure('of them on duty: heard of within a day', onDuty, 'trucks'),
    figure('minutes between two rounds of dispatch', run.everyMinutes, 'min'),
    figure('what an hour that a truck has waited is worth to waves', run.fairHourM, 'm'),
  ]
  const ratios = new Map<Policy, { readonly ratio: number; readonly share: number }>()
  for (const policy of ['nearest', 'waves'] as const) {
    if (![policy, undefined].includes(said('--only') as Policy | undefined)) continue
    const { made, ratio, share } = await measure(policy, day, say)
    figures.push(...made)
    ratios.set(policy, { ratio, share })
  }
  const [hand, waves] = [ratios.get('nearest'), ratios.get('waves')]
  if (hand && waves)
    figures.push(
      figure('loaded ratio of waves over that of nearest-first', waves.ratio / hand.ratio, '', '>= 1'),
      figure('of what separates nearest-first from its bound, waves win', won(hand, waves), ''),
    )
  return figures
})

/** The share of the gap between the ratio by hand and its bound that waves close. */
function won(hand: { ratio: number; share: number }, waves: { ratio: number }): number {
  return (waves.ratio - hand.ratio) / (hand.ratio / hand.share - hand.ratio)
}

async function measure(policy: Policy, day: InventedDay, say: Say) {
  const scratch = await serverScratch(connections)
  const zone = await openDayZone(scratch, day)
  say(`${policy}: the register is there`)
  const done = await runDay(zone, day, { ...run, policy }, say)
  const { trips } = done
  const [emptyM, loadedM] = [sum(trips, ({ emptyM }) => emptyM), sum(trips, ({ loadedM }) => loadedM)]
  const bound = boundOf(day, trips)
  const [ratio, most] = [loadedRatio(emptyM, loadedM), loadedRatio(bound, loadedM)]
  const name = labels[policy]
  const waits = dockWaits(day, trips, zone.midnight)
  const told = policy === 'waves' ? await toldFigures(zone, emptyM) : []
  await zone.server.close()
  await scratch.drop()
  return {
    ratio,
    share: ratio / most,
    made: [
      figure(`${name}: truckloads served`, trips.length, 'loads'),
      figure(`${name}: loaded km`, loadedM / 1e3, 'km'),
      figure(`${name}: empty km`, emptyM / 1e3, 'km'),
      figure(`${name}: empty km a load`, emptyM / 1e3 / trips.length, 'km'),
      figure(`${name}: loaded ratio, loaded km of all km`, ratio, ''),
      figure(`${name}: the most that any plan of the same loads and trucks reaches`, most, ''),
      figure(`${name}: ratio over that bound`, ratio / most, '', '<= 1'),
      ...timeFigures(name, done),
      figure(`${name}: waiting at a dock, trucks come when they come, mean`, waits.without.meanMin, 'min'),
      figure(`${name}: the same, p95`, waits.without.p95Min, 'min'),
      figure(`${name}: the same, longest`, waits.without.maxMin, 'min'),
      figure(`${name}: waiting at a dock, trucks set off for a slot, mean`, waits.slots.meanMin, 'min'),
      figure(`${name}: the same, p95`, waits.slots.p95Min, 'min'),
      figure(`${name}: the same, longest`, waits.slots.maxMin, 'min'),
      figure(`${name}: held back before setting off for a slot, mean`, waits.slots.heldMin, 'min'),
      ...told,
    ],
  }
}

function timeFigures(name: string, { waves, moves, trips, seconds, stale }: DayRun): readonly Figure[] {
  const of = (key: keyof DayRun['waves'][number]): readonly number[] => waves.map((wave) => wave[key])
  const busy = waves.filter((_, n) => of('sendMs')[n]! > 1) // as many
  return [
    figure(`${name}: rounds of dispatch`, waves.length, ''),
    figure(`${name}: reading loads and trucks, median`, median(of('readMs')), 'ms'),
    figure(`${name}: reading loads and trucks, longest`, quantile(of('readMs'), 1), 'ms'),
    figure(`${name}: choosing, median`, median(of('solveMs')), 'ms'),
    figure(`${name}: choosing, longest`, quantile(of('solveMs'), 1), 'ms'),
    figure(`${name}: offering to drivers, median of rounds that offer`, median(busy.map(({ sendMs }) => sendMs)), 'ms'),
    figure(`${name}: proposals that were stale when they were offered`, stale, '', '<= 0'),
    figure(`${name}: offers and steps of waybills made`, moves + trips.length, 'steps'),
    figure(
      `${name}: the same a second, ${connections} connections, events told beside`,
      (moves + trips.length) / seconds,
      'steps/s',
    ),
  ]
}

function sum(trips: readonly Trip[], of: (trip: Trip) => number): number {
  return trips.reduce((all, trip) => all + of(trip), 0)
}

/** Fewest empty metres of the trips that were made: every pickup from a delivery or from where a truck on duty stood in the morning. */
function boundOf(day: InventedDay, trips: readonly Trip[]): number {
  const stands = day.trucks.filter(({ isOnDuty }) => isOnDuty)
  const spots = [...day.sites, ...stands]
  const places = planeOf(spots, Math.max(...spots.map(({ lat }) => Math.abs(lat))))
  const bound = emptyBound({
    places,
    pickups: Int32Array.from(trips, ({ from }) => from),
    deliveries: Int32Array.from(trips, ({ to }) => to),
    trucks: Int32Array.from(stands, (_, n) => day.sites.length + n),
    legs: (from, to) => ({
      metres: Float64Array.from(from, (spot, n) => roadMetres(spots[spot]!, spots[to[n]!]!, numbers)), // spots of the day
      seconds: new Float64Array(from.length),
    }),
    straightFactor: numbers.bendPct / 100,
  })
  if (!bound.ok) throw new Error(JSON.stringify(bound.error))
  return bound.value.emptyM
}
