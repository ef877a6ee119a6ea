import { Due, ListPage, useMe, holdsRole, useText, VerbButton, When, inputOf } from '@tingzhou/ui'
import { orderContract } from '../order-contract.ts'
import { directions, orderStates, urgencies } from '../words.ts'
import { api } from './api.ts'
import { findInstitutions, nameOfInstitution } from './pickers.tsx'
import { DirectionText, OrderStateTag, SyntheticMark, UrgencyTag } from './tags.tsx'

const schema = inputOf(orderContract.list)

/** Referral orders within reach: a code, two institutions, a clock; never a name. */
export function OrderList() {
  const t = useText('referral')
  const me = useMe()
  const sends = holdsRole(me, ['dept_head', 'dept_officer'])
  const create = (
    <VerbButton type="primary" href="/referrals/new" shortcut="c" reason={sends ? null : t('reason.institution_only')}>
      {t('order.create')}
    </VerbButton>
  )
  return (
    <ListPage
      name="referral.orders"
      title={t('order.title')}
      schema={schema}
      source={{ key: api.orders.list.key(), load: (input, signal) => api.orders.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/referrals/${row.id}`}
      primary={create}
      exportHref={(query) => `/api/v1/referrals.xlsx?${query}`}
      searchHint={t('order.search')}
      columns={[
        {
          key: 'code',
          title: t('column.code'),
          card: 'title',
          render: (row) => (
            <>
              <span className="tz-mono">{row.code}</span> <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'state',
          title: t('column.state'),
          card: 'decides',
          render: (row) => <OrderStateTag state={row.state} />,
        },
        {
          key: 'urgency',
          title: t('column.urgency'),
          card: 'decides',
          render: (row) => <UrgencyTag value={row.urgency} />,
        },
        {
          key: 'direction',
          title: t('column.direction'),
          render: (row) => <DirectionText direction={row.direction} isReturn={row.isReturn} />,
        },
        { key: 'from', title: t('column.from'), render: (row) => row.from.name },
        { key: 'target', title: t('column.target'), render: (row) => row.target?.name ?? '–' },
        {
          key: 'due',
          title: t('column.due'),
          card: 'decides',
          render: (row) => <Due at={row.dueAt} />,
        },
        { key: 'createdAt', title: t('column.created'), render: (row) => <When at={row.createdAt} /> },
      ]}
      views={[
        { key: 'mine', label: t('order.mine'), params: { mine: 'true' } },
        { key: 'open', label: t('order.open'), params: { open: 'true' } },
        { key: 'overdue', label: t('order.overdue'), params: { overdue: 'true' } },
        { key: 'returns', label: t('order.returns'), params: { returns: 'true' } },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('column.state'),
          options: orderStates.map((value) => ({ value, label: t(`state.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'urgency',
          label: t('column.urgency'),
          options: urgencies.map((value) => ({ value, label: t(`urgency.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'direction',
          label: t('column.direction'),
          options: directions.map((value) => ({ value, label: t(`direction.${value}`) })),
        },
        {
          kind: 'lookup',
          key: 'institutionId',
          label: t('column.institution'),
          find: findInstitutions,
          name: nameOfInstitution,
        },
        { kind: 'dates', from: 'from', to: 'to', label: t('column.created') },
        { kind: 'flag', key: 'mine', label: t('order.mine') },
      ]}
      live={['referral']}
      empty={{ nothing: t('order.empty'), verb: create }}
    />
  )
}
