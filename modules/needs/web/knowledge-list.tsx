import { ListPage, StateTag, useMe, useText, type Tone, type Shape, inputOf } from '@tingzhou/ui'
import { VerbButton } from '@tingzhou/ui'
import { knowledgeContract, type Article } from '../knowledge-contract.ts'
import { api } from './api.ts'
import { useCategories, useDepartments } from './catalogue.ts'
import { mayKeepKnowledge } from './roles.ts'

const schema = inputOf(knowledgeContract.list)
const states = ['current', 'expired', 'retired'] as const

export function articleState(article: Pick<Article, 'expired' | 'retired'>): (typeof states)[number] {
  if (article.retired) return 'retired'
  return article.expired ? 'expired' : 'current'
}

const looks: Readonly<Record<(typeof states)[number], { readonly tone: Tone; readonly shape: Shape }>> = {
  current: { tone: 'good', shape: 'check' },
  expired: { tone: 'attention', shape: 'triangle' },
  retired: { tone: 'plain', shape: 'cross' },
}

export function ArticleStateTag({ article }: { readonly article: Pick<Article, 'expired' | 'retired'> }) {
  const t = useText('needs')
  const state = articleState(article)
  return <StateTag {...looks[state]}>{t(`knowledge.state.${state}`)}</StateTag>
}

/** Answers that hold, who keeps them true, and how often they were cited. */
export function KnowledgeList() {
  const t = useText('needs')
  const me = useMe()
  const { groups, labelOf } = useCategories()
  const departments = useDepartments()
  const add = (
    <VerbButton type="primary" href="/knowledge/new" reason={mayKeepKnowledge(me) ? null : t('reason.knowledge_role')}>
      {t('knowledge.add')}
    </VerbButton>
  )
  return (
    <ListPage
      name="needs.knowledge"
      title={t('knowledge.title')}
      schema={schema}
      source={{ key: api.knowledge.list.key(), load: (input, signal) => api.knowledge.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/knowledge/${row.id}`}
      primary={add}
      columns={[
        { key: 'question', title: t('knowledge.question'), card: 'title', render: (row) => row.question },
        { key: 'state', title: t('column.state'), card: 'decides', render: (row) => <ArticleStateTag article={row} /> },
        { key: 'category', title: t('column.category'), render: (row) => labelOf(row.category) },
        { key: 'owner', title: t('knowledge.owner'), card: 'decides', render: (row) => row.owner?.name ?? '–' },
        { key: 'basis', title: t('knowledge.basis'), render: (row) => row.basis },
        {
          key: 'validTo',
          title: t('knowledge.valid_to'),
          card: 'decides',
          render: (row) => row.validTo ?? t('knowledge.no_end'),
        },
        {
          key: 'usedCount',
          title: t('knowledge.used'),
          unit: t('unit.times'),
          align: 'right',
          render: (row) => row.usedCount,
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('column.state'),
          options: states.map((value) => ({ value, label: t(`knowledge.state.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'category',
          label: t('column.category'),
          options: groups.map(({ code, name }) => ({ value: code, label: `${code} ${name}` })),
        },
        {
          kind: 'choice',
          key: 'ownerId',
          label: t('knowledge.owner'),
          options: departments.map(({ id, name }) => ({ value: id, label: name })),
        },
      ]}
      views={[
        { key: 'current', label: t('knowledge.state.current'), params: { state: 'current' } },
        { key: 'expired', label: t('knowledge.state.expired'), params: { state: 'expired' } },
      ]}
      empty={{ nothing: t('knowledge.empty'), verb: add }}
    />
  )
}
