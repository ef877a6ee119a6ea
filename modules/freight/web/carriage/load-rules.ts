import type { BidKind, LoadMode, LoadState } from '../../words.ts'
import type { Side } from './rights.ts'

/** What decides which verbs a load has now. Quantities in its measure, instants in epoch ms. */
export type LoadStand = {
  readonly state: LoadState
  readonly mode: LoadMode
  readonly bidKind: BidKind | null
  readonly bidUntil: number | null
  readonly loadUntil: number
  readonly quantity: number
  readonly taken: number
}

/** How the reader stands to it, and what the reader's roles allow. */
export type Reader = { readonly side: Side; readonly keeps: boolean; readonly dispatches: boolean }

export const loadVerbs = ['publish', 'award', 'share', 'assign', 'grab', 'bid', 'change', 'close', 'withdraw'] as const
export type LoadVerb = (typeof loadVerbs)[number]

const modesOf: Partial<Readonly<Record<LoadVerb, readonly LoadMode[]>>> = {
  award: ['bid'],
  share: ['assign', 'standing'],
  assign: ['assign'],
  grab: ['grab'],
  bid: ['bid'],
}
const sidesOf: Readonly<Record<LoadVerb, readonly Side[]>> = {
  publish: ['platform', 'shipper'],
  change: ['platform', 'shipper'],
  close: ['platform', 'shipper'],
  withdraw: ['platform', 'shipper'],
  award: ['platform', 'shipper'],
  share: ['platform'],
  assign: ['platform'],
  grab: ['platform', 'carrier'],
  bid: ['carrier'],
}

/** The verbs of the reader's side that a load of this mode ever has. */
export const verbsOf = (mode: LoadMode, side: Side): readonly LoadVerb[] =>
  loadVerbs.filter((verb) => sidesOf[verb].includes(side) && (modesOf[verb]?.includes(mode) ?? true))

/** Why a verb cannot be used now: a key under `reason`, or null. */
export function refusalOf(verb: LoadVerb, load: LoadStand, reader: Reader, now: number): string | null {
  const right = rightOf(verb, reader)
  if (right !== null) return right
  if (verb === 'publish' || verb === 'change') return load.state === 'draft' ? null : 'load_draft'
  if (verb === 'withdraw') {
    if (load.state !== 'draft' && load.state !== 'published') return 'load_over'
    return load.taken > 0 ? 'load_taken' : null
  }
  if (load.state !== 'published') return load.state === 'draft' ? 'load_published' : 'load_over'
  if (verb === 'close') return null
  const isBidding = load.bidUntil !== null && now < load.bidUntil
  if (verb === 'bid') return isBidding ? null : 'bidding_over'
  if (verb === 'award' && isBidding) return 'bidding_open'
  if (now >= load.loadUntil) return 'loading_over'
  return load.taken >= load.quantity ? 'nothing_left' : null
}

function rightOf(verb: LoadVerb, { side, keeps, dispatches }: Reader): string | null {
  if (verb === 'share' || verb === 'assign') return dispatches ? null : 'dispatch'
  if (verb === 'grab') return side === 'carrier' || dispatches ? null : 'dispatch'
  if (verb === 'bid') return null
  return keeps ? null : 'keep_loads'
}
