import { useQuery } from '@tanstack/react-query'
import { Form, Progress, Radio } from 'antd'
import {
  FileField,
  formatNumber,
  FormBox,
  FormDrawer,
  holdsRole,
  inputOf,
  ListPage,
  NoRights,
  ObjectPage,
  OpenFormButton,
  Page,
  Panel,
  StateTag,
  TextItem,
  useCommand,
  useLive,
  useMe,
  useNow,
  useOpenForm,
  useText,
  VerbButton,
  When,
  type Shape,
  type Tone,
  type UploadedFile,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import {
  BatchKind,
  mergeBatchContract,
  type MergeBatch,
  type MergeBatchState,
  type MergePair,
  type MergePairState,
} from '../bulk/merge-batch-contract.ts'
import { api } from './api.ts'
import { useAreas } from './catalogue.ts'
import { ConflictLines } from './conflicts.tsx'
import { spreadsheets } from './parts.tsx'
import { editors } from './roles.ts'

const schema = inputOf(mergeBatchContract.list)
const pairSchema = inputOf(mergeBatchContract.pairs)
const keys = [
  api.mergeBatches.key(),
  api.enterprises.key(),
  api.duplicates.key(),
  api.merges.key(),
  api.splits.key(),
  api.contacts.key(),
]
const pollMs = 1_000

type Look = { readonly tone: Tone; readonly shape: Shape }
const batchLooks: Readonly<Record<MergeBatchState, Look>> = {
  previewed: { tone: 'plain', shape: 'ring' },
  running: { tone: 'busy', shape: 'dot' },
  stopped: { tone: 'attention', shape: 'pause' },
  done: { tone: 'good', shape: 'check' },
  undoing: { tone: 'busy', shape: 'dot' },
  undo_stopped: { tone: 'attention', shape: 'pause' },
  undone: { tone: 'plain', shape: 'cross' },
}
const pairLooks: Readonly<Record<MergePairState, Look>> = {
  refused: { tone: 'bad', shape: 'diamond' },
  ready: { tone: 'plain', shape: 'ring' },
  merged: { tone: 'good', shape: 'check' },
  failed: { tone: 'attention', shape: 'triangle' },
  undone: { tone: 'plain', shape: 'cross' },
}
const pairStates = Object.keys(pairLooks) as readonly MergePairState[]

function BatchTag({ state }: { readonly state: MergeBatchState }) {
  const t = useText('registry')
  return <StateTag {...batchLooks[state]}>{t(`batch_state.${state}`)}</StateTag>
}

/** Merges and splits in bulk: the workbooks that were uploaded, the newest first. */
export function MergeBatchList() {
  const t = useText('registry')
  const me = useMe()
  if (!holdsRole(me, editors)) return <NoRights />
  const upload = (
    <VerbButton type="primary" href="/duplicates/batches/new">
      {t('batch.new')}
    </VerbButton>
  )
  return (
    <ListPage<MergeBatch, typeof schema>
      name="registry.merge-batches"
      title={t('batch.title')}
      schema={schema}
      source={{
        key: api.mergeBatches.list.key(),
        load: (input, signal) => api.mergeBatches.list.call(input, { signal }),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => `/duplicates/batches/${row.id}`}
      primary={upload}
      searchable={false}
      columns={[
        { key: 'file', title: t('batch.file'), card: 'title', render: ({ fileName }) => fileName },
        { key: 'kind', title: t('batch.kind'), card: 'decides', render: ({ kind }) => t(`batch_kind.${kind}`) },
        { key: 'state', title: t('field.status'), card: 'decides', render: ({ state }) => <BatchTag state={state} /> },
        {
          key: 'merged',
          title: t('pair_state.merged'),
          align: 'right',
          render: ({ counts }) => `${formatNumber(counts.merged)} / ${formatNumber(counts.rows)}`,
        },
        {
          key: 'undone',
          title: t('pair_state.undone'),
          align: 'right',
          render: ({ counts }) => formatNumber(counts.undone),
        },
        { key: 'by', title: t('batch.by'), render: ({ createdBy }) => createdBy },
        { key: 'at', title: t('batch.at'), card: 'decides', render: ({ createdAt }) => <When at={createdAt} /> },
      ]}
      live={['enterprise_merge_batch']}
      empty={{ nothing: t('batch.empty'), verb: upload }}
    />
  )
}

type Values = { readonly kind: BatchKind; readonly files: readonly UploadedFile[] }

/** Uploads a workbook of merges or of splits. */
export function MergeBatchNew() {
  const t = useText('registry')
  const me = useMe()
  const navigate = useNavigate()
  const [form] = Form.useForm<Values>()
  const kind = Form.useWatch('kind', form) ?? 'merge'
  const command = useCommand({ run: api.mergeBatches.create.call, invalidate: [api.mergeBatches.key()] })
  return (
    <Page title={t('batch.new')} width="form">
      <Panel title={t('batch.upload')}>
        <FormBox<Values, Parameters<typeof api.mergeBatches.create.call>[0], MergeBatch>
          command={command}
          form={form}
          initial={{ kind: 'merge' }}
          toInput={({ kind: chosen, files }) => ({ kind: chosen, fileId: files[0]?.id ?? '' })}
          fieldNames={{ fileId: 'files', file: 'files' }}
          submit={t('import.preview')}
          reason={holdsRole(me, editors) ? null : t('reason.merge')}
          done={({ id }) => void navigate(`/duplicates/batches/${id}`)}
        >
          <Form.Item name="kind" label={t('batch.kind')}>
            <Radio.Group options={BatchKind.options.map((value) => ({ value, label: t(`batch_kind.${value}`) }))} />
          </Form.Item>
          <p className="tz-second registry-inline">
            {kind === 'split' ? t('batch.how_split') : t('batch.how')}{' '}
            <a href={`/api/v1/merge-batches/template.xlsx?kind=${kind}`} download>
              {t('import.template')}
            </a>
          </p>
          <Form.Item
            name="files"
            label={t('import.file')}
            extra={t('batch.limits')}
            rules={[{ required: true, message: t('import.file_needed') }]}
          >
            <FileField max={1} accept={spreadsheets} />
          </Form.Item>
        </FormBox>
      </Panel>
    </Page>
  )
}

const isUnderWay = (state: MergeBatchState | undefined): boolean => state === 'running' || state === 'undoing'

/** One workbook: what each row would do or did, and the way back. */
export function MergeBatchPage() {
  const t = useText('registry')
  const { id = '' } = useParams()
  const query = useQuery({
    ...api.mergeBatches.get.queryOptions({ input: { id } }),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.state) ? pollMs : false),
  })
  useLive({ kinds: ['enterprise_merge_batch'], objectId: id, keys: [api.mergeBatches.key()] })
  const batch = query.data
  if (!batch)
    return (
      <ObjectPage
        title={t('batch.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return <Shown batch={batch} problem={query.error} />
}

function Shown({ batch, problem }: { readonly batch: MergeBatch; readonly problem: unknown }) {
  const t = useText('registry')
  const { counts, state, undone, undoUntil } = batch
  const done = counts.merged + counts.failed + counts.undone
  return (
    <ObjectPage
      title={batch.fileName}
      state={<BatchTag state={state} />}
      primary={<RunVerb batch={batch} />}
      verbs={<UndoVerb batch={batch} />}
      strip={
        <div className="registry-above">
          <p className="tz-flush">{t(`batch_means.${state}`, { ready: counts.ready, kept: counts.kept })}</p>
          {state === 'running' && (
            <Progress
              percent={Math.round((done / Math.max(1, done + counts.ready)) * 100)}
              aria-label={t('batch_state.running')}
            />
          )}
        </div>
      }
      facts={[
        { label: t('batch.kind'), value: t(`batch_kind.${batch.kind}`) },
        { label: t('count.rows'), value: formatNumber(counts.rows) },
        { label: t('pair_state.ready'), value: formatNumber(counts.ready) },
        { label: t('pair_state.refused'), value: formatNumber(counts.refused) },
        { label: t('pair_state.merged'), value: formatNumber(counts.merged) },
        { label: t('pair_state.failed'), value: formatNumber(counts.failed) },
        { label: t('pair_state.undone'), value: formatNumber(counts.undone) },
        ...(batch.kind === 'merge' ? [{ label: t('batch.conflicting'), value: formatNumber(counts.conflicting) }] : []),
        { label: t('batch.by'), value: batch.createdBy },
        ...(undoUntil === null ? [] : [{ label: t('merge.until'), value: <When at={undoUntil} /> }]),
        ...(undone === null
          ? []
          : [
              {
                label: t('batch.undone_by'),
                value: (
                  <>
                    {undone.byName} <When at={undone.at} />
                  </>
                ),
              },
            ]),
      ]}
      tabs={[{ key: 'pairs', label: t('batch.pairs'), children: <Pairs batch={batch} /> }]}
      problem={problem}
    />
  )
}

function RunVerb({ batch }: { readonly batch: MergeBatch }) {
  const t = useText('registry')
  const me = useMe()
  const { id, kind, state, counts } = batch
  const run = useCommand({ run: api.mergeBatches.run.call, invalidate: keys })
  const goesOn = state === 'stopped'
  const refused = !holdsRole(me, editors)
    ? t('reason.merge')
    : state !== 'previewed' && !goesOn
      ? t('batch.run_already')
      : counts.ready === 0
        ? t('batch.none_ready')
        : null
  return (
    <VerbButton
      type="primary"
      reason={refused}
      loading={run.pending}
      confirm={{
        ...(kind === 'split'
          ? { title: t('batch.confirm_split', { n: formatNumber(counts.ready) }), text: t('batch.confirm_split_text') }
          : {
              title: t('batch.confirm', { n: formatNumber(counts.ready) }),
              text: t('batch.confirm_text', { n: formatNumber(counts.conflicting) }),
            }),
        verb: t('batch.run'),
        danger: true,
      }}
      onClick={() => void run.run({ id })}
    >
      {goesOn
        ? t('batch.go_on', { n: formatNumber(counts.ready) })
        : t('batch.run_n', { n: formatNumber(counts.ready) })}
    </VerbButton>
  )
}

function UndoVerb({ batch }: { readonly batch: MergeBatch }) {
  const t = useText('registry')
  const me = useMe()
  const now = useNow()
  const { counts, state, undoUntil } = batch
  const refused = !holdsRole(me, editors)
    ? t('reason.merge')
    : isUnderWay(state)
      ? t(`batch_state.${state}`)
      : counts.merged === 0
        ? t('batch.nothing_merged')
        : undoUntil !== null && now > undoUntil
          ? t('merge.too_late')
          : null
  return (
    <>
      <OpenFormButton name="undo" reason={refused}>
        {t('batch.undo')}
      </OpenFormButton>
      <VerbButton href={`/api/v1/merge-batches/${batch.id}/pairs.xlsx`}>{t('batch.download')}</VerbButton>
      <FormDrawer name="undo" title={t('batch.undo')}>
        <UndoForm batch={batch} />
      </FormDrawer>
    </>
  )
}

function UndoForm({ batch }: { readonly batch: MergeBatch }) {
  const t = useText('registry')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.mergeBatches.undo.call, invalidate: keys })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.mergeBatches.undo.call>[0], MergeBatch>
      command={command}
      toInput={({ why }) => ({ id: batch.id, why })}
      submit={t('batch.undo_n', { n: formatNumber(batch.counts.merged) })}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('batch.undo_means')}</p>
      <TextItem name="why" label={t('why')} max={500} rows={3} required />
    </FormBox>
  )
}

