// npm run bench -- casework: real moves of real appeals, embedded and on a server, beside pgbench on the same server.
// On the server the eight connections are shared by two processes, as pgbench shares them between two threads (-j 2); one
// process alone is measured too.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { instantOf } from '@tingzhou/calendar'
import { newId, openDatabase, type Database } from '@tingzhou/db'
import { epochMs, localDate } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { Move } from '../modules/needs/appeal-contract.ts'
import { makeMove } from '../modules/needs/moves.ts'
import { appealProblems } from '../modules/needs/problems.ts'
import { foundZone, zoneOf, type ZoneSeed } from '../modules/needs/testing.ts'
import { embeddedScratch, serverScratch } from './databases.ts'
import { figure, median, quantile, report, type Figure, type Say } from './harness.ts'
import { openPgbench } from './pgbench.ts'

const runs = 3
const runSeconds = 10
// A server lives for weeks: what is measured is the code that V8 has compiled, which takes it some six thousand steps.
const warmSeconds = 15
const connections = 8
const processes = 2
const crowd = 8
const crowdRounds = 20

const run = promisify(execFile)

type Zone = ReturnType<typeof zoneOf>
type Rate = { readonly stepsPerS: number; readonly p99Ms: number; readonly p50Ms: number }
/** How long each step took, milliseconds, and how long the stream of steps. */
type Stream = { readonly times: readonly number[]; readonly tookS: number }
/** What a process of its own is asked to do. */
type Errand = { readonly url: string; readonly seed: ZoneSeed; readonly workers: number; readonly seconds: number }

const errand = process.argv[2] === 'errand' ? (JSON.parse(process.argv[3] ?? '') as Errand) : null
if (errand) await runErrand(errand)
else await report('bench', 'casework', async (say) => [...(await onEmbedded(say)), ...(await onServer(say))])

async function onEmbedded(say: Say): Promise<readonly Figure[]> {
  const scratch = await embeddedScratch()
  const zone = zoneOf(scratch.database, await openZone(scratch.database))
  await stream(zone, 1, warmSeconds)
  const rates: Rate[] = []
  for (let run = 0; run < runs; run++) {
    rates.push(rateOf([await stream(zone, 1, runSeconds)]))
    say(`PGlite, 1 worker: ${shown(rates.at(-1))}`)
  }
  const rounds = await crowdOnOneTask(zone)
  await scratch.drop()
  return [
    figure('PGlite, 1 worker: steps', median(rates.map((rate) => rate.stepsPerS)), 'steps/s'),
    figure('PGlite, 1 worker: p99 of a step', median(rates.map((rate) => rate.p99Ms)), 'ms'),
    figure(
      `PGlite: rounds of ${crowdRounds} with one success and seven 409 when eight complete one task`,
      rounds,
      'rounds',
      `>= ${crowdRounds}`,
    ),
  ]
}

async function onServer(say: Say): Promise<readonly Figure[]> {
  const scratch = await serverScratch(connections)
  const floor = await openPgbench()
  const seed = await openZone(scratch.database)
  // The database, too, is measured in use: tables that have grown, and are analysed, which a server does by itself within
  // minutes and pgbench with its own when it fills them.
  await stream(zoneOf(scratch.database, seed), connections, warmSeconds)
  await inProcesses(scratch.url ?? '', seed)
  await scratch.database.exec('analyze')
  const rates: Rate[] = []
  const alone: Rate[] = []
  const floors: number[] = []
  for (let index = 0; index < runs; index++) {
    // Both begin at a checkpoint and are measured after the same while: what is written whole after one is no small part of it.
    await scratch.database.exec('checkpoint')
    await floor.rate(connections, warmSeconds)
    floors.push(await floor.rate(connections, runSeconds))
    await scratch.database.exec('checkpoint')
    rates.push(await inProcesses(scratch.url ?? '', onDay(seed, index + 1)))
    alone.push(rateOf([await stream(zoneOf(scratch.database, onDay(seed, 7 + index)), connections, runSeconds)]))
    say(`PostgreSQL: ${shown(rates.at(-1))}; pgbench ${floors.at(-1)?.toFixed(0)} transactions/s`)
    say(`one process: ${shown(alone.at(-1))}`)
  }
  // Time goes on: the numbers of a day begin where those of the day before ended.
  const rounds = await crowdOnOneTask(zoneOf(scratch.database, onDay(seed, 10)))
  const { version, commits } = await settingsOf(scratch.database)
  await scratch.drop()
  await floor.drop()
  const where = `PostgreSQL ${version}, synchronous_commit ${commits}, ${connections} connections of ${processes} processes`
  const ratios = rates.map((rate, index) => rate.stepsPerS / (floors[index] ?? Number.NaN))
  return [
    figure(`${where}: steps`, median(rates.map((rate) => rate.stepsPerS)), 'steps/s'),
    figure(`${where}: p99 of a step`, median(rates.map((rate) => rate.p99Ms)), 'ms'),
    figure('one process alone, 8 connections: steps', median(alone.map((rate) => rate.stepsPerS)), 'steps/s'),
    figure('pgbench -c 8 -j 2 -T 10, TPC-B-like, scale 10, same server', median(floors), 'transactions/s'),
    figure('steps for each pgbench transaction', median(ratios), '', '>= 0.3'),
    figure(
      `PostgreSQL: rounds of ${crowdRounds} with one success and seven 409 when eight complete one task`,
      rounds,
      'rounds',
      `>= ${crowdRounds}`,
    ),
  ]
}

