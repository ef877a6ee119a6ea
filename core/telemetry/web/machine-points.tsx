import { OpenFormButton, PlainTable, useText } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { DeviceSource } from '../source-contract.ts'
import { hasTrend } from '../trend-rule.ts'
import { nameOf } from './api.ts'
import { useOrderRefusal } from './command-form.tsx'
import { DevicePoints, usePointWords, type Point } from './device-points.tsx'
import { DeviceWhen } from './device-when.tsx'
import type { Shown } from './device-page.tsx'
import { useWords } from './point-row.tsx'

type SourcePoint = DeviceSource['points'][number]

/** What a machine is asked for: where each point stands in it, what it said last, and within which limits it may be set. */
export function MachinePoints({ shown, source }: { readonly shown: Shown; readonly source: DeviceSource }) {
  const t = useText('telemetry')
  const { valueOf, qualityOf } = usePointWords()
  const placeOf = usePlace()
  const refused = useOrderRefusal(shown)
  const byCode = new Map(shown.points.map((point) => [point.code, point]))
  const codeOf = ({ key }: SourcePoint): string => `${shown.nodeCode ?? ''}.${key}`
  const own = new Set(source.points.map(codeOf))
  const others = shown.points.filter(({ code }) => !own.has(code))
  return (
    <>
      <PlainTable
        name={t('tab.points')}
        head={[
          t('point.name'),
          ...('host' in source ? [t('machine.register'), t('machine.column.as')] : [t('machine.node')]),
          t('point.value'),
          t('point.at'),
          t('machine.limits'),
        ]}
        empty={t('point.empty')}
        rows={source.points.map((one) => {
          const point = byCode.get(codeOf(one))
          const cells: readonly ReactNode[] = [
            <PointName key="name" one={one} point={point} />,
            ...placeOf(one),
            point ? (
              <>
                {valueOf(point)}
                {point.last && point.last.quality > 0 && <span className="tz-second"> {qualityOf(point)}</span>}
              </>
            ) : (
              t('point.none')
            ),
            point?.last ? <DeviceWhen at={point.last.at} /> : '–',
            one.write === null ? (
              <span className="tz-second">{t('machine.read_only')}</span>
            ) : (
              <span className="tz-limits">
                <span className="tz-number">{t('machine.range', one.write)}</span>
                <OpenFormButton name="set_value" item={one.key} size="small" reason={refused}>
                  {t('machine.write')}
                </OpenFormButton>
              </span>
            ),
          ]
          return { key: one.key, cells }
        })}
      />
      {others.length > 0 && (
        <section className="tz-other-points">
          <h2>{t('machine.other_points')}</h2>
          <DevicePoints points={others} />
        </section>
      )}
    </>
  )
}

function PointName({ one, point }: { readonly one: SourcePoint; readonly point: Point | undefined }) {
  const t = useText('telemetry')
  const key = <span className="tz-mono">{one.key}</span>
  const name = point ? nameOf(point.name) : (one.name ?? one.key)
  return (
    <span className="tz-machine-point">
      {name !== one.key && <span>{name}</span>}
      {point && hasTrend(point) ? (
        <Link to={`/trends?points=${point.point}`} title={t('trend.open')}>
          {key}
        </Link>
      ) : (
        key
      )}
    </span>
  )
}

/** Where a point stands in its machine, and as what. */
function usePlace(): (point: SourcePoint) => readonly ReactNode[] {
  const t = useText('telemetry')
  const words = useWords()
  return (point) => {
    if (!('table' in point))
      return [
        <span key="node" className="tz-mono">
          {point.nodeId}
        </span>,
      ]
    const { table, register, as, scale, offset, words: order } = point
    const parts = [words(as)]
    if (order === 'little') parts.push(t('machine.summary.words'))
    if (scale !== 1) parts.push(t('machine.summary.scale', { n: scale }))
    if (offset !== 0) parts.push(t('machine.summary.offset', { n: offset }))
    return [`${t(`machine.table.${table}`)} ${register}`, parts.join(' · ')]
  }
}
