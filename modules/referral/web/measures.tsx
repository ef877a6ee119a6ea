import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  Figure,
  formatNumber,
  formatTimeFull,
  ListPage,
  Page,
  ProblemAlert,
  SkeletonLines,
  useLate,
  useText,
  VerbButton,
  When,
  inputOf,
  zoneToday,
} from '@tingzhou/ui'
import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useMemo } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { measureContract, measureNames, type MeasureName } from '../measures-contract.ts'
import { api } from './api.ts'
import { findInstitutions, nameOfInstitution } from './pickers.tsx'
import { DirectionText, UrgencyTag } from './tags.tsx'

/** The period of the address; else the year so far. */
function periodOf(query: URLSearchParams) {
  const today = zoneToday()
  return { from: query.get('from') ?? `${today.slice(0, 4)}-01-01`, to: query.get('to') ?? today }
}

const hrefOf = (measure: string, part: string, { from, to }: { readonly from: string; readonly to: string }) =>
  `/referral-measures/${measure}?from=${from}&to=${to}&part=${part}`

/** The measures of referral, each with numerator and base, each opening the list behind it. */
export function MeasureBoard() {
  const t = useText('referral')
  const [query, setQuery] = useSearchParams()
  const period = periodOf(query)
  const board = useQuery(api.measures.board.queryOptions({ input: period }))
  const late = useLate(board.isPending)
  const measures = board.data?.measures ?? []
  return (
    <Page title={t('measure.title')} verbs={<VerbButton href="/referrals">{t('order.title')}</VerbButton>}>
      <div className="referral-filters">
        <DatePicker.RangePicker
          aria-label={t('measure.period')}
          allowClear={false}
          value={[dayjs(period.from), dayjs(period.to)]}
          onChange={(dates) =>
            dates?.[0] &&
            dates[1] &&
            setQuery({ from: dates[0].format('YYYY-MM-DD'), to: dates[1].format('YYYY-MM-DD') }, { replace: true })
          }
        />
      </div>
      {board.error && <ProblemAlert problem={board.error} onRetry={() => void board.refetch()} />}
      {late && <SkeletonLines lines={6} />}
      {board.data && measures.every(({ base }) => base === 0) && (
        <EmptyState title={t('measure.empty')} text={t('measure.empty_text')} />
      )}
      {board.data && (
        <div className="referral-figures">
          {measures.map(({ measure, value, numerator, base }) => (
            <div key={measure}>
              <Figure
                label={t(`measure.of.${measure}`)}
                value={value}
                digits={1}
                unit={t(`measure.unit.${measure}`)}
                date={t('measure.from_to', period)}
                basis={t(`measure.basis.${measure}`, {
                  n: formatNumber(numerator),
                  base: formatNumber(base),
                  rest: formatNumber(base - numerator),
                })}
                source={t('measure.source', { time: formatTimeFull(board.data.at) })}
                href={hrefOf(measure, 'base', period)}
              />
              <p className="referral-parts tz-caption">
                <Link to={hrefOf(measure, 'numerator', period)}>
                  {t(`measure.numerator.${measure}`)} {formatNumber(numerator)}
                </Link>
                {' / '}
                <Link to={hrefOf(measure, 'base', period)}>
                  {t(`measure.base.${measure}`)} {formatNumber(base)}
                </Link>
              </p>
            </div>
          ))}
        </div>
      )}
    </Page>
  )
}

const schema = inputOf(measureContract.rows)
const isMeasure = (text: string): text is MeasureName => measureNames.some((name) => name === text)

/** The list behind a measure: exactly the lines that it counts. */
export function MeasureRows() {
  const t = useText('referral')
  const { measure: named = '' } = useParams()
  const [query] = useSearchParams()
  const measure: MeasureName = isMeasure(named) ? named : 'accept_rate'
  const { from, to } = periodOf(query)
  const part = query.get('part') === 'numerator' ? 'numerator' : 'base'
  const fixed = useMemo(() => ({ measure, part, from, to }) as const, [measure, part, from, to])
  return (
    <ListPage
      name={`referral.measure.${measure}`}
      title={t(`measure.of.${measure}`)}
      schema={schema}
      source={{
        key: [...api.measures.rows.key(), measure],
        load: (input, signal) => api.measures.rows.call(input, { signal }),
      }}
      fixed={fixed}
      rowKey={(row) => row.key}
      searchable={false}
      verbs={<VerbButton href={`/referral-measures?from=${from}&to=${to}`}>{t('measure.title')}</VerbButton>}
      columns={[
        {
          key: 'code',
          title: t('column.code'),
          card: 'title',
          render: (row) =>
            row.orderId === null ? (
              <span className="tz-mono">{row.code}</span>
            ) : (
              <Link className="tz-mono" to={`/referrals/${row.orderId}`}>
                {row.code}
              </Link>
            ),
        },
        {
          key: 'counted',
          title: t(`measure.numerator.${measure}`),
          card: 'decides',
          render: (row) => (row.counted ? t('yes') : t('no')),
        },
        {
          key: 'urgency',
          title: t('column.urgency'),
          render: (row) => <UrgencyTag value={row.urgency} />,
        },
        {
          key: 'direction',
          title: t('column.direction'),
          card: 'decides',
          render: (row) => <DirectionText direction={row.direction} isReturn={false} />,
        },
        { key: 'from', title: t('column.from'), render: (row) => row.from.name },
        { key: 'institution', title: t('column.target'), render: (row) => row.institution?.name ?? '–' },
        {
          key: 'minutes',
          title: t('measure.minutes'),
          unit: t('measure.unit.minutes_to_accept'),
          align: 'right',
          hidden: measure !== 'minutes_to_accept',
          render: (row) => (row.minutes === null ? '–' : formatNumber(row.minutes, 1)),
        },
        { key: 'at', title: t('measure.at'), card: 'decides', render: (row) => <When at={row.at} /> },
      ]}
      filters={[
        { kind: 'dates', from: 'from', to: 'to', label: t('measure.period') },
        {
          kind: 'lookup',
          key: 'institutionId',
          label: t('column.institution'),
          find: findInstitutions,
          name: nameOfInstitution,
        },
      ]}
      empty={{ nothing: t('measure.empty') }}
    >
      <p className="tz-second">{t(`measure.formula.${measure}`)}</p>
      <nav className="tz-views" aria-label={t('measure.part')}>
        {(['numerator', 'base'] as const).map((one) => (
          <Link
            key={one}
            className="tz-view"
            to={hrefOf(measure, one, { from, to })}
            {...(part === one ? { 'aria-current': 'page' as const } : {})}
          >
            {t(`measure.${one}.${measure}`)}
          </Link>
        ))}
      </nav>
    </ListPage>
  )
}
