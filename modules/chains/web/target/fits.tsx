import { useQuery } from '@tanstack/react-query'
import {
  CheckedNumber,
  formatMoney,
  formatNumber,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  unitWord,
  useLate,
  useText,
} from '@tingzhou/ui'
import { useId, type ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { siteNeeds } from '../../words.ts'
import { api } from '../api.ts'
import { siteUnits } from '../site-units.ts'
import { placeOf, type SiteFit } from './api.ts'
import { roundedText, VerdictTag } from './tags.tsx'

type FitRow = SiteFit['rows'][number]

const meetsAll = ({ needs }: FitRow): boolean => needs.every(({ verdict }) => verdict === 'met')

const scales = { min: 0.1, max: 100 } as const

/** The scale that the address names, which may be none that is answered. */
function useScale() {
  const [query, setQuery] = useSearchParams()
  const said = query.has('scale') ? Number(query.get('scale')) : null
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
  const isWithin = said !== null && said >= scales.min && said <= scales.max
  return { asked: isWithin ? { scale: said } : {}, said, set }
}

/** Idle plants against what a plant of a line needs. */
export function LinePlants({ lineKey }: { readonly lineKey: string }) {
  const scale = useScale()
  const query = useQuery(api.lines.plants.queryOptions({ input: { key: lineKey, ...scale.asked } }))
  return <Fits query={query} scale={scale} />
}

/** Idle plants for a target; `verb` is what may be done with each. */
export function TargetPlants({ id, verb }: { readonly id: string; readonly verb: (row: FitRow) => ReactNode }) {
  const scale = useScale()
  const query = useQuery(api.targets.plants.queryOptions({ input: { id, ...scale.asked } }))
  return <Fits query={query} scale={scale} verb={verb} />
}

function Fits({
  query,
  scale,
  verb,
}: {
  readonly query: {
    readonly data: SiteFit | undefined
    readonly isPending: boolean
    readonly error: unknown
    readonly refetch: () => unknown
  }
  readonly scale: ReturnType<typeof useScale>
  readonly verb?: (row: FitRow) => ReactNode
}) {
  const t = useText('chains')
  const late = useLate(query.isPending)
  const id = useId()
  if (query.isPending) return late ? <SkeletonLines lines={6} /> : null
  const { data } = query
  if (!data) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const needs = siteNeeds.filter((need) => (data.site[need] ?? 0) > 0)
  return (
    <>
      <div className="target-filters">
        <label htmlFor={id}>{t('plant.scale')}</label>
        <CheckedNumber
          id={id}
          {...scales}
          step={0.5}
          className="target-scale"
          value={scale.said ?? Number(data.scale.toFixed(2))}
          onChange={scale.set}
        />
        <span className="tz-second">
          {t('plant.scale_means', {
            mes: formatNumber(data.mes),
            unit: unitWord(data.unit),
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
                  (need) =>
                    `${t(`plant.need.${need}`)} ${roundedText(data.site[need] ?? 0)} ${unitWord(siteUnits[need])}`,
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
            row.buyersKm === null ? '–' : `${formatNumber(row.buyersKm, 1)} ${unitWord('km')}`,
            row.priceFen === null ? '–' : formatMoney(row.priceFen),
            ...(verb ? [verb(row)] : []),
          ],
        }))}
      />
    </>
  )
}
