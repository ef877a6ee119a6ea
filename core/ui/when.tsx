import { Tooltip } from 'antd'
import { useState } from 'react'
import { formatDuration, formatTime, formatTimeFull } from './format.ts'
import { useText } from './i18n.ts'
import { useNow } from './media.ts'

type WhenProps = {
  readonly at: number
  readonly relative?: boolean
  /** What time it is where another clock than the zone's was read. */
  readonly now?: number
}

/** An instant, short; in full on hover. `relative` shows how long ago, with the real time on hover. */
export function When({ at, relative = false, now: read }: WhenProps) {
  const t = useText('ui')
  const zone = useNow(relative ? 30_000 : 3_600_000)
  const now = read ?? zone
  const seconds = Math.round((now - at) / 1000)
  const ago =
    seconds < 60 && seconds > -60
      ? t('when.now')
      : t(seconds > 0 ? 'when.ago' : 'when.ahead', { duration: formatDuration(seconds) })
  const [pointed, setPointed] = useState(false)
  const time = (
    <time className="tz-number" dateTime={new Date(at).toISOString()} onPointerEnter={() => setPointed(true)}>
      {relative ? ago : formatTime(at, now)}
    </time>
  )
  // Lists show hundreds of times; what is said on hover is made for the one that is pointed at.
  return pointed ? (
    <Tooltip title={formatTimeFull(at)} defaultOpen>
      {time}
    </Tooltip>
  ) : (
    time
  )
}

export type ClockState = 'running' | 'paused' | 'done' | 'none'

export type CaseClock = {
  readonly state: ClockState
  readonly dueAt?: number | null | undefined
  /** Working or calendar seconds left when the answer was made; negative when overdue. Counted from the due time when left out. */
  readonly leftSeconds?: number | null | undefined
  /** What the seconds count; working time is shown in hours, because a working day is not 24. */
  readonly basis?: 'working' | 'calendar' | undefined
  /** The due time before an extension. */
  readonly originalDueAt?: number | null | undefined
  /** Why it is paused. */
  readonly reason?: string | null | undefined
}

/** The time left in words. Red only when overdue. */
export function ClockText({ clock }: { readonly clock: CaseClock }) {
  const t = useText('ui')
  const now = useNow()
  if (clock.state === 'none' || clock.dueAt === null || clock.dueAt === undefined)
    return <span className="tz-second">{t('clock.none')}</span>
  if (clock.state === 'paused') return <span>{t('clock.paused')}</span>
  if (clock.state === 'done') return <span className="tz-second">{t('clock.done')}</span>
  const left = clock.leftSeconds ?? Math.round((clock.dueAt - now) / 1000)
  const duration = formatDuration(left, { hoursOnly: clock.basis === 'working' })
  const kind = clock.basis === 'working' ? 'working' : 'calendar'
  return left < 0 ? (
    <strong className="tz-overdue">{t(`clock.over_${kind}`, { duration })}</strong>
  ) : (
    <span>{t(`clock.left_${kind}`, { duration })}</span>
  )
}

/** A due time in a list: when, and what is left. */
export function Due(
  props: Omit<CaseClock, 'dueAt' | 'state'> & { readonly at: number | null; readonly state?: ClockState },
) {
  const { at, state = 'running', ...clock } = props
  if (at === null) return <span className="tz-second">–</span>
  return (
    <span className="tz-due">
      <When at={at} />
      <span className="tz-caption">
        <ClockText clock={{ ...clock, state, dueAt: at }} />
      </span>
    </span>
  )
}
