import { useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { queryOf, viewOf, type ChangeView, type TrendView, type TrendWindow } from './trend-url.ts'

const settleMs = 200

/** The view, written into the address when it stands still: browsers refuse an address that changes at every step of a wheel. */
export function useTrendView(): readonly [TrendView, ChangeView] {
  const [query, setQuery] = useSearchParams()
  const written = query.toString()
  const [view, setView] = useState(() => viewOf(query))
  const mine = useRef(written)
  const write = useRef(setQuery)
  write.current = setQuery
  useEffect(() => {
    if (written === mine.current) return
    // Somebody followed a link, or went back.
    mine.current = written
    setView(viewOf(new URLSearchParams(written)))
  }, [written])
  useEffect(() => {
    const next = queryOf(view)
    if (next.toString() === mine.current) return
    const timer = globalThis.setTimeout(() => {
      mine.current = next.toString()
      write.current(next, { replace: true, preventScrollReset: true })
    }, settleMs)
    return () => globalThis.clearTimeout(timer)
  }, [view])
  return [view, setView]
}

/** A window that has stood still for a moment: the server is not asked at every step of a wheel. */
export function useSettled(window: TrendWindow): TrendWindow {
  const [settled, setSettled] = useState(window)
  useEffect(() => {
    const timer = globalThis.setTimeout(() => setSettled(window), settleMs)
    return () => globalThis.clearTimeout(timer)
  }, [window])
  return settled
}
