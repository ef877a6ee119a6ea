import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { executeTogether, type CommandReused, type Tx, type WriteBatch } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { keepsFor } from '../reach.ts'
import { keepingRoles } from '../roles.ts'
import { runFreight } from '../room.ts'
import { send, type Sent } from './dispatch.ts'
import { wrongMode } from './share.ts'
import { wasOffered } from './stand.ts'
import { decideTake, loadForUpdate, takeOf, type Load } from './take.ts'

type Deps = RequestContext['deps']
type Answer = Result<Sent, FreightError | CommandReused>

export type Grab = {
  readonly commandId: string
  /** The load. */
  readonly id: string
  readonly vehicleId: string
  /** Null: whoever grabs drives. */
  readonly driverId: string | null
  /** In the load's measure; null: what a truck usually takes. */
  readonly plan: number | null
}

type Waiting = {
  readonly actor: Actor
  readonly grab: Grab
  readonly answer: (answer: Answer) => void
  readonly fail: (error: unknown) => void
}

// Grabs that wait in this process, by server and load.
const lines = new WeakMap<Deps, Map<string, Waiting[]>>()

/**
 * Grabs a truckload for the driver who asks, or for a driver and a vehicle of one's carrier: the first that comes has it, and the
 * waybill begins accepted. Grabs of one load wait in line in this process; a load that was seen full or closed by a transaction
 * which began after a grab had come refuses that grab too, without a transaction of its own. What is true between processes is the
 * row of the load, which each transaction locks. A repeat gets its first answer, however full the load is.
 * @returns the waybill; `load_taken` when nothing is left, `load_state` when it is over
 * Source: own. One transaction and one statement for any number of grabs of one truckload that come together.
 */
export function grabLoad(deps: Deps, actor: Actor, grab: Grab): Promise<Answer> {
  // Whoever may grab nothing learns nothing of the load.
  if (!hasRole(actor, 'carrier', 'driver', ...keepingRoles)) return Promise.resolve(err({ kind: 'not_allowed' }))
  const ofServer = lines.get(deps) ?? new Map<string, Waiting[]>()
  lines.set(deps, ofServer)
  return new Promise<Answer>((answer, fail) => {
    const waiting = { actor, grab, answer, fail }
    const line = ofServer.get(grab.id)
    if (line) return void line.push(waiting)
    ofServer.set(grab.id, [waiting])
    // Those who come in the same turn are in line before the first transaction begins.
    setImmediate(() => void serve(deps, ofServer, grab.id))
  })
}

/** Serves a load's line until nobody waits. Never throws: what fails is told to whom it failed for. */
async function serve(deps: Deps, ofServer: Map<string, Waiting[]>, loadId: string): Promise<void> {
  const line = ofServer.get(loadId) ?? []
  let held: readonly Waiting[] = []
  while (held.length + line.length > 0) {
    // All of these came before the transaction that follows begins.
    const [first, ...rest] = [...held, ...line.splice(0)]
    if (!first) break
    const seen = await serveOne(deps, first)
    held = seen ? await refuseFor(deps, seen, rest) : rest
  }
  ofServer.delete(loadId)
}

/** What a transaction saw of the load, and what it made of it. */
type Seen = { before: Load | null; after: Load | null; waybillId: string | null }

/** Runs one grab. @returns the load as it stands after it, or null when it was not seen */
async function serveOne(deps: Deps, { actor, grab, answer, fail }: Waiting): Promise<Load | null> {
  const seen: Seen = { before: null, after: null, waybillId: null }
  try {
    const result = await runFreight(deps, actor, 'grab_load', grab, (tx, last) =>
      takeTruck(tx, last, deps, actor, grab, seen),
    )
    answer(result)
    // The answer of a repeat is another waybill: what this transaction wrote was rolled back.
    return result.ok && result.value.id === seen.waybillId ? seen.after : seen.before
  } catch (error) {
    fail(error)
    return null
  }
}

