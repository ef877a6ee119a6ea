import { formatNumber, PlainTable, useText } from '@tingzhou/ui'
import { dataFlags } from '@tingzhou/hj212'
import { Link } from 'react-router'
import { flagCode, hasTrend } from '../trend-rule.ts'
import { nameOf } from './api.ts'
import { DeviceWhen } from './device-when.tsx'
import type { Shown } from './device-page.tsx'
import { useFlags } from './fix-words.tsx'
import { usePointPage } from './point-pages.tsx'
import { useQualityWords } from './quality-words.ts'

export type Point = Shown['points'][number]

function flagOf(value: number): string {
  const letter = String.fromCodePoint(value)
  const known = dataFlags.find(({ code }) => code === letter)
  return known ? `${letter} ${nameOf(known)}` : letter
}

/** The last value of a point and how far it can be trusted, in words. */
export function usePointWords() {
  const t = useText('telemetry')
  const flagsOf = useFlags()
  const qualityWords = useQualityWords()
  const valueOf = ({ code, last, lastFix, unit }: Point): string => {
    if (lastFix) {
      const { latDeg, lonDeg, speedKmh } = lastFix
      return t('point.fix', { lat: latDeg.toFixed(6), lon: lonDeg.toFixed(6), speed: formatNumber(speedKmh) })
    }
    if (!last) return t('point.none')
    if (flagCode.test(code)) return flagOf(last.value)
    return unit === null ? formatNumber(last.value) : `${formatNumber(last.value)} ${unit}`
  }
  const qualityOf = ({ last, lastFix }: Point): string => {
    if (lastFix) return flagsOf(lastFix.flags)
    return last ? qualityWords(last.quality) : '–'
  }
  return { valueOf, qualityOf }
}

/** What the device measures, with the last values. */
export function DevicePoints({ points }: { readonly points: readonly Point[] }) {
  const t = useText('telemetry')
  const { valueOf, qualityOf } = usePointWords()
  const { shown, pages } = usePointPage(points, 'points')
  return (
    <>
      <PlainTable
        name={t('tab.points')}
        head={[t('point.name'), t('point.code'), t('point.value'), t('point.quality'), t('point.at')]}
        empty={t('point.empty')}
        rows={shown.map((point) => {
          const at = point.lastFix?.at ?? point.last?.at
          const code = hasTrend(point) ? (
            <Link className="tz-mono" to={`/trends?points=${point.point}`} title={t('trend.open')}>
              {point.code}
            </Link>
          ) : (
            <span className="tz-mono">{point.code}</span>
          )
          const when = at === undefined ? '–' : <DeviceWhen at={at} />
          return { key: point.code, cells: [nameOf(point.name), code, valueOf(point), qualityOf(point), when] }
        })}
      />
      {pages}
    </>
  )
}
