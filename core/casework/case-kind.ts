import type { RawBuilder } from 'kysely'
import type { CalendarStore } from '@tingzhou/calendar'
import type { Db, Json, Tables } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { DefinitionStore } from '@tingzhou/process'
import type { Dossier } from './dossier.ts'

/** What cases run with; a module may add ports of its own. */
export type CaseDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly clock: () => EpochMs
  readonly newId: () => string
  readonly calendar: CalendarStore
  readonly definitions: DefinitionStore
}

/** The columns that the row of every case has. A column `updated_by` is kept where there is one. */
export type CaseRow = {
  readonly zone_id: string
  readonly id: string
  readonly state: string
  readonly rev: number
  readonly updated_at: EpochMs
  /** Its process; null before that begins, or when the case was opened by a call. */
  readonly instance_id: string | null
}

/** The types of one kind of case: its row, the ports it needs, what a step of it keeps beside the row (null: nothing). */
export type CaseShape = { readonly row: CaseRow; readonly deps: CaseDeps; readonly beside: unknown }

/** One kind of case as rows and words: where it lies, what it is called, what its history and its events say. */
export type CaseKind<C extends CaseShape> = {
  /** Prefix of its events and of its commands, such as `referral`. */
  readonly module: string
  /** What reach, history, events, files and process instances call it. */
  readonly objectKind: string
  readonly table: keyof Tables
  /** Columns of `jsonb`. */
  readonly documents?: readonly string[]
  /** Whether applicants read a line of its history that does not say so itself. */
  readonly isPublic: boolean
  // Methods, so that a dossier of one kind is a dossier.
  /** What every event says beside the state. */
  facts?(row: C['row']): { readonly [key: string]: Json }
  /** Whom every event concerns. */
  hearers?(row: C['row']): readonly (string | null)[]
  readonly beside?: Beside<C>
}

/** What a step keeps beside the row, such as a second row that moves with it. */
export type Beside<C extends CaseShape> = {
  /** Expressions that are read under the lock, in the same round trip, by name. */
  read?(deps: C['deps'], id: string): Readonly<Record<string, RawBuilder<unknown>>>
  /** @param found  what `read` asked for; empty for a row that was not opened by its lock */
  open(found: Readonly<Record<string, unknown>>, row: C['row']): C['beside']
  /** Adds what changed of it to the batch. */
  close?(dossier: Dossier<C>): void
}
