import { useQuery } from '@tanstack/react-query'
import { Form, Select } from 'antd'
import {
  formatNumber,
  FormBox,
  FormDrawer,
  OpenFormButton,
  PlainTable,
  ProblemAlert,
  rowItem,
  SkeletonLines,
  useCommand,
  useOpenRow,
  useText,
  VerbButton,
  When,
  zoneToday,
  TextItem,
} from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import { assignableStates, todoStates } from '../../bridge/words.ts'
import { api } from '../api.ts'
import type { BridgeDetail, Decided, Truck, WeighingRow } from './api.ts'
import { WeighingTag } from './tags.tsx'

const pageSize = 50
const isIn = (states: readonly string[], { state }: WeighingRow): boolean => states.includes(state)

/** What the weighbridge said: what waits for somebody on any day, or everything of today. */
export function Records({ bridge, trucks }: { readonly bridge: BridgeDetail; readonly trucks: readonly Truck[] }) {
  const t = useText('freight')
  const [params, setParams] = useSearchParams()
  const shown = params.get('records') === 'todo' ? 'todo' : 'today'
  const show = (next: string) =>
    setParams((now) => {
      const query = new URLSearchParams(now)
      query.set('records', next)
      query.delete('cursor')
      return query
    })
  const cursor = params.get('cursor')
  const filter = shown === 'todo' ? { state: [...todoStates] } : { from: zoneToday() }
  const input = { id: bridge.id, limit: pageSize, ...filter, ...(cursor === null ? {} : { cursor }) }
  const query = useQuery(api.bridges.weighings.queryOptions({ input }))
  const next = query.data?.next ?? null
  return (
    <>
      <div className="freight-record-verbs freight-records" role="group" aria-label={t('bridge.records')}>
        {(['today', 'todo'] as const).map((one) => (
          <VerbButton
            key={one}
            aria-pressed={shown === one}
            type={shown === one ? 'primary' : 'default'}
            onClick={() => show(one)}
          >
            {t(`bridge.records_${one}`)}
          </VerbButton>
        ))}
      </div>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <SkeletonLines lines={4} />}
      {query.data && <RecordTable bridge={bridge} rows={query.data.rows} />}
      {next !== null && (
        <VerbButton
          onClick={() =>
            setParams((now) => {
              const later = new URLSearchParams(now)
              later.set('cursor', next)
              return later
            })
          }
        >
          {t('bridge.older')}
        </VerbButton>
      )}
      <FormDrawer name="assign" title={t('bridge.assign')}>
        <Assign trucks={trucks} />
      </FormDrawer>
      <FormDrawer name="set-aside" title={t('bridge.set_aside')}>
        <SetAside />
      </FormDrawer>
    </>
  )
}

function RecordTable({ bridge, rows }: { readonly bridge: BridgeDetail; readonly rows: readonly WeighingRow[] }) {
  const t = useText('freight')
  const kg = (value: number | null) => (value === null ? '–' : formatNumber(value))
  return (
    <PlainTable
      name={t('bridge.records')}
      empty={t('bridge.no_records')}
      head={[
        t('field.plate'),
        t('slip.number'),
        `${t('slip.gross')} / ${t('slip.tare')} (kg)`,
        t('bridge.weighed_at'),
        t('field.state'),
        t('bridge.what_now'),
        t('bridge.verbs'),
      ]}
      rows={rows.map((row) => ({
        key: row.id,
        cells: [
          <b key="plate">{row.plate}</b>,
          row.number,
          `${kg(row.grossKg)} / ${kg(row.tareKg)}`,
          <When key="at" at={row.weighedAt} />,
          <WeighingTag key="state" state={row.state} />,
          <span key="advice" className="freight-advice">
            <Advice row={row} />
          </span>,
          <Verbs key="verbs" bridge={bridge} row={row} />,
        ],
      }))}
    />
  )
}

/** What became of a record, or what is to be done about it. */
function Advice({ row }: { readonly row: WeighingRow }) {
  const t = useText('freight')
  const { state, refusal, waybill, end } = row
  if (row.voided) return <>{t('bridge.voided')}</>
  if (refusal)
    return (
      <>
        {t(`bridge_refusal.${refusal.kind}`, {
          value: typeof refusal.value === 'number' ? formatNumber(refusal.value) : refusal.value,
          limit: formatNumber(refusal.limit ?? 0),
        })}
      </>
    )
  const named = waybill && end ? t('bridge.of_waybill', { number: waybill.number, end: t(`bridge_end.${end}`) }) : ''
  const reason = row.why === '' ? '' : ` ${row.why} (${row.decidedBy ?? ''})`
  return (
    <>
      {t(`weighing_means.${state}`)} {named}
      {reason}
    </>
  )
}

function Verbs({ bridge, row }: { readonly bridge: BridgeDetail; readonly row: WeighingRow }) {
  const t = useText('freight')
  const reason = bridge.weighs ? null : t('bridge.reason_weigh')
  const isComplete = row.grossKg !== null && row.tareKg !== null
  if (!isIn(todoStates, row) && !isIn(assignableStates, row)) return <>–</>
  return (
    <span className="freight-record-verbs">
      {isComplete && isIn(assignableStates, row) && (
        <OpenFormButton name="assign" item={rowItem(row)} size="small" reason={reason}>
          {t('bridge.assign')}
        </OpenFormButton>
      )}
      {isIn(todoStates, row) && (
        <OpenFormButton name="set-aside" item={rowItem(row)} size="small" reason={reason}>
          {t('bridge.set_aside')}
        </OpenFormButton>
      )}
    </span>
  )
}

type AssignValues = { readonly waybillId: string; readonly why: string }

function Assign({ trucks }: { readonly trucks: readonly Truck[] }) {
  const t = useText('freight')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({
    run: api.bridges.assign.call,
    invalidate: [api.bridges.key()],
    success: t('bridge.assigned'),
  })
  return (
    <FormBox<AssignValues, Parameters<typeof api.bridges.assign.call>[0], Decided>
      command={command}
      toInput={({ waybillId, why }) => ({ id, rev, waybillId, why })}
      submit={t('bridge.assign')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('bridge.assign_intro')}</p>
      <Form.Item
        name="waybillId"
        label={t('bridge.truck')}
        rules={[{ required: true, message: t('rule.say', { label: t('bridge.truck') }) }]}
      >
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          notFoundContent={t('bridge.nobody_here')}
          options={trucks.map(({ waybillId, plate, driver, goods }) => ({
            value: waybillId,
            label: `${plate} · ${driver} · ${goods}`,
          }))}
        />
      </Form.Item>
      <TextItem name="why" label={t('field.why')} max={500} rows={2} required />
    </FormBox>
  )
}

function SetAside() {
  const t = useText('freight')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({
    run: api.bridges.setAside.call,
    invalidate: [api.bridges.key()],
    success: t('bridge.was_set_aside'),
  })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.bridges.setAside.call>[0], Decided>
      command={command}
      toInput={({ why }) => ({ id, rev, why })}
      submit={t('bridge.set_aside')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('bridge.set_aside_intro')}</p>
      <TextItem name="why" label={t('field.why')} max={500} rows={2} required />
    </FormBox>
  )
}
