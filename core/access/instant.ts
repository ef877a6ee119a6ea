import { sql, type RawBuilder } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { at } from '@tingzhou/db'

/** An instant to compare a `timestamptz` column with; columns read as epoch milliseconds, parameters go as dates. */
export const instant = (ms: EpochMs): RawBuilder<EpochMs> => sql<EpochMs>`${at(ms)}::timestamptz`
