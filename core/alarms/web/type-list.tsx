import { ListPage, useText, VerbButton, type ListColumn } from '@tingzhou/ui'
import { RuleTypeQuery } from '../contract.ts'
import { api, nameOf, typePath } from './api.ts'

type Row = Awaited<ReturnType<typeof api.ruleTypes.call>>['rows'][number]

const source = {
  key: api.ruleTypes.key(),
  load: (input: Parameters<typeof api.ruleTypes.call>[0], signal: AbortSignal) => api.ruleTypes.call(input, { signal }),
}

/** What types of equipment measure, with how many rules watch it. */
export function TypeList() {
  const t = useText('alarms')
  const columns: readonly ListColumn<Row>[] = [
    { key: 'type', title: t('field.type'), card: 'title', render: ({ profileName }) => nameOf(profileName) },
    {
      key: 'point',
      title: t('field.point'),
      card: 'decides',
      render: ({ name, template }) => (
        <>
          {nameOf(name)} <span className="tz-second tz-mono">{template}</span>
        </>
      ),
    },
    { key: 'unit', title: t('field.unit'), hidden: true, render: ({ unit }) => unit ?? '–' },
    { key: 'rules', title: t('field.rules'), card: 'decides', align: 'right', render: ({ rules }) => rules },
    { key: 'points', title: t('field.points'), card: 'decides', align: 'right', render: ({ points }) => points },
  ]
  return (
    <ListPage<Row, typeof RuleTypeQuery>
      name="alarms.types"
      title={t('types.title')}
      schema={RuleTypeQuery}
      source={source}
      verbs={<VerbButton href="/alarm-rules">{t('verb.by_point')}</VerbButton>}
      rowKey={({ profileKey, template }) => `${profileKey} ${template}`}
      rowHref={({ profileKey, template }) => typePath(profileKey, template)}
      columns={columns}
      filters={[
        { kind: 'choice', key: 'ruled', label: t('field.rules'), options: [{ value: 'yes', label: t('ruled.yes') }] },
      ]}
      searchHint={t('types.search')}
      empty={{ nothing: t('types.empty') }}
    />
  )
}
