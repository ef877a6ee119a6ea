import { useInfiniteQuery } from '@tanstack/react-query'
import { formatNumber, PlainTable, ProblemAlert, useText } from '@tingzhou/ui'
import { Button } from 'antd'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { placeOf } from './api.ts'
import { percentText } from './figure-text.ts'
import { useNamed } from './named.ts'

type Risk = Awaited<ReturnType<typeof api.industry.risks.call>>['rows'][number]
type Hidden = Awaited<ReturnType<typeof api.industry.hiddenSources.call>>['rows'][number]
const pageSize = 50

/** Buyers that hang on one supplier, and those that do so without seeing it. */
export function RisksTab({ code }: { readonly code: string }) {
  const t = useText('chains')
  const risks = useInfiniteQuery({
    queryKey: [...api.industry.key(), 'risks', code],
    queryFn: ({ pageParam, signal }) =>
      api.industry.risks.call({ code, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  const hidden = useInfiniteQuery({
    queryKey: [...api.industry.key(), 'hidden', code],
    queryFn: ({ pageParam, signal }) =>
      api.industry.hiddenSources.call(
        { code, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  const failed = [risks, hidden].find(({ error }) => error)
  if (failed) return <ProblemAlert problem={failed.error} onRetry={() => void failed.refetch()} />
  return (
    <>
      <h2 className="chain-heading">{t('risk.hidden_title')}</h2>
      {hidden.data && <HiddenTable rows={hidden.data.pages.flatMap(({ rows }) => rows)} />}
      {hidden.hasNextPage && <Button onClick={() => void hidden.fetchNextPage()}>{t('risk.more')}</Button>}
      <h2 className="chain-heading">{t('risk.single_title')}</h2>
      {risks.data && <RiskTable rows={risks.data.pages.flatMap(({ rows }) => rows)} />}
      {risks.hasNextPage && <Button onClick={() => void risks.fetchNextPage()}>{t('risk.more')}</Button>}
    </>
  )
}

function FirmLink({ firm }: { readonly firm: Risk['buyer'] }) {
  const t = useText('chains')
  return (
    <>
      <Link to={placeOf.firm(firm.id)}>{firm.name}</Link>
      {firm.isOutside && <span className="tz-caption"> {t('risk.outside')}</span>}
    </>
  )
}

/** Single-source risks; a firm's own numbers are exact, others' in steps. */
export function RiskTable({ rows }: { readonly rows: readonly Risk[] }) {
  const t = useText('chains')
  const named = useNamed()
  return (
    <>
      {rows.length > 0 && <p className="tz-caption">{t('risk.formula')}</p>}
      <PlainTable
        name={t('risk.single_title')}
        empty={t('risk.none')}
        head={[
          t('risk.buyer'),
          t('industry.product'),
          t('risk.supplier'),
          t('risk.risk'),
          t('risk.share'),
          t('risk.dependence'),
          t('risk.alternative'),
        ]}
        rows={rows.map((row) => {
          const about = row.isRounded ? '≈ ' : ''
          return {
            key: `${row.buyer.id} ${row.product.code}`,
            cells: [
              <FirmLink key="buyer" firm={row.buyer} />,
              named(row.product),
              <FirmLink key="supplier" firm={row.supplier} />,
              `${about}${row.risk.toFixed(2)}`,
              about + percentText(row.share, 0),
              about + percentText(row.dependence, 0),
              about + percentText(row.alternative, 0),
            ],
          }
        })}
      />
    </>
  )
}

/** Several suppliers, one source behind them. */
export function HiddenTable({ rows }: { readonly rows: readonly Hidden[] }) {
  const t = useText('chains')
  const named = useNamed()
  return (
    <PlainTable
      name={t('risk.hidden_title')}
      empty={t('risk.hidden_none')}
      head={[
        t('risk.buyer'),
        t('industry.product'),
        t('risk.suppliers'),
        t('risk.source'),
        t('risk.source_share'),
        t('risk.concentration'),
      ]}
      rows={rows.map((row) => ({
        key: `${row.buyer.id} ${row.product.code} ${row.input.code}`,
        cells: [
          <FirmLink key="buyer" firm={row.buyer} />,
          row.input.code === row.product.code ? named(row.product) : `${named(row.product)} ← ${named(row.input)}`,
          row.sources === null
            ? formatNumber(row.suppliers)
            : t('risk.suppliers_sources', { suppliers: row.suppliers, sources: row.sources }),
          row.source === null ? '–' : <FirmLink key="source" firm={row.source} />,
          row.sourceShare === null ? '–' : `≈ ${percentText(row.sourceShare, 0)}`,
          `≈ ${row.direct.toFixed(2)} → ${row.concentration.toFixed(2)}`,
        ],
      }))}
    />
  )
}
