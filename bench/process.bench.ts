// npm run bench -- process: steps of cases on the process core alone, one command a step. What a module adds to a step
// is measured by `casework`.
// --open N: how many open cases stand against 1,000 (100,000 when left out).
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { explore, inputFor, readDefinition, type Choice, type Definition, type Path } from '@tingzhou/bpmn'
import { flushBatch, newId, repoRoot, runCommand, type Database } from '@tingzhou/db'
import { err, ok, epochMs } from '@tingzhou/kernel'
import { feed, fireDue, startInstance } from '@tingzhou/process'
import {
  chain,
  deployed,
  drawing,
  flow,
  logOf,
  on,
  started,
  testHost,
  testRuntime,
  timerAt,
} from '@tingzhou/process/testing'
import { embeddedScratch, serverScratch, type Scratch } from './databases.ts'
import { figure, median, report, type Figure, type Say } from './harness.ts'

const begun = epochMs(Date.UTC(2026, 2, 2, 2))
const hourMs = 3_600_000
const workers = 8
const seconds = 5
const runs = 3
const few = 1_000
const many = Number(process.argv[process.argv.indexOf('--open') + 1]) || 100_000
const timers = 2_000
const slowdownMaxPct = 20

/** A task that can be done again and again, with a timer and a message waited for beside it. */
const waiting = drawing(
  'waiting',
  `<startEvent id="start"/><userTask id="work" tz:roles="clerk" tz:outcomes="again,done"/><exclusiveGateway id="which" default="which-work"/>
   <boundaryEvent id="due" attachedToRef="work" cancelActivity="false">${timerAt('dueAt')}</boundaryEvent>
   <serviceTask id="remind" tz:handler="remind"/><endEvent id="reminded"/>
   <boundaryEvent id="told" attachedToRef="work">${on('stop')}</boundaryEvent><endEvent id="stopped"/><endEvent id="end"/>
   ${chain('start', 'work', 'which')}${flow('which', 'work')}${flow('which', 'end', 'outcome = &quot;done&quot;')}
   ${chain('due', 'remind', 'reminded')}${chain('told', 'stopped')}`,
)

await report('bench', 'process', async (say) => [
  ...(await onDatabase('PGlite, 1 worker', () => embeddedScratch(), 1, say)),
  ...(await onDatabase(`PostgreSQL, ${workers} connections`, () => serverScratch(workers), workers, say)),
])

async function onDatabase(
  where: string,
  open: () => Promise<Scratch>,
  hands: number,
  say: Say,
): Promise<readonly Figure[]> {
  const scratch = await open()
  const figures: Figure[] = []
  for (const file of shippedDrawings()) {
    const { name, stepsPerS } = await stepsOf(scratch.database, file, hands)
    figures.push(figure(`${where}: ${name}, steps`, stepsPerS, 'steps/s'))
    say(`${where}: ${name} ${stepsPerS.toFixed(0)} steps/s`)
  }
  const firedPerS = await timersPerS(scratch.database)
  figures.push(figure(`${where}: timers fired by one worker`, firedPerS, 'timers/s'))
  say(`${where}: ${firedPerS.toFixed(0)} timers/s`)
  const { fewMs, manyMs } = await crowded(scratch.database, hands, say)
  figures.push(
    figure(`${where}: a step with ${few} open cases`, fewMs, 'ms'),
    figure(`${where}: a step with ${many} open cases`, manyMs, 'ms'),
    figure(`${where}: slower by`, Math.max(0, (manyMs / fewMs - 1) * 100), '%', `<= ${slowdownMaxPct}`),
  )
  await scratch.drop()
  return figures
}

/** Every drawing that modules ship. */
function shippedDrawings(): readonly string[] {
  const modules = join(repoRoot(), 'modules')
  return readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[^/]+\/processes\/[^/]+\.bpmn$/.test(file))
    .map((file) => join(modules, file))
    .toSorted()
}