function shown(rate: Rate | undefined): string {
  if (!rate) return 'nothing'
  return `${rate.stepsPerS.toFixed(0)} steps/s, p50 ${rate.p50Ms.toFixed(1)} ms, p99 ${rate.p99Ms.toFixed(1)} ms`
}

async function settingsOf({ db }: Database): Promise<{ version: string; commits: string }> {
  const answer = await sql<{
    version: string
    commits: string
  }>`select split_part(current_setting('server_version'), ' ', 1) as version, current_setting('synchronous_commit') as commits`.execute(
    db,
  )
  return answer.rows[0] ?? { version: '?', commits: '?' }
}

/** A zone whose clock stands at the opening of a Monday. */
function openZone(database: Database): Promise<ZoneSeed> {
  return foundZone(database, instantOf(localDate('2026-03-02'), '10:00'))
}

/** The zone some days later, from a Monday to a Friday: the numbers of one day are used up after 9,999. */
function onDay(seed: ZoneSeed, days: number): ZoneSeed {
  return { ...seed, start: epochMs(seed.start + days * 86_400_000) }
}

/** The connections shared by processes of their own, all in one zone. */
async function inProcesses(url: string, seed: ZoneSeed): Promise<Rate> {
  const task: Errand = { url, seed, workers: connections / processes, seconds: runSeconds }
  const args = [fileURLToPath(import.meta.url), 'errand', JSON.stringify(task)]
  const answers = await Promise.all(
    Array.from({ length: processes }, () => run(process.execPath, args, { maxBuffer: 64_000_000 })),
  )
  return rateOf(answers.map(({ stdout }) => JSON.parse(stdout) as Stream))
}

async function runErrand({ url, seed, workers, seconds }: Errand): Promise<void> {
  const database = await openDatabase({ databaseUrl: url, connectionsMax: workers })
  const zone = zoneOf(database, seed)
  await stream(zone, workers, warmSeconds)
  process.stdout.write(JSON.stringify(await stream(zone, workers, seconds)))
  await database.close()
}

/** Streams at the same time add their rates. */
function rateOf(streams: readonly Stream[]): Rate {
  const times = streams.flatMap((each) => each.times)
  const stepsPerS = streams.reduce((sum, each) => sum + each.times.length / each.tookS, 0)
  return { stepsPerS, p99Ms: quantile(times, 0.99), p50Ms: median(times) }
}

type Named = Move extends infer M ? (M extends Move ? Omit<M, 'commandId' | 'rev'> : never) : never

/** The loop of a need after it was raised: who does what. */
function movesOf({ people, departments }: Zone): readonly (readonly [Actor, Named])[] {
  return [
    [
      people.dispatcher,
      {
        move: 'dispatch',
        ownerId: departments.power,
        assistantIds: [],
        note: '请尽快处理',
        ruleNumber: null,
        ruleVersion: null,
      },
    ],
    [people.officer, { move: 'sign' }],
    [people.officer, { move: 'contact', channel: 'phone', words: '已与企业负责人联系' }],
    [
      people.officer,
      { move: 'reply', result: 'explained', text: '已查明原因并说明', measures: '增加巡检', fileIds: [] },
    ],
    [people.lead, { move: 'pass_reply', words: '' }],
    [people.caller, { move: 'callback', reached: true, contacted: true, solved: 'yes', rating: 5, words: '满意' }],
    [people.lead, { move: 'strike_off', words: '' }],
  ]
}

/** Workers that take appeals from raising to striking off, one command a step, until the time is over. */
async function stream(zone: Zone, workers: number, seconds: number): Promise<Stream> {
  // Every appeal stands at the same revision after it was raised.
  const { rev: raisedRev } = await zone.appealOf(await zone.raise())
  const times: number[] = []
  const began = performance.now()
  const until = began + seconds * 1_000
  const timed = async <T>(step: () => Promise<T>): Promise<T> => {
    const from = performance.now()
    const result = await step()
    times.push(performance.now() - from)
    return result
  }
  const work = async () => {
    while (performance.now() < until) {
      const id = await timed(() => zone.raise())
      let rev = raisedRev
      for (const [actor, move] of movesOf(zone)) {
        if (performance.now() >= until) return
        rev = await timed(() => makeOne(zone, actor, id, { ...move, commandId: newId(), rev }))
      }
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return { times, tookS: (performance.now() - began) / 1_000 }
}

async function makeOne(zone: Zone, actor: Actor, id: string, move: Move): Promise<number> {
  const moved = await makeMove(zone.deps, actor, id, move)
  if (!moved.ok) throw new Error(`${move.move}: ${JSON.stringify(moved.error)}`)
  return moved.value.rev
}

/** Eight people complete one task at once, round after round; gives the rounds that ended as they must. */
async function crowdOnOneTask(zone: Zone): Promise<number> {
  let good = 0
  for (let round = 0; round < crowdRounds; round++) {
    const id = await zone.raise()
    await zone.move(id, zone.people.dispatcher, 'dispatch', {
      ownerId: zone.departments.power,
      assistantIds: [],
      note: '',
    })
    const { rev } = await zone.appealOf(id)
    const answers = await Promise.all(
      Array.from({ length: crowd }, () =>
        makeMove(zone.deps, zone.people.officer, id, { move: 'sign', commandId: newId(), rev }),
      ),
    )
    const refused = answers.filter((answer) => !answer.ok && appealProblems[answer.error.kind].status === 409)
    if (answers.filter((answer) => answer.ok).length === 1 && refused.length === crowd - 1) good++
  }
  return good
}
