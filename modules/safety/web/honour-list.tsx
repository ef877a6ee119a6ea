import { useQuery } from '@tanstack/react-query'
import {
  Figure,
  FormBox,
  formatMoney,
  holdsRole,
  ListPage,
  StateTag,
  useCommand,
  useMe,
  useText,
  type RowKey,
  FormDrawer,
  OpenFormButton,
  rowItem,
  useOpenForm,
  useOpenRow,
  zoneToday,
} from '@tingzhou/ui'
import { z } from 'zod'
import { honourStands } from '../honour-contract.ts'
import { awards } from '../words.ts'
import { api } from './api.ts'
import { TextItem, usePlaces } from './forms.tsx'
import { AwardTag, SyntheticMark } from './tags.tsx'

const schema = z.object({
  year: z.coerce.number().int().optional(),
  award: z.enum(awards).optional(),
  stand: z.enum(honourStands).optional(),
  q: z.string().max(200).optional(),
  cursor: z.string().max(500).optional(),
  limit: z.number().int().optional(),
})

const looks = {
  valid: { tone: 'good', shape: 'check' },
  expired: { tone: 'plain', shape: 'pause' },
  withdrawn: { tone: 'bad', shape: 'cross' },
} as const

type Row = Awaited<ReturnType<typeof api.honours.list.call>>['rows'][number]

/** The register of honours: certificate, validity, yearly re-check; withdrawn ones stay with their reason. */
export function HonourList() {
  const t = useText('safety')
  const me = useMe()
  const places = usePlaces()
  const { open } = useOpenForm()
  const office = holdsRole(me, ['supervisor', 'admin']) && !places.counter
  const rowKeys: readonly RowKey<Row>[] = office
    ? [{ key: 'c', label: t('verb.check'), run: (row) => open('check', rowItem(row)) }]
    : []
  return (
    <>
      <ListPage
        name="safety.honours"
        title={t('honour.title')}
        schema={schema}
        source={{
          key: api.honours.list.key(),
          load: ({ year, award, stand, q, cursor, limit = 50 }, signal) =>
            api.honours.list.call(
              {
                limit,
                ...(typeof year === 'number' ? { year } : {}),
                ...(award ? { award } : {}),
                ...(stand ? { stand } : {}),
                ...(q ? { q } : {}),
                ...(cursor ? { cursor } : {}),
              },
              { signal },
            ),
        }}
        rowKey={(row) => row.id}
        columns={[
          { key: 'year', title: t('column.year'), render: (row) => row.year },
          {
            key: 'team',
            title: t('column.team'),
            card: 'title',
            render: (row) => (
              <>
                {row.team} <SyntheticMark when={row.synthetic} />
              </>
            ),
          },
          { key: 'enterprise', title: t('column.enterprise'), card: 'decides', render: (row) => row.enterprise.name },
          { key: 'area', title: t('column.area'), hidden: true, render: (row) => row.area.name },
          { key: 'award', title: t('column.award'), card: 'decides', render: (row) => <AwardTag award={row.award} /> },
          {
            key: 'certificate',
            title: t('column.certificate'),
            render: (row) => <span className="tz-mono">{row.certificateNo}</span>,
          },
          {
            key: 'valid',
            title: t('column.valid'),
            card: 'decides',
            render: (row) => (
              <>
                <StateTag {...looks[row.stand]}>{t(`stand.${row.stand}`)}</StateTag> {row.validTo}
                {row.withdrawnReason !== '' && <span className="safety-reason">{row.withdrawnReason}</span>}
              </>
            ),
          },
          {
            key: 'checked',
            title: t('column.checked'),
            render: (row) => (row.checkDue ? <strong>{t('honour.check_due')}</strong> : (row.checkedOn ?? '–')),
          },
          { key: 'prize', title: t('column.prize'), align: 'right', render: (row) => formatMoney(row.prizeFen) },
          ...(office ? [{ key: 'verbs', title: t('column.verbs'), render: (row: Row) => <RowVerbs row={row} /> }] : []),
        ]}
        filters={[
          {
            kind: 'choice',
            key: 'award',
            label: t('column.award'),
            options: awards.map((value) => ({ value, label: t(`award.${value}`) })),
          },
          {
            kind: 'choice',
            key: 'stand',
            label: t('column.valid'),
            options: honourStands.map((value) => ({ value, label: t(`stand.${value}`) })),
          },
        ]}
        rowKeys={rowKeys}
        live={['honour', 'review_campaign']}
        empty={{ nothing: t('honour.empty') }}
      >
        <Statistics />
      </ListPage>
      <FormDrawer name="check" title={t('verb.check')}>
        <Check />
      </FormDrawer>
      <FormDrawer name="withdraw" title={t('verb.withdraw_honour')}>
        <Withdraw />
      </FormDrawer>
    </>
  )
}

function Statistics() {
  const t = useText('safety')
  const { data } = useQuery(api.honours.statistics.queryOptions())
  if (!data) return null
  const figure = (key: 'rounds' | 'models' | 'goods' | 'enterprises', unit: string) => (
    <Figure
      label={t(`figure.${key}`)}
      value={data[key]}
      unit={unit}
      date={zoneToday()}
      basis={t('figure.basis')}
      source={t('honour.title')}
    />
  )
  return (
    <div className="tz-figures">
      {figure('rounds', t('figure.rounds_unit'))}
      {figure('models', t('figure.teams_unit'))}
      {figure('goods', t('figure.teams_unit'))}
      {figure('enterprises', t('figure.firms_unit'))}
      <Figure
        label={t('figure.paid')}
        value={data.paidFen / 1_000_000}
        digits={2}
        unit={t('figure.wan')}
        date={zoneToday()}
        basis={t('figure.basis')}
        source={t('honour.title')}
      />
    </div>
  )
}

function RowVerbs({ row }: { readonly row: Row }) {
  const t = useText('safety')
  const reason = row.stand === 'withdrawn' ? t('stand.withdrawn') : null
  const item = rowItem(row)
  return (
    <span className="safety-verbs">
      <OpenFormButton name="check" item={item} size="small" reason={reason}>
        {t('verb.check')}
      </OpenFormButton>
      <OpenFormButton name="withdraw" item={item} size="small" reason={reason}>
        {t('verb.withdraw_honour')}
      </OpenFormButton>
    </span>
  )
}

function Check() {
  const t = useText('safety')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({ run: api.honours.check.call, invalidate: [api.honours.key()], success: t('done.check') })
  return (
    <FormBox<{ readonly words?: string }, Parameters<typeof api.honours.check.call>[0], { id: string; rev: number }>
      command={command}
      toInput={({ words = '' }) => ({ id, rev, words })}
      submit={t('verb.check')}
      done={close}
      onCancel={close}
    >
      <TextItem name="words" label={t('honour.check_words')} max={1000} rows={4} />
    </FormBox>
  )
}

function Withdraw() {
  const t = useText('safety')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({
    run: api.honours.withdraw.call,
    invalidate: [api.honours.key()],
    success: t('done.withdraw_honour'),
  })
  return (
    <FormBox<{ readonly reason: string }, Parameters<typeof api.honours.withdraw.call>[0], { id: string; rev: number }>
      command={command}
      toInput={({ reason }) => ({ id, rev, reason })}
      submit={t('verb.withdraw_honour')}
      done={close}
      onCancel={close}
    >
      <TextItem name="reason" label={t('field.reason')} max={1000} required rows={4} />
    </FormBox>
  )
}