function Pairs({ batch }: { readonly batch: MergeBatch }) {
  const t = useText('registry')
  const areas = new Map(useAreas().map(({ id, name }) => [id, name]))
  const isSplit = batch.kind === 'split'
  return (
    <ListPage<MergePair, typeof pairSchema>
      name="registry.merge-pairs"
      title={t('batch.pairs')}
      schema={pairSchema}
      embedded
      searchable={false}
      fixed={{ id: batch.id }}
      source={{
        key: [...api.mergeBatches.pairs.key(), batch.state, batch.counts.merged, batch.counts.undone],
        load: (input, signal) => api.mergeBatches.pairs.call(input, { signal }),
      }}
      rowKey={(row) => String(row.row)}
      columns={[
        { key: 'row', title: t('import.row'), align: 'right', width: 70, render: ({ row }) => row },
        {
          key: 'from',
          title: isSplit ? t('batch.from_split') : t('batch.from'),
          card: 'title',
          render: ({ from }) => <Side side={from} />,
        },
        {
          key: 'into',
          title: isSplit ? t('batch.into_split') : t('batch.into'),
          card: 'decides',
          render: ({ into, uscc }) => (
            <>
              <Side side={into} />
              {uscc && <p className="tz-flush tz-second tz-caption tz-mono">{uscc}</p>}
            </>
          ),
        },
        {
          key: 'state',
          title: t('field.status'),
          card: 'decides',
          render: ({ state, message }) => (
            <>
              <StateTag {...pairLooks[state]}>{t(`pair_state.${state}`)}</StateTag>
              {message !== null && (
                <p className="tz-flush tz-second tz-caption">
                  {state === 'merged' ? t('batch.not_undone', { why: message }) : message}
                </p>
              )}
            </>
          ),
        },
        isSplit
          ? { key: 'takes', title: t('batch.takes'), card: 'decides', render: ({ takes }) => takes || '–' }
          : {
              key: 'conflicts',
              title: t('merge.loses'),
              card: 'decides',
              render: ({ conflicts }) =>
                conflicts.length === 0 ? '–' : <ConflictLines conflicts={conflicts} areas={areas} />,
            },
        { key: 'why', title: t('why'), render: ({ why }) => why || '–' },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('field.status'),
          options: pairStates.map((value) => ({ value, label: t(`pair_state.${value}`) })),
        },
      ]}
      empty={{ nothing: t('batch.no_pairs') }}
    />
  )
}

function Side({ side: { id, name, text } }: { readonly side: MergePair['from'] }) {
  if (id === null) return <span>{text || '–'}</span>
  return (
    <>
      <Link to={`/enterprises/${id}`}>{name}</Link>
      {text !== name && <p className="tz-flush tz-second tz-caption">{text}</p>}
    </>
  )
}
