import { CamelCasePlugin, type Kysely, type KyselyPlugin, type UnknownRow } from 'kysely'
import type { Db } from '@tingzhou/db'

/**
 * The view of the database that better-auth works with: it names columns in camel case and wants `Date` where our drivers
 * give epoch milliseconds. Its statements must never run inside one of our transactions: the embedded database has one connection.
 */
// better-auth takes a Kysely of any schema; it writes its own tables only.
export const authDatabase = (db: Db): Kysely<unknown> =>
  (db as unknown as Kysely<unknown>).withPlugin(new CamelCasePlugin()).withPlugin(instantsAsDates)

const instantsAsDates: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult: async ({ result }) => ({ ...result, rows: result.rows.map(withDates) }),
}

const withDates = (row: UnknownRow): UnknownRow =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      /(At|Until)$/.test(name) && typeof value === 'number' ? new Date(value) : value,
    ]),
  )
