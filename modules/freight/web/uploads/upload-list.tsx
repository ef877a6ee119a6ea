import { useQuery } from '@tanstack/react-query'
import {
  formatAmount,
  formatNumber,
  inputOf,
  ListPage,
  Panel,
  PlainTable,
  useLive,
  useMe,
  useText,
  VerbButton,
  When,
  type ListColumn,
} from '@tingzhou/ui'
import { Link, useSearchParams } from 'react-router'
import { uploadContract } from '../../upload/upload-contract.ts'
import { uploadKinds, uploadStates } from '../../upload/words.ts'
import { api } from '../api.ts'
import { SyntheticMark } from '../tags.tsx'
import type { UploadRow } from './api.ts'
import { mayRegulate } from './rights.ts'
import { UploadStateTag } from './tags.tsx'
import { Why } from './why.tsx'

const schema = inputOf(uploadContract.list)

/** What goes to the regulator: what must be done first, then everything. */
export function UploadList() {
  const t = useText('freight')
  const me = useMe()
  const counts = useQuery(api.uploads.counts.queryOptions())
  useLive({ kinds: ['freight_upload'], keys: [api.uploads.key()] })
  const countOf = (state: string) => counts.data?.states.find((one) => one.state === state)?.count
  return (
    <ListPage
      name="freight.uploads"
      title={t('upload.title')}
      schema={schema}
      source={{
        key: api.uploads.key(),
        load: (input, signal) => api.uploads.list.call(input, { signal }),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/freight-uploads/${row.id}`}
      searchHint={t('upload.hint')}
      verbs={
        <>
          <VerbButton href="/freight-uploads/months">{t('month.title')}</VerbButton>
          <VerbButton href="/freight-uploads/settings">
            {mayRegulate(me) ? t('regulator.title') : t('regulator.look')}
          </VerbButton>
        </>
      }
      columns={useColumns()}
      filters={[
        {
          kind: 'choice',
          key: 'kind',
          label: t('upload.kind'),
          options: uploadKinds.map((value) => ({ value, label: t(`upload_kind.${value}`) })),
        },
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          multiple: true,
          options: uploadStates.map((value) => ({ value, label: t(`upload_state.${value}`) })),
        },
        { kind: 'dates', from: 'from', to: 'to', label: t('upload.made') },
      ]}
      views={(['rejected', 'waiting', 'accepted', 'given_up'] as const).map((state) => ({
        key: state,
        label: t(`upload_state.${state}`),
        params: { state: [state] },
        count: countOf(state),
      }))}
      live={['freight_upload']}
      empty={{ nothing: t('upload.empty') }}
    >
      {counts.data && <Standing isOn={counts.data.isOn} silentSince={counts.data.silentSince} />}
      <MustDo />
    </ListPage>
  )
}

function useColumns(): readonly ListColumn<UploadRow>[] {
  const t = useText('freight')
  return [
    {
      key: 'title',
      title: t('upload.subject'),
      card: 'title',
      render: (row) => (
        <>
          {row.title} <SyntheticMark when={row.synthetic} />
        </>
      ),
    },
    { key: 'kind', title: t('upload.kind'), card: 'decides', render: (row) => t(`upload_kind.${row.kind}`) },
    { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <UploadStateTag state={row.state} /> },
    { key: 'why', title: t('upload.why'), card: 'decides', render: (row) => <Why row={row} /> },
    {
      key: 'sum',
      title: t('upload.sum'),
      unit: t('unit.yuan'),
      align: 'right',
      render: (row) => (row.waybillId === null ? '–' : formatAmount(row.sumFen, 2)),
    },
    { key: 'attempts', title: t('upload.attempts'), align: 'right', render: (row) => formatNumber(row.attempts) },
    { key: 'created', title: t('upload.made'), render: (row) => <When at={row.createdAt} /> },
    {
      key: 'accepted',
      title: t('upload.accepted'),
      hidden: true,
      render: (row) => (row.acceptedAt === null ? '–' : <When at={row.acceptedAt} />),
    },
  ]
}

/** Whether anybody is told, and whether that one answers. */
function Standing({ isOn, silentSince }: { readonly isOn: boolean; readonly silentSince: number | null }) {
  const t = useText('freight')
  if (!isOn)
    return (
      <p role="status" className="tz-second">
        {t('upload.off')} <Link to="/freight-uploads/settings">{t('regulator.title')}</Link>
      </p>
    )
  if (silentSince === null) return null
  return (
    <p role="status" className="tz-tone-bad">
      {t('upload.silent')} <When at={silentSince} />
    </p>
  )
}

const shownMax = 5

/** The latest that were refused, above everything; where the list already shows them it is not said twice. */
function MustDo() {
  const t = useText('freight')
  const [params] = useSearchParams()
  const isFiltered = ['state', 'kind', 'q', 'from', 'to', 'cursor'].some((key) => params.has(key))
  const query = useQuery({
    ...api.uploads.list.queryOptions({ input: { state: ['rejected'], limit: shownMax } }),
    enabled: !isFiltered,
  })
  const rows = query.data?.rows ?? []
  if (isFiltered || rows.length === 0) return null
  return (
    <Panel
      title={t('upload.must_do')}
      aside={<Link to="/freight-uploads?state=rejected">{t('upload.all_refused')}</Link>}
    >
      <PlainTable
        name={t('upload.must_do')}
        empty=""
        head={[t('upload.subject'), t('upload.kind'), t('upload.why'), t('upload.refused_by')]}
        rows={rows.map((row) => ({
          key: row.id,
          cells: [
            <Link key="title" to={`/freight-uploads/${row.id}`}>
              {row.title}
            </Link>,
            t(`upload_kind.${row.kind}`),
            <Why key="why" row={row} />,
            row.refusedBy === null ? '–' : t(`refuser.${row.refusedBy}`),
          ],
        }))}
      />
    </Panel>
  )
}
