import { ListPage, StateTag, useMe, useText, VerbButton, inputOf } from '@tingzhou/ui'
import { mandateContract, mandateStates } from '../mandates-contract.ts'
import { api } from './api.ts'
import { findEnterprises, nameOfEnterprise } from './catalogue.ts'
import { mayOffer } from './roles.ts'
import { SyntheticMark } from './tags.tsx'

const schema = inputOf(mandateContract.list)

const looks = {
  offered: { tone: 'busy', shape: 'ring' },
  accepted: { tone: 'busy', shape: 'dot' },
  active: { tone: 'good', shape: 'dot' },
  paused: { tone: 'attention', shape: 'pause' },
  resumed: { tone: 'good', shape: 'dot' },
  finished: { tone: 'good', shape: 'check' },
  terminated: { tone: 'plain', shape: 'cross' },
} as const

export function MandateStateTag({ state }: { readonly state: (typeof mandateStates)[number] }) {
  const t = useText('needs')
  return <StateTag {...looks[state]}>{t(`mandate.state.${state}`)}</StateTag>
}

/** Mandates: a guide acts for an enterprise, free and voluntary. `base` is the surface it is shown on. */
export function MandateList({ base = '' }: { readonly base?: '' | '/counter' }) {
  const t = useText('needs')
  const me = useMe()
  const offer = (
    <VerbButton type="primary" href={`${base}/mandates/new`} reason={mayOffer(me) ? null : t('reason.mandate_role')}>
      {t(base === '' ? 'mandate.offer' : 'mandate.ask')}
    </VerbButton>
  )
  return (
    <ListPage
      name="needs.mandates"
      title={t('mandate.title')}
      schema={schema}
      source={{ key: api.mandates.list.key(), load: (input, signal) => api.mandates.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => `${base}/mandates/${row.id}`}
      primary={offer}
      columns={[
        {
          key: 'matter',
          title: t('mandate.matter'),
          card: 'title',
          render: (row) => (
            <>
              {row.matter} <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        { key: 'enterprise', title: t('column.enterprise'), card: 'decides', render: (row) => row.enterprise.name },
        { key: 'guide', title: t('mandate.guide'), card: 'decides', render: (row) => row.guide.name },
        {
          key: 'state',
          title: t('column.state'),
          card: 'decides',
          render: (row) => <MandateStateTag state={row.state} />,
        },
        { key: 'inForce', title: t('mandate.in_force'), render: (row) => t(row.inForce ? 'yes' : 'no') },
        {
          key: 'period',
          title: t('period'),
          render: (row) =>
            row.from === null || row.to === null ? (
              '–'
            ) : (
              <span className="tz-number">{t('from_to', { from: row.from, to: row.to })}</span>
            ),
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('column.state'),
          options: mandateStates.map((value) => ({ value, label: t(`mandate.state.${value}`) })),
        },
        {
          kind: 'lookup',
          key: 'enterpriseId',
          label: t('column.enterprise'),
          find: findEnterprises,
          name: nameOfEnterprise,
        },
        { kind: 'flag', key: 'inForce', label: t('mandate.in_force') },
      ]}
      live={['mandate']}
      empty={{ nothing: t('mandate.empty'), verb: offer }}
    >
      <p className="tz-second">{t('mandate.intro')}</p>
    </ListPage>
  )
}

export function CounterMandateList() {
  return <MandateList base="/counter" />
}
