// npm run soak -- crash [--rounds 20]: the server is killed under load, again and again; nothing acknowledged may be lost.
// The load: needs, applications for a restaurant with their items and promises, referrals of patients, teams under review.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { verifyHistory } from '@tingzhou/audit'
import { openDatabase, type Database } from '@tingzhou/db'
import { orphansIn } from '@tingzhou/process/testing'
import { casesByKind, disagreements } from './agreement.ts'
import { createOnServer } from './databases.ts'
import { figure, median, report, type Figure, type Say } from './harness.ts'
import { setUpLoops } from './loop-zone.ts'
import { needsLoop, referralLoop, reviewLoop, servicesLoop, type Course, type Loop } from './loops.ts'
import { ask, buildAll, startServer, type Answer, type ServerProcess } from './server.ts'
import { setUpZone, type Command } from './zone.ts'

const clients = 8
const zoneId = 'zone'
// Business objects that the load brings about.
const loadOf = ['appeal', 'application', 'item_case', 'promise', 'referral', 'review_application']
// Long enough for a few moves a client, short enough that every kill finds some of them half done.
const [loadMinMs, loadMaxMs] = [1_000, 3_000]
const repeatsAtOnce = 8
const nothingToDoMs = 20
const newShare = 0.8
// A case that has had nothing to do for so long waits for a day that does not come here.
const idleMax = 25

type Acknowledged = { readonly command: Command; readonly answer: Answer }
/** A case under way: where its client stands. `pending` was sent and never answered. */
type Case = Course & { readonly loop: Loop; pending: Command | null; idle: number }
type Books = {
  readonly acknowledged: Acknowledged[]
  readonly cases: Case[]
  readonly surprises: string[]
  /** Where rows of cases and their processes or histories disagree. */
  readonly disagreements: string[]
  /** How many cases were begun; the next one is of the next kind. */
  begun: number
}

/** Counts of what must not be. */
type Damage = {
  faults: number
  orphans: number
  lost: number
  changed: number
  mismatches: number
  pendingBroken: number
}

await report('soak', 'crash', async (say) => {
  const { values } = parseArgs({
    options: { rounds: { type: 'string' }, json: { type: 'boolean' }, write: { type: 'boolean' } },
  })
  const rounds = Number(values.rounds ?? 20)
  buildAll()
  const server = await createOnServer()
  const figures = [
    ...(await crashes('PGlite', rounds, null, say)),
    ...(await crashes('PostgreSQL', rounds, server.url, say)),
  ]
  await server.drop()
  return figures
})

async function crashes(name: string, rounds: number, databaseUrl: string | null, say: Say): Promise<readonly Figure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tingzhou-soak-'))
  const books: Books = { acknowledged: [], cases: [], surprises: [], disagreements: [], begun: 0 }
  const damage: Damage = { faults: 0, orphans: 0, lost: 0, changed: 0, mismatches: 0, pendingBroken: 0 }
  const readyMs: number[] = []
  let pendings = 0
  let server = await startServer({ dataDir, databaseUrl })
  const zone = await setUpZone(server)
  const more = await setUpLoops(server, zone)
  const loops = [needsLoop(zone), servicesLoop(more), referralLoop(more), reviewLoop(zone, more)]
  for (let round = 1; round <= rounds; round++) {
    const before = books.acknowledged.length
    const kill = killLater(server)
    await Promise.all(Array.from({ length: clients }, () => client(server, loops, books)))
    await kill
    await inspect(dataDir, databaseUrl, books, damage)
    server = await startServer({ dataDir, databaseUrl })
    readyMs.push(server.readyMs)
    const fresh = books.acknowledged.slice(before)
    damage.changed += await repeatAll(server, fresh)
    pendings += books.cases.filter(({ pending }) => pending !== null).length
    damage.pendingBroken += await settlePending(server, books)
    say(
      `${name}, kill ${round}: ${fresh.length} acknowledged, ${JSON.stringify(damage)}, again after ${server.readyMs.toFixed(0)} ms`,
    )
  }
  await server.stop()
  const kinds = await kindsIn(dataDir, databaseUrl)
  rmSync(dataDir, { recursive: true, force: true })
  for (const words of new Set([...books.surprises, ...books.disagreements])) say(`${name}: ${words}`)
  const least = `>= ${rounds}`
  return [
    figure(`${name}: kill -9 under load of ${clients} clients`, rounds, 'kills', least),
    figure(`${name}: commands acknowledged before the kills`, books.acknowledged.length, 'commands', least),
    figure(`${name}: commands under way at the kills`, pendings, 'commands', '>= 1'),
    ...loadOf.map((kind) => {
      const { cases = 0, over = 0 } = kinds.find((one) => one.kind === kind) ?? {}
      return figure(`${name}: cases of kind ${kind}, ${over} of them over`, cases, 'cases', '>= 1')
    }),
    figure(`${name}: acknowledged commands that are gone`, damage.lost, 'commands', '<= 0'),
    figure(`${name}: acknowledged commands that answer otherwise when repeated`, damage.changed, 'commands', '<= 0'),
    figure(`${name}: commands under way that could not be repeated`, damage.pendingBroken, 'commands', '<= 0'),
    figure(`${name}: faults in the history`, damage.faults, 'faults', '<= 0'),
    figure(`${name}: orphan tasks, tokens, timers, subscriptions`, damage.orphans, 'rows', '<= 0'),
    figure(
      `${name}: cases of all modules that stand elsewhere than their history or process`,
      damage.mismatches,
      'cases',
      '<= 0',
    ),
    figure(`${name}: answers that no client expected`, books.surprises.length, 'answers', '<= 0'),
    figure(`${name}: from the start after a kill to the first answer`, median(readyMs), 'ms'),
  ]
}

