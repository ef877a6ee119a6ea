import { i18n, Trail, useText, type TrailEntry } from '@tingzhou/ui'

export type HistoryRow = {
  readonly seq: number
  readonly at: number
  readonly verb: string
  readonly actorName: string
  readonly reason: string | null
  readonly hash: string
}

/** What happened to an object of the register, the latest first. */
export function FreightTrail({ rows }: { readonly rows: readonly HistoryRow[] }) {
  const t = useText('freight')
  const entries = rows.map((row): TrailEntry => ({
    id: String(row.seq),
    at: row.at,
    who: row.actorName,
    verb: i18n.exists(`freight:did.${row.verb}`) ? t(`did.${row.verb}`) : row.verb,
    why: row.reason,
    hash: row.hash,
  }))
  return <Trail entries={entries} />
}
