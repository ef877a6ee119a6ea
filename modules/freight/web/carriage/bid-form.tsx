import { useQuery } from '@tanstack/react-query'
import { FormBox, useCommand, useMe, useOpenForm, useText, ScaledItem, TextItem } from '@tingzhou/ui'
import { api, type Done } from '../api.ts'
import type { BidRow, LoadDetail } from './api.ts'
import { CarrierPick } from './pickers.tsx'
import { saying } from './refusals.ts'
import { carriersOf } from './rights.ts'
import { formatPrice, formatQuantity, priceScale, quantityScale } from './scaled.ts'

type BidValues = {
  readonly carrierId: string
  readonly carrierMilliFen: number
  readonly quantity: number
  readonly words?: string
}

function BidItems({ load }: { readonly load: LoadDetail }) {
  const t = useText('freight')
  const { measure, carrierMilliFen: ceiling } = load
  return (
    <>
      <ScaledItem
        name="carrierMilliFen"
        label={t('bid.price')}
        scale={priceScale}
        unit={t(`yuan_per.${measure}`)}
        min={1}
        required
        {...(ceiling ? { extra: t('bid.at_most', { price: formatPrice(ceiling) }) } : {})}
      />
      <ScaledItem
        name="quantity"
        label={t('bid.quantity')}
        scale={quantityScale[measure]}
        unit={t(`measure.${measure}`)}
        min={1}
        required
        extra={t('bid.of_all', { all: formatQuantity(load.quantity, measure), unit: t(`measure.${measure}`) })}
      />
      <TextItem name="words" label={t('field.words')} max={200} rows={2} />
    </>
  )
}

/** Bids for a load in the name of a carrier of one's own. */
export function PlaceBid({ load }: { readonly load: LoadDetail }) {
  const t = useText('freight')
  const me = useMe()
  const { close } = useOpenForm()
  const own = carriersOf(me)
  const only = own.length === 1 ? own[0]?.id : undefined
  const command = useCommand({
    run: saying(api.bids.place.call, () => load.measure),
    invalidate: [api.bids.key()],
    success: t('bid.placed'),
  })
  return (
    <FormBox<BidValues, Parameters<typeof api.bids.place.call>[0], Done>
      initial={{ quantity: load.quantity, ...(only === undefined ? {} : { carrierId: only }) }}
      command={command}
      toInput={(values) => ({
        id: load.id,
        carrierId: values.carrierId,
        carrierMilliFen: values.carrierMilliFen,
        quantity: values.quantity,
        words: values.words ?? '',
      })}
      submit={t('load_verb.bid')}
      done={close}
      onCancel={close}
    >
      <CarrierPick name="carrierId" label={t('field.carrier')} required />
      <BidItems load={load} />
    </FormBox>
  )
}

/** Changes the bid that the address names. */
export function ChangeBid({ load }: { readonly load: LoadDetail }) {
  const { item } = useOpenForm()
  const { data } = useQuery(api.bids.list.queryOptions({ input: { id: load.id } }))
  const bid = data?.rows.find(({ id }) => id !== null && item?.startsWith(id))
  return bid ? <ChangeBox load={load} bid={bid} /> : null
}

function ChangeBox({ load, bid }: { readonly load: LoadDetail; readonly bid: BidRow }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({
    run: saying(api.bids.change.call, () => load.measure),
    invalidate: [api.bids.key()],
    success: t('saved'),
  })
  const { carrierMilliFen, quantity, words } = bid
  return (
    <FormBox<BidValues, Parameters<typeof api.bids.change.call>[0], Done>
      initial={{ quantity, ...(carrierMilliFen === null ? {} : { carrierMilliFen }), words: words ?? '' }}
      command={command}
      toInput={(values) => ({
        id: bid.id ?? '',
        rev: bid.rev,
        carrierMilliFen: values.carrierMilliFen,
        quantity: values.quantity,
        words: values.words ?? '',
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <BidItems load={load} />
    </FormBox>
  )
}
