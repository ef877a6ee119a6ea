import { OpenFormButton, PlainTable, useText } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { quality } from '../sample.ts'
import type { DeviceSource } from '../source-contract.ts'
import { hasTrend } from '../trend-rule.ts'
import { useOrderRefusal } from './command-form.tsx'
import { DevicePoints, usePointWords } from './device-points.tsx'
import { DeviceWhen } from './device-when.tsx'
import type { Shown } from './device-page.tsx'
import { machinePoints, type MachinePoint } from './machine-point.ts'
import { usePointPage } from './point-pages.tsx'
import { useFormName } from './point-row.tsx'

/** What a machine is asked for: where each point stands in it, what it said last, and within which limits it may be set. */
export function MachinePoints({ shown, source }: { readonly shown: Shown; readonly source: DeviceSource }) {
  const t = useText('telemetry')
  const { valueOf, qualityOf } = usePointWords()
  const placeOf = usePlace()
  const refused = useOrderRefusal(shown)
  const points = machinePoints(shown)
  const { shown: rows, pages } = usePointPage(points, 'asked')
  const own = new Set(points.map(({ kept }) => kept))
  const others = shown.points.filter((point) => !own.has(point))
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
        rows={rows.map((one) => {
          const { asked, kept } = one
          const cells: readonly ReactNode[] = [
            <PointName key="name" point={one} />,
            ...placeOf(asked),
            kept ? (
              <>
                {valueOf(kept)}
                {kept.last && kept.last.quality > quality.good && <span className="tz-second"> {qualityOf(kept)}</span>}
              </>
            ) : (
              t('point.none')
            ),
            kept?.last ? <DeviceWhen at={kept.last.at} /> : '–',
            asked.write === null ? (
              <span className="tz-second">{t('machine.read_only')}</span>
            ) : (
              <span className="tz-limits">
                <span className="tz-number">{t('machine.range', asked.write)}</span>
                <OpenFormButton name="set_value" item={asked.key} size="small" reason={refused}>
                  {t('machine.write')}
                </OpenFormButton>
              </span>
            ),
          ]
          return { key: asked.key, cells }
        })}
      />
      {pages}
      {others.length > 0 && (
        <section className="tz-other-points">
          <h2>{t('machine.other_points')}</h2>
          <DevicePoints points={others} />
        </section>
      )}
    </>
  )
}

function PointName({ point: { asked, kept, name } }: { readonly point: MachinePoint }) {
  const t = useText('telemetry')
  const key = <span className="tz-mono">{asked.key}</span>
  return (
    <span className="tz-machine-point">
      {name !== asked.key && <span>{name}</span>}
      {kept && hasTrend(kept) ? (
        <Link to={`/trends?points=${kept.point}`} title={t('trend.open')}>
          {key}
        </Link>
      ) : (
        key
      )}
    </span>
  )
}

/** Where a point stands in its machine, and as what. */
function usePlace(): (asked: MachinePoint['asked']) => readonly ReactNode[] {
  const t = useText('telemetry')
  const formName = useFormName()
  return (asked) => {
    if (!('table' in asked))
      return [
        <span key="node" className="tz-mono">
          {asked.nodeId}
        </span>,
      ]
    const { table, register, as, scale, offset, words: order } = asked
    const parts = [formName(as)]
    if (order === 'little') parts.push(t('machine.summary.words'))
    if (scale !== 1) parts.push(t('machine.summary.scale', { n: scale }))
    if (offset !== 0) parts.push(t('machine.summary.offset', { n: offset }))
    return [`${t(`machine.table.${table}`)} ${register}`, parts.join(' · ')]
  }
}