/** How many steps a second cases make along a path of the drawing, each started, moved and finished by commands. */
async function stepsOf({ db }: Database, file: string, hands: number) {
  const xml = readFileSync(file, 'utf8')
  const read = await readDefinition(xml)
  if (!read.ok) throw new Error(`${file}: ${JSON.stringify(read.error)}`)
  const definition = read.value
  const path = longPath(definition)
  const { zoneId, runtime, now, moveTo } = testRuntime(begun)
  const names = Object.values(definition.nodes).flatMap((node) =>
    'handler' in node && node.handler ? [node.handler] : [],
  )
  const host = testHost(zoneId, definition.key, Object.fromEntries(names.map((name) => [name, async () => ({})])))
  await deployed(db, runtime, xml)
  const command = (body: Parameters<typeof runCommand<true, string>>[2]) =>
    runCommand({ db, zoneId, clock: now }, { commandId: newId(), actorId: 'bench', name: 'bench', input: null }, body)
  const walk = async (count: () => void) => {
    const [id, instanceId] = [newId(), newId()]
    for (const choice of path) {
      const moved = await command(async (tx) => {
        const log = logOf({ by: 'event', type: 'bench' }, id)
        if (choice.kind === 'start') {
          const begins = await startInstance(tx, runtime, host, log, { id, instanceId }, choice.vars)
          if (!begins.ok) return err(JSON.stringify(begins.error))
        } else {
          await host.lock(tx, id, log.cause)
          const played = await feed(tx, runtime, host, log, instanceId, (state) => {
            const input = inputFor(definition, state, choice)
            if (input?.kind === 'timer')
              moveTo(state.timers.find((timer) => timer.id === input.timerId)?.dueAt ?? now())
            return input
          })
          if (!played.ok) return err(JSON.stringify(played.error))
        }
        await flushBatch(tx, log.batch)
        return ok(true as const)
      })
      if (!moved.ok) throw new Error(`${definition.key} ${JSON.stringify(choice)}: ${JSON.stringify(moved.error)}`)
      count()
    }
  }
  const stepsPerS = await rateOf(hands, walk)
  return { name: `${definition.key} (${path.length} steps a case)`, stepsPerS }
}

/** Of the paths that together cover the drawing the longest on which no handler fails; handlers are called within a step. */
function longPath(definition: Definition): Path {
  const answers = (choice: Choice) => choice.kind !== 'handled'
  const paths = explore(definition, { now: begun, statesMax: 500 }).paths.filter((path) =>
    path.every(({ kind }) => kind !== 'handler_failed' && kind !== 'child_failed'),
  )
  const [longest] = paths.map((path) => path.filter(answers)).toSorted((a, b) => b.length - a.length)
  if (!longest) throw new Error(`${definition.key} has a path`)
  return longest
}

/** Steps a second of several hands, the middle of the runs; a first run warms up. */
async function rateOf(hands: number, walk: (count: () => void) => Promise<void>): Promise<number> {
  const rates: number[] = []
  for (let run = 0; run <= runs; run++) {
    let steps = 0
    const from = performance.now()
    const until = from + (run === 0 ? 1 : seconds) * 1_000
    const work = async () => {
      while (performance.now() < until) await walk(() => void steps++)
    }
    await Promise.all(Array.from({ length: hands }, work))
    if (run > 0) rates.push((steps / (performance.now() - from)) * 1_000)
  }
  return median(rates)
}

/** Timers that fire into a handler, one after the other, as the server's worker takes them. */
async function timersPerS({ db }: Database): Promise<number> {
  const { zoneId, runtime, now, moveTo } = testRuntime(begun)
  const host = testHost(zoneId, 'waiting', { remind: async () => ({}) })
  await deployed(db, runtime, waiting)
  const { instanceId } = await started(db, runtime, host, { dueAt: begun + hourMs })
  await copyInstance(db, zoneId, instanceId, timers - 1)
  await sql`analyze`.execute(db)
  moveTo(begun + hourMs)
  const from = performance.now()
  let fired = 0
  for (let report = { fired: 1, failed: 0 }; report.fired > 0; fired += report.fired)
    report = await fireDue(db, runtime, [host], now(), (error) => {
      throw error
    })
  if (fired !== timers) throw new Error(`${fired} of ${timers} timers fired`)
  return (fired / (performance.now() - from)) * 1_000
}

