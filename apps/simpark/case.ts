import type { EpochMs } from '@tingzhou/kernel'
import type { Api } from './api.ts'

/** An appeal as the API shows it. */
export type Detail = Awaited<ReturnType<Api['needs']['appeals']['get']>>

type AnyMove = Parameters<Api['needs']['appeals']['move']>[0]['move']
type WithoutAsk<M> = M extends AnyMove ? Omit<M, 'commandId' | 'rev'> : never
/** A move without the command's id and the revision, which the sender adds. */
export type MoveWish = WithoutAsk<AnyMove>

/** Who acts. */
export type Who =
  | { readonly role: 'dispatcher' | 'supervisor' | 'callback' }
  | { readonly role: 'lead'; readonly areaId: string; readonly deputy: boolean }
  | { readonly role: 'head' | 'officer'; readonly departmentId: string }
  | { readonly role: 'firm'; readonly enterpriseId: string }

/** What happens next to a case, and when. */
export type Step = {
  readonly at: EpochMs
  readonly does:
    /** Look again: something else, or somebody else, is expected to act. */
    | { readonly kind: 'look' }
    /** Registering and sending on, which asks the server for its suggestions first. */
    | { readonly kind: 'intake' }
    /** Sending on what was returned. */
    | { readonly kind: 'judge' }
    | { readonly kind: 'move'; readonly who: Who; readonly move: MoveWish; readonly evidence: boolean }
}

/** A case that the simulator follows: how it stands, and since when. */
export type Case = {
  readonly key: string
  readonly detail: Detail
  /** Since when it stands so, as far as the simulator saw. */
  readonly since: EpochMs
}
