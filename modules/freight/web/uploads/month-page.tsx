import { useQuery } from '@tanstack/react-query'
import {
  formatMoney,
  formatNumber,
  FormBox,
  FormDrawer,
  ObjectPage,
  OpenFormButton,
  Panel,
  PlainTable,
  rowItem,
  useCommand,
  useLive,
  useMe,
  useOpenRow,
  useText,
  VerbButton,
  When,
  TextItem,
  HistoryTrail,
} from '@tingzhou/ui'
import { useParams } from 'react-router'
import { api } from '../api.ts'
import type { MonthDetail } from './api.ts'
import { MonthStateTag } from './month-tag.tsx'
import { mayUpload } from './rights.ts'

/** One month: both sides' figures, what differs by number, and who closed it. */
export function MonthPage() {
  const t = useText('freight')
  const { id = '' } = useParams()
  const query = useQuery(api.uploadCounts.get.queryOptions({ input: { id } }))
  const history = useQuery(api.uploadCounts.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_upload_count'], objectId: id, keys: [api.uploadCounts.key()] })
  const month = query.data
  if (!month)
    return (
      <ObjectPage
        title={t('month.title')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={t('month.of', { month: month.month })}
        state={<MonthStateTag row={month} />}
        primary={<Verbs month={month} />}
        facts={[
          { label: t('month.counted'), value: <When at={month.countedAt} /> },
          { label: t('month.counted_by'), value: month.countedBy },
          { label: t('month.closed_by'), value: month.closedBy ?? '–' },
          { label: t('month.words'), value: month.words === '' ? '–' : month.words },
        ]}
        trail={<HistoryTrail did="freight:did" rows={history.data?.rows} />}
        problem={query.error}
      >
        <Figures month={month} />
        <Differences month={month} />
      </ObjectPage>
      <FormDrawer name="close" title={t('month.close')}>
        <Close month={month} />
      </FormDrawer>
    </>
  )
}

function Verbs({ month }: { readonly month: MonthDetail }) {
  const t = useText('freight')
  const me = useMe()
  const refused = mayUpload(me) ? (month.state === 'open' ? null : t('reason.month_closed')) : t('reason.upload')
  const command = useCommand({
    run: api.uploadCounts.count.call,
    invalidate: [api.uploadCounts.key()],
    success: ({ isEqual }) => t(isEqual ? 'month.equal' : 'month.differs'),
  })
  return (
    <>
      <VerbButton loading={command.pending} reason={refused} onClick={() => void command.run({ month: month.month })}>
        {t('month.again')}
      </VerbButton>
      <OpenFormButton name="close" item={rowItem(month)} primary reason={refused}>
        {t('month.close')}
      </OpenFormButton>
    </>
  )
}

function Figures({ month }: { readonly month: MonthDetail }) {
  const t = useText('freight')
  return (
    <Panel title={t('month.figures')}>
      <PlainTable
        name={t('month.figures')}
        empty=""
        head={[t('upload.kind'), t('month.ours'), t('month.theirs'), t('month.ours_sum'), t('month.theirs_sum')]}
        rows={month.figures.map(({ kind, ours, theirs, oursFen, theirsFen }) => {
          const money = (fen: number) => (kind === 'driver' || kind === 'vehicle' ? '–' : formatMoney(fen))
          return {
            key: kind,
            cells: [
              t(`upload_kind.${kind}`),
              formatNumber(ours),
              formatNumber(theirs),
              money(oursFen),
              money(theirsFen),
            ],
          }
        })}
      />
    </Panel>
  )
}

function Differences({ month }: { readonly month: MonthDetail }) {
  const t = useText('freight')
  const money = (fen: number | null) => (fen === null ? '–' : formatMoney(fen))
  const beyond = month.differing - month.differences.length
  return (
    <Panel title={t('month.differences')}>
      <PlainTable
        name={t('month.differences')}
        empty={t('month.no_difference')}
        head={[t('month.number'), t('upload.kind'), t('month.has'), t('month.ours_sum'), t('month.theirs_sum')]}
        rows={month.differences.map(({ kind, number, has, oursFen, theirsFen }) => ({
          key: `${kind} ${number} ${has}`,
          cells: [number, t(`upload_kind.${kind}`), t(`month_has.${has}`), money(oursFen), money(theirsFen)],
        }))}
      />
      {beyond > 0 && <p className="tz-second">{t('month.beyond', { n: formatNumber(beyond) })}</p>}
    </Panel>
  )
}

type Values = { readonly words?: string }

function Close({ month }: { readonly month: MonthDetail }) {
  const t = useText('freight')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({
    run: api.uploadCounts.close.call,
    invalidate: [api.uploadCounts.key()],
    success: t('saved'),
  })
  return (
    <FormBox<Values, Parameters<typeof api.uploadCounts.close.call>[0], { id: string }>
      command={command}
      toInput={({ words }) => ({ id, rev, words: words ?? '' })}
      submit={t('month.close')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t(month.isEqual ? 'month.close_equal' : 'month.close_differs')}</p>
      <TextItem name="words" label={t('month.words')} max={2_000} required={!month.isEqual} rows={3} />
    </FormBox>
  )
}
