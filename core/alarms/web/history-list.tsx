import { ListPage, useText, VerbButton, type ListFilter } from '@tingzhou/ui'
import { HistoryQuery } from '../contract.ts'
import { levels } from '../rule.ts'
import { useAlarmColumns } from './alarm-list.tsx'
import { api } from './api.ts'
import type { Row } from './tags.tsx'

const source = {
  key: api.history.key(),
  load: (input: Parameters<typeof api.history.call>[0], signal: AbortSignal) => api.history.call(input, { signal }),
}

/** Every alarm that ever was. */
export function HistoryList() {
  const t = useText('alarms')
  const filters: readonly ListFilter[] = [
    { kind: 'dates', from: 'since', to: 'until', label: t('field.started') },
    {
      kind: 'choice',
      key: 'level',
      label: t('field.level'),
      options: levels.map((level) => ({ value: String(level), label: t(`level.${level}`) })),
    },
    {
      kind: 'choice',
      key: 'late',
      label: t('field.late'),
      options: (['without', 'only'] as const).map((value) => ({ value, label: t(`late.${value}`) })),
    },
  ]
  return (
    <ListPage<Row, typeof HistoryQuery>
      name="alarms.history"
      title={t('history.title')}
      schema={HistoryQuery}
      source={source}
      verbs={<VerbButton href="/alarms">{t('nav.alarms')}</VerbButton>}
      rowKey={(row) => row.id}
      rowHref={(row) => `/alarms/${row.id}`}
      columns={useAlarmColumns()}
      filters={filters}
      exportHref={(query) => `/api/v1/alarm-history/export.xlsx?${query}`}
      searchHint={t('list.search')}
      live={['alarm']}
      empty={{ nothing: t('history.empty') }}
    />
  )
}
