import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

/** What the server tells: that something changed, never what it is now. */
export type LiveEvent = { readonly type: string; readonly objectKind: string; readonly objectId: string }

type Listener = (event: LiveEvent | 'reconnected') => void

const listeners = new Set<Listener>()
let source: EventSource | null = null
let retry: number | undefined
let failures = 0

/** Opens the one event stream of the tab while somebody listens; reconnects with growing pauses up to 30 s. */
function connect(): void {
  if (source || listeners.size === 0) return
  source = new EventSource('/api/v1/events')
  source.addEventListener('open', () => {
    if (failures > 0) for (const listener of listeners) listener('reconnected')
    failures = 0
  })
  source.addEventListener('message', (message: MessageEvent<string>) => {
    const event = readEvent(message.data)
    if (event) for (const listener of listeners) listener(event)
  })
  source.addEventListener('error', () => {
    failures += 1
    // The browser itself asks again after a lost connection, with the last event id; only a refusal ends the stream.
    if (source?.readyState !== EventSource.CLOSED) return
    close()
    retry = window.setTimeout(connect, Math.min(30_000, 1000 * 2 ** Math.min(failures, 5)))
  })
}

function close(): void {
  window.clearTimeout(retry)
  source?.close()
  source = null
}

export function readEvent(data: string): LiveEvent | null {
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value !== 'object' || value === null) return null
    const { type, objectKind, objectId } = { type: '', objectKind: '', objectId: '', ...value }
    return type === '' ? null : { type, objectKind: String(objectKind), objectId: String(objectId) }
  } catch {
    return null
  }
}

export type LiveOptions = {
  /** Object kinds to follow, such as `appeal`. */
  readonly kinds: readonly string[]
  readonly objectId?: string | undefined
  readonly types?: readonly string[] | undefined
  /** Query keys to refetch. */
  readonly keys: readonly QueryKey[]
}

/** Refetches queries when the server tells of a change. Many changes within a second are one refetch. */
export function useLive(options: LiveOptions): void {
  const client = useQueryClient()
  const latest = useRef(options)
  latest.current = options
  const silent = options.kinds.length === 0
  useEffect(() => {
    if (silent) return
    let timer: number | undefined
    const refetch = () => {
      timer = undefined
      for (const queryKey of latest.current.keys) void client.invalidateQueries({ queryKey })
    }
    const listener: Listener = (event) => {
      if (event !== 'reconnected' && !concerns(latest.current, event)) return
      timer ??= window.setTimeout(refetch, 1000)
    }
    listeners.add(listener)
    connect()
    return () => {
      window.clearTimeout(timer)
      listeners.delete(listener)
      if (listeners.size === 0) close()
    }
  }, [client, silent])
}

/** True when an event is about what the options follow. */
export function concerns({ kinds, objectId, types }: LiveOptions, event: LiveEvent): boolean {
  if (!kinds.includes(event.objectKind)) return false
  if (objectId !== undefined && objectId !== event.objectId) return false
  return types === undefined || types.includes(event.type)
}
