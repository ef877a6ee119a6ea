import { oncePerServer } from '@tingzhou/casework'
import type { ChainFault } from '@tingzhou/chain-model'
import { at, newId, type Db, type Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { err, ok, type Result } from '@tingzhou/kernel'
import { clockwork, hasRole, type Actor } from '@tingzhou/parties'
import type { JobHandler } from '@tingzhou/timers'
import { readPackedEconomy } from '../economy/rows.ts'
import type { ChainsError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { chainSettings } from '../settings/settings.ts'
import { saveLines } from '../target/lines.ts'
import { runJob, type Reckoned, type RunAnswer } from './reckon.ts'
import { storeRun, sweepRuns, type RunHead } from './store.ts'
import './tables.ts'
import { beat, beatMs, endTurn, holdsTurn, takeTurn, type Ending } from './turn.ts'
import { yearFault, yearOfData } from './year.ts'

type Deps = RequestContext['deps']

/** A run of a million firms takes minutes; nothing that is alive takes longer. */
const runSeconds = 1_800

/** Makes runs beside the server's answers, one at a time. */
export const runnerOf = oncePerServer((deps) => {
  let running: Promise<void> = Promise.resolve()
  return {
    /** Makes the run of a turn that was taken. */
    launch: (turn: Turn): void => {
      running = running
        .then(() => makeRun(deps, turn))
        .catch((error: unknown) => deps.log.error({ err: error }, 'a run of the chains could not be ended'))
    },
    /** Waits for what is under way. */
    settled: (): Promise<void> => running,
  }
})

export type Turn = { readonly holder: string; readonly year: number; readonly actor: Actor }

/** Takes the turn for a run of a year that pages may show; `launch` it after the commit. */
export async function beginRun(
  tx: Tx,
  deps: Pick<Deps, 'zoneId' | 'clock'>,
  actor: Actor,
  { year }: { readonly year: number },
): Promise<Result<{ id: string; year: number }, ChainsError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' })
  const fault = await yearFault(tx, deps, year)
  if (fault) return err(fault)
  const turn = await takeTurn(tx, deps, { year, by: actor.name })
  return turn.ok ? ok({ id: turn.value, year }) : turn
}

/** Reads, reckons outside any transaction and stores in one. Whatever happens the turn is given back, unless the process dies. */
export async function makeRun(deps: Deps, turn: Turn): Promise<void> {
  const alive = setInterval(() => {
    beat(deps.db, deps, turn.holder).catch((error: unknown) => deps.log.error({ err: error }, 'a run could not beat'))
  }, beatMs)
  alive.unref()
  try {
    const draft = await draftRun(deps, turn.year)
    if (draft.answer.ok) await keepRun(deps, turn, draft, draft.answer.value.reckoned)
    else await endTurn(deps.db, deps, turn.holder, refusal(draft.answer.error))
  } catch (error) {
    deps.log.error({ err: error }, 'a run of the chains failed')
    await endTurn(deps.db, deps, turn.holder, { outcome: 'failed' })
  } finally {
    clearInterval(alive)
  }
}

type Draft = Pick<RunHead, 'numbers' | 'readMs' | 'solveMs'> & { readonly answer: RunAnswer }

/** What a year comes to; nothing is written. */
async function draftRun(deps: Deps, year: number): Promise<Draft> {
  const { db, zoneId, compute } = deps
  const { settings, kMin } = await chainSettings(db, zoneId)
  const last = await latestRun(db, zoneId, year)
  const begun = performance.now()
  const packed = await readPackedEconomy(db, zoneId, year)
  const read = performance.now()
  // Lists are kept as they may be shown: another least number of firms asks for them anew.
  const known = last?.numbers.kMin === kMin ? last.input_version : null
  const input = { packed, settings, kMin, known }
  const answer = await compute.run(runJob, input, { seconds: runSeconds })
  const solveMs = Math.round(performance.now() - read)
  return { numbers: { ...settings, kMin }, readMs: Math.round(read - begun), solveMs, answer }
}

const refusal = ({ field, value, rule }: ChainFault): Ending => ({
  outcome: 'refused',
  fault: { field, value: String(value), rule },
})

/** Keeps what was reckoned, or that nothing has changed, and gives the turn back; whoever lost it meanwhile keeps nothing. */
function keepRun(deps: Deps, turn: Turn, draft: Draft, reckoned: Reckoned | null): Promise<void> {
  const { holder, year } = turn
  return deps.db.transaction().execute(async (tx) => {
    if (!(await holdsTurn(tx, deps.zoneId, holder))) return
    const ending = reckoned ? await keepReckoned(tx, deps, turn, draft, reckoned) : await keepLast(tx, deps, year)
    await endTurn(tx, deps, holder, ending)
  })
}

async function keepReckoned(tx: Tx, deps: Deps, turn: Turn, draft: Draft, reckoned: Reckoned): Promise<Ending> {
  const { zoneId, clock } = deps
  const { year, actor } = turn
  const { numbers, readMs, solveMs } = draft
  const id = newId()
  // The lists are those of the latest year.
  const isLatest = !(await hasLaterYear(tx, zoneId, year))
  await storeRun(tx, { zoneId, id, year, numbers, now: clock(), by: actor.name, readMs, solveMs }, reckoned)
  if (isLatest) await saveLines(tx, deps, id, reckoned.lines, numbers.kMin)
  await sweepRuns(tx, zoneId)
  const data = { year, version: reckoned.version, ...reckoned.counts }
  await note(tx, deps, actor, { objectKind: 'chain_run', objectId: id, verb: 'make', data })
  return { outcome: 'stored', runId: id }
}

async function keepLast(tx: Tx, deps: Deps, year: number): Promise<Ending> {
  const last = await latestRun(tx, deps.zoneId, year)
  if (!last) return { outcome: 'failed' }
  await markChecked(tx, deps, last.id)
  return { outcome: 'unchanged', runId: last.id }
}

const hasLaterYear = async (tx: Tx, zoneId: string, year: number): Promise<boolean> =>
  (await tx
    .selectFrom('chain_run')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('year', '>', year)
    .limit(1)
    .executeTakeFirst()) !== undefined

const markChecked = (tx: Tx, { zoneId, clock }: Deps, id: string) =>
  tx
    .updateTable('chain_run')
    .set({ checked_at: at(clock()) })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()

/** The last run of a year. One statement, by chain_run_list. */
const latestRun = (db: Db | Tx, zoneId: string, year: number) =>
  db
    .selectFrom('chain_run')
    .select(['id', 'input_version', 'numbers'])
    .where('zone_id', '=', zoneId)
    .where('year', '=', year)
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** Each night the latest year is reckoned anew; when nothing changed nothing is stored. */
export const nightlyRunJob = (deps: Deps): JobHandler => ({
  kind: 'chains.run',
  recurs: { dailyAt: '02:40' },
  run: async (tx) => {
    const year = await yearOfData(tx, deps)
    if (year === null) return
    const turn = await beginRun(tx, deps, clockwork, { year })
    if (!turn.ok) return
    return async () => runnerOf(deps).launch({ holder: turn.value.id, year, actor: clockwork })
  },
})
