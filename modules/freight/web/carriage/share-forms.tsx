import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useOpenForm,
  useOpenRow,
  useText,
  ScaledItem,
  TextItem,
} from '@tingzhou/ui'
import { api, type Done } from '../api.ts'
import type { LoadDetail } from './api.ts'
import { CrewBox } from './crew.tsx'
import { CarrierPick } from './pickers.tsx'
import { saying } from './refusals.ts'
import { formatQuantity, quantityScale } from './scaled.ts'

type ShareValues = { readonly carrierId: string; readonly quantity: number }

/** Gives a carrier a part of the load. */
export function GiveShare({ load }: { readonly load: LoadDetail }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const { measure } = load
  const left = Math.max(0, load.quantity - load.taken)
  const command = useCommand({
    run: saying(api.loads.giveShare.call, () => measure),
    invalidate: [api.loads.key(), api.shares.key()],
    success: t('share.given'),
  })
  return (
    <FormBox<ShareValues, Parameters<typeof api.loads.giveShare.call>[0], Done>
      initial={{ quantity: left }}
      command={command}
      toInput={({ carrierId, quantity }) => ({ carrierId, quantity, id: load.id })}
      submit={t('load_verb.share')}
      done={close}
      onCancel={close}
    >
      <CarrierPick name="carrierId" label={t('field.carrier')} required />
      <ScaledItem
        name="quantity"
        label={t('load.quantity')}
        scale={quantityScale[measure]}
        unit={t(`measure.${measure}`)}
        min={1}
        required
        extra={t('load.still_left', { left: formatQuantity(left, measure), unit: t(`measure.${measure}`) })}
      />
    </FormBox>
  )
}

/** How an address names a share and its load. */
export const shareItem = (share: { readonly id: string; readonly load: { readonly id: string } }): string =>
  `${share.load.id}~${share.id}`

/** The forms about the share that the address names. */
export function ShareDrawers() {
  const t = useText('freight')
  return (
    <>
      <FormDrawer name="dispatch" title={t('share.dispatch')}>
        <Dispatch />
      </FormDrawer>
      <FormDrawer name="end_share" title={t('share.close')}>
        <EndShare />
      </FormDrawer>
    </>
  )
}

function Dispatch() {
  const t = useText('freight')
  const { item } = useOpenForm()
  const [loadId = '', id = ''] = (item ?? '').split('~')
  const query = useQuery(api.shares.list.queryOptions({ input: { loadId, limit: 200 } }))
  const share = query.data?.rows.find((row) => row.id === id)
  if (query.isPending) return <SkeletonLines lines={4} />
  if (!share) return query.error ? <ProblemAlert problem={query.error} /> : <p>{t('share.gone')}</p>
  const left = Math.max(0, share.quantity - share.taken)
  return (
    <>
      <p className="tz-second">
        {t('share.dispatch_of', {
          number: share.load.number,
          goods: share.load.goods,
          carrier: share.carrier.name,
          left: formatQuantity(left, share.measure),
          unit: t(`measure.${share.measure}`),
        })}
      </p>
      <CrewBox of={share} carrierId={share.carrier.id} run={api.shares.dispatch.call} submit={t('share.dispatch')} />
    </>
  )
}

function EndShare() {
  const t = useText('freight')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({
    run: api.shares.close.call,
    invalidate: [api.loads.key(), api.shares.key()],
    success: t('share.closed'),
  })
  return (
    <>
      <p className="tz-second">{t('share.close_means')}</p>
      <FormBox<{ readonly why: string }, Parameters<typeof api.shares.close.call>[0], Done>
        command={command}
        toInput={({ why }) => ({ why, id, rev })}
        submit={t('share.close')}
        done={close}
        onCancel={close}
      >
        <TextItem name="why" label={t('field.why')} max={500} required rows={3} />
      </FormBox>
    </>
  )
}
