import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { onZoneTime, zoneNow } from './zone-clock.ts'

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches)
}

/** Under 960 px tables become cards and the trail goes below. */
export function useNarrow(): boolean {
  return useMedia('(max-width: 959.98px)')
}

/** Under 640 px: a phone. */
export function usePhone(): boolean {
  return useMedia('(max-width: 639.98px)')
}

export function useStillness(): boolean {
  return useMedia('(prefers-reduced-motion: reduce)')
}

/** True once waiting has lasted 200 ms, so that a quick answer never flashes a skeleton. */
export function useLate(waiting: boolean, delayMs = 200): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!waiting) return
    const timer = window.setTimeout(() => setLate(true), delayMs)
    return () => {
      window.clearTimeout(timer)
      setLate(false)
    }
  }, [waiting, delayMs])
  return waiting && late
}

/** The current minute by the clock of the zone, for clocks that count down. */
export function useNow(everyMs = 30_000): number {
  const [now, setNow] = useState(zoneNow)
  useEffect(() => {
    const tick = () => setNow(zoneNow())
    const timer = window.setInterval(tick, everyMs)
    const deaf = onZoneTime(tick)
    return () => {
      window.clearInterval(timer)
      deaf()
    }
  }, [everyMs])
  return now
}
