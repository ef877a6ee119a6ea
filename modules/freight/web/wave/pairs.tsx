import {
  FormBox,
  FormDrawer,
  inputOf,
  ListPage,
  OpenFormButton,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  type ListColumn,
  TextItem,
} from '@tingzhou/ui'
import { Link } from 'react-router'
import { waveContract } from '../../wave/wave-contract.ts'
import { api, type Done } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { placeOf, waveKinds, type PairRow, type WaveDetail } from './api.ts'
import { km } from './km.ts'
import { SendChosen } from './send.tsx'
import { PairTag } from './tags.tsx'

const schema = inputOf(waveContract.get)

/** Loads with their trucks: what has to be loaded first comes first, with the reasons; chosen ones are sent. */
export function Pairs({ wave }: { readonly wave: WaveDetail }) {
  const t = useText('freight')
  const columns = usePairColumns(wave)
  return (
    <>
      <ListPage
        name="freight.wave_pairs"
        title={t('wave.pairs')}
        embedded
        searchable={false}
        schema={schema}
        fixed={{ id: wave.id }}
        source={{
          key: [...api.waves.get.key(), 'pairs'],
          load: async (input, signal) => {
            const { rows, next } = await api.waves.get.call(input, { signal })
            return { rows, next, total: null }
          },
        }}
        rowKey={(row) => row.id}
        columns={columns}
        {...(wave.trial
          ? {}
          : {
              selection: (rows: readonly PairRow[], clear: () => void) => (
                <SendChosen wave={wave} rows={rows} clear={clear} />
              ),
            })}
        live={[...waveKinds]}
        empty={{ nothing: t('wave.no_pairs') }}
      />
      <FormDrawer name="withdraw" title={t('wave.withdraw')}>
        <Withdraw />
      </FormDrawer>
    </>
  )
}

function usePairColumns(wave: WaveDetail): readonly ListColumn<PairRow>[] {
  const t = useText('freight')
  const me = useMe()
  const refused = mayDispatch(me) ? null : t('reason.dispatch')
  const columns: readonly ListColumn<PairRow>[] = [
    {
      key: 'load',
      title: t('load.one'),
      card: 'title',
      render: ({ load }) => (
        <>
          <Link to={placeOf.load(load.id)} className="tz-mono">
            {load.number}
          </Link>
          <div className="tz-caption">
            {load.goods} · {load.from.name} → {load.to.name}
          </div>
        </>
      ),
    },
    {
      key: 'truck',
      title: t('driving.vehicle'),
      card: 'decides',
      render: ({ vehicle, supposed, driver, carrier }) =>
        vehicle === null ? (
          t('wave.supposed', { n: String(supposed ?? 1) })
        ) : (
          <>
            <b>{vehicle.plate}</b> {driver?.name}
            <div className="tz-caption">{carrier?.name}</div>
          </>
        ),
    },
    {
      key: 'empty',
      title: t('wave.empty'),
      unit: 'km',
      align: 'right',
      card: 'decides',
      render: (row) => <span className="tz-number">{km(row.emptyM)}</span>,
    },
    { key: 'why', title: t('wave.why'), width: 380, render: (row) => <Reasons row={row} /> },
    {
      key: 'state',
      title: t('field.state'),
      card: 'decides',
      render: (row) => (
        <>
          <PairTag state={row.state} />
          {row.waybill && (
            <div>
              <Link to={placeOf.waybill(row.waybill.id)} className="tz-mono">
                {row.waybill.number}
              </Link>{' '}
              <span className="tz-caption">{t(`waybill_state.${row.waybill.state}`)}</span>
            </div>
          )}
          {row.stale && <div className="tz-caption tz-tone-bad freight-wrap">{row.stale.text}</div>}
        </>
      ),
    },
  ]
  if (wave.trial) return columns
  return [
    ...columns,
    {
      key: 'verbs',
      title: t('field.verbs'),
      render: (row) => (
        <span className="freight-verbs">
          <OpenFormButton
            name="withdraw"
            item={row.id}
            size="small"
            reason={refused ?? (mayTakeBack(row) ? null : t('wave.not_withdrawn'))}
          >
            {t('wave.withdraw')}
          </OpenFormButton>
          {row.vehicle && (
            <OpenFormButton name="mark" item={`${row.load.id}~${row.vehicle.id}`} size="small" reason={refused}>
              {t('mark.verb')}
            </OpenFormButton>
          )}
        </span>
      ),
    },
  ]
}

/** Until the driver has accepted. */
const mayTakeBack = ({ state, waybill }: PairRow): boolean =>
  state === 'proposed' || (state === 'sent' && waybill?.state === 'offered')

/** Why this truck; unfolded, what comes next, what would change it, and what one more truck would be worth. */
function Reasons({ row }: { readonly row: PairRow }) {
  const t = useText('freight')
  const [first, ...rest] = [
    ...row.reasons.map(({ text }) => text),
    ...(row.truckWorthM > 0 ? [t('wave.truck_worth', { km: km(row.truckWorthM) })] : []),
  ]
  return (
    <details className="freight-reasons">
      <summary>{first}</summary>
      <ul>
        {rest.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </details>
  )
}

function Withdraw() {
  const t = useText('freight')
  const { item, close } = useOpenForm()
  const command = useCommand({
    run: api.waves.withdraw.call,
    invalidate: [api.waves.key(), api.loads.key(), api.waybills.key()],
    success: t('wave.was_withdrawn'),
  })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.waves.withdraw.call>[0], Done>
      command={command}
      toInput={({ why }) => ({ id: item ?? '', why })}
      submit={t('wave.withdraw')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('wave.withdraw_means')}</p>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
