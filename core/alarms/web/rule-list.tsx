import { ListPage, useText, VerbButton, type ListColumn } from '@tingzhou/ui'
import { RulePointQuery } from '../contract.ts'
import { api, nameOf } from './api.ts'

type Row = Awaited<ReturnType<typeof api.rulePoints.call>>['rows'][number]

const source = {
  key: api.rulePoints.key(),
  load: (input: Parameters<typeof api.rulePoints.call>[0], signal: AbortSignal) =>
    api.rulePoints.call(input, { signal }),
}

/** Points with how many rules watch them. */
export function RuleList() {
  const t = useText('alarms')
  const columns: readonly ListColumn<Row>[] = [
    {
      key: 'code',
      title: t('field.point'),
      card: 'title',
      render: ({ code }) => <span className="tz-mono">{code}</span>,
    },
    { key: 'name', title: t('field.name'), card: 'decides', render: ({ name }) => nameOf(name) },
    { key: 'place', title: t('field.place'), hidden: true, render: ({ place }) => place },
    { key: 'unit', title: t('field.unit'), hidden: true, render: ({ unit }) => unit ?? '–' },
    { key: 'profileKey', title: t('field.type'), render: ({ profileKey }) => profileKey ?? '–' },
    { key: 'rules', title: t('field.rules'), card: 'decides', align: 'right', render: ({ rules }) => rules },
    { key: 'own', title: t('field.own_rules'), card: 'decides', align: 'right', render: ({ own }) => own },
  ]
  return (
    <ListPage<Row, typeof RulePointQuery>
      name="alarms.rules"
      title={t('rules.title')}
      schema={RulePointQuery}
      verbs={<VerbButton href="/alarm-types">{t('verb.by_type')}</VerbButton>}
      source={source}
      rowKey={(row) => String(row.point)}
      rowHref={(row) => `/alarm-rules/${row.point}`}
      columns={columns}
      filters={[
        {
          kind: 'choice',
          key: 'ruled',
          label: t('field.rules'),
          options: (['yes', 'own'] as const).map((value) => ({ value, label: t(`ruled.${value}`) })),
        },
      ]}
      searchHint={t('rules.search')}
      empty={{ nothing: t('rules.empty') }}
    />
  )
}