/**
 * Refuses those for whom the load has no room, unless they asked before and have an answer.
 * @returns those who go on waiting
 * One statement.
 */
async function refuseFor(deps: Deps, load: Load, waiting: readonly Waiting[]): Promise<readonly Waiting[]> {
  const now = deps.clock()
  const refusals = new Map<Waiting, FreightError>()
  for (const one of waiting) {
    const decision = decideTake(load, null, one.grab.plan, now)
    if (!decision.ok) refusals.set(one, decision.error)
  }
  if (refusals.size === 0) return waiting
  try {
    const answered = await deps.db
      .selectFrom('command')
      .select('id')
      .where('zone_id', '=', deps.zoneId)
      .where(sql<boolean>`id = any(${[...refusals.keys()].map(({ grab }) => grab.commandId)}::uuid[])`)
      .execute()
    const first = new Set(answered.map(({ id }) => id))
    for (const one of refusals.keys()) if (first.has(one.grab.commandId)) refusals.delete(one)
  } catch (error) {
    for (const one of refusals.keys()) one.fail(error)
    return waiting.filter((one) => !refusals.has(one))
  }
  for (const [one, refusal] of refusals) one.answer(err(refusal))
  return waiting.filter((one) => !refusals.has(one))
}

/** Takes a truckload and makes its waybill: of a load that is offered to the actor, by the driver or whoever keeps the vehicle. */
async function takeTruck(
  tx: Tx,
  batch: WriteBatch,
  deps: Deps,
  actor: Actor,
  grab: Grab,
  seen: Seen,
): Promise<Result<Sent, FreightError>> {
  Object.assign(seen, { before: null, after: null, waybillId: null })
  const { zoneId } = deps
  const [[load], [who]] = await executeTogether<[Load, Who]>(
    tx,
    loadForUpdate(tx, zoneId, grab.id),
    whoQuery(zoneId, actor, grab),
  )
  if (!load || !(who?.mayRead || wasOffered(load, actor))) return err({ kind: 'not_found' })
  if (load.mode !== 'grab') return err(wrongMode(load))
  seen.before = load
  const crew = crewOf(actor, grab, who)
  if (!crew.ok) return crew
  const taken = await takeOf(tx, deps, { load, share: null }, grab.plan)
  if (!taken.ok) return taken
  const sent = await send(tx, batch, deps, actor, taken.value, crew.value, 'accepted')
  if (sent.ok) Object.assign(seen, { after: taken.value.load, waybillId: sent.value.id })
  return sent
}

type Who = {
  /** Whose vehicle it is. */
  readonly carrierId: string | null
  /** The driver whose account asks. */
  readonly ownId: string | null
  readonly mayRead: boolean
}

const whoQuery = (zoneId: string, actor: Actor, { id, vehicleId }: Grab) => sql<Who>`select
  (select carrier_id from freight_vehicle where zone_id = ${zoneId} and id = ${vehicleId}) as "carrierId",
  (select id from freight_driver where zone_id = ${zoneId} and account_id = ${actor.accountId}) as "ownId",
  ${reaches(actor, 'freight_load', { zoneId, objectId: sql`${id}::text` })} as "mayRead"`

/** Who drives what for whom; a driver may grab for nobody else. */
function crewOf(actor: Actor, { vehicleId, driverId: named }: Grab, who: Who | undefined) {
  const refused = (field: string, value: string) =>
    err({ kind: 'field_refused', field, value, rule: 'within_reach' } as const)
  const carrierId = who?.carrierId ?? null
  if (carrierId === null) return refused('vehicleId', vehicleId)
  const driverId = named ?? who?.ownId ?? null
  if (driverId === null) return refused('driverId', '')
  if (driverId !== who?.ownId && !keepsFor(actor, [carrierId])) return err({ kind: 'not_allowed' } as const)
  return ok({ carrierId, driverId, vehicleId })
}
