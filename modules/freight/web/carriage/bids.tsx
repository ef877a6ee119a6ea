import { useQuery } from '@tanstack/react-query'
import {
  FormDrawer,
  formatNumber,
  formatTime,
  OpenFormButton,
  PlainTable,
  ProblemAlert,
  rowItem,
  SkeletonLines,
  useCommand,
  useMe,
  useNow,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { api } from '../api.ts'
import type { BidRow, LoadDetail } from './api.ts'
import { RatingText, useRatingSums } from '../opinions/rating-sum.tsx'
import { ChangeBid } from './bid-form.tsx'
import { carriersOf } from './rights.ts'
import { formatQuantity } from './scaled.ts'
import { BidStateTag, Price } from './tags.tsx'

/** The bids that the reader may see, the lowest first. */
export function Bids({ load }: { readonly load: LoadDetail }) {
  const t = useText('freight')
  const me = useMe()
  const query = useQuery(api.bids.list.queryOptions({ input: { id: load.id } }))
  const sums = useRatingSums(
    'carrier',
    (query.data?.rows ?? []).flatMap(({ carrier }) => (carrier ? [carrier.id] : [])),
  )
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <SkeletonLines lines={3} />
  const { rows, hidden, total } = query.data
  const own = new Set(carriersOf(me).map(({ id }) => id))
  return (
    <>
      {hidden && (
        <p className="tz-second" role="note">
          {t('bid.hidden', { time: load.bidUntil === null ? '–' : formatTime(load.bidUntil) })}{' '}
          {total !== null && t('bid.total', { n: formatNumber(total) })}
        </p>
      )}
      <PlainTable
        name={t('bid.title')}
        empty={hidden ? t('bid.none_shown') : t('bid.none')}
        head={[
          t('field.carrier'),
          t('bid.price'),
          t('rating.title'),
          t('bid.quantity'),
          t('field.words'),
          t('bid.at'),
          t('field.state'),
          t('field.verbs'),
        ]}
        rows={rows.map((bid, index) => ({
          key: bid.id ?? String(index),
          cells: [
            bid.carrier?.name ?? t('bid.other'),
            <Price key="price" value={bid.carrierMilliFen} measure={load.measure} />,
            bid.carrier ? <RatingText key="rating" sum={sums.get(bid.carrier.id)} /> : '–',
            `${formatQuantity(bid.quantity, load.measure)} ${t(`measure.${load.measure}`)}`,
            bid.words || '–',
            <When key="at" at={bid.placedAt} />,
            <BidStateTag key="state" state={bid.state} />,
            bid.carrier && own.has(bid.carrier.id) ? <OwnVerbs key="verbs" load={load} bid={bid} /> : '–',
          ],
        }))}
      />
      <FormDrawer name="change_bid" title={t('bid.change')}>
        <ChangeBid load={load} />
      </FormDrawer>
    </>
  )
}

function OwnVerbs({ load, bid }: { readonly load: LoadDetail; readonly bid: BidRow }) {
  const t = useText('freight')
  const now = useNow()
  const withdraw = useCommand({
    run: api.bids.withdraw.call,
    invalidate: [api.bids.key()],
    success: t('bid.withdrawn'),
  })
  const id = bid.id ?? ''
  const isOver = load.bidUntil !== null && now >= load.bidUntil
  const reason = bid.state !== 'submitted' ? t('reason.bid_decided') : isOver ? t('reason.bidding_over') : null
  return (
    <span className="freight-verbs">
      <OpenFormButton name="change_bid" item={rowItem({ id, rev: bid.rev })} size="small" reason={reason}>
        {t('verb.change')}
      </OpenFormButton>
      <VerbButton
        size="small"
        reason={reason}
        loading={withdraw.pending}
        confirm={{ title: t('bid.withdraw_sure', { number: load.number }), verb: t('bid.withdraw') }}
        onClick={() => void withdraw.run({ id, rev: bid.rev })}
      >
        {t('bid.withdraw')}
      </VerbButton>
    </span>
  )
}
