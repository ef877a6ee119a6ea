import { useEffect, useSyncExternalStore } from 'react'
import { useText } from './i18n.ts'

const listeners = new Set<() => void>()
let spoken = { text: '', turn: 0 }

/** Says a text to screen readers, politely. */
export function announce(text: string): void {
  spoken = { text, turn: spoken.turn + 1 }
  for (const listener of listeners) listener()
}

/** The one live region; the shell mounts it once. */
export function Announcer() {
  const { text, turn } = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => spoken,
  )
  return (
    <div className="tz-hidden" role="status" aria-live="polite">
      {/* A changing key makes the same sentence heard twice when it is said twice. */}
      <span key={turn}>{text}</span>
    </div>
  )
}

/** Sets the title of the page and tells screen readers that the page changed. */
export function usePageTitle(title: string | undefined): void {
  const t = useText('ui')
  const brand = t('brand')
  useEffect(() => {
    if (!title) return
    document.title = `${title} · ${brand}`
    announce(title)
  }, [title, brand])
}
