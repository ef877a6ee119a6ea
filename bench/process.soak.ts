// npm run soak -- process [--minutes 5] [--seed N]: eight workers play every shipped drawing and drawings of the whole subset,
// while the processes that serve them are killed again and again. Half of the time on PGlite (one process, eight workers),
// half on PostgreSQL (four processes, two workers each, killed one by one or all at once). The seed says what workers ask for;
// when a kill strikes and who comes first, the machine decides.
//
// What must hold, after every kill where it is cheap, and all of it after the last:
//  1. an acknowledged command is kept, happened once, and gives the same answer when repeated; what was refused left nothing;
//  2. hash chains verify, and following a case's history leads to where the case stands: tasks open, done and cancelled,
//     nodes and flows, variables, status; its revision is the number of its commands, firings and tellings;
//  3. no orphans: rows of tasks, timers and subscriptions and the marking agree, nothing waits for what is gone;
//  4. once the outbox is drained a caller waits for a case that runs, and a called case runs for a caller that waits;
//  5. a parallel join is passed as often as the rarest of its flows was taken, an inclusive one as often as its split;
//  6. a case that is over keeps no token, task, timer or subscription;
//  7. the outbox drains, and no event is given up;
//  8. nothing is answered 500, and neither a timer nor a telling fails but where a handler fails on purpose.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { migrate, openDatabase, type Database } from '@tingzhou/db'
import type { AdminVerb } from '@tingzhou/process/testing'
import { createOnServer } from './databases.ts'
import { figure, report, type Figure, type Say } from './harness.ts'
import { enter, newBooks, type Books } from './soak/books.ts'
import { buildSoakServer } from './soak/build.ts'
import { inspect, type Violations } from './soak/checks.ts'
import type { Command, Sight } from './soak/commands.ts'
import { seeded } from './soak/hosts.ts'
import { createSeat, type Seat } from './soak/processes.ts'
import type { ServerTask } from './soak/server.ts'
import { repeat, work, type WorkerTools } from './soak/worker.ts'
import { clockSince, deployAll, makePeople, people, readKinds, type Kind } from './soak/world.ts'

const workers = 8
const [loadMinMs, loadMaxMs] = [1_500, 4_000]
const allAtOnceShare = 0.3
const repeatsAtOnce = 8
// A soak in which less happened has shown nothing; for each minute of the whole, on each database.
const [killsMin, commandsMin] = [4, 100]
const drainTimeoutMs = 60_000

await report('soak', 'process', async (say) => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
      write: { type: 'boolean' },
    },
  })
  const minutes = Number(values.minutes ?? 5)
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) throw new Error('--minutes is above 0, --seed a whole number')
  say(`seed ${seed}`)
  const script = await buildSoakServer()
  const kinds = await readKinds()
  const halfMs = minutes * 30_000
  const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-soak-'))
  const server = await createOnServer()
  const figures = [
    ...(await soak({ name: 'PGlite', seats: 1, dataDir, databaseUrl: null, ms: halfMs, seed, script }, kinds, say)),
    ...(await soak(
      { name: 'PostgreSQL', seats: 4, dataDir: null, databaseUrl: server.url, ms: halfMs, seed, script },
      kinds,
      say,
    )),
    figure('seed', seed, ''),
  ]
  await server.drop()
  rmSync(dataDir, { recursive: true, force: true })
  return figures
})

type Plan = {
  readonly name: string
  readonly seats: number
  readonly dataDir: string | null
  readonly databaseUrl: string | null
  readonly ms: number
  readonly seed: number
  readonly script: string
}

function open({ dataDir, databaseUrl }: Plan): Promise<Database> {
  return openDatabase(databaseUrl === null ? { dataDir: dataDir ?? '' } : { databaseUrl, connectionsMax: 2 })
}

async function soak(plan: Plan, kinds: readonly Kind[], say: Say): Promise<readonly Figure[]> {
  const { name, ms, seed, script } = plan
  const startedAtMs = Date.now()
  const clock = clockSince(startedAtMs)
  await prepare(plan, clock)
  const books = newBooks()
  const random = seeded(seed)
  const faults: string[] = []
  const seats = Array.from({ length: plan.seats }, () => createSeat(script, (words) => void faults.push(words)))
  const taskOf = (): ServerTask => ({
    dataDir: plan.dataDir,
    databaseUrl: plan.databaseUrl,
    startedAtMs,
    seed: Math.floor(random() * 2 ** 31),
  })
  await Promise.all(seats.map((seat) => seat.start(taskOf())))
  const endAt = performance.now() + ms
  const until = () => performance.now() >= endAt
  const cases: WorkerTools['cases'] = { open: [] }
  const crew = Array.from({ length: workers }, (_, index) =>
    // There are as many seats as the plan says, at least one.
    work({ seat: seats[index % seats.length]!, random: seeded(seed + index + 1), clock, kinds, books, cases, until }),
  )
  const looking = keepLooking(seats, cases, until)
  let kills = 0
  let orphans: string[] = []
  while (!until()) {
    await sleep(Math.min(loadMinMs + random() * (loadMaxMs - loadMinMs), Math.max(0, endAt - performance.now())))
    const doomed = random() < allAtOnceShare ? seats : [seats[Math.floor(random() * seats.length)]!]
    const before = books.acknowledged.length
    await Promise.all(doomed.map((seat) => seat.kill()))
    kills += doomed.length
    await Promise.all(doomed.map((seat) => seat.start(taskOf())))
    const found = (await doomed[0]!.ask({ op: 'orphans' })).body as readonly object[]
    orphans = [...orphans, ...found.map((orphan) => JSON.stringify(orphan))]
    say(`${name}, kill ${kills}: ${before} acknowledged, ${cases.open.length} cases looked at, ${found.length} orphans`)
  }
  await Promise.all([...crew, looking])
  await repeatAll(seats, books)
  const mended = await comeToRest(seats[0]!, books)
  await Promise.all(seats.map((seat) => seat.kill()))
  const database = await open(plan)
  const violations = await inspect(database.db, books.acknowledged)
  await database.close()
  tellOf(name, books, { ...violations, orphans: [...orphans, ...violations.orphans] }, faults, say)
  return figuresOf(plan, kills, books, violations, orphans, faults, mended)
}

