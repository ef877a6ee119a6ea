// npm run bench -- hj212: frames of an hour of flue gas, 412 bytes of data each, cut from a stream and read on one core. Then 5,000 data loggers,
// each on a connection of its own to a gateway in a process of its own, the generator beside it on the same cores; what was
// answered is counted in the database. Fewer: --stations, --rate (packets a second in all), --seconds;
// --only codec or gateway.
import { once } from 'node:events'
import { sql } from 'kysely'
import { createFramer, crc212, decode, decodeSegment, explain } from '@tingzhou/hj212'
import { serverScratch } from './databases.ts'
import type { Outcome } from './gateway-pace.ts'
import { end, firstLine, memoryOf, run, startHost, zoneId } from './gateway-process.ts'
import { addStations } from './gateway-zone.ts'
import { figure, median, report, said, type Figure, type Say } from './harness.ts'
import { valuesOfPacket } from './hj212-talk.ts'

const frame = new TextEncoder().encode(
  '##0412QN=20260703090000001;ST=31;CN=2061;PW=654321;MN=650100C0FFEE000000000A01;Flag=5;CP=&&DataTime=20260703080000;' +
    'a00000-Cou=182160,a00000-Min=48.1,a00000-Avg=50.6,a00000-Max=53.2,a00000-Flag=N;a21026-Min=8.1,a21026-Avg=11.4,' +
    'a21026-Max=19.9,a21026-ZsAvg=11.6,a21026-Cou=2.077,a21026-Flag=N;a21002-Min=31.0,a21002-Avg=36.5,a21002-Max=44.2,' +
    'a21002-ZsAvg=37.1,a21002-Cou=6.649,a21002-Flag=N;a19001-Avg=9.2,a19001-Flag=N&&7C40\r\n',
)
const frames = 100_000
// As a socket delivers them: pieces that end anywhere.
const pieceBytes = 1_460

const mebi = 2 ** 20

function given(name: string, usual: number): number {
  return Number(said(name) ?? usual)
}

function isWanted(leg: string): boolean {
  return (said('--only') ?? leg) === leg
}

await report('bench', 'hj212', async (say) => [
  ...(isWanted('codec') ? codec() : []),
  ...(isWanted('gateway')
    ? await gateway(given('--stations', 5_000), given('--rate', 1_000), given('--seconds', 60), say)
    : []),
])

/** So many connections of loggers that are known. */
async function gateway(stations: number, perSecond: number, seconds: number, say: Say): Promise<readonly Figure[]> {
  const scratch = await serverScratch(4)
  await addStations(scratch.database, zoneId, stations)
  say(`${stations} stations are known`)
  const { host, ports } = await startHost(scratch)
  const before = await memoryOf(host)
  const began = performance.now()
  const generator = run('hj212-load.ts', [ports.hj212, stations, perSecond, seconds].map(String), scratch)
  const told = firstLine(generator)
  await once(generator, 'message')
  const joinedS = (performance.now() - began) / 1_000
  const joined = await memoryOf(host)
  const outcome = JSON.parse(await told) as Outcome
  const after = await memoryOf(host)
  await end(host, 'SIGTERM')
  const kept = await countValues(scratch.database.db)
  await scratch.drop()
  // Each logger was let in with a packet.
  const expected = (outcome.answered + stations) * valuesOfPacket
  say(`${JSON.stringify(outcome)}, ${kept} of ${expected} values kept, ${joined.online} connected`)
  const { sent, answered, p50, p99, max } = outcome
  return [
    figure('data loggers connected to one gateway on PostgreSQL', joined.online, 'connections', `>= ${stations}`),
    figure('until all were let in and the points of all were made', joinedS, 's'),
    figure(
      `packets of eight factors sent for ${seconds} s`,
      sent / outcome.seconds,
      'packets/s',
      `>= ${perSecond * 0.99}`,
    ),
    figure('packets answered (9014)', answered, 'packets', `>= ${sent}`),
    figure(
      'values of answered packets that are not in the database, or twice',
      Math.abs(expected - kept),
      'values',
      '<= 0',
    ),
    figure('from sending to the answer, p50', p50, 'ms'),
    figure('from sending to the answer, p99', p99, 'ms', '<= 1000'),
    figure('from sending to the answer, longest', max, 'ms'),
    figure('memory of the gateway (RSS)', after.rss / mebi, 'MiB'),
    figure('memory of the gateway for each logger let in', (joined.rss - before.rss) / stations / 1_024, 'KiB'),
  ]
}

/** What stations measured, without what the gateway notes of itself. */
async function countValues(db: Awaited<ReturnType<typeof serverScratch>>['database']['db']): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(m.n), 0)::bigint as n from sample_minute m
    join telemetry_point p on p.zone_id = m.zone_id and p.id = m.point_id
    where m.zone_id = ${zoneId} and p.template <> 'INTERVAL'`.execute(db)
  return Number(rows[0]?.n ?? 0)
}

function codec(): readonly Figure[] {
  const stream = new Uint8Array(frame.length * 1_000).map((_, i) => frame[i % frame.length] ?? 0)
  const segment = frame.subarray(6, -6)
  return [
    figure('frames read, check value and fields', perSecond(readWhole), 'frames/s', '>= 100000'),
    figure(
      'frames cut from a stream in pieces of 1,460 bytes and read',
      perSecond(() => readStream(stream)),
      'frames/s',
    ),
    figure(
      'floor: the check value alone',
      perSecond(() => hash(segment)),
      'segments/s',
    ),
  ]
}

function readWhole(): number {
  for (let i = 0; i < frames; i++) {
    const message = decode(frame)
    if (!message.ok) throw new Error(explain(message.error))
  }
  return frames
}

function readStream(stream: Uint8Array): number {
  const framer = createFramer()
  let read = 0
  for (let at = 0; at < stream.length; at += pieceBytes)
    for (const { segment } of framer.push(stream.subarray(at, at + pieceBytes))) if (decodeSegment(segment).ok) read++
  if (read !== stream.length / frame.length) throw new Error(`${read} frames were read`)
  return read
}

function hash(segment: Uint8Array): number {
  for (let i = 0; i < frames; i++) if (crc212(segment) !== 0x7c40) throw new Error('the check value is wrong')
  return frames
}

/** How often a second, the median of five runs after one to get warm. */
function perSecond(work: () => number): number {
  work()
  const rates = Array.from({ length: 5 }, () => {
    const began = performance.now()
    return (work() / (performance.now() - began)) * 1_000
  })
  return median(rates)
}
