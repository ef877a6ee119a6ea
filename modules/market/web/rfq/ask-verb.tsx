import { unitWord, useMe, useText, VerbButton } from '@tingzhou/ui'
import { useDeals } from '../deal/surface.ts'
import { firmsOf } from '../posting/rights.ts'
import type { PostingDetail } from '../posting/types.ts'
import { useWords } from '../posting/words.tsx'

/** From a need to a request for quotation that already says what it says. */
export function AskVerb({ posting }: { readonly posting: PostingDetail }) {
  const t = useText('market')
  const me = useMe()
  const at = useDeals()
  const say = useWords()
  const { kind, firm, product, quantity, left, spec, neededBy } = posting
  if (kind !== 'need') return null
  const reason = !firmsOf(me).some(({ id }) => id === firm.id)
    ? t('rfq.reason.own_need')
    : product === null
      ? t('rfq.reason.product')
      : posting.state === 'open' || posting.state === 'matched'
        ? null
        : t('rfq.reason.need_open')
  const query = new URLSearchParams({
    asker: firm.id,
    // Without a number: what is asked for is what is left, not what the need's words say.
    ...(product ? { title: [say.product(product), ...spec].join(' ').slice(0, 120), product: product.code } : {}),
    ...(spec.length > 0 ? { spec: spec.join(' ') } : {}),
    ...(quantity ? { quantity: `${(left ?? quantity.value) / quantity.base} ${unitWord(quantity.unit)}` } : {}),
    ...(neededBy === null ? {} : { neededBy }),
  })
  return (
    <VerbButton href={`${at.rfqNew}?${query}`} reason={reason}>
      {t('rfq.ask_suppliers')}
    </VerbButton>
  )
}
