import { useQuery } from '@tanstack/react-query'
import { Form, Select } from 'antd'
import {
  DayItem,
  FormPage,
  formatNumber,
  ObjectPage,
  Page,
  PlainTable,
  ProblemAlert,
  TextItem,
  useCommand,
  useLive,
  useText,
  VerbButton,
  zoneToday,
} from '@tingzhou/ui'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { clustersMax } from '../../catalogue/limits.ts'
import type { Basis } from '../../words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf, standingList } from './api.ts'
import { BasisItem, BasisMark, ChangeItems, History, useKeeping } from './parts.tsx'

/** The list of clusters on a day, and the days on which it changed. */
export function ClusterPage() {
  const t = useText('chains')
  const named = useNamed()
  const refused = useKeeping()
  const [address, setAddress] = useSearchParams()
  const on = address.get('on') ?? undefined
  const query = useQuery(api.clusters.list.queryOptions({ input: on === undefined ? {} : { on } }))
  const history = useQuery(api.clusters.history.queryOptions({ input: {} }))
  useLive({ kinds: ['chain_cluster'], keys: [api.clusters.key()] })
  const days = query.data?.days ?? []
  return (
    <Page
      title={t('catalogue.cluster.title')}
      primary={
        <VerbButton type="primary" href={placeOf.newClusters} reason={refused}>
          {t('catalogue.cluster.replace')}
        </VerbButton>
      }
      verbs={<VerbButton href={placeOf.chains}>{t('catalogue.chain.list')}</VerbButton>}
    >
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      <p className="catalogue-verbs">
        <label htmlFor="cluster-day">{t('catalogue.cluster.as_of')}</label>
        <Select
          id="cluster-day"
          value={on ?? ''}
          style={{ minWidth: 200 }}
          onChange={(day) => setAddress(day === '' ? {} : { on: day })}
          options={[
            { value: '', label: t('catalogue.cluster.today') },
            ...days.map((day) => ({ value: day, label: t('catalogue.cluster.since', { day }) })),
          ]}
        />
      </p>
      <PlainTable
        name={t('catalogue.cluster.title')}
        empty={query.isPending ? '' : t('catalogue.cluster.empty')}
        head={[
          t('catalogue.cluster.one'),
          t('catalogue.column.code'),
          t('catalogue.column.basis'),
          t('catalogue.column.valid_from'),
          t('catalogue.column.valid_to'),
          t('catalogue.chain.title'),
        ]}
        rows={(query.data?.rows ?? []).map((row) => ({
          key: row.code,
          cells: [
            named(row),
            <span key="code" className="tz-mono">
              {row.code}
            </span>,
            <BasisMark key="basis" basis={row.basis} />,
            row.validFrom,
            row.validTo ?? '–',
            <Link key="chains" to={`${placeOf.chains}?cluster=${row.code}`}>
              {formatNumber(row.chains)}
            </Link>,
          ],
        }))}
      />
      <div className="catalogue-below">
        <History rows={history.data?.rows ?? []} />
      </div>
    </Page>
  )
}

type RowValues = {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly basis: Basis
  readonly source?: string
}
type Values = { readonly from: string; readonly rows: readonly RowValues[]; readonly why: string }
type Input = Parameters<typeof api.clusters.replace.call>[0]

/** A new list from a day: the list as it stands, changed. */
export function ClusterChange() {
  const t = useText('chains')
  const refused = useKeeping()
  const navigate = useNavigate()
  const [form] = Form.useForm<Values>()
  const query = useQuery(api.clusters.list.queryOptions({ input: standingList }))
  const command = useCommand({
    run: api.clusters.replace.call,
    invalidate: [api.clusters.key(), api.chains.key()],
    success: t('catalogue.saved'),
  })
  const list = query.data
  if (!list)
    return (
      <ObjectPage
        title={t('catalogue.cluster.replace')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <FormPage<Values, Input, { readonly id: string }>
      title={t('catalogue.cluster.replace')}
      intro={t('catalogue.cluster.intro')}
      form={form}
      initial={{ from: list.days.reduce((latest, day) => (day > latest ? day : latest), zoneToday()), rows: list.rows }}
      command={command}
      reason={refused}
      toInput={({ from, rows, why }) => ({
        from,
        why,
        rev: list.rev,
        rows: rows.map(({ code, zh, en, basis, source }) => ({ code, zh, en, basis, source: source ?? '' })),
      })}
      submit={t('catalogue.cluster.replace')}
      done={() => void navigate(`${placeOf.clusters}?on=${form.getFieldValue('from')}`)}
      onCancel={() => void navigate(placeOf.clusters)}
    >
      <DayItem name="from" label={t('catalogue.column.valid_from')} required />
      <Form.List name="rows">
        {(fields, { add, remove }, { errors }) => (
          <>
            {fields.map(({ key, name }) => (
              <div key={key} className="catalogue-cluster">
                <TextItem name={[name, 'code']} label={t('catalogue.column.code')} max={40} required />
                <TextItem name={[name, 'zh']} label={t('catalogue.column.zh')} max={60} required />
                <TextItem name={[name, 'en']} label={t('catalogue.column.en')} max={120} required />
                <BasisItem name={[name, 'basis']} required />
                <TextItem name={[name, 'source']} label={t('catalogue.column.source')} max={300} />
                <VerbButton
                  className="catalogue-take"
                  aria-label={t('catalogue.cluster.drop', { n: name + 1 })}
                  reason={fields.length > 1 ? null : t('catalogue.cluster.one_stays')}
                  onClick={() => remove(name)}
                >
                  {t('catalogue.take')}
                </VerbButton>
              </div>
            ))}
            <Form.ErrorList errors={errors} />
            <p className="catalogue-verbs">
              <VerbButton
                reason={fields.length < clustersMax ? null : t('catalogue.recipe.enough', { n: clustersMax })}
                onClick={() => add({ basis: 'zone' })}
              >
                {t('catalogue.cluster.add')}
              </VerbButton>
            </p>
          </>
        )}
      </Form.List>
      <ChangeItems withState={false} />
    </FormPage>
  )
}
