import { useQuery } from '@tanstack/react-query'
import { Form, Progress, Steps, Table } from 'antd'
import {
  EmptyState,
  FileField,
  formatNumber,
  FormBox,
  Page,
  Panel,
  ProblemAlert,
  useCommand,
  useMe,
  useNarrow,
  useText,
  VerbButton,
  type UploadedFile,
} from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import type { EnterpriseImport, ImportFault } from '../import-contract.ts'
import { api } from './api.ts'
import { spreadsheets } from './parts.tsx'
import { mayImport } from './roles.ts'

const pollMs = 1_000
const place = '/api/v1/enterprise-imports'

const isUnderWay = (state: EnterpriseImport['state'] | undefined): boolean => state === 'reading' || state === 'running'

/** Template → upload → preview with faults by row and column → keep the good rows → faulty rows back as a workbook. */
export function ImportPage() {
  const t = useText('registry')
  const me = useMe()
  const narrow = useNarrow()
  const [query, setQuery] = useSearchParams()
  const id = query.get('id')
  const found = useQuery({
    ...api.imports.get.queryOptions({ input: { id: id ?? '' } }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (isUnderWay(state.data?.state) ? pollMs : false),
  })
  const shown = id === null ? undefined : found.data
  const stage = shown === undefined ? 0 : shown.state === 'committed' ? 2 : 1
  if (!mayImport(me))
    return (
      <Page title={t('import.title')}>
        <EmptyState title={t('reason.import')} />
      </Page>
    )
  return (
    <Page
      title={t('import.title')}
      verbs={shown && <VerbButton onClick={() => setQuery({})}>{t('import.another')}</VerbButton>}
    >
      <Steps
        className="registry-steps"
        current={stage}
        orientation={narrow ? 'vertical' : 'horizontal'}
        items={[
          { title: t('import.step_upload') },
          { title: t('import.step_preview') },
          { title: t('import.step_done') },
        ]}
      />
      {id !== null && found.error && <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />}
      {id === null && <Upload done={(made) => setQuery({ id: made.id })} />}
      {shown && <Preview shown={shown} />}
    </Page>
  )
}

function Upload({ done }: { readonly done: (made: EnterpriseImport) => void }) {
  const t = useText('registry')
  const command = useCommand({ run: api.imports.create.call, invalidate: [api.imports.key()] })
  type Values = { readonly files: readonly UploadedFile[] }
  return (
    <Panel title={t('import.upload')}>
      <p>
        {t('import.how')}{' '}
        <a href={`${place}/template.xlsx`} download>
          {t('import.template')}
        </a>
      </p>
      <FormBox<Values, Parameters<typeof api.imports.create.call>[0], EnterpriseImport>
        command={command}
        toInput={({ files }) => ({ fileId: files[0]?.id ?? '' })}
        fieldNames={{ fileId: 'files', file: 'files' }}
        submit={t('import.preview')}
        done={done}
      >
        <Form.Item
          name="files"
          label={t('import.file')}
          extra={t('import.limits')}
          rules={[{ required: true, message: t('import.file_needed') }]}
        >
          <FileField max={1} accept={spreadsheets} />
        </Form.Item>
      </FormBox>
    </Panel>
  )
}

function Preview({ shown }: { readonly shown: EnterpriseImport }) {
  const t = useText('registry')
  const { id, state, counts } = shown
  const commit = useCommand({
    run: api.imports.commit.call,
    invalidate: [api.imports.key(), api.enterprises.key(), api.duplicates.key()],
  })
  const good = counts.rows - counts.bad
  const refused = isUnderWay(state) ? t(`import_state.${state}`) : good === 0 ? t('import.none_good') : null
  return (
    <>
      <Panel title={shown.fileName} aside={<span className="tz-second">{t(`import_state.${state}`)}</span>}>
        <Counts counts={counts} committed={state === 'committed'} />
        {state === 'running' && (
          <Progress percent={Math.round((shown.done / Math.max(1, good)) * 100)} aria-label={t('import.running')} />
        )}
        {state === 'failed' && <p role="alert">{shown.refusal ?? t('import.failed')}</p>}
        <div className="registry-verbs">
          {state === 'committed' ? (
            <VerbButton type="primary" href="/enterprises">
              {t('import.open_list')}
            </VerbButton>
          ) : (
            <VerbButton
              type="primary"
              reason={refused}
              loading={commit.pending}
              onClick={() => void commit.run({ id })}
            >
              {t('import.commit', { n: formatNumber(good) })}
            </VerbButton>
          )}
          {counts.bad > 0 && (
            <VerbButton onClick={() => window.location.assign(`${place}/${id}/errors.xlsx`)}>
              {t('import.errors', { n: formatNumber(counts.bad) })}
            </VerbButton>
          )}
        </div>
      </Panel>
      {shown.faults.length > 0 && <Faults title={t('import.faults')} faults={shown.faults} total={counts.faults} />}
      {shown.warnings.length > 0 && (
        <Faults title={t('import.warnings')} faults={shown.warnings} total={counts.warnings} />
      )}
      <Likes shown={shown} />
      <Columns shown={shown} />
      <Sample shown={shown} />
    </>
  )
}

function Counts(props: { readonly counts: EnterpriseImport['counts']; readonly committed: boolean }) {
  const t = useText('registry')
  const keys = ['rows', 'added', 'updated', 'unchanged', 'bad', 'warnings'] as const
  return (
    <dl className="registry-counts">
      {keys.map((key) => (
        <div key={key}>
          <dt>{t(`count.${key}`)}</dt>
          <dd className="tz-number">{formatNumber(props.counts[key])}</dd>
        </div>
      ))}
    </dl>
  )
}

function Faults(props: { readonly title: string; readonly faults: readonly ImportFault[]; readonly total: number }) {
  const t = useText('registry')
  return (
    <Panel
      title={props.title}
      aside={
        <span className="tz-second">
          {t('import.shown', { n: props.faults.length, total: formatNumber(props.total) })}
        </span>
      }
    >
      <Table<ImportFault & { readonly key: string }>
        size="small"
        scroll={{ x: true, y: 320 }}
        pagination={false}
        dataSource={props.faults.map((fault, i) => ({ ...fault, key: String(i) }))}
        columns={[
          { title: t('import.row'), dataIndex: 'row', width: 80, align: 'right' },
          { title: t('import.column'), dataIndex: 'column', width: 160 },
          { title: t('import.value'), dataIndex: 'value', width: 200 },
          { title: t('import.rule'), dataIndex: 'message' },
        ]}
      />
    </Panel>
  )
}

function Likes({ shown }: { readonly shown: EnterpriseImport }) {
  const t = useText('registry')
  if (shown.duplicates.length === 0) return null
  return (
    <Panel title={t('import.likes')}>
      <p className="tz-second">{t('import.likes_text')}</p>
      <ul className="registry-lines">
        {shown.duplicates.map((one) => (
          <li key={one.row}>
            {t('import.like', {
              row: one.row,
              name: one.name,
              like: one.like.name,
              score: (one.score * 100).toFixed(0),
            })}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Columns({ shown }: { readonly shown: EnterpriseImport }) {
  const t = useText('registry')
  const ignored = shown.columns.filter(({ field }) => field === null).map(({ head }) => head)
  if (ignored.length === 0) return null
  return (
    <Panel title={t('import.ignored')}>
      <p>{ignored.join(t('comma'))}</p>
    </Panel>
  )
}

type SampleRow = {
  readonly key: number
  readonly row: number
  readonly outcome: string
  readonly values: Readonly<Record<string, string>>
}

function Sample({ shown }: { readonly shown: EnterpriseImport }) {
  const t = useText('registry')
  const heads = shown.columns.filter(({ field }) => field !== null).map(({ head }) => head)
  if (shown.sample.length === 0) return null
  return (
    <Panel title={t('import.sample')}>
      <Table<SampleRow>
        size="small"
        scroll={{ x: 'max-content', y: 320 }}
        pagination={false}
        dataSource={shown.sample.map((one) => ({
          key: one.row,
          row: one.row,
          outcome: t(`count.${one.outcome}`),
          values: one.values,
        }))}
        columns={[
          { title: t('import.row'), dataIndex: 'row', align: 'right' as const },
          { title: t('import.outcome'), dataIndex: 'outcome' },
          ...heads.map((head) => ({ title: head, dataIndex: ['values', head] })),
        ]}
      />
    </Panel>
  )
}
