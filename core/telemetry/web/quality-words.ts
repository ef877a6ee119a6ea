import { useText } from '@tingzhou/ui'
import { quality } from '../sample.ts'

// In the order of their numbers.
const names = Object.keys(quality)

/** How far a value can be trusted, in words. */
export function useQualityWords(): (level: number) => string {
  const t = useText('telemetry')
  return (level) => t(`quality.${names[level] ?? 'uncertain'}`)
}
