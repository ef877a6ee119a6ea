import { i18n, ProblemAlert, SkeletonLines, Trail, useLate, useText, VerbButton } from '@tingzhou/ui'
import { useState } from 'react'
import * as z from 'zod'
import type { TrailEntry } from '../contract-parts.ts'
import { Words } from '../words.ts'
import { keyed, useSay, whyText, type Say, type Texts } from './words.ts'

export type Entry = z.infer<typeof TrailEntry>
type Loaded = {
  readonly data: { readonly rows: readonly Entry[] } | undefined
  readonly isPending: boolean
  readonly error: unknown
  readonly refetch: () => unknown
}

const shownFirst = 20

/** The history of a case, the newest on top. */
export function CaseTrail({ query, states }: { readonly query: Loaded; readonly states: 'state' | 'item_state' }) {
  const t = useText('services')
  const say = useSay()
  const [all, setAll] = useState(false)
  const late = useLate(query.isPending)
  if (query.isPending) return late ? <SkeletonLines lines={6} /> : null
  if (!query.data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const rows = query.data.rows.toReversed()
  const shown = all ? rows : rows.slice(0, shownFirst)
  const stateText = (state: string) => (i18n.exists(`services:${states}.${state}`) ? t(`${states}.${state}`) : state)
  return (
    <Trail
      entries={shown.map((entry) => ({
        id: String(entry.seq),
        at: entry.at,
        who: entry.actor,
        onBehalfOf: entry.onBehalfOf,
        verb: entryText(t, say, entry),
        from: entry.from === null ? null : stateText(entry.from),
        to: entry.to === null ? null : stateText(entry.to),
        why: entryWhy(t, say, entry),
        hash: entry.hash,
        ...(entry.public ? {} : { note: <p className="tz-flush tz-caption">{t('trail.internal')}</p> }),
      }))}
      more={
        rows.length > shown.length && (
          <VerbButton type="link" onClick={() => setAll(true)}>
            {t('trail.more', { n: rows.length - shown.length })}
          </VerbButton>
        )
      }
    />
  )
}

const Named = z.object({ code: z.string(), name: Words })

const namedIn = (value: unknown): z.infer<typeof Named> | null => Named.safeParse(value).data ?? null

/** The item that an entry says has ended; null when it says something else. */
export const endedItem = ({ verb, data }: Entry) => (verb === 'item_ended' ? namedIn(data) : null)

/** Why an entry came to be: another item, or what somebody wrote. */
export const entryWhy = (t: Texts, say: Say, { reason, data }: Entry) => whyText(t, say, reason, namedIn(data.because))

/** What an entry says: how an item ended, or what was done. */
export function entryText(t: Texts, say: Say, entry: Entry): string {
  const item = endedItem(entry)
  if (!item) return didText(t, entry.verb)
  return t('did.item_ended', { name: say(item.name), outcome: keyed(t, 'item_state', String(entry.data.outcome), '') })
}

/** What was done, in words; a move is called as its button is. */
export function didText(t: Texts, verb: string): string {
  const name = verb
    .replace(/^(services\.)?(application|item_case|item|promise|revocation|cross_region_package|package)[._]/, '')
    .replace(/^process\./, 'process_')
  const keys = ['did', 'move.application', 'move.item', 'move.promise', 'move.revocation', 'move.package']
  for (const prefix of keys) if (i18n.exists(`services:${prefix}.${name}`)) return t(`${prefix}.${name}`)
  return verb
}
