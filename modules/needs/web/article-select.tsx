import { api } from './api.ts'
import { LookupSelect } from './pickers.tsx'
import { useText } from '@tingzhou/ui'

/** A current knowledge article, found by its words. */
export function ArticleSelect(props: {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
}) {
  const t = useText('needs')
  return <LookupSelect {...props} placeholder={t('pick.article')} find={findArticles} nameOf={questionOf} />
}

async function findArticles(text: string, signal: AbortSignal) {
  const page = await api.knowledge.list.call({ state: 'current', limit: 20, ...(text ? { q: text } : {}) }, { signal })
  return page.rows.map(({ id, question }) => ({ value: id, label: question }))
}

async function questionOf(id: string): Promise<string> {
  return (await api.knowledge.get.call({ id })).question
}
