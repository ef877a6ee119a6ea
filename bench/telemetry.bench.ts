// npm run bench -- telemetry: samples through journal, blocks and minute rows, embedded and on PostgreSQL, beside a bare
// COPY of the same rows; then trends over a day and a year, beside a bare select of the rows they are made from, and how long
// an alarm takes.
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Database } from '@tingzhou/db'
import { addSample, newReadings, openTelemetryStore, sampleKind, type Readings } from '@tingzhou/telemetry'
import { embeddedScratch, serverScratch, type Scratch } from './databases.ts'
import { figure, median, report, type Figure, type Say } from './harness.ts'
import { alarmFigures } from './alarm-latency.ts'
import { trendFigures } from './trends.ts'

const points = 20_000
const perMinute = 60
const minutes = 3
const batchPoints = 5_000
const start = Date.UTC(2026, 10, 1)
const minuteMs = 60_000
const resolution = { mantissa: 1, scale: 1 }
const signals = makeSignals()

await report('bench', 'telemetry', async (say) => [
  ...(await on('PGlite', await embeddedScratch(), '>= 1000000', say)),
  ...(await on('PostgreSQL', await serverScratch(8), '>= 4000000', say)),
])

async function on(name: string, scratch: Scratch, target: string, say: Say): Promise<readonly Figure[]> {
  try {
    const rates: number[] = []
    let bytes = 0
    for (let run = 0; run < 3; run++) {
      const zoneId = `bench${run}`
      const { seconds, samples, journalShare } = await ingest(scratch.database, zoneId)
      rates.push(samples / seconds)
      bytes = await sizeOf(scratch.database, samples * (run + 1))
      say(
        `${name}: ${Math.round(samples / seconds)} samples/s, journal ${(journalShare * 100).toFixed(0)} % of the time, ${bytes.toFixed(2)} B a sample`,
      )
    }
    const floor = await bareCopy(scratch.database)
    const trends = await trendFigures(name, scratch.database, say)
    // What the load has left in memory is written out first: it belongs to the load, not to the alarms that come after it.
    await scratch.database.exec('checkpoint')
    return [
      figure(
        `${name}: samples kept, journal and minute rows, ${points} points at 1 Hz`,
        median(rates),
        'samples/s',
        target,
      ),
      figure(`${name}: disk for a sample, rows and index`, bytes, 'B'),
      figure(`${name}: bare COPY of the same rows into one table`, floor, 'samples/s'),
      figure(`${name}: share of the bare COPY`, median(rates) / floor, ''),
      ...trends,
      ...(await alarmFigures(name, scratch.database, say)),
    ]
  } finally {
    await scratch.drop()
  }
}

/** All samples of some minutes, a batch a second and gateway. What the gateways send is made before the time runs. */
async function ingest(database: Database, zoneId: string) {
  let now: EpochMs = epochMs(start)
  const store = await openTelemetryStore({
    database,
    zoneId,
    clock: () => now,
    stream: 'bench',
    resolutionOf: () => resolution,
  })
  const began = performance.now()
  let journalMs = 0
  for (let minute = 0; minute < minutes; minute++) {
    const since = performance.now()
    for (const batches of signals) await Promise.all(batches.map((batch) => store.append(later(batch, minute))))
    journalMs += performance.now() - since
    now = epochMs(start + (minute + 1) * minuteMs + 6_000)
    await store.flush()
  }
  await store.close()
  const seconds = (performance.now() - began) / 1_000
  return { seconds, journalShare: journalMs / 1_000 / seconds, samples: points * perMinute * minutes }
}

/** The same signals some minutes later. */
function later({ kind, data, count }: Readings, minute: number): Readings {
  const copy = data.slice(0, count * 4)
  for (let place = 1; place < copy.length; place += 4) copy[place] = (copy[place] ?? 0) + minute * minuteMs
  return { kind, data: copy, count }
}

/** Slow sines with noise, as a plant sends them: second by second, gateway by gateway. */
function makeSignals(): Readings[][] {
  return Array.from({ length: perMinute }, (_, second) =>
    Array.from({ length: points / batchPoints }, (_, gateway) => batchOf(gateway, start + second * 1_000)),
  )
}

function batchOf(gateway: number, at: number): Readings {
  const readings = newReadings(sampleKind, batchPoints)
  for (let index = 1; index <= batchPoints; index++) {
    const point = gateway * batchPoints + index
    const noise = (Math.imul(point, 2_654_435_761) ^ Math.imul(at / 1_000, 40_503)) & 3
    addSample(readings, point, at, Math.round(500 + 100 * Math.sin(at / 60_000 + point)) + noise)
  }
  return readings
}

async function sizeOf(database: Database, samples: number): Promise<number> {
  const text = new TextDecoder().decode(
    await database.copyOut(
      `(select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'sample_minute'::regclass)`,
    ),
  )
  return Number(text) / samples
}

/** The rows that the last run wrote, copied out and into a bare table. */
async function bareCopy(database: Database): Promise<number> {
  const bytes = await database.copyOut(`(select * from sample_minute where zone_id = 'bench0')`)
  const times: number[] = []
  for (let run = 0; run < 3; run++) {
    await database.exec(
      'create table bare (like sample_minute); alter table bare alter column raw set storage external; alter table bare add primary key (zone_id, point_id, minute)',
    )
    const began = performance.now()
    await database.copyIn('bare', bytes)
    times.push((performance.now() - began) / 1_000)
    await database.exec('drop table bare')
  }
  return (points * perMinute * minutes) / median(times)
}
