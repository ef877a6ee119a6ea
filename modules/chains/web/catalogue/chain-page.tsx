import { useQuery } from '@tanstack/react-query'
import { formatNumber, ObjectPage, PlainTable, unitWord, useLive, useText, VerbButton } from '@tingzhou/ui'
import { useParams } from 'react-router'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf } from './api.ts'
import { BasisMark, History, OpenTag, ProductLink, useKeeping } from './parts.tsx'

/** One chain as the catalogue has it: segments from upstream to downstream with their products. */
export function ChainPage() {
  const t = useText('chains')
  const named = useNamed()
  const refused = useKeeping()
  const { code = '' } = useParams()
  const query = useQuery(api.chains.get.queryOptions({ input: { code } }))
  const history = useQuery(api.chains.history.queryOptions({ input: { code } }))
  useLive({ kinds: ['chain'], objectId: code, keys: [api.chains.key()] })
  const chain = query.data
  if (!chain)
    return (
      <ObjectPage
        title={t('catalogue.chain.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <ObjectPage
      title={named(chain)}
      id={chain.code}
      state={<OpenTag state={chain.state} />}
      primary={
        <VerbButton type="primary" href={placeOf.changeChain(code)} reason={refused}>
          {t('catalogue.change')}
        </VerbButton>
      }
      verbs={<VerbButton href={`/industry-chains/${code}`}>{t('catalogue.chain.map')}</VerbButton>}
      facts={[
        { label: t('catalogue.product.names'), value: `${chain.zh} / ${chain.en}` },
        { label: t('catalogue.cluster.one'), value: named(chain.cluster) },
        { label: t('catalogue.column.basis'), value: <BasisMark basis={chain.basis} /> },
        { label: t('catalogue.column.valid_from'), value: chain.validFrom },
        { label: t('catalogue.column.source'), value: chain.source || '–' },
      ]}
      trail={<History rows={history.data?.rows ?? []} />}
      problem={query.error}
      onRetry={() => void query.refetch()}
    >
      {chain.segments.map((segment) => (
        <section key={segment.key}>
          <h2 className="catalogue-heading">
            {t('catalogue.segment.named', { stage: t(`catalogue.stages.${segment.stage}`), name: named(segment) })}
          </h2>
          <PlainTable
            name={named(segment)}
            empty={t('catalogue.segment.empty')}
            head={[
              t('catalogue.product.one'),
              t('catalogue.place.required'),
              t('catalogue.place.weight'),
              t('catalogue.place.mes'),
            ]}
            rows={segment.products.map((place) => ({
              key: place.product.code,
              cells: [
                <>
                  <ProductLink product={place.product} /> {place.state === 'closed' && <OpenTag state="closed" />}
                </>,
                t(`catalogue.yes.${place.isRequired}`),
                formatNumber(place.weight),
                `${formatNumber(place.mes)} ${unitWord(place.unit)}`,
              ],
            }))}
          />
        </section>
      ))}
    </ObjectPage>
  )
}
