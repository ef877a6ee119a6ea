import { FormBox, ScaledItem, unitWord, useCommand, useMe, useText, VerbButton, WholeItem, zoneNow } from '@tingzhou/ui'
import { Drawer } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { standDays, standDaysMax } from '../../deal/words.ts'
import { decimalsOf, milliFenOf, quantityOf, typedOf } from '../amount.ts'
import { api } from '../api.ts'
import { actsFor } from '../posting/rights.ts'
import type { Match, PostingDetail } from '../posting/types.ts'
import { useDeals, type Proposed } from './surface.ts'

type Values = { readonly quantity?: number | null; readonly priceFen?: number | null; readonly days?: number }
type Input = Parameters<typeof api.deals.propose.call>[0]

/** Proposes a match as a deal. */
export function ProposeVerb({ posting, match }: { readonly posting: PostingDetail; readonly match: Match }) {
  const t = useText('market')
  const me = useMe()
  const at = useDeals()
  const navigate = useNavigate()
  const [isOpen, setOpen] = useState(false)
  const command = useCommand({
    run: api.deals.propose.call,
    invalidate: [api.deals.key()],
    success: t('deal.proposed'),
  })
  const [need, offer] = posting.kind === 'need' ? [posting, match.posting] : [match.posting, posting]
  const measure = need.quantity ?? offer.quantity
  const reason =
    !actsFor(me, need.firm.id) && !actsFor(me, offer.firm.id)
      ? t('deal.reason.not_yours')
      : measure
        ? null
        : t('deal.reason.no_quantity')
  const left = Math.min(need.left ?? Infinity, offer.left ?? Infinity)
  const per = offer.price?.per ?? measure?.unit ?? ''
  return (
    <>
      <VerbButton reason={reason} onClick={() => setOpen(true)}>
        {t('deal.propose')}
      </VerbButton>
      <Drawer open={isOpen} onClose={() => setOpen(false)} title={t('deal.propose')} size="default" destroyOnHidden>
        {measure && (
          <FormBox<Values, Omit<Input, 'commandId'>, Proposed>
            initial={{
              quantity: Number.isFinite(left) && left > 0 ? typedOf(left, measure.base) : null,
              priceFen: offer.price ? Math.round(offer.price.low / 1_000) : null,
              days: standDays,
            }}
            command={command}
            toInput={({ quantity, priceFen = null, days }) => ({
              needId: need.id,
              offerId: offer.id,
              quantity: quantityOf(quantity ?? 0, measure.base),
              priceMilliFen: priceFen === null ? null : milliFenOf(priceFen),
              pricePer: priceFen === null ? null : per,
              ...(days === undefined ? {} : { standsUntil: zoneNow() + days * 86_400_000 }),
            })}
            fieldNames={{ priceMilliFen: 'priceFen', pricePer: 'priceFen', standsUntil: 'days' }}
            submit={t('deal.propose')}
            done={({ id }) => void navigate(at.one(id))}
          >
            <p>{match.posting.firm.name}</p>
            <ScaledItem
              name="quantity"
              label={t('deal.quantity')}
              scale={decimalsOf(measure.base)}
              unit={unitWord(measure.unit)}
              min={1}
              max={Number.MAX_SAFE_INTEGER}
              required
            />
            <ScaledItem name="priceFen" label={t('deal.price_per', { unit: unitWord(per) })} scale={2} unit="¥" />
            <WholeItem name="days" label={t('deal.stands')} max={standDaysMax} />
          </FormBox>
        )}
      </Drawer>
    </>
  )
}