/** How long a step of any open case takes, with few of them and with many. */
async function crowded({ db }: Database, hands: number, say: Say): Promise<{ fewMs: number; manyMs: number }> {
  const { zoneId, runtime, now } = testRuntime(begun)
  const host = testHost(zoneId, 'waiting', { remind: async () => ({}) })
  await deployed(db, runtime, waiting)
  const { instanceId } = await started(db, runtime, host, { dueAt: begun + hourMs })
  const stepMs = async () => {
    await sql`vacuum analyze`.execute(db)
    const cases = await db
      .selectFrom('process_instance')
      .select(['id', 'business_id as businessId'])
      .where('zone_id', '=', zoneId)
      .execute()
    const rate = await rateOf(hands, async (count) => {
      const one = cases[Math.floor(Math.random() * cases.length)]
      if (!one) throw new Error('there are cases')
      const spec = { commandId: newId(), actorId: 'bench', name: 'bench', input: null }
      const moved = await runCommand<true, string>({ db, zoneId, clock: now }, spec, async (tx) => {
        const log = logOf({ by: 'event', type: 'bench' }, one.businessId)
        await host.lock(tx, one.businessId, log.cause)
        const played = await feed(tx, runtime, host, log, one.id, ({ tasks: [task] }) =>
          task ? { kind: 'complete', taskId: task.id, vars: { outcome: 'again' } } : null,
        )
        if (!played.ok || !played.value) return err(JSON.stringify(played))
        await flushBatch(tx, log.batch)
        return ok(true as const)
      })
      if (!moved.ok) throw new Error(JSON.stringify(moved.error))
      count()
    })
    return (hands / rate) * 1_000
  }
  await copyInstance(db, zoneId, instanceId, few - 1)
  const fewMs = await stepMs()
  const from = performance.now()
  await copyInstance(db, zoneId, instanceId, many - few)
  say(`${many - few} cases copied in ${((performance.now() - from) / 1_000).toFixed(1)} s`)
  const manyMs = await stepMs()
  say(`a step takes ${fewMs.toFixed(2)} ms with ${few} open cases, ${manyMs.toFixed(2)} ms with ${many}`)
  return { fewMs, manyMs }
}

/** Copies of an instance and its rows, every id a new one. */
async function copyInstance(db: Database['db'], zoneId: string, instanceId: string, copies: number): Promise<void> {
  const atOnce = 5_000
  for (let left = copies; left > 0; left -= atOnce) {
    const count = Math.min(left, atOnce)
    await sql`
      with source as materialized (
        select i.*, (select jsonb_agg(distinct e->>'id') from (
            select json_array_elements(i.marking->part) as e
            from unnest(array['scopes', 'tokens', 'tasks', 'timers', 'subscriptions']) as part) ids) as ids
        from process_instance i where i.zone_id = ${zoneId} and i.id = ${instanceId}),
      copy as materialized (
        select gen_random_uuid() as id, gen_random_uuid() as business_id,
          (select jsonb_object_agg(old, gen_random_uuid()) from jsonb_array_elements_text(s.ids) old where n > 0) as new_ids
        from source s, generate_series(1, ${count}::int) n),
      instances as (
        insert into process_instance (zone_id, id, key, version, business_kind, business_id, status, vars, visited, marking, created_at, updated_at, rev)
        select s.zone_id, c.id, s.key, s.version, s.business_kind, c.business_id, s.status, s.vars, s.visited,
          ${renamed(sql`s.marking`, 5)}, s.created_at, s.updated_at, 1
        from source s, copy c),
      tasks as (
        insert into process_task (zone_id, instance_id, id, token_id, node_id, state, business_kind, business_id, roles, opened_at, data)
        select t.zone_id, c.id, (c.new_ids->>t.id::text)::uuid, (c.new_ids->>t.token_id::text)::uuid, t.node_id, t.state, t.business_kind,
          c.business_id, t.roles, t.opened_at, ${renamed(sql`t.data`, 5)}
        from process_task t, source s, copy c where t.zone_id = s.zone_id and t.instance_id = s.id and t.state = 'open'),
      timers as (
        insert into process_timer (zone_id, instance_id, id, node_id, due_at, attempts)
        select t.zone_id, c.id, (c.new_ids->>t.id::text)::uuid, t.node_id, t.due_at, 0
        from process_timer t, source s, copy c where t.zone_id = s.zone_id and t.instance_id = s.id)
      insert into process_subscription (zone_id, instance_id, id, kind, name, correlation_key)
      select t.zone_id, c.id, (c.new_ids->>t.id::text)::uuid, t.kind, t.name, t.correlation_key
      from process_subscription t, source s, copy c where t.zone_id = s.zone_id and t.instance_id = s.id`.execute(db)
  }
}

/** JSON with the ids of the source, of which there are so many, replaced by those of the copy. */
function renamed(value: ReturnType<typeof sql>, ids: number): ReturnType<typeof sql> {
  let text = sql`${value}::text`
  for (let index = 0; index < ids; index++)
    text = sql`replace(${text}, s.ids->>${sql.lit(index)}::int, c.new_ids->>(s.ids->>${sql.lit(index)}::int))`
  return sql`(${text})::jsonb`
}
