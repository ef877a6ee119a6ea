import { i18n, type SearchHit } from '@tingzhou/ui'
import { api } from './api.ts'

const hitsMax = 8

/** Appeals by number or words, for the global search. */
export async function findAppeals(text: string, signal: AbortSignal): Promise<readonly SearchHit[]> {
  const page = await api.appeals.list.call({ q: text, limit: hitsMax }, { signal })
  const base = window.location.pathname.startsWith('/counter') ? '/counter/needs' : '/appeals'
  return page.rows.map(({ id, no, title, state, enterprise }) => ({
    key: id,
    title: `${no ?? ''} ${title}`.trim(),
    detail: [i18n.t(`needs:state.${state}`), enterprise?.name].filter(Boolean).join(' · '),
    path: `${base}/${id}`,
  }))
}
