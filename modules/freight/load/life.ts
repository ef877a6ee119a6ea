import { at, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { clockwork, type Actor } from '@tingzhou/parties'
import { schedule, type JobHandler } from '@tingzhou/timers'
import type { Saved } from '../carrier.ts'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import type { LoadState } from '../words.ts'
import { keptLoad } from './load.ts'
import { contractCarriage } from './price.ts'
import { lockLoad, type Load } from './take.ts'
import { carriers, dispatchers, shipperOf, tellPeople } from './told.ts'

type Step = { readonly id: string; readonly rev: number; readonly why: string }

/** Publishes a draft: what it says stays from now on, and the clock ends it. Prices of a contract are read once more. */
export async function publishLoad(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number },
): Promise<Result<Saved, FreightError>> {
  const kept = await keptLoad(tx, deps, actor, input)
  if (!kept.ok) return kept
  const load = kept.value
  if (load.state !== 'draft') return wrongState(load, 'load_draft')
  const now = deps.clock()
  if (load.load_until <= now) return refused('loadUntil', load.load_until, 'in_future')
  if (load.bid_until !== null && load.bid_until <= now) return refused('bidUntil', load.bid_until, 'in_future')
  const carriage = await carriageNow(tx, deps, load)
  if (!carriage.ok) return carriage
  // In a bidding the price is the highest that bids may have; 0: none.
  if (load.mode !== 'bid' && carriage.value.carrier_milli_fen === 0)
    return refused('carrierMilliFen', 0, 'price_needed')
  await setState(tx, deps, actor, { ...load, ...carriage.value }, 'published')
  const payload = { loadId: load.id }
  await schedule(tx, deps.zoneId, {
    id: `freight.load_over:${load.id}`,
    kind: loadOver,
    dueAt: load.load_until,
    payload,
  })
  if (load.bid_until !== null)
    await schedule(tx, deps.zoneId, {
      id: `freight.bids_over:${load.id}`,
      kind: bidsOver,
      dueAt: load.bid_until,
      payload,
    })
  return ok({ id: load.id, rev: load.rev + 1, warnings: [] })
}

const refused = (field: string, value: number, rule: string) =>
  err({ kind: 'field_refused', field, value: String(value), rule } as const)

const wrongState = ({ state }: Load, rule: string) =>
  err({ kind: 'load_state', field: 'state', value: state, rule } as const)

function carriageNow(tx: Tx, deps: FreightDeps, load: Load) {
  const { carrier_milli_fen, shipper_milli_fen, goods_milli_fen, terms_id, terms_version } = load
  if (load.contract_id === null)
    return ok({ carrier_milli_fen, shipper_milli_fen, goods_milli_fen, terms_id, terms_version })
  return contractCarriage(tx, deps, load.contract_id, {
    shipperId: load.shipper_id,
    goods: load.goods,
    fromId: load.from_id,
    toId: load.to_id,
    measure: load.measure,
    loadFrom: load.load_from,
  })
}

/** Withdraws a load of which nothing was taken; open bids end with it. */
export async function withdrawLoad(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Step,
): Promise<Result<Saved, FreightError>> {
  const kept = await keptLoad(tx, deps, actor, input)
  if (!kept.ok) return kept
  const load = kept.value
  if (load.state !== 'draft' && load.state !== 'published') return wrongState(load, 'load_draft_or_published')
  if (load.taken > 0)
    return err({ kind: 'load_state', field: 'taken', value: String(load.taken), rule: 'load_untaken' })
  return end(tx, deps, actor, load, 'withdrawn', input.why)
}

/** Closes a published load: nothing more is taken; what was taken goes on. */
export async function closeLoad(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Step,
): Promise<Result<Saved, FreightError>> {
  const kept = await keptLoad(tx, deps, actor, input)
  if (!kept.ok) return kept
  if (kept.value.state !== 'published') return wrongState(kept.value, 'load_published')
  return end(tx, deps, actor, kept.value, 'closed', input.why)
}

