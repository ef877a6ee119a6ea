import type { Logger } from 'pino'
import type { Clock } from '@tingzhou/kernel'
import type { Database, Db } from '@tingzhou/db'

/**
 * What every handler may use, built once in `apps/server`. A package adds its own port by declaration merging:
 * `declare module '@tingzhou/http' { interface Deps { calendar: CalendarStore } }`.
 */
export interface Deps {
  readonly db: Db
  readonly database: Database
  readonly clock: Clock
  readonly zoneId: string
  readonly log: Log
}

/** The log: `info` for refusals, `error` for bugs. */
export type Log = Logger
