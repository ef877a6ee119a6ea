import { useCallback, useEffect, useRef, useState } from 'react'
import { ask, type Problem } from './api.ts'
import { keep, recall } from './vault.ts'

/** What the server said last, and when; `problem` says why it could not be asked anew. */
export type Snapshot<T> = {
  readonly value: T | null
  readonly at: number | null
  readonly problem: Problem | null
  readonly loading: boolean
  readonly refresh: () => void
  /** Changes what is shown to what an answer said meanwhile; what is being read is older and no longer counts. */
  readonly patch: (change: (value: T) => T) => void
}

const refreshMs = 30_000

/**
 * Reads a path of the server: at once what the phone kept of it, then what the server says, and again every half minute while
 * the screen is looked at.
 */
export function useSnapshot<T>(owner: string, name: string, path: string, onSignedOut: () => void): Snapshot<T> {
  const [shown, show] = useState<Omit<Snapshot<T>, 'refresh' | 'patch'>>({
    value: null,
    at: null,
    problem: null,
    loading: true,
  })
  const left = useRef(onSignedOut)
  left.current = onSignedOut
  const patches = useRef(0)
  const refresh = useCallback(async () => {
    const before = patches.current
    const answer = await ask<T>('GET', path)
    if (before !== patches.current) return
    if (!answer.ok) {
      if (answer.why === 'signed_out') left.current()
      return show((now) => ({ ...now, problem: answer.problem, loading: false }))
    }
    show({ value: answer.value, at: Date.now(), problem: null, loading: false })
    await keep(owner, name, answer.value)
  }, [owner, name, path])

  useEffect(() => {
    let over = false
    const begin = async () => {
      const kept = await recall(owner, name)
      // What was kept is what this path answered.
      if (!over && kept) show((now) => (now.value === null ? { ...now, value: kept.value as T, at: kept.at } : now))
      if (!over) await refresh()
    }
    void begin()
    const look = () => document.visibilityState === 'visible' && void refresh()
    const timer = setInterval(look, refreshMs)
    document.addEventListener('visibilitychange', look)
    window.addEventListener('online', look)
    return () => {
      over = true
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
      window.removeEventListener('online', look)
    }
  }, [owner, name, refresh])
  const patch = useCallback((change: (value: T) => T) => {
    patches.current++
    show((now) => (now.value === null ? now : { ...now, value: change(now.value) }))
  }, [])
  return { ...shown, refresh: () => void refresh(), patch }
}