type Ending = 'withdrawn' | 'closed' | 'expired'

/** Ends a locked load and its open bids; those who bade are told, of an expired one also whoever ships it. */
async function end(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  load: Load,
  state: Ending,
  why?: string,
): Promise<Result<Saved, FreightError>> {
  const bids = await tx
    .updateTable('freight_bid')
    .set((eb) => ({ state: 'expired', decided_at: at(deps.clock()), rev: eb('rev', '+', 1) }))
    .where('zone_id', '=', deps.zoneId)
    .where('load_id', '=', load.id)
    .where('state', '=', 'submitted')
    .returning('carrier_id')
    .execute()
  const bidders = bids.map((bid) => bid.carrier_id)
  await setState(tx, deps, actor, load, state, why, bidders)
  await tellPeople(tx, deps, load, [
    { text: 'bid_expired', needsMe: false, to: carriers(bidders) },
    ...(state === 'expired'
      ? [{ text: 'load_expired', needsMe: false, to: [shipperOf(load), dispatchers] } as const]
      : []),
  ])
  return ok({ id: load.id, rev: load.rev + 1, warnings: [] })
}

const verbs = {
  draft: 'draft',
  published: 'publish',
  closed: 'close',
  withdrawn: 'withdraw',
  expired: 'expire',
} as const satisfies Record<LoadState, string>

async function setState(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  load: Load,
  state: LoadState,
  why?: string,
  to: readonly string[] = [],
): Promise<void> {
  const now = at(deps.clock())
  const { carrier_milli_fen, shipper_milli_fen, goods_milli_fen, terms_id, terms_version } = load
  await tx
    .updateTable('freight_load')
    .set({
      state,
      carrier_milli_fen,
      shipper_milli_fen,
      goods_milli_fen,
      terms_id,
      terms_version,
      ...(state === 'published' ? { published_at: now } : {}),
      rev: load.rev + 1,
      updated_at: now,
      updated_by: actor.name,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', load.id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_load',
    objectId: load.id,
    verb: verbs[state],
    ...(why === undefined ? {} : { why }),
    data: { changes: [{ field: 'state', from: load.state, to: state }] },
    to: [load.shipper_id, ...to],
  })
}

const loadOver = 'freight.load_over'
const bidsOver = 'freight.bids_over'

/**
 * What the clock does to loads: when loading is over, a load ends, closed when no truckload was left and expired otherwise; when
 * bidding is over, whoever decides is told, and a load that nobody bade for expires.
 */
export const loadJobs = (deps: FreightDeps): readonly JobHandler[] => [
  { kind: loadOver, run: (tx, job) => atEndOfLoading(tx, deps, loadIdOf(job.payload)) },
  { kind: bidsOver, run: (tx, job) => atEndOfBidding(tx, deps, loadIdOf(job.payload)) },
]

// publishLoad wrote it.
const loadIdOf = (payload: unknown): string => (payload as { readonly loadId: string }).loadId

async function atEndOfLoading(tx: Tx, deps: FreightDeps, loadId: string): Promise<void> {
  const load = (await lockLoad(tx, deps, loadId))?.load
  if (load?.state !== 'published') return
  const over = load.quantity - load.taken < load.truck_plan
  await end(tx, deps, clockwork, load, over ? 'closed' : 'expired')
}

async function atEndOfBidding(tx: Tx, deps: FreightDeps, loadId: string): Promise<void> {
  const load = (await lockLoad(tx, deps, loadId))?.load
  if (load?.state !== 'published') return
  const bid = await tx
    .selectFrom('freight_bid')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('load_id', '=', loadId)
    .where('state', '=', 'submitted')
    .limit(1)
    .executeTakeFirst()
  if (bid) await tellPeople(tx, deps, load, [{ text: 'bids_over', needsMe: true, to: [shipperOf(load), dispatchers] }])
  else await end(tx, deps, clockwork, load, 'expired')
}
