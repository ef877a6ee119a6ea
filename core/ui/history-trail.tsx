import type { ReactNode } from 'react'
import { i18n, useText } from './i18n.ts'
import { Trail } from './trail.tsx'

/** A line of an object's history, as `historyOf` of core/records tells it. */
export type HistoryRow = {
  readonly seq: number
  readonly at: number
  readonly verb: string
  readonly actorName: string
  readonly reason: string | null
  readonly hash: string
}

type Props<Row extends HistoryRow> = {
  /** The latest first; undefined while they are asked for. */
  readonly rows: readonly Row[] | undefined
  /** Where the words of verbs stand, such as `market:deal.did`; a verb without a word is shown as it is. */
  readonly did: string
  /** Who is named where it is not told who it was. */
  readonly nobody?: string
  /** What else is said of a line, such as the fields that changed. */
  readonly note?: (row: Row) => ReactNode
}

/** What was done to an object. */
export function HistoryTrail<Row extends HistoryRow>({ rows = [], did, nobody = '', note }: Props<Row>) {
  useText('ui')
  return (
    <Trail
      entries={rows.map((row) => {
        const key = `${did}.${row.verb}`
        return {
          id: String(row.seq),
          at: row.at,
          who: row.actorName || nobody,
          verb: i18n.exists(key) ? i18n.t(key) : row.verb,
          why: row.reason,
          hash: row.hash,
          note: note?.(row),
        }
      })}
    />
  )
}
