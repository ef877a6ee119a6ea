import {
  formatAmount,
  formatNumber,
  FormBox,
  FormDrawer,
  inputOf,
  ListPage,
  OpenFormButton,
  useCommand,
  useMe,
  useText,
  zoneToday,
  type ListColumn,
  DayItem,
} from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { statementContract } from '../../money/statement-contract.ts'
import { statementStates } from '../../money/words.ts'
import { api } from '../api.ts'
import { isPlatform, mayDeal } from '../carriage/rights.ts'
import type { StatementRow } from './api.ts'
import { monthBefore } from './days.ts'
import { useMoneyPlaces } from './places.ts'
import { BilledPick, findBilled, nameOfBilled } from './shippers.tsx'
import { StatementStateTag } from './tags.tsx'

const schema = inputOf(statementContract.list)

/** Accounts with shippers over days that are over, the latest first. */
export function StatementList() {
  const t = useText('freight')
  const me = useMe()
  const places = useMoneyPlaces()
  const issue = places.counter ? null : (
    <OpenFormButton name="issue" primary reason={mayDeal(me) ? null : t('reason.deal')}>
      {t('statement.issue')}
    </OpenFormButton>
  )
  return (
    <>
      <ListPage
        name="freight.statements"
        title={t('statement.title')}
        searchable={false}
        schema={schema}
        source={{
          key: api.statements.list.key(),
          load: (input, signal) => api.statements.list.call(input, { signal }),
        }}
        rowKey={(row) => row.id}
        rowHref={(row) => places.statement(row.id)}
        primary={issue}
        columns={useColumns()}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('field.state'),
            options: statementStates.map((value) => ({ value, label: t(`statement_state.${value}`) })),
          },
          ...(isPlatform(me)
            ? [
                {
                  kind: 'lookup' as const,
                  key: 'shipperId',
                  label: t('field.shipper'),
                  find: findBilled,
                  name: nameOfBilled,
                },
              ]
            : []),
        ]}
        live={['freight_statement']}
        empty={{
          nothing: t(places.counter ? 'statement.empty_counter' : 'statement.empty'),
          ...(issue === null ? {} : { verb: issue }),
        }}
      />
      <FormDrawer name="issue" title={t('statement.issue')}>
        <Issue />
      </FormDrawer>
    </>
  )
}

function useColumns(): readonly ListColumn<StatementRow>[] {
  const t = useText('freight')
  const money = (key: string, title: string, of: (row: StatementRow) => number, decides = false) => ({
    key,
    title,
    unit: t('unit.yuan'),
    align: 'right' as const,
    ...(decides ? { card: 'decides' as const } : {}),
    render: (row: StatementRow) => <span className="tz-number">{formatAmount(of(row), 2)}</span>,
  })
  return [
    {
      key: 'number',
      title: t('statement.number'),
      card: 'title',
      render: (row) => (
        <>
          <span className="tz-mono">{row.number}</span> {row.shipper.name}
        </>
      ),
    },
    {
      key: 'state',
      title: t('field.state'),
      card: 'decides',
      render: (row) => <StatementStateTag state={row.state} />,
    },
    { key: 'days', title: t('statement.days'), card: 'decides', render: (row) => `${row.fromDay} – ${row.untilDay}` },
    { key: 'lines', title: t('statement.lines'), align: 'right', render: (row) => formatNumber(row.lines) },
    money('opening', t('statement.opening'), (row) => row.openingFen),
    money('billed', t('statement.billed'), (row) => row.billedFen),
    money('closing', t('statement.closing'), (row) => row.closingFen, true),
  ]
}

type Values = { readonly shipperId: string; readonly fromDay: string; readonly untilDay: string }

function Issue() {
  const t = useText('freight')
  const navigate = useNavigate()
  const places = useMoneyPlaces()
  const command = useCommand({
    run: api.statements.issue.call,
    invalidate: [api.statements.key()],
    success: ({ number }) => t('statement.was_issued', { number }),
  })
  return (
    <FormBox<Values, Parameters<typeof api.statements.issue.call>[0], { readonly id: string }>
      initial={monthBefore(zoneToday())}
      command={command}
      toInput={({ shipperId, fromDay, untilDay }) => ({ shipperId, fromDay, untilDay })}
      submit={t('statement.issue')}
      done={({ id }) => void navigate(places.statement(id))}
    >
      <p className="tz-second">{t('statement.issue_means')}</p>
      <BilledPick name="shipperId" label={t('field.shipper')} />
      <DayItem name="fromDay" label={t('statement.from')} required />
      <DayItem name="untilDay" label={t('statement.until')} required extra={t('statement.until_extra')} />
    </FormBox>
  )
}
