import { useQuery } from '@tanstack/react-query'
import { i18n, ProblemAlert, SkeletonLines, StateTag, Trail, useLate, useText, VerbButton } from '@tingzhou/ui'
import { useState } from 'react'
import type { z } from 'zod'
import type { TrailEntry } from '../appeal-contract.ts'
import { api } from './api.ts'
import type { Texts } from './words.ts'

export type Entry = z.infer<typeof TrailEntry>

const shownFirst = 20

/** The history of an appeal, the newest on top. */
export function AppealTrail({ appealId }: { readonly appealId: string }) {
  const t = useText('needs')
  const [all, setAll] = useState(false)
  const query = useQuery(api.appeals.trail.queryOptions({ input: { id: appealId } }))
  const late = useLate(query.isPending)
  if (query.isPending) return late ? <SkeletonLines lines={6} /> : null
  if (!query.data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const rows = query.data.rows.toReversed()
  const shown = all ? rows : rows.slice(0, shownFirst)
  const more = rows.length > shown.length && (
    <VerbButton type="link" onClick={() => setAll(true)}>
      {t('trail.more', { n: rows.length - shown.length })}
    </VerbButton>
  )
  return <Trail entries={shown.map((entry) => asTrail(t, entry))} more={more} />
}

function asTrail(t: Texts, entry: Entry) {
  return {
    id: String(entry.seq),
    at: entry.at,
    who: entry.actor,
    onBehalfOf: entry.onBehalfOf,
    verb: verbText(t, entry.verb),
    from: entry.from === null ? null : stateText(t, entry.from),
    to: entry.to === null ? null : stateText(t, entry.to),
    why: entry.reason,
    hash: entry.hash,
    ...(entry.public ? {} : { note: <InternalMark /> }),
  }
}

function InternalMark() {
  const t = useText('needs')
  return (
    <p className="tz-flush">
      <StateTag tone="attention" shape="square">
        {t('trail.internal')}
      </StateTag>
    </p>
  )
}

/** What was done, in words; `needs.appeal_signed`, `appeal.sign` and `sign` mean the same. */
export function verbText(t: Texts, verb: string): string {
  const name = verb.replace(/^(needs\.)?appeal[._]/, '').replace(/^process\./, 'process_')
  for (const key of [`did.${name}`, `move.${name}`]) if (i18n.exists(`needs:${key}`)) return t(key)
  return verb
}

function stateText(t: Texts, state: string): string {
  return i18n.exists(`needs:state.${state}`) ? t(`state.${state}`) : state
}
