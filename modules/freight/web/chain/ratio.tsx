import { formatNumber } from '@tingzhou/ui'
import { km } from '../wave/km.ts'

/** The share of loaded metres, always with what it is of. */
export function Ratio({ loadedM, emptyM }: { readonly loadedM: number; readonly emptyM: number }) {
  const allM = loadedM + emptyM
  if (allM === 0) return <>–</>
  return (
    <span className="tz-number">
      {formatNumber((100 * loadedM) / allM, 1)} %{' '}
      <span className="tz-caption">
        ({km(loadedM)}/{km(allM)} km)
      </span>
    </span>
  )
}
