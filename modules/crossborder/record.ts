import { appendHistory } from '@tingzhou/audit'
import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { CommandDeps, Json, Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import type { EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'

export type CrossborderDeps = Pick<CommandDeps, 'zoneId' | 'clock'>
export type CrossborderKind =
  | 'export_rule'
  | 'export_contract'
  | 'export_nursery'
  | 'export_lot'
  | 'overseas_warehouse'
  | 'overseas_stock'
  | 'overseas_count'

/** What a command answers that saved a row. */
export type Saved = { readonly id: string; readonly rev: number }

type Row = Readonly<Record<string, string | number | boolean | readonly string[] | null>>

type Deed = {
  readonly objectKind: CrossborderKind
  readonly objectId: string
  readonly verb: string
  readonly why?: string
  readonly data?: Json
  /** Parties whose screens are told besides those that reach the object. */
  readonly to?: readonly string[]
}

/** Writes what was done into the history of its object and tells the screens. Two statements. */
export const note = (tx: Tx, deps: CrossborderDeps, actor: Actor, deed: Deed): Promise<void> =>
  noteAll(tx, deps, actor, [deed])

/** The same for what was done to several objects. Two statements. */
export async function noteAll(tx: Tx, deps: CrossborderDeps, actor: Actor, deeds: readonly Deed[]): Promise<void> {
  const at = deps.clock()
  await appendHistory(
    tx,
    deps.zoneId,
    deeds.map(({ objectKind, objectId, verb, why, data = {} }) => ({
      objectKind,
      objectId,
      at,
      verb,
      actorId: actor.accountId,
      actorName: actor.name,
      public: true,
      reason: why ?? null,
      data,
    })),
  )
  await addToOutbox(
    tx,
    deps.zoneId,
    deeds.map(({ objectKind, objectId, to = [] }) => {
      const type = `crossborder.${objectKind}_changed`
      return { type, objectKind, objectId, to: [...to], at }
    }),
  )
}

/** The fields that differ, as history keeps them. O(fields). */
export const changesBetween = (before: Readonly<Record<string, unknown>>, after: Row): Json => ({
  changes: Object.entries(after)
    .filter(([field, to]) => JSON.stringify(before[field] ?? null) !== JSON.stringify(to))
    .map(([field, to]) => ({ field, from: shown(before[field]), to: shown(to) })),
})

function shown(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.join(' ')
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value)
}

/** Columns that say when and by whom a row is written first. */
export const writtenBy = (actor: Actor, now: EpochMs) => {
  const when = new Date(now)
  return { created_at: when, created_by: actor.name, updated_at: when, updated_by: actor.name }
}

/** A number that nobody else has: a prefix, the day of the zone, and what the sequence gives, six digits or more. */
export async function drawNumber(tx: Tx, prefix: string, now: EpochMs): Promise<string> {
  const [first] = await drawNumbers(tx, prefix, 1, now)
  return first ?? ''
}

/** The same for several. One statement. */
export async function drawNumbers(tx: Tx, prefix: string, count: number, now: EpochMs): Promise<readonly string[]> {
  const day = localDateOf(now).slice(2).replaceAll('-', '')
  const { rows } = await sql<{ drawn: string }>`
    select nextval('export_number_drawn')::text as drawn from generate_series(1, ${count}::integer)`.execute(tx)
  return rows.map(({ drawn }) => `${prefix}${day}${drawn.padStart(6, '0')}`)
}
