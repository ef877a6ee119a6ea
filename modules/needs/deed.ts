import { sql } from 'kysely'
import { appendHistory } from '@tingzhou/audit'
import type { Json, Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import type { Deps } from '@tingzhou/http'
import type { Actor } from '@tingzhou/parties'

/** What the rooms around the appeal need of the server. */
export type ZoneDeps = Pick<Deps, 'zoneId' | 'clock'>

/** Something that was done to one object: written to its history and told to the screens. */
export type Deed = {
  readonly objectKind: string
  readonly objectId: string
  readonly verb: string
  /** The event's name after `needs.`, e.g. `visit_reported`. */
  readonly event: string
  readonly public?: boolean
  readonly reason?: string
  readonly onBehalfOf?: string | null
  readonly data?: Json
  /** Parties whose screens are told beside the zone-wide roles. */
  readonly to?: readonly string[]
}

/** Writes deeds to history and outbox; two statements. */
export async function recordDeeds(tx: Tx, deps: ZoneDeps, actor: Actor, deeds: readonly Deed[]): Promise<void> {
  const at = deps.clock()
  await appendHistory(
    tx,
    deps.zoneId,
    deeds.map(({ objectKind, objectId, verb, reason, onBehalfOf, data, ...deed }) => ({
      objectKind,
      objectId,
      at,
      verb,
      actorId: actor.accountId,
      actorName: actor.name,
      public: deed.public ?? false,
      ...(reason ? { reason } : {}),
      ...(onBehalfOf ? { onBehalfOf } : {}),
      ...(data === undefined ? {} : { data }),
    })),
  )
  await addToOutbox(
    tx,
    deps.zoneId,
    deeds.map(({ event, objectKind, objectId, to }) => ({
      type: `needs.${event}`,
      objectKind,
      objectId,
      at,
      ...(to ? { to } : {}),
    })),
  )
}

/** Lets one transaction at a time change what a zone has one of, such as its published table; held until the transaction ends. */
export async function lockSubject(tx: Tx, zoneId: string, subject: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${subject}), hashtext(${zoneId}))`.execute(tx)
}
