import { useQuery } from '@tanstack/react-query'
import { inputOf, ListPage, SkeletonLines, useText } from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import { positionContract } from '../../economy/economy-contract.ts'
import { positionRoles } from '../../words.ts'
import { api } from '../api.ts'
import { lastYear } from './items.tsx'
import { yearFilter } from './list-parts.tsx'
import { positionColumns } from './position-columns.tsx'

const schema = inputOf(positionContract.list)

/** Who makes and who uses a product: in the year that is asked for, else in the latest that is told of. A tab of the product's page. */
export function ProductFirms({ code }: { readonly code: string }) {
  const t = useText('chains')
  const [query] = useSearchParams()
  const { data, isPending } = useQuery(api.runs.turn.queryOptions())
  if (isPending) return <SkeletonLines lines={6} />
  const year = data?.yearOfData ?? lastYear()
  const isAsked = (query.get('year') ?? '') !== ''
  return (
    <ListPage
      embedded
      name="chains.product-positions"
      title={t('firms.of_product')}
      schema={schema}
      source={{ key: api.positions.list.key(), load: (input, signal) => api.positions.list.call(input, { signal }) }}
      fixed={isAsked ? { productCode: code } : { productCode: code, year }}
      rowKey={(row) => row.id}
      searchHint={t('firms.firm')}
      columns={positionColumns(t, null)}
      filters={[
        {
          kind: 'choice',
          key: 'role',
          label: t('firms.role'),
          options: positionRoles.map((value) => ({ value, label: t(`firms.roles.${value}`) })),
        },
        yearFilter(t),
      ]}
      live={['chain_position']}
      empty={{ nothing: t('firms.none_of_product') }}
    >
      {!isAsked && <p className="tz-second">{t('firms.told_of', { year })}</p>}
    </ListPage>
  )
}
