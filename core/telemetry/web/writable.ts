import { useText } from '@tingzhou/ui'
import type { Shown } from './device-page.tsx'
import { machinePoints } from './machine-point.ts'

/** A point that may be set. */
export type Writable = {
  readonly key: string
  readonly name: string
  readonly unit: string
  /** What it held last; null when that is not known. */
  readonly now: number | null
  readonly isBit: boolean
  readonly low: number
  readonly high: number
}

/** The points of a machine that may be set. Pure. O(points). */
export const writableOf = (shown: Shown): readonly Writable[] =>
  machinePoints(shown).flatMap(({ asked, kept, name }) => {
    const { key, unit, write } = asked
    if (!write) return []
    return {
      key,
      name,
      unit: unit ?? kept?.unit ?? '',
      now: kept?.last?.value ?? null,
      isBit: 'as' in asked && asked.as === 'bit',
      ...write,
    }
  })

/** A point by its name and, where that is another one, its key. */
export const nameWith = ({ name, key }: Writable): string => (name === key ? key : `${name} ${key}`)

/** A value of a point in words, with its unit. */
export function useSaid(point: Writable | undefined): (value: number | null) => string {
  const t = useText('telemetry')
  return (value) => {
    if (value === null) return t('set_value.unknown')
    if (point?.isBit) return t(value === 1 ? 'set_value.on' : 'set_value.off')
    return `${String(value)} ${point?.unit ?? ''}`.trim()
  }
}
