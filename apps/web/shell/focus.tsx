import { useText } from '@tingzhou/ui'
import { useEffect, useRef } from 'react'
import { useLocation } from 'react-router'

export function SkipLink() {
  const t = useText('shell')
  return (
    <a className="tz-skip" href="#main">
      {t('skip')}
    </a>
  )
}

/** After a change of page the focus goes to its beginning, where a keyboard or a screen reader goes on; the title is announced by the page. */
export function useRouteFocus(): void {
  const { pathname } = useLocation()
  const first = useRef(true)
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    const main = document.getElementById('main')
    main?.scrollTo(0, 0)
    window.scrollTo(0, 0)
    main?.focus({ preventScroll: true })
  }, [pathname])
}
