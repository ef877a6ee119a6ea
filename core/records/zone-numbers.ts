import { sql } from 'kysely'
import { at, expectRevision, jsonb, type Db, type StaleRevision, type Tables, type Tx } from '@tingzhou/db'
import { fill } from '@tingzhou/http'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { boundsFault, namesOf, withBounds, type Bounds } from './bounds.ts'
import type { Deed, RecordDeps } from './recorder.ts'

/** Which numbers a zone keeps for itself, in a table with one row a zone; none: nobody has changed them. */
export type ZoneNumbers<N extends string, Kind extends string = string> = {
  /** The table, and the kind of object in the history. */
  readonly table: keyof Tables & Kind
  /** How the module writes down what is done to its objects. */
  readonly note: (tx: Tx, deps: RecordDeps, actor: Actor, deed: Deed<Kind>) => Promise<void>
  readonly bounds: Bounds<N>
  /** What the texts call the rule of a number, before its name. */
  readonly rule: string
  /** A yes or no beside the numbers, by its column and its name; at first no. */
  readonly flag?: { readonly column: string; readonly field: string }
}

/** What a zone reckons with now. */
export type NumbersNow<N extends string> = {
  readonly numbers: Readonly<Record<N, number>>
  readonly flag: boolean
  /** 0: as the file says. */
  readonly rev: number
  readonly updatedAt: EpochMs | null
  readonly updatedBy: string
}

/** The rules of numbers as problems name them, each with its bounds. @param text  with `{min}` and `{max}` */
export const rangeRules = <N extends string>(
  rule: string,
  bounds: Bounds<N>,
  text: string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(namesOf(bounds).map((name) => [`${rule} ${name}`, fill(text, bounds[name])]))

type Row<N extends string> = Omit<NumbersNow<N>, 'numbers'> & {
  readonly numbers: Partial<Readonly<Record<N, number>>>
}

/** Reads it. One statement, by the primary key. @param lock  held until the commit */
export async function readNumbers<N extends string>(
  db: Db | Tx,
  zoneId: string,
  { table, bounds, flag }: Pick<ZoneNumbers<N>, 'table' | 'bounds' | 'flag'>,
  lock = false,
): Promise<NumbersNow<N>> {
  const { rows } = await sql<Row<N>>`
    select numbers, rev, updated_at as "updatedAt", updated_by as "updatedBy", ${flag ? sql.ref(flag.column) : sql`false`} as flag
    from ${sql.table(table)} where zone_id = ${zoneId} ${lock ? sql`for update` : sql``}`.execute(db)
  const none = { rev: 0, updatedAt: null, updatedBy: '', flag: false }
  const row = rows[0]
  return { ...none, ...row, numbers: withBounds(bounds, row?.numbers ?? {}) }
}

/** Numbers that may not be set so. */
export type NumbersError =
  | { readonly kind: 'field_refused'; readonly field: string; readonly value: string; readonly rule: string }
  | StaleRevision

/** Sets what a zone reckons with, and notes what changed; who may is the caller's to ask. Four statements. */
export async function setNumbers<N extends string, Kind extends string>(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  kept: ZoneNumbers<N, Kind>,
  input: {
    readonly rev: number
    readonly numbers: Readonly<Record<N, number>>
    readonly flag?: boolean
    readonly why: string
  },
): Promise<Result<{ rev: number }, NumbersError>> {
  const { zoneId, clock } = deps
  const { table, bounds, flag } = kept
  const { numbers, flag: is = false, why } = input
  const fault = boundsFault(bounds, numbers, (name) => `${kept.rule} ${name}`)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const before = await readNumbers(tx, zoneId, kept, true)
  const fresh = expectRevision(before.rev, input.rev)
  if (!fresh.ok) return fresh
  const rev = input.rev + 1
  const columns = flag ? sql`, ${sql.ref(flag.column)}` : sql``
  const values = flag ? sql`, ${is}` : sql``
  // Of two who set them first one is late.
  const { rows } = await sql`
    insert into ${sql.table(table)} as kept (zone_id, numbers, rev, updated_at, updated_by ${columns})
    values (${zoneId}, ${jsonb(numbers)}::jsonb, ${rev}, ${at(clock())}::timestamptz, ${actor.name} ${values})
    on conflict (zone_id) do update set numbers = excluded.numbers, rev = excluded.rev, updated_at = excluded.updated_at,
      updated_by = excluded.updated_by ${flag ? sql`, ${sql.ref(flag.column)} = excluded.${sql.ref(flag.column)}` : sql``}
    where kept.rev = ${input.rev} returning kept.rev`.execute(tx)
  if (rows.length === 0) return err({ kind: 'stale_revision', expected: input.rev, actual: rev })
  const changed = namesOf(bounds).filter((name) => before.numbers[name] !== numbers[name])
  await kept.note(tx, deps, actor, {
    objectKind: table,
    objectId: zoneId,
    verb: 'change',
    why,
    data: {
      changes: [
        ...(flag && before.flag !== is ? [{ field: flag.field, from: before.flag, to: is }] : []),
        ...changed.map((name) => ({ field: name, from: before.numbers[name], to: numbers[name] })),
      ],
    },
  })
  return ok({ rev })
}
