import { ConfigProvider } from 'antd'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { usePageTitle } from './announce.tsx'
import { formatTimeFull } from './format.ts'
import { useText } from './i18n.ts'
import { useNow } from './media.ts'
import { antdThemeOf, applyPalette, palettes } from './theme.ts'
import { useNonce } from './nonce.ts'

export type ScreenProps = {
  readonly name: string
  /** At most four `Figure size="screen"`. */
  readonly figures: ReactNode
  /** Map, line or process; several rotate every 30 s until a hand is on them. */
  readonly middle: ReactNode | readonly ReactNode[]
  /** Open alarms, newest first, each with owner and clock. */
  readonly alarms: ReactNode
  /** 24 h trend. */
  readonly trend: ReactNode
  /** Takes the middle until somebody takes it. */
  readonly pinned?: ReactNode
  /** When the figures were last answered, epoch ms; older than two minutes is shown as stale. */
  readonly readAt: number | null
  /** A column more on 32:9 walls. */
  readonly wide?: ReactNode
}

const design = { width: 1920, height: 1080 } as const
const rotateMs = 30_000
const staleMs = 120_000

/** The control room: designed at 1920×1080 and scaled as a whole; a wider wall gets a column more. */
export function Screen(props: ScreenProps) {
  const t = useText('ui')
  const now = useNow(1000)
  const nonce = useNonce()
  usePageTitle(props.name)
  const { frame, scale, width } = useScale()
  const stale = props.readAt !== null && now - props.readAt > staleMs
  return (
    <ConfigProvider
      theme={antdThemeOf('screen', { elder: false, motion: false })}
      {...(nonce ? { csp: { nonce } } : {})}
    >
      <div className="tz-wall" ref={frame}>
        <main
          className={`tz-screen ${stale ? 'tz-stale' : ''}`}
          id="main"
          style={{ width, height: design.height, transform: `translate(-50%, -50%) scale(${scale})` }}
        >
          <header className="tz-screen-top">
            <div>
              <h1 tabIndex={-1}>{props.name}</h1>
              <p className="tz-screen-clock tz-number">
                {formatTimeFull(now)}
                {stale && props.readAt !== null && (
                  <strong> {t('screen.stale', { time: formatTimeFull(props.readAt) })}</strong>
                )}
              </p>
            </div>
            <div className="tz-screen-figures">{props.figures}</div>
          </header>
          <section className="tz-screen-middle" aria-label={t('screen.middle')}>
            {props.pinned ?? <Rotation>{props.middle}</Rotation>}
          </section>
          {props.wide && width > design.width && <section className="tz-screen-wide">{props.wide}</section>}
          <aside className="tz-screen-alarms" aria-label={t('screen.alarms')}>
            {props.alarms}
          </aside>
          <footer className="tz-screen-trend">{props.trend}</footer>
        </main>
      </div>
    </ConfigProvider>
  )
}

function useScale() {
  const frame = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: window.innerWidth, height: window.innerHeight })
  useLayoutEffect(() => {
    if (!frame.current) return
    applyPalette(frame.current, 'screen')
    // The page behind is dark as well: what measures contrast, and a pull at the edge, look through to it.
    document.body.style.background = palettes.screen.page
    const observer = new ResizeObserver(
      ([entry]) => entry && setSize({ width: entry.contentRect.width, height: entry.contentRect.height }),
    )
    observer.observe(frame.current)
    return () => {
      observer.disconnect()
      document.body.style.background = ''
    }
  }, [])
  const scale = Math.min(size.width / design.width, size.height / design.height)
  return { frame, scale, width: Math.max(design.width, Math.round(size.width / scale)) }
}

function Rotation({ children }: { readonly children: ReactNode | readonly ReactNode[] }) {
  const pages: readonly ReactNode[] = Array.isArray(children) ? children : [children]
  const [at, setAt] = useState(0)
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held || pages.length < 2) return
    const timer = window.setInterval(() => setAt((now) => now + 1), rotateMs)
    return () => window.clearInterval(timer)
  }, [held, pages.length])
  return (
    <div
      className="tz-rotation"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {pages[at % pages.length]}
    </div>
  )
}
