import { useQuery } from '@tanstack/react-query'
import { Input, Segmented } from 'antd'
import { ClearIcon, EmptyState, ProblemAlert, SkeletonLines, useLate, usePageTitle, useText } from '@tingzhou/ui'
import { Link, useSearchParams } from 'react-router'
import { api } from './api.ts'
import { useBase } from './surface.ts'
import { Mark, SyntheticMark } from './tags.tsx'
import { useSay, type OneThingLine } from './words.ts'

const targets = ['all', 'enterprise', 'person'] as const

/** 办事大厅: the things that can be done at once, for firms and for persons. */
export function Hall() {
  const t = useText('services')
  usePageTitle(t('hall.title'))
  const { counter } = useBase()
  const [query, setQuery] = useSearchParams()
  const target = targets.find((key) => key === query.get('for')) ?? 'all'
  const q = query.get('q') ?? ''
  const visit = query.get('visit')
  const list = useQuery({
    ...api.catalogue.oneThings.queryOptions({
      input: { ...(target === 'all' ? {} : { target }), ...(q === '' ? {} : { q }) },
    }),
    placeholderData: (before) => before,
  })
  const late = useLate(list.isPending)
  const set = (name: string, value: string) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  return (
    <div className={counter ? 'services-counter' : 'tz-page'}>
      <header className="services-head">
        <div>
          <h1 tabIndex={-1}>{t('hall.title')}</h1>
          <p className="tz-second">{t('hall.lead')}</p>
        </div>
      </header>
      <div className="services-filters">
        <Segmented
          aria-label={t('hall.for')}
          value={target}
          onChange={(value) => set('for', value === 'all' ? '' : value)}
          options={targets.map((value) => ({ value, label: t(`target.${value}`) }))}
        />
        <Input.Search
          allowClear={{ clearIcon: <ClearIcon /> }}
          defaultValue={q}
          aria-label={t('hall.search')}
          placeholder={t('hall.search')}
          onSearch={(text) => set('q', text.trim())}
        />
      </div>
      {list.error && <ProblemAlert problem={list.error} onRetry={() => void list.refetch()} />}
      {late && <SkeletonLines lines={8} />}
      {list.data?.length === 0 && (
        <EmptyState title={t('hall.empty')} text={t(q === '' ? 'hall.empty_text' : 'hall.empty_search')} />
      )}
      <ul className="services-cards">
        {(list.data ?? []).map((row) => (
          <li key={row.code}>
            <ThingCard row={row} visit={visit} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function ThingCard({ row, visit }: { readonly row: OneThingLine; readonly visit: string | null }) {
  const t = useText('services')
  const say = useSay()
  const { base } = useBase()
  return (
    <Link className="services-card" to={`${base}/services/${row.code}${visit ? `?visit=${visit}` : ''}`}>
      <span className="services-card-head">
        <strong>{say(row.name)}</strong>
        <Mark>{t(`target.${row.target}`)}</Mark>
      </span>
      <span className="tz-second">{say(row.summary)}</span>
      <span className="tz-caption">
        {t('hall.facts', { items: row.items, days: row.jointDays, lead: row.lead.name })}
      </span>
      {!row.taking && <span className="tz-caption services-attention">{t('hall.not_taking')}</span>}
      <SyntheticMark when={row.synthetic} />
    </Link>
  )
}
