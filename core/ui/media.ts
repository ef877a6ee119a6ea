import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'

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

/** The current minute, for clocks that count down. */
export function useNow(everyMs = 30_000): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs)
    return () => window.clearInterval(timer)
  }, [everyMs])
  return now
}
