import { formatNumber, useText } from '@tingzhou/ui'
import type { WaveRow } from './api.ts'
import { savedAgainst } from '../../wave/saved.ts'
import { km } from './km.ts'

/** What the wave saves against nearest-first, km and percent; the unit stands in the head of a column. */
export function Saved({
  wave,
  unit = '',
}: {
  readonly unit?: string
  readonly wave: Pick<WaveRow, 'matched' | 'emptyM' | 'costM' | 'nearestFirst'>
}) {
  const t = useText('freight')
  const saved = savedAgainst(wave, wave.nearestFirst)
  if (!saved) return <>–</>
  return (
    <span className="tz-number">
      {km(saved.metres)} {unit}{' '}
      <span className="tz-caption">{t('wave.saved_pct', { pct: formatNumber(saved.pct, 1) })}</span>
    </span>
  )
}
