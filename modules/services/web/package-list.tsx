import { Due, ListPage, StateTag, useText, When, type Tone } from '@tingzhou/ui'
import * as z from 'zod'
import { packageStates } from '../window-contract.ts'
import { api, liveKinds } from './api.ts'
import { defined, until } from './list-source.ts'
import { useSay, type PackageLine } from './words.ts'

const tones: Readonly<Record<PackageLine['state'], Tone>> = {
  receive: 'busy',
  answer: 'busy',
  repair: 'attention',
  decision: 'busy',
  deliver: 'attention',
  delivered: 'good',
  rejected: 'plain',
  ended: 'plain',
}

export function PackageStateTag({ state, late }: { readonly state: PackageLine['state']; readonly late: boolean }) {
  const t = useText('services')
  return (
    <>
      <StateTag tone={tones[state]}>{t(`package_state.${state}`)}</StateTag>
      {late && <StateTag tone="bad">{t('package.late')}</StateTag>}
    </>
  )
}

const Query = z.object({
  states: z.array(z.enum(packageStates)).optional(),
  direction: z.enum(['incoming', 'outgoing']).optional(),
  cursor: z.string().optional(),
  limit: z.number().int().optional(),
  sort: z.string().optional(),
  q: z.string().optional(),
})

const source = {
  key: api.packages.list.key(),
  load: async ({ sort: _sort, q: _q, ...input }: z.input<typeof Query>, signal?: AbortSignal) => ({
    ...(await api.packages.list.call(defined(input), until(signal))),
    total: null,
  }),
}

/** 异地代收代办: packages within reach of both sides. */
export function PackageList() {
  const t = useText('services')
  const say = useSay()
  return (
    <ListPage
      name="services.packages"
      title={t('package.list')}
      schema={Query}
      source={source}
      rowKey={(row) => row.id}
      rowHref={(row) => `/packages/${row.id}`}
      columns={[
        { key: 'thing', title: t('column.one_thing'), render: (row) => say(row.oneThing), card: 'title' },
        {
          key: 'no',
          title: t('column.no'),
          render: (row) => <span className="tz-mono">{row.applicationNo ?? '–'}</span>,
        },
        { key: 'applicant', title: t('column.applicant'), render: (row) => row.applicant, card: 'decides' },
        {
          key: 'sides',
          title: t('package.sides'),
          render: (row) => `${row.receiving} → ${row.deciding}`,
          card: 'decides',
        },
        { key: 'direction', title: t('joint.direction'), render: (row) => t(`direction.${row.direction}`) },
        {
          key: 'items',
          title: t('tab.items'),
          render: (row) => row.items.map(({ name }) => say(name)).join(t('list_comma')) || t('joint.whole'),
        },
        {
          key: 'state',
          title: t('column.state'),
          render: (row) => <PackageStateTag state={row.state} late={row.late} />,
          card: 'decides',
        },
        { key: 'due', title: t('package.answer_due'), render: (row) => <Due at={row.answerDueAt} basis="calendar" /> },
        {
          key: 'sent',
          title: t('package.sent'),
          render: (row) => (row.sentAt === null ? '–' : <When at={row.sentAt} />),
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'direction',
          label: t('joint.direction'),
          options: (['incoming', 'outgoing'] as const).map((value) => ({ value, label: t(`direction.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'states',
          label: t('column.state'),
          multiple: true,
          options: packageStates.map((value) => ({ value, label: t(`package_state.${value}`) })),
        },
      ]}
      searchable={false}
      live={liveKinds}
      empty={{ nothing: t('package.empty') }}
    />
  )
}
