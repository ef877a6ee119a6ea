import { useEffect, useRef, type KeyboardEvent, type RefObject } from 'react'
import { panned, zoomed, type ChangeView, type TrendView } from './trend-url.ts'

/** What a chart leaves free at its sides, px: the scale stands there. */
export const sidesPx = { left: 64, right: 16 } as const
const wheelStep = 1.2
const keyShare = 0.2
const keyZoom = 1.5

/** Where in the drawn window a place of the screen is: 0 at its beginning, 1 at its end. */
function shareAt(element: HTMLElement, clientX: number): number {
  const { left, width } = element.getBoundingClientRect()
  const drawn = Math.max(1, width - sidesPx.left - sidesPx.right)
  return Math.min(1, Math.max(0, (clientX - left - sidesPx.left) / drawn))
}
const drawnWidth = (element: HTMLElement): number => Math.max(1, element.clientWidth - sidesPx.left - sidesPx.right)

/** Moves and zooms with the wheel, one finger or the mouse held down, and two fingers. */
export function useTrendGestures(frame: RefObject<HTMLElement | null>, now: number, onChange: ChangeView): void {
  const latest = useRef({ now, onChange })
  latest.current = { now, onChange }
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const fingers = new Map<number, number>()
    const change: ChangeView = (how) => latest.current.onChange(how)
    const wheel = (event: WheelEvent) => {
      if (event.deltaY === 0) return
      event.preventDefault()
      const around = shareAt(element, event.clientX)
      change((view) => zoomed(view, event.deltaY > 0 ? wheelStep : 1 / wheelStep, around, latest.current.now))
    }
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return
      fingers.set(event.pointerId, event.clientX)
      element.setPointerCapture(event.pointerId)
    }
    const move = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId)
      if (before === undefined) return
      const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, x]) => x)
      fingers.set(event.pointerId, event.clientX)
      const [other] = others
      if (other === undefined) {
        const share = (before - event.clientX) / drawnWidth(element)
        if (share !== 0) change((view) => panned(view, share, latest.current.now))
        return
      }
      const [wide, narrow] = [Math.abs(before - other), Math.abs(event.clientX - other)]
      if (wide < 10 || narrow < 10) return
      const around = shareAt(element, (event.clientX + other) / 2)
      change((view) => zoomed(view, wide / narrow, around, latest.current.now))
    }
    const up = (event: PointerEvent) => void fingers.delete(event.pointerId)
    // Not passive: the page must not scroll away under the wheel.
    element.addEventListener('wheel', wheel, { passive: false })
    element.addEventListener('pointerdown', down)
    element.addEventListener('pointermove', move)
    element.addEventListener('pointerup', up)
    element.addEventListener('pointercancel', up)
    return () => {
      element.removeEventListener('wheel', wheel)
      element.removeEventListener('pointerdown', down)
      element.removeEventListener('pointermove', move)
      element.removeEventListener('pointerup', up)
      element.removeEventListener('pointercancel', up)
    }
  }, [frame])
}

/** The same with keys: arrows move, plus and minus zoom, End follows the clock. */
export function trendKeys(now: number, onChange: ChangeView) {
  const changes: Readonly<Record<string, (view: TrendView) => TrendView>> = {
    ArrowLeft: (view) => panned(view, -keyShare, now),
    ArrowRight: (view) => panned(view, keyShare, now),
    '+': (view) => zoomed(view, 1 / keyZoom, 0.5, now),
    '=': (view) => zoomed(view, 1 / keyZoom, 0.5, now),
    '-': (view) => zoomed(view, keyZoom, 0.5, now),
    End: (view) => ({ ...view, to: null }),
  }
  return (event: KeyboardEvent) => {
    const change = changes[event.key]
    if (!change || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    onChange(change)
  }
}
