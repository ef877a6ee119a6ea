import {
  formatNumber,
  FormBox,
  FormDrawer,
  inputOf,
  ListPage,
  OpenFormButton,
  useCommand,
  useMe,
  useText,
  VerbButton,
  When,
  zoneToday,
  type ListColumn,
} from '@tingzhou/ui'
import { Form, Select } from 'antd'
import { useNavigate } from 'react-router'
import { countContract } from '../../upload/count-contract.ts'
import { countStates } from '../../upload/words.ts'
import { api } from '../api.ts'
import type { MonthRow } from './api.ts'
import { IncomeReport } from './income-report.tsx'
import { MonthStateTag } from './month-tag.tsx'
import { monthsBefore } from './months.ts'
import { mayUpload } from './rights.ts'

const schema = inputOf(countContract.list)

/** The months that were counted with the regulator. */
export function MonthList() {
  const t = useText('freight')
  const me = useMe()
  const count = (
    <OpenFormButton name="count" primary reason={mayUpload(me) ? null : t('reason.upload')}>
      {t('month.count')}
    </OpenFormButton>
  )
  return (
    <>
      <ListPage
        name="freight.months"
        title={t('month.title')}
        schema={schema}
        source={{ key: api.uploadCounts.key(), load: (input, signal) => api.uploadCounts.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        rowHref={(row) => `/freight-uploads/months/${row.id}`}
        primary={count}
        verbs={
          <>
            <VerbButton href="/freight-uploads">{t('upload.title')}</VerbButton>
            <IncomeReport />
          </>
        }
        columns={useColumns()}
        searchable={false}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('field.state'),
            options: countStates.map((value) => ({ value, label: t(`month_state.${value}`) })),
          },
        ]}
        live={['freight_upload_count']}
        empty={{ nothing: t('month.empty'), verb: count }}
      />
      <FormDrawer name="count" title={t('month.count')}>
        <CountMonth />
      </FormDrawer>
    </>
  )
}

function useColumns(): readonly ListColumn<MonthRow>[] {
  const t = useText('freight')
  const both = (row: MonthRow, of: 'ours' | 'theirs') =>
    formatNumber(row.figures.reduce((sum, figure) => sum + figure[of], 0))
  return [
    { key: 'month', title: t('month.one'), card: 'title', render: (row) => row.month },
    { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <MonthStateTag row={row} /> },
    { key: 'ours', title: t('month.ours'), align: 'right', card: 'decides', render: (row) => both(row, 'ours') },
    { key: 'theirs', title: t('month.theirs'), align: 'right', card: 'decides', render: (row) => both(row, 'theirs') },
    {
      key: 'differing',
      title: t('month.differing'),
      align: 'right',
      render: (row) => formatNumber(row.differing),
    },
    { key: 'counted', title: t('month.counted'), render: (row) => <When at={row.countedAt} /> },
    { key: 'closed', title: t('month.closed_by'), render: (row) => row.closedBy ?? '–' },
  ]
}

type Values = { readonly month: string }
const monthsShown = 24

function CountMonth() {
  const t = useText('freight')
  const navigate = useNavigate()
  const months = monthsBefore(zoneToday(), monthsShown)
  const command = useCommand({
    run: api.uploadCounts.count.call,
    invalidate: [api.uploadCounts.key()],
    success: ({ isEqual }) => t(isEqual ? 'month.equal' : 'month.differs'),
  })
  return (
    <FormBox<Values, Parameters<typeof api.uploadCounts.count.call>[0], { id: string }>
      initial={{ month: months[1] ?? '' }}
      command={command}
      toInput={({ month }) => ({ month })}
      submit={t('month.count')}
      done={({ id }) => void navigate(`/freight-uploads/months/${id}`)}
    >
      <p className="tz-second">{t('month.count_means')}</p>
      <Form.Item name="month" label={t('month.one')} rules={[{ required: true, message: t('rule.choose') }]}>
        <Select options={months.map((value) => ({ value, label: value }))} />
      </Form.Item>
    </FormBox>
  )
}
