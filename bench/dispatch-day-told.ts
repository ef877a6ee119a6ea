import { writeFileSync } from 'node:fs'
import { newId } from '@tingzhou/db'
import { assert, epochMs, localDate } from '@tingzhou/kernel'
import { instantOf, localDateOf } from '@tingzhou/calendar'
import { readDay } from '../modules/freight/ratio/day-rows.ts'
import { makeDay } from '../modules/freight/ratio/day.ts'
import { replayNearest, replayWaves } from '../modules/freight/ratio/replay.ts'
import { findRatio } from '../modules/freight/ratio/today.ts'
import type { DayZone } from './dispatch-day-zone.ts'
import { figure, said, type Figure } from './harness.ts'

const hourMs = 3_600_000

/**
 * What the module itself says of the day from its rows and the fixes of terminals: the wall's ratio an instant before midnight, and the
 * day of dispatch on the morning after. With `--record FILE` the day goes into a file, as `modules/freight/ratio/data` keeps one.
 * @param emptyM  what the bench counted
 */
export async function toldFigures(zone: DayZone, emptyM: number): Promise<readonly Figure[]> {
  const { deps, people, db, zoneId } = zone
  const day = localDateOf(zone.midnight)
  const begun = performance.now()
  await findRatio(deps, epochMs(zone.midnight + 24 * hourMs - 1))
  const wallMs = performance.now() - begun
  zone.setNow(instantOf(localDate(day), '00:00') + 32 * hourMs)
  const made = await makeDay(deps, people.dispatcher, { commandId: newId(), day })
  assert(made.ok, JSON.stringify(made))
  const row = await db
    .selectFrom('freight_dispatch_day')
    .select(['trips', 'unknown', 'empty_m', 'loaded_m', 'nearest_matched', 'nearest_empty_m'])
    .select(['waves_matched', 'waves_empty_m', 'bound_m', 'took_ms'])
    .where('zone_id', '=', zoneId)
    .where('day', '=', day)
    .executeTakeFirstOrThrow()
  await keepRecord(zone, day)
  const perLoad = (metres: number, loads: number): number => metres / 1e3 / Math.max(1, loads)
  return [
    figure('the wall: both days’ ratios, bounds and what changed them', wallMs, 'ms'),
    figure(
      'the day after, from its rows: trips whose truck came from nobody knows where',
      row.unknown,
      'trips',
      '<= 0',
    ),
    figure(
      'the same: empty km it says, less what was driven, of that',
      Math.abs(row.empty_m / emptyM - 1),
      '',
      '<= 0.01',
    ),
    figure('the same: empty km a load as it was', perLoad(row.empty_m, row.trips), 'km'),
    figure(
      'the same: empty km a load by nearest-first at the moments of acceptance',
      perLoad(row.nearest_empty_m, row.nearest_matched),
      'km',
    ),
    figure('the same: empty km a load by waves of those moments', perLoad(row.waves_empty_m, row.waves_matched), 'km'),
    figure(
      'the same: empty km a load that no plan drives less than',
      perLoad(row.bound_m ?? Number.NaN, row.trips),
      'km',
    ),
    figure('the same: time to read and reckon it', row.took_ms / 1e3, 's'),
  ]
}

async function keepRecord({ db, zoneId }: DayZone, day: string): Promise<void> {
  const file = said('--record')
  if (file === undefined) return
  const { record } = await readDay(db, zoneId, day)
  let costM = 0
  const waves = replayWaves(record, ({ plan }) => (costM += plan.costM))
  assert(waves.ok, 'the day is replayed')
  const sums = (emptyM: readonly (number | null)[]) => ({
    matched: emptyM.filter((metres) => metres !== null).length,
    emptyM: emptyM.reduce<number>((sum, metres) => sum + (metres ?? 0), 0),
  })
  const kept = {
    source: `invented: npm run bench -- dispatch-day ${process.argv
      .slice(2)
      .filter((arg) => arg !== '--json')
      .map((arg) => (arg === file ? 'FILE' : arg))
      .join(' ')}`,
    waves: { ...sums(waves.value.emptyM), costM },
    nearest: sums(replayNearest(record).emptyM),
    record: { ...record, day: '2026-03-02' },
  }
  writeFileSync(file, `${JSON.stringify(kept)}\n`)
}
