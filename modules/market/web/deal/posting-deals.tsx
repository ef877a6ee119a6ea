import { useQuery } from '@tanstack/react-query'
import { PlainTable, ProblemAlert, SkeletonLines, useLive, useText } from '@tingzhou/ui'
import { Link } from 'react-router'
import { api } from '../api.ts'
import type { PostingDetail } from '../posting/types.ts'
import { useWords } from '../posting/words.tsx'
import { useDeals } from './surface.ts'
import { DealTag } from './tags.tsx'

const shown = 20

/** Deals of a posting that the reader may see, newest first. */
export function PostingDeals({ posting }: { readonly posting: PostingDetail }) {
  const t = useText('market')
  const say = useWords()
  const at = useDeals()
  const query = useQuery(api.deals.list.queryOptions({ input: { postingId: posting.id, limit: shown } }))
  useLive({ kinds: ['market_deal'], keys: [api.deals.list.key()] })
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <SkeletonLines lines={4} />
  const { rows, next } = query.data
  const other = posting.kind === 'need' ? 'seller' : 'buyer'
  return (
    <>
      <PlainTable
        name={t('deal.title')}
        head={[t('deal.number'), t(`deal.side.${other}`), t('deal.quantity'), t('deal.price'), t('deal.state_head')]}
        empty={t('deal.none_of_posting')}
        rows={rows.map((deal) => ({
          key: deal.id,
          cells: [
            <Link key="number" to={at.one(deal.id)}>
              {deal.number}
            </Link>,
            deal[other].name,
            say.count(deal.quantity, { base: deal.unitBase, unit: deal.unit }),
            deal.priceMilliFen === null ? '–' : say.money(deal.priceMilliFen, deal.pricePer ?? ''),
            <DealTag key="state" state={deal.state} />,
          ],
        }))}
      />
      {next !== null && <Link to={`${at.list}?postingId=${posting.id}`}>{t('deal.all_of_posting')}</Link>}
    </>
  )
}
