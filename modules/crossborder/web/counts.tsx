import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  formatNumber,
  FormPage,
  inputOf,
  ListPage,
  ObjectPage,
  OpenFormButton,
  PlainTable,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  TextItem,
  WholeItem,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import { countContract } from '../stock/stock-contract.ts'
import { countStates } from '../words.ts'
import { api, type CountDetail, type Saved } from './api.ts'
import { WarehouseItem } from './items.tsx'
import { mayAdjust, mayStore } from './rights.ts'
import { signed } from './stock.tsx'
import { useSurface } from './surface.ts'
import { CountTag } from './tags.tsx'

const schema = inputOf(countContract.list)

/** The count sheets, the latest first. */
export function CountList() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const open = (
    <VerbButton type="primary" href={at.counts.new} reason={mayStore(me) ? null : t('reason.store')}>
      {t('count.open')}
    </VerbButton>
  )
  return (
    <ListPage
      name="crossborder.counts"
      title={t('count.title')}
      schema={schema}
      source={{ key: api.counts.list.key(), load: (input, signal) => api.counts.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.counts.one(row.id)}
      primary={open}
      columns={[
        {
          key: 'number',
          title: t('count.number'),
          card: 'title',
          render: (row) => <span className="tz-mono">{row.number}</span>,
        },
        {
          key: 'place',
          title: t('stock.place'),
          card: 'decides',
          render: (row) => `${row.warehouse.name} ${row.area ?? ''}`,
        },
        { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <CountTag state={row.state} /> },
        { key: 'lines', title: t('count.lines'), align: 'right', render: (row) => formatNumber(row.lines) },
        {
          key: 'differences',
          title: t('count.differences'),
          align: 'right',
          card: 'decides',
          render: (row) => formatNumber(row.differences),
        },
        { key: 'counted', title: t('count.counted_by'), render: (row) => row.countedBy || '–' },
        { key: 'closed', title: t('count.closed_by'), render: (row) => row.closedBy || '–' },
        { key: 'created', title: t('field.at'), render: (row) => <When at={row.createdAt} /> },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          options: countStates.map((value) => ({ value, label: t(`count_state.${value}`) })),
        },
      ]}
      live={['overseas_count']}
      empty={{ nothing: t('count.empty'), verb: open }}
    />
  )
}

export function CountNew() {
  const t = useText('crossborder')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const command = useCommand({ run: api.counts.open.call, invalidate: [api.counts.key()], success: t('saved') })
  return (
    <FormPage<
      { readonly warehouseId: string; readonly area?: string },
      Parameters<typeof api.counts.open.call>[0],
      Saved
    >
      title={t('count.open')}
      intro={t('count.intro')}
      command={command}
      reason={mayStore(me) ? null : t('reason.store')}
      toInput={({ warehouseId, area }) => ({ warehouseId, area: area?.trim() ? area.trim() : null })}
      submit={t('count.open')}
      done={({ id }) => void navigate(at.counts.one(id))}
    >
      <WarehouseItem name="warehouseId" label={t('warehouse.one')} required />
      <TextItem name="area" label={t('stock.area')} max={40} extra={t('count.area_extra')} />
    </FormPage>
  )
}

