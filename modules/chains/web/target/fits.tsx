import { useQuery } from '@tanstack/react-query'
import { InputNumber } from 'antd'
import { formatMoney, formatNumber, PlainTable, ProblemAlert, SkeletonLines, useLate, useText } from '@tingzhou/ui'
import { useId, type ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { api } from '../api.ts'
import { placeOf, type SiteFit } from './api.ts'
import { roundedText, VerdictTag } from './tags.tsx'

type FitRow = SiteFit['rows'][number]

const meetsAll = ({ needs }: FitRow): boolean => needs.every(({ verdict }) => verdict === 'met')

/** The scale that the address names. */
function useScale() {
  const [query, setQuery] = useSearchParams()
  const scale = Number(query.get('scale'))
  const set = (next: number | null) =>
    setQuery(
      (before) => {
        const after = new URLSearchParams(before)
        after.delete('scale')
        if (next !== null) after.set('scale', String(next))
        return after
      },
      { replace: true },
    )
  return { asked: scale >= 0.1 && scale <= 100 ? { scale } : {}, set }
}

/** Idle plants against what a plant of a line needs. */
export function LinePlants({ lineKey }: { readonly lineKey: string }) {
  const { asked, set } = useScale()
  const query = useQuery(api.lines.plants.queryOptions({ input: { key: lineKey, ...asked } }))
  return <Fits query={query} onScale={set} />
}

/** Idle plants for a target; `verb` is what may be done with each. */
export function TargetPlants({ id, verb }: { readonly id: string; readonly verb: (row: FitRow) => ReactNode }) {
  const { asked, set } = useScale()
  const query = useQuery(api.targets.plants.queryOptions({ input: { id, ...asked } }))
  return <Fits query={query} onScale={set} verb={verb} />
}

function Fits({
  query,
  onScale,
  verb,
}: {
  readonly query: {
    readonly data: SiteFit | undefined
    readonly isPending: boolean
    readonly error: unknown
    readonly refetch: () => unknown
  }
  readonly onScale: (scale: number | null) => void
  readonly verb?: (row: FitRow) => ReactNode
}) {
  const t = useText('chains')
  const late = useLate(query.isPending)
  const id = useId()
  if (query.isPending) return late ? <SkeletonLines lines={6} /> : null
  const { data } = query
  if (!data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const needs = Object.entries(data.site).filter(([, wanted]) => wanted !== undefined && wanted > 0)
  return (
    <>
      <div className="target-filters">
        <label htmlFor={id}>{t('plant.scale')}</label>
        <InputNumber
          id={id}
          min={0.1}
          max={100}
          step={0.5}
          value={Number(data.scale.toFixed(2))}
          onChange={(value) => onScale(value)}
        />
        <span className="tz-second">
          {t('plant.scale_means', {
            mes: formatNumber(data.mes),
            unit: data.unit,
            suggested: formatNumber(data.suggested, 2),
          })}
        </span>
      </div>
      <p>
        {needs.length === 0
          ? t('plant.no_needs')
          : t('plant.wanted', {
              needs: needs
                .map(
                  ([need, wanted]) =>
                    `${t(`plant.need.${need}`)} ${roundedText(wanted ?? 0)} ${t(`plant.unit.${need}`)}`,
                )
                .join(t('chain_line.comma')),
            })}
      </p>
      {data.rows.length > 0 && needs.length > 0 && data.rows.every((row) => !meetsAll(row)) && (
        <p>
          <strong>{t('plant.none_fits')}</strong>
        </p>
      )}
      <PlainTable
        name={t('plant.fit_title')}
        empty={t('plant.none_free')}
        head={[
          t('plant.name'),
          t('plant.fit'),
          t('plant.needs'),
          t('plant.buyers_km'),
          t('plant.price'),
          ...(verb ? [t('plant.verb')] : []),
        ]}
        rows={data.rows.map((row) => ({
          key: row.id,
          cells: [
            <span key="name">
              <Link to={placeOf.plant(row.id)}>{row.name}</Link> <span className="tz-caption">{row.place}</span>
            </span>,
            `${formatNumber(row.fit * 100, 0)} %`,
            <ul key="needs" className="target-needs">
              {row.needs.map(({ need, wanted, has, verdict }) => (
                <li key={need}>
                  {`${t(`plant.need.${need}`)} ${has === null ? '–' : formatNumber(has)} / ${roundedText(wanted)} `}
                  <VerdictTag verdict={verdict} />
                </li>
              ))}
            </ul>,
            row.buyersKm === null ? '–' : `${formatNumber(row.buyersKm, 1)} km`,
            row.priceFen === null ? '–' : formatMoney(row.priceFen),
            ...(verb ? [verb(row)] : []),
          ],
        }))}
      />
    </>
  )
}
