import './map.css'
import { useQuery } from '@tanstack/react-query'
import {
  ClearIcon,
  formatNumber,
  Page,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  useNarrow,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { Button, Input, Select } from 'antd'
import { lazy, Suspense, useDeferredValue, useEffect, useMemo } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { api } from '../api.ts'
import { placeOf, type Network } from './api.ts'
import { RunLine, RunVerb } from './run-line.tsx'

const readDrawing = () => import('./network-drawing.tsx')
const Drawing = lazy(async () => ({ default: (await readDrawing()).NetworkDrawing }))
const pageRows = 50

/** Who supplies whom: the firms with most links, at the places that the run gave them, and the same as a table. */
export function NetworkPage() {
  const t = useText('chains')
  const narrow = useNarrow()
  const query = useQuery(api.network.get.queryOptions({ input: {} }))
  const network = query.data
  // What draws comes beside what is drawn, not after it.
  useEffect(() => {
    if (!narrow) void readDrawing()
  }, [narrow])
  return (
    <Page
      title={t('network.title')}
      primary={<RunVerb />}
      verbs={<VerbButton href={placeOf.chains}>{t('industry.title')}</VerbButton>}
    >
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {network && <RunLine run={network.run} />}
      {network ? (
        network.ids.length > 0 ? (
          <Shown network={network} />
        ) : (
          <p>{t('network.empty')}</p>
        )
      ) : (
        !query.error && <SkeletonLines lines={8} />
      )}
    </Page>
  )
}

function Shown({ network }: { readonly network: Network }) {
  const t = useText('chains')
  const narrow = useNarrow()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const [q, chain] = [useDeferredValue(params.get('q') ?? ''), params.get('chain') ?? '']
  const rows = Number(params.get('rows') ?? pageRows)
  const set = (key: string, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(key)
        else next.set(key, value)
        return next
      },
      { replace: true },
    )
  const chains = useMemo(() => [...new Set(network.chains.flat())].toSorted(), [network])
  const found = useMemo(() => findFirms(network, q, chain), [network, q, chain])
  const chosen = q !== '' || chain !== '' ? found : null
  return (
    <>
      <p>
        {t(isWhole(network) ? 'network.shown_all' : 'network.shown', {
          firms: formatNumber(network.ids.length),
          links: formatNumber(network.edges.length / 2),
          allFirms: formatNumber(network.allFirms),
          allLinks: formatNumber(network.allLinks),
        })}
      </p>
      <div className="chain-bar">
        <Input.Search
          style={{ width: 260 }}
          allowClear={{ clearIcon: <ClearIcon /> }}
          aria-label={t('network.search')}
          placeholder={t('network.search')}
          defaultValue={params.get('q') ?? ''}
          onChange={({ target }) => set('q', target.value)}
        />
        <Select
          style={{ width: 160 }}
          aria-label={t('network.chain')}
          value={chain}
          onChange={(value) => set('chain', value)}
          options={[{ value: '', label: t('network.all') }, ...chains.map((code) => ({ value: code, label: code }))]}
        />
      </div>
      {narrow ? (
        <p className="tz-second">{t('industry.wide_only')}</p>
      ) : (
        <Suspense fallback={<div className="chain-network" />}>
          <Drawing
            network={network}
            chosen={chosen}
            onPick={(at) => void navigate(placeOf.firm(network.ids[at] ?? ''))}
          />
        </Suspense>
      )}
      <h2 className="chain-heading">{t('network.table', { n: formatNumber(found.length) })}</h2>
      <PlainTable
        name={t('network.title')}
        empty={t('network.not_found')}
        head={[t('network.firm'), t('network.where'), t('network.links'), t('network.critical'), t('network.chains')]}
        rows={found.slice(0, rows).map((at) => ({
          key: network.ids[at] ?? '',
          cells: [
            <Link key="firm" to={placeOf.firm(network.ids[at] ?? '')}>
              {network.names[at]}
            </Link>,
            t(network.isLocal[at] ? 'network.local' : 'network.outside'),
            formatNumber(network.links[at] ?? 0),
            network.critical[at] ? t('network.place', { n: network.critical[at] }) : '–',
            (network.chains[at] ?? []).join(' ') || '–',
          ],
        }))}
      />
      {found.length > rows && <Button onClick={() => set('rows', String(rows + pageRows))}>{t('network.more')}</Button>}
    </>
  )
}

/** Whether nothing of the year is left out. */
const isWhole = ({ ids, edges, allFirms, allLinks }: Network): boolean =>
  ids.length === allFirms && edges.length / 2 === allLinks

/** Firms that are called so and are of a chain, those with most links first. Pure. O(firms log firms). */
function findFirms(network: Network, q: string, chain: string): readonly number[] {
  const wanted = q.trim().toLowerCase()
  return network.ids
    .flatMap((_, at) => {
      const isNamed = (network.names[at] ?? '').toLowerCase().includes(wanted)
      return isNamed && (chain === '' || network.chains[at]?.includes(chain)) ? [at] : []
    })
    .toSorted((a, b) => (network.links[b] ?? 0) - (network.links[a] ?? 0) || a - b)
}