/** One count sheet: what the books say, what was counted, who adjusts it. */
export function CountPage() {
  const t = useText('crossborder')
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.counts.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['overseas_count'], objectId: id, keys: [api.counts.key()] })
  const sheet = query.data
  if (!sheet)
    return (
      <ObjectPage
        title={t('count.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const over = sheet.state === 'closed' || sheet.state === 'withdrawn' ? t('count.over') : null
  const store = mayStore(me) ? over : t('reason.store')
  const same = sheet.countedBy !== '' && me?.name === sheet.countedBy ? t('count.another') : null
  const adjust = mayAdjust(me) ? (over ?? (sheet.state === 'counted' ? same : t('count.first'))) : t('reason.store')
  return (
    <>
      <ObjectPage
        title={`${t('count.one')} · ${sheet.warehouse.name}`}
        id={sheet.number}
        state={<CountTag state={sheet.state} />}
        primary={
          <>
            <OpenFormButton name="withdraw" reason={store}>
              {t('count.withdraw')}
            </OpenFormButton>
            <OpenFormButton name="enter" primary={sheet.state === 'open'} reason={store}>
              {t('count.enter')}
            </OpenFormButton>
            <OpenFormButton name="close" primary={sheet.state === 'counted'} reason={adjust}>
              {t('count.close')}
            </OpenFormButton>
          </>
        }
        facts={[
          { label: t('stock.place'), value: `${sheet.warehouse.name} ${sheet.area ?? ''}` },
          { label: t('count.lines'), value: formatNumber(sheet.lines) },
          { label: t('count.differences'), value: formatNumber(sheet.differences) },
          { label: t('count.counted_by'), value: sheet.countedBy || '–' },
          { label: t('count.closed_by'), value: sheet.closedBy || '–' },
          ...(sheet.words === '' ? [] : [{ label: t('field.why'), value: sheet.words }]),
        ]}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        <PlainTable
          name={t('count.one')}
          empty={t('count.empty')}
          head={[
            t('lot.one'),
            t('stock.area'),
            t('field.goods'),
            t('count.book'),
            t('count.counted'),
            t('count.difference'),
            t('count.words'),
          ]}
          rows={sheet.rows.map((row) => ({
            key: row.stockId,
            cells: [
              row.lot,
              row.area,
              row.goods,
              formatNumber(row.book),
              row.counted === null ? '–' : formatNumber(row.counted),
              row.counted === null ? '–' : signed(row.counted - row.book),
              row.words || '–',
            ],
          }))}
        />
      </ObjectPage>
      <FormDrawer name="enter" title={t('count.enter')}>
        <Enter sheet={sheet} />
      </FormDrawer>
      <FormDrawer name="close" title={t('count.close')}>
        <Close sheet={sheet} />
      </FormDrawer>
      <FormDrawer name="withdraw" title={t('count.withdraw')}>
        <Withdraw sheet={sheet} />
      </FormDrawer>
    </>
  )
}

type Sheet = { readonly sheet: CountDetail }
type Counted = Readonly<Record<string, { readonly counted: number; readonly words?: string }>>

function Enter({ sheet }: Sheet) {
  const t = useText('crossborder')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.counts.enter.call, invalidate: [api.counts.key()], success: t('saved') })
  return (
    <FormBox<{ readonly lines: Counted }, Parameters<typeof api.counts.enter.call>[0], Saved>
      initial={{
        lines: Object.fromEntries(
          sheet.rows.flatMap((row) =>
            row.counted === null ? [] : [[row.stockId, { counted: row.counted, words: row.words }]],
          ),
        ),
      }}
      command={command}
      toInput={({ lines }) => ({
        id: sheet.id,
        rev: sheet.rev,
        lines: sheet.rows.map(({ stockId }) => ({
          stockId,
          counted: lines[stockId]?.counted ?? 0,
          words: lines[stockId]?.words ?? '',
        })),
      })}
      submit={t('count.enter')}
      done={close}
      onCancel={close}
    >
      {sheet.rows.map((row) => (
        <fieldset key={row.stockId} className="tz-fieldset">
          <legend>{`${row.lot} · ${row.area}`}</legend>
          <div className="crossborder-pair">
            <WholeItem name={['lines', row.stockId, 'counted']} label={t('count.counted')} min={0} required />
            <TextItem name={['lines', row.stockId, 'words']} label={t('count.words')} max={200} />
          </div>
        </fieldset>
      ))}
    </FormBox>
  )
}

function Close({ sheet }: Sheet) {
  const t = useText('crossborder')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.counts.close.call,
    invalidate: [api.counts.key(), api.stock.key(), api.warehouses.key()],
    success: t('count.closed'),
  })
  return (
    <FormBox<{ readonly words?: string }, Parameters<typeof api.counts.close.call>[0], unknown>
      command={command}
      toInput={({ words }) => ({ id: sheet.id, rev: sheet.rev, words: words ?? '' })}
      submit={t('count.close')}
      done={close}
      onCancel={close}
    >
      <p>{t('count.close_means', { n: sheet.differences })}</p>
      <TextItem name="words" label={t('field.why')} max={500} rows={3} required={sheet.differences > 0} />
    </FormBox>
  )
}

function Withdraw({ sheet }: Sheet) {
  const t = useText('crossborder')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.counts.withdraw.call, invalidate: [api.counts.key()], success: t('saved') })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.counts.withdraw.call>[0], Saved>
      command={command}
      toInput={({ why }) => ({ id: sheet.id, rev: sheet.rev, why })}
      submit={t('count.withdraw')}
      done={close}
      onCancel={close}
    >
      <TextItem name="why" label={t('field.why')} max={500} rows={2} required />
    </FormBox>
  )
}
