import { useQuery } from '@tanstack/react-query'
import {
  ListPage,
  useCommand,
  useLive,
  useText,
  VerbButton,
  When,
  type ListColumn,
  type ListFilter,
} from '@tingzhou/ui'
import { AlarmQuery } from '../contract.ts'
import { waitingStates } from '../life.ts'
import { levels } from '../rule.ts'
import { api, changedKeys, nameOf } from './api.ts'
import { AlarmState, LevelTag, useWatchRefusal, valueText, type Row } from './tags.tsx'

const source = {
  key: api.list.key(),
  load: (input: Parameters<typeof api.list.call>[0], signal: AbortSignal) => api.list.call(input, { signal }),
}
const shows = ['unacknowledged', 'quiet', 'stale'] as const

/** Alarms that stand: what must be done first comes first. */
export function AlarmList() {
  const t = useText('alarms')
  const refused = useWatchRefusal()
  const acknowledge = useAcknowledge()
  return (
    <ListPage<Row, typeof AlarmQuery>
      name="alarms.list"
      title={t('list.title')}
      schema={AlarmQuery}
      source={source}
      verbs={
        <>
          <VerbButton href="/alarm-history">{t('nav.history')}</VerbButton>
          <VerbButton href="/alarm-performance">{t('nav.performance')}</VerbButton>
        </>
      }
      rowKey={(row) => row.id}
      rowHref={(row) => `/alarms/${row.id}`}
      columns={useStandingColumns()}
      filters={useFilters()}
      views={shows.map((show) => ({ key: show, label: t(`show.${show}`), params: { show } }))}
      selection={(rows, clear) => (
        <VerbButton
          type="primary"
          loading={acknowledge.pending}
          reason={refused ?? (rows.some(isWaiting) ? null : t('reason.nothing_to_acknowledge'))}
          onClick={() =>
            void acknowledge
              .run({ ids: rows.filter(isWaiting).map(({ id }) => id), comment: null })
              .then(({ ok }) => ok && clear())
          }
        >
          {t('verb.acknowledge')}
        </VerbButton>
      )}
      rowKeys={[
        {
          key: 'a',
          label: t('verb.acknowledge'),
          run: (row) => {
            if (refused === null && isWaiting(row)) void acknowledge.run({ ids: [row.id], comment: null })
          },
        },
      ]}
      exportHref={(query) => `/api/v1/alarms/export.xlsx?${query}`}
      live={['alarm', 'alarm_case']}
      searchHint={t('list.search')}
      empty={{ nothing: t('list.empty') }}
    >
      <Counts />
    </ListPage>
  )
}

/** Whether somebody must still acknowledge it. */
export const isWaiting = ({ state }: Pick<Row, 'state'>): boolean => waitingStates.includes(state)

/** Acknowledges alarms; says what somebody else was quicker with. */
export function useAcknowledge() {
  const t = useText('alarms')
  return useCommand({
    run: api.acknowledge.call,
    invalidate: changedKeys,
    success: ({ done, left }) =>
      left.length === 0
        ? t('done.acknowledged', { n: done.length })
        : t('done.acknowledged_some', { n: done.length, left: left.length }),
  })
}

/** How many stand, by level: the figures that a watch looks at first. */
function Counts() {
  const t = useText('alarms')
  useLive({ kinds: ['alarm'], keys: [api.counts.key()] })
  const { data } = useQuery(api.counts.queryOptions({ input: {} }))
  if (!data) return null
  return (
    <ul className="tz-alarm-counts" aria-label={t('list.counts')}>
      {data.levels.map(({ level, n, unacknowledged }) => (
        <li key={level}>
          <LevelTag level={level} /> {t('list.count', { n, unacknowledged })}
        </li>
      ))}
      <li className="tz-second">{t('list.quiet', { n: data.quiet })}</li>
    </ul>
  )
}

function useFilters(): readonly ListFilter[] {
  const t = useText('alarms')
  return [
    {
      kind: 'choice',
      key: 'level',
      label: t('field.level'),
      options: levels.map((level) => ({ value: String(level), label: t(`level.${level}`) })),
    },
    {
      kind: 'choice',
      key: 'state',
      label: t('field.state'),
      options: AlarmQuery.shape.state
        .unwrap()
        .options.filter((state) => state !== 'normal')
        .map((value) => ({ value, label: t(`state.${value}`) })),
    },
    {
      kind: 'choice',
      key: 'owner',
      label: t('field.owner'),
      options: AlarmQuery.shape.owner.unwrap().options.map((value) => ({ value, label: t(`owner.${value}`) })),
    },
  ]
}

const toldByState = new Set(['endedAt', 'ackedBy'])

/** Of alarms that stand, the state tells whether they are over and acknowledged: when and by whom is shown on demand. */
function useStandingColumns(): readonly ListColumn<Row>[] {
  return useAlarmColumns().map((column) => (toldByState.has(column.key) ? { ...column, hidden: true } : column))
}

/** The columns of alarms, wherever they are listed. */
export function useAlarmColumns(): readonly ListColumn<Row>[] {
  const t = useText('alarms')
  return [
    {
      key: 'level',
      title: t('field.level'),
      width: 96,
      card: 'decides',
      render: ({ level }) => <LevelTag level={level} />,
    },
    { key: 'title', title: t('field.title'), card: 'title', render: ({ title }) => nameOf(title) },
    {
      key: 'place',
      title: t('field.place'),
      card: 'decides',
      render: ({ placeName, place }) => (
        <>
          {nameOf(placeName)} <span className="tz-second tz-mono">{place}</span>
        </>
      ),
    },
    { key: 'state', title: t('field.state'), card: 'decides', render: ({ state }) => <AlarmState state={state} /> },
    {
      key: 'startedAt',
      title: t('field.started'),
      card: 'decides',
      render: ({ startedAt }) => <When at={startedAt} />,
    },
    {
      key: 'endedAt',
      title: t('field.ended'),
      render: ({ endedAt }) => (endedAt === null ? '–' : <When at={endedAt} />),
    },
    { key: 'value', title: t('field.value'), align: 'right', render: valueText },
    { key: 'ackedBy', title: t('field.acked_by'), render: ({ ackedBy }) => ackedBy ?? '–' },
    { key: 'repeats', title: t('field.repeats'), align: 'right', hidden: true, render: ({ repeats }) => repeats },
    { key: 'owner', title: t('field.owner'), hidden: true, render: ({ owner }) => t(`owner.${owner}`) },
    { key: 'case', title: t('field.case'), render: (row) => row.case?.no ?? '–' },
  ]
}
