import { useQuery } from '@tanstack/react-query'
import { PlainTable, ProblemAlert, SkeletonLines, useLive, useText } from '@tingzhou/ui'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf } from './api.ts'
import { LineVerb } from './lines.tsx'
import { ListTag, ValueText } from './tags.tsx'

const linesMax = 50

/** The lines of the three lists that are of one product, the most valuable first. A tab of the product's page. */
export function ProductLines({ code }: { readonly code: string }) {
  const t = useText('chains')
  const named = useNamed()
  const query = useQuery(api.lines.list.queryOptions({ input: { product: code, limit: linesMax } }))
  useLive({ kinds: ['chain_run', 'chain_target'], keys: [api.lines.key()] })
  const { data } = query
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!data) return <SkeletonLines lines={4} />
  return (
    <>
      <PlainTable
        name={t('chain_line.title')}
        empty={t('chain_line.none_of_product')}
        head={[
          t('chain_line.kind'),
          t('chain_line.chain'),
          t('chain_line.segment'),
          t('chain_line.value'),
          t('chain_line.buyers'),
          t('chain_line.candidates'),
          t('target.one'),
        ]}
        rows={data.rows.map((line) => ({
          key: line.key,
          cells: [
            <Link key="line" to={placeOf.line(line.key)}>
              <ListTag list={line.list} />
            </Link>,
            <Link key="chain" to={placeOf.chain(line.chain.code)}>{`${line.chain.code} ${named(line.chain)}`}</Link>,
            named(line.segment),
            <ValueText key="value" fen={line.valueFen} isRounded={line.isRounded} />,
            line.buyers,
            line.candidates,
            <LineVerb key="target" line={line} />,
          ],
        }))}
      />
      {data.next !== null && <Link to={placeOf.linesOf(code)}>{t('chain_line.all_of_product')}</Link>}
    </>
  )
}
