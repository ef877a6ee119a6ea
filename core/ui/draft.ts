import { useCallback, useEffect, useRef } from 'react'
import { useMe } from './me.ts'
import { readStored, removeStored, writeStored } from './preferences.ts'

export type Draft = {
  /** What was kept, or null. */
  readonly read: () => Readonly<Record<string, unknown>> | null
  /** Keeps values soon; many calls are one write. */
  readonly keep: (values: object) => void
  readonly drop: () => void
}

/** A form's unsent work, kept on this device for this account until it is sent. */
export function useDraft(name: string | undefined): Draft {
  const me = useMe()
  const key = `tz.draft.${me?.accountId ?? 'guest'}.${name ?? ''}`
  const timer = useRef<number | undefined>(undefined)
  const waiting = useRef<object | null>(null)

  const flush = useCallback(() => {
    window.clearTimeout(timer.current)
    if (waiting.current && name !== undefined) writeStored(key, waiting.current)
    waiting.current = null
  }, [key, name])
  // A closed tab or a left page must not lose the last half second.
  useEffect(() => {
    window.addEventListener('pagehide', flush)
    return () => {
      window.removeEventListener('pagehide', flush)
      flush()
    }
  }, [flush])

  const read = useCallback(() => {
    const stored = name === undefined ? {} : readStored(key)
    return Object.keys(stored).length > 0 ? stored : null
  }, [key, name])
  const keep = useCallback(
    (values: object) => {
      waiting.current = values
      window.clearTimeout(timer.current)
      timer.current = window.setTimeout(flush, 500)
    },
    [flush],
  )
  const drop = useCallback(() => {
    window.clearTimeout(timer.current)
    waiting.current = null
    removeStored(key)
  }, [key])
  return { read, keep, drop }
}
