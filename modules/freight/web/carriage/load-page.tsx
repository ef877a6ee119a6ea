import { useQuery } from '@tanstack/react-query'
import {
  formatNumber,
  ObjectPage,
  useLive,
  useMe,
  useText,
  VerbButton,
  When,
  type Fact,
  type ObjectTab,
  scaledText,
  HistoryTrail,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api } from '../api.ts'
import { useCodes } from '../codes.ts'
import { LoadPace } from '../dock/pace.tsx'
import { SyntheticMark } from '../tags.tsx'
import type { LoadDetail } from './api.ts'
import { Bids } from './bids.tsx'
import { LoadDrawers, LoadVerbs } from './load-verbs.tsx'
import { isPlatform, sideOf } from './rights.ts'
import { formatQuantity, percentScale } from './scaled.ts'
import { LoadShares } from './shares.tsx'
import { useSurface } from './surface.ts'
import { LoadStateTag, Price, Taken } from './tags.tsx'

/** One load: what is carried, how much is taken, by whom, and what the reader can do about it. */
export function LoadPage() {
  const t = useText('freight')
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.loads.get.queryOptions({ input: { id } }))
  const load = query.data
  const side = load ? sideOf(me, load.shipper.id) : null
  const history = useQuery({
    ...api.loads.history.queryOptions({ input: { id } }),
    enabled: side === 'platform' || side === 'shipper',
  })
  useLive({ kinds: ['freight_load'], objectId: id, keys: [api.loads.key()] })
  // What is taken of it changes with these.
  useLive({
    kinds: ['freight_share', 'freight_bid', 'freight_waybill'],
    keys: [api.loads.key(), api.shares.key(), api.bids.key()],
  })
  const facts = useFacts(load)
  if (!load || side === null)
    return (
      <ObjectPage
        title={t('load.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const shares: ObjectTab = { key: 'shares', label: t('share.title'), children: <LoadShares loadId={load.id} /> }
  const bids: ObjectTab = { key: 'bids', label: t('bid.title'), children: <Bids load={load} /> }
  return (
    <>
      <ObjectPage
        title={t('load.of', { goods: load.goods, from: load.from.name, to: load.to.name })}
        id={load.number}
        state={
          <>
            <LoadStateTag state={load.state} /> <SyntheticMark when={load.synthetic} />
          </>
        }
        primary={<LoadVerbs load={load} side={side} />}
        facts={facts}
        tabs={[
          ...(load.mode === 'bid' ? [bids] : []),
          ...(load.mode === 'grab' ? [] : [shares]),
          { key: 'waybills', label: t('load.waybills'), children: <Waybills load={load} /> },
        ]}
        {...(side === 'carrier' ? {} : { trail: <HistoryTrail did="freight:did" rows={history.data?.rows} /> })}
        problem={query.error}
        onRetry={() => void query.refetch()}
      >
        {side !== 'carrier' && <LoadPace load={load} />}
      </ObjectPage>
      <LoadDrawers load={load} side={side} />
    </>
  )
}

function useFacts(load: LoadDetail | undefined): readonly Fact[] {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const classes = useCodes('cargo-class')
  if (!load) return []
  const { measure } = load
  // A carrier with a share reads its own price in place of the highest one.
  const isOwnPrice = load.taken > 0 && !isPlatform(me)
  const carrierPrice = load.mode !== 'bid' ? 'load.carrierPrice' : isOwnPrice ? 'load.price' : 'load.ceiling'
  const unit = t(`measure.${measure}`)
  const place = ({ id, name, address }: LoadDetail['from']) => {
    const isReached = isPlatform(me) || sideOf(me, load.shipper.id) === 'shipper'
    return (
      <>
        {isReached ? <Link to={at.place(id)}>{name}</Link> : name} <span className="tz-caption">{address}</span>
      </>
    )
  }
  const price = (label: string, value: number | null): readonly Fact[] =>
    value === null ? [] : [{ label, value: <Price value={value} measure={measure} /> }]
  return [
    {
      label: t('load.left'),
      value: <Taken quantity={load.quantity} taken={load.taken} measure={measure} />,
    },
    { label: t('field.from'), value: place(load.from) },
    { label: t('field.to'), value: place(load.to) },
    {
      label: t('load.window'),
      value: (
        <>
          <When at={load.loadFrom} /> – <When at={load.loadUntil} />
        </>
      ),
    },
    ...price(t('load.shipperPrice'), load.shipperMilliFen),
    ...price(t(carrierPrice), load.carrierMilliFen === 0 ? null : load.carrierMilliFen),
    { label: t('load.mode'), value: t(`load_mode.${load.mode}`) },
    ...(load.bidUntil === null
      ? []
      : [
          {
            label: t('load.bidUntil'),
            value: (
              <>
                <When at={load.bidUntil} /> · {load.bidKind && t(`bid_kind.${load.bidKind}`)}
              </>
            ),
          },
        ]),
    ...(load.tripsADay === null ? [] : [{ label: t('load.tripsADay'), value: formatNumber(load.tripsADay) }]),
    { label: t('field.shipper'), value: load.shipper.name },
    ...(load.contractId === null
      ? []
      : [{ label: t('field.contract'), value: <Link to={at.contract(load.contractId)}>{t('framework.open')}</Link> }]),
    { label: t('field.consignee'), value: `${load.consignee} ${load.consigneePhone ?? ''}`.trim() },
    { label: t('field.cargoClass'), value: `${load.cargoClass} ${classes.name(load.cargoClass)}` },
    {
      label: t('load.truckPlan'),
      value: `${formatQuantity(load.truckPlan, measure)} ${unit}`,
    },
    { label: t('load.over'), value: `${scaledText(load.overBp, percentScale)} %` },
    {
      label: t('load.distance'),
      value: load.distanceM === null ? '–' : `${formatNumber(load.distanceM / 1000, 1)} km`,
    },
    { label: t('field.remark'), value: load.remark || '–' },
  ]
}

/** Waybills have a list of their own. */
function Waybills({ load }: { readonly load: LoadDetail }) {
  const t = useText('freight')
  const at = useSurface()
  return (
    <>
      <p>
        {t('load.taken_so_far', {
          taken: formatQuantity(load.taken, load.measure),
          unit: t(`measure.${load.measure}`),
        })}
      </p>
      <VerbButton href={at.waybills(load.id)}>{t('load.open_waybills')}</VerbButton>
    </>
  )
}
