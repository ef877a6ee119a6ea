import './map.css'
import { useQuery } from '@tanstack/react-query'
import { ObjectPage, StateTag, useLive, useText, VerbButton } from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api } from '../api.ts'
import { chainTabs } from '../chain-tabs.ts'
import { placeOf, type Chain } from './api.ts'
import { ChainMap } from './chain-map.tsx'
import { FigureButton } from './figure-button.tsx'
import { figureOf } from './figure-text.ts'
import { FlowsTab } from './flows-tab.tsx'
import { useNamed } from './named.ts'
import { ProductsTab } from './products-tab.tsx'
import { RisksTab } from './risks-tab.tsx'
import { RunLine, RunVerb } from './run-line.tsx'
import { SavingsTab } from './savings-tab.tsx'

/** One chain from upstream to downstream: its map, its figures, what flows, what it hangs on and what could be done. */
export function IndustryPage() {
  const t = useText('chains')
  const named = useNamed()
  const { code = '' } = useParams()
  const query = useQuery(api.industry.get.queryOptions({ input: { code } }))
  useLive({ kinds: ['chain_run'], keys: [api.industry.key()] })
  const chain = query.data
  if (!chain)
    return (
      <ObjectPage
        title={t('industry.chain')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <ObjectPage
      title={named(chain)}
      id={chain.code}
      state={
        chain.state === 'closed' ? (
          <StateTag tone="plain" shape="cross">
            {t('industry.closed')}
          </StateTag>
        ) : undefined
      }
      primary={<RunVerb />}
      verbs={<VerbButton href={placeOf.network}>{t('network.title')}</VerbButton>}
      strip={<RunLine run={chain.run} />}
      facts={[
        { label: t('industry.cluster'), value: chain.cluster ? named(chain.cluster) : '–' },
        { label: t('industry.leaders'), value: <Leaders chain={chain} /> },
        ...(['completeness', 'present', 'actual_local', 'inbound_freight', 'weaknesses'] as const).map((name) => ({
          label: t(`indicator.${name}`),
          value: <FigureButton figure={figureOf(chain.figures, name)} of={named(chain)} kMin={chain.kMin} />,
        })),
      ]}
      tabs={[
        { key: 'map', label: t('industry.tab.map'), children: <ChainMap chain={chain} /> },
        { key: 'products', label: t('industry.tab.products'), children: <ProductsTab chain={chain} /> },
        { key: 'flows', label: t('industry.tab.flows'), children: <FlowsTab chain={chain} /> },
        { key: 'risks', label: t('industry.tab.risks'), children: <RisksTab code={chain.code} /> },
        { key: 'savings', label: t('industry.tab.savings'), children: <SavingsTab chain={chain} /> },
        ...chainTabs.map(({ key, labelKey, Tab }) => ({
          key,
          label: t(labelKey),
          children: <Tab code={chain.code} />,
        })),
      ]}
      problem={query.error}
      onRetry={() => void query.refetch()}
    />
  )
}

function Leaders({ chain }: { readonly chain: Chain }) {
  const t = useText('chains')
  if (chain.leaders.length === 0) return <>–</>
  return (
    <>
      {chain.leaders.map(({ firm, isMain, pull }) => (
        <div key={firm.id}>
          <Link to={placeOf.firm(firm.id)}>{firm.name}</Link>
          {isMain && ` ${t('industry.main')}`} {t('indicator.pull')}{' '}
          <FigureButton figure={pull ?? undefined} of={firm.name} kMin={chain.kMin} />
          {pull?.value === null && !pull.hidden && <span className="tz-caption"> {t('industry.no_purchases')}</span>}
        </div>
      ))}
    </>
  )
}
