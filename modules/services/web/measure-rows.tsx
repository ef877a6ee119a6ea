import { ListPage, NotFound, StateTag, useText } from '@tingzhou/ui'
import { useParams, useSearchParams } from 'react-router'
import * as z from 'zod'
import { shareNames } from '../measure-contract.ts'
import { api } from './api.ts'
import { defined, until } from './list-source.ts'
import { periodOf } from './measure-board.tsx'

const Query = z.object({
  counted: z.boolean().optional(),
  cursor: z.string().optional(),
  limit: z.number().int().optional(),
  sort: z.string().optional(),
  q: z.string().optional(),
})

/** The rows behind a share: as many as its base, each marked when it is in the numerator. */
export function MeasureRows() {
  const t = useText('services')
  const params = useParams()
  const [query] = useSearchParams()
  const period = periodOf(query)
  const name = shareNames.find((known) => known === params['name'])
  if (!name) return <NotFound />
  const fixed = { name, from: period.from, to: period.to, ...(period.oneThing ? { oneThing: period.oneThing } : {}) }
  const source = {
    key: [...api.measures.key(), 'behind', fixed],
    load: async ({ sort: _sort, q: _q, ...input }: z.input<typeof Query>, signal?: AbortSignal) => ({
      ...(await api.measures.behind.call({ ...defined(input), ...fixed }, until(signal))),
      total: null,
    }),
  }
  return (
    <ListPage
      name="services.measure"
      title={t('measures.rows_title', { name: t(`share.${name}`), from: period.from, to: period.to })}
      schema={Query}
      source={source}
      rowKey={(row) => row.id}
      columns={[
        { key: 'no', title: t('column.no'), render: (row) => <span className="tz-mono">{row.no ?? '–'}</span> },
        { key: 'label', title: t('column.what'), render: (row) => row.label, card: 'title' },
        {
          key: 'counted',
          title: t('measures.counted'),
          render: (row) => (
            <StateTag tone={row.counted ? 'good' : 'plain'}>
              {t(row.counted ? 'measures.in_numerator' : 'measures.only_base')}
            </StateTag>
          ),
          card: 'decides',
        },
      ]}
      filters={[{ kind: 'flag', key: 'counted', label: t('measures.only_counted') }]}
      searchable={false}
      empty={{ nothing: t('measures.no_rows') }}
    >
      <p className="tz-second">{t(`share_basis.${name}`)}</p>
    </ListPage>
  )
}