async function prepare(plan: Plan, clock: ReturnType<typeof clockSince>): Promise<void> {
  const database = await open(plan)
  await migrate(database)
  await makePeople(database.db, clock())
  await deployAll(database.db, clock)
  await database.close()
}

/** Keeps the list of open cases fresh for all workers. */
async function keepLooking(seats: readonly Seat[], cases: WorkerTools['cases'], until: () => boolean): Promise<void> {
  for (let turn = 0; !until(); turn++) {
    await seats[turn % seats.length]!.ask({ op: 'open' })
      .then(({ body }) => void (cases.open = body as WorkerTools['cases']['open']))
      .catch(() => {})
    await sleep(300)
  }
}

/** Every acknowledged command once more, to processes that did not answer it. */
async function repeatAll(seats: readonly Seat[], books: Books): Promise<void> {
  const waiting = [...books.acknowledged]
  const hand = async (seat: Seat) => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await repeat(seat, books, next)
  }
  await Promise.all(Array.from({ length: repeatsAtOnce }, (_, index) => hand(seats[index % seats.length]!)))
}

type Rest = { readonly waiting: number; readonly dead: number }

/** Resumes what is suspended and skips what is stuck until nothing is, and all that cases told each other has been heard. */
async function comeToRest(seat: Seat, books: Books): Promise<Rest> {
  const until = performance.now() + drainTimeoutMs
  for (;;) {
    const rest = (await seat.ask({ op: 'settle' })).body as Rest
    const halted = (await seat.ask({ op: 'halted' })).body as readonly Sight[]
    if ((rest.waiting === 0 && halted.length === 0) || performance.now() > until) return rest
    for (const sight of halted) await goOn(seat, books, sight)
    await sleep(100)
  }
}

async function goOn(seat: Seat, books: Books, { instanceId, status, tokens }: Sight): Promise<void> {
  const reason = 'the end of the soak'
  const stuck = tokens.find(({ state }) => state === 'active')
  const verb: AdminVerb =
    status === 'suspended'
      ? { verb: 'resume', reason }
      : stuck
        ? { verb: 'skip', tokenId: stuck.id, vars: {}, reason }
        : { verb: 'terminate', reason }
  const command: Command = { op: 'admin', commandId: randomUUID(), accountId: people[0] ?? '', instanceId, verb }
  enter(books, command, await seat.ask(command))
}

function tellOf(name: string, books: Books, violations: Violations, faults: readonly string[], say: Say): void {
  const counts = (map: ReadonlyMap<string, number>) =>
    [...map.entries()]
      .toSorted(([, a], [, b]) => b - a)
      .map(([what, times]) => `${what} ${times}`)
      .join(', ')
  say(`${name} did: ${counts(books.done)}`)
  say(`${name} refused: ${counts(books.refused)}`)
  for (const [what, found] of Object.entries({
    ...violations,
    changed: books.changed,
    surprises: books.surprises,
    faults,
  }))
    for (const words of found.slice(0, 5)) say(`${name} ${what}: ${words}`)
}

function figuresOf(
  { name, ms }: Plan,
  kills: number,
  books: Books,
  violations: Violations,
  orphans: readonly string[],
  faults: readonly string[],
  rest: Rest,
): readonly Figure[] {
  const minutes = ms / 30_000
  const atLeast = `>= ${Math.ceil(commandsMin * minutes)}`
  const none = (what: string, count: number, unit: string) => figure(`${name}: ${what}`, count, unit, '<= 0')
  return [
    figure(`${name}: kill -9 under ${workers} workers`, kills, 'kills', `>= ${Math.ceil(killsMin * minutes)}`),
    figure(`${name}: commands acknowledged`, books.acknowledged.length, 'commands', atLeast),
    figure(`${name}: commands repeated`, books.repeats, 'commands', atLeast),
    figure(`${name}: commands under way at a kill`, books.underWay, 'commands'),
    none('acknowledged commands that are gone', violations.lost.length, 'commands'),
    none('commands with two effects, or one without its command', violations.doubled.length, 'commands'),
    none('commands that answer otherwise when repeated', books.changed.length, 'commands'),
    none('faults in the history', violations.chains.length, 'faults'),
    none('cases that stand elsewhere than their history', violations.stands.length, 'differences'),
    none('orphan tasks, tokens, timers, subscriptions', orphans.length + violations.orphans.length, 'rows'),
    none('callers that wait for nobody, called cases that run for nobody', violations.calls.length, 'cases'),
    none('joins passed too often', violations.joins.length, 'joins'),
    none('cases that are over and keep something', violations.ended.length, 'cases'),
    none('events not heard in the end', rest.waiting, 'events'),
    none('events given up', rest.dead, 'events'),
    none('answers 500', books.surprises.length, 'answers'),
    none('timers and tellings that failed unasked', faults.length, 'failures'),
  ]
}