async function kindsIn(dataDir: string, databaseUrl: string | null) {
  const database = await openDatabase(databaseUrl === null ? { dataDir: join(dataDir, 'db') } : { databaseUrl })
  try {
    return await casesByKind(database.db, zoneId)
  } finally {
    await database.close()
  }
}

async function killLater(server: ServerProcess): Promise<void> {
  await sleep(loadMinMs + Math.random() * (loadMaxMs - loadMinMs))
  await server.kill()
}

/** Takes up cases and moves them on until the server goes away. */
async function client(server: ServerProcess, loops: readonly Loop[], books: Books): Promise<void> {
  for (;;) {
    const own = takeUp(loops, books)
    try {
      const next = own.pending ?? (await own.loop.next(server, own))
      if (next === 'over') continue
      if (next === null) {
        if (own.idle++ < idleMax) books.cases.unshift(own)
        await sleep(nothingToDoMs)
        continue
      }
      own.pending = next
      settle(books, own, next, await ask(server.url, next.key, 'POST', next.path, next.body))
    } catch {
      books.cases.push(own)
      return
    }
  }
}

/** The case left last; now and then one that had nothing to do, else rather a new one than that. */
function takeUp(loops: readonly Loop[], books: Books): Case {
  const last = books.cases.at(-1)
  const waits = last !== undefined && last.pending === null && last.idle > 0 && Math.random() < newShare
  return (waits ? undefined : books.cases.pop()) ?? begin(loops, books)
}

function begin(loops: readonly Loop[], books: Books): Case {
  const loop = loops[books.begun++ % loops.length]
  if (!loop) throw new Error('there are loops')
  return { loop, id: null, rev: 0, step: 0, pending: null, idle: 0 }
}

/** Writes an answer into the books; the case goes on from there, or is over. */
function settle(books: Books, own: Case, command: Command, answer: Answer): void {
  own.pending = null
  own.idle = 0
  if (answer.status !== 200 && answer.status !== 201) {
    books.surprises.push(
      `${command.path} ${JSON.stringify(command.body)}: ${answer.status} ${JSON.stringify(answer.body)}`,
    )
    return
  }
  books.acknowledged.push({ command, answer })
  // Every command on a case is answered with its id and revision; some concern a part of the case.
  const { id, rev } = answer.body as { id: string; rev: number }
  if (own.id !== null) own.step++
  own.id ??= id
  if (id === own.id) own.rev = rev
  books.cases.push(own)
}

/** A command that was under way at the kill happened or did not; sent again it succeeds, once. @returns those that did not */
async function settlePending(server: ServerProcess, books: Books): Promise<number> {
  const waiting = books.cases.splice(0)
  let broken = 0
  for (const own of waiting) {
    if (!own.pending) {
      books.cases.push(own)
      continue
    }
    const answer = await ask(server.url, own.pending.key, 'POST', own.pending.path, own.pending.body)
    if (answer.status !== 200 && answer.status !== 201) broken++
    settle(books, own, own.pending, answer)
  }
  return broken
}

/** Sends acknowledged commands again. @returns how many were answered otherwise than the first time */
async function repeatAll(server: ServerProcess, acknowledged: readonly Acknowledged[]): Promise<number> {
  const waiting = [...acknowledged]
  let changed = 0
  const repeat = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { command, answer } = next
      const again = await ask(server.url, command.key, 'POST', command.path, command.body)
      if (JSON.stringify(again) !== JSON.stringify(answer)) changed++
    }
  }
  await Promise.all(Array.from({ length: repeatsAtOnce }, repeat))
  return changed
}

/** Opens the database as the kill left it and counts what must not be. */
async function inspect(dataDir: string, databaseUrl: string | null, books: Books, damage: Damage): Promise<void> {
  const database = await openDatabase(databaseUrl === null ? { dataDir: join(dataDir, 'db') } : { databaseUrl })
  try {
    damage.faults += (await verifyHistory(database.db, zoneId)).faults.length
    damage.orphans += (await orphansIn(database.db, zoneId)).length
    damage.lost += await countLost(database, books.acknowledged)
    const found = await disagreements(database.db, zoneId)
    damage.mismatches += found.length
    books.disagreements.push(...found)
  } finally {
    await database.close()
  }
}

async function countLost({ db }: Database, acknowledged: readonly Acknowledged[]): Promise<number> {
  const ids = acknowledged.map(({ command }) => command.commandId)
  const answer = await sql<{
    lost: number
  }>`select count(*) as lost from unnest(${ids}::uuid[]) as sent(id) where not exists (
    select 1 from command c where c.zone_id = ${zoneId} and c.id::text = sent.id::text)`.execute(db)
  return answer.rows[0]?.lost ?? ids.length
}
