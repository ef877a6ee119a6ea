import { formatTimeFull, useText, VerbButton } from '@tingzhou/ui'
import { useState } from 'react'
import { Input } from 'antd'

export type Span = { readonly from: number; readonly to: number }

/** An instant as the browser's own field for date and time holds it, in the zone's time. */
const fieldOf = (at: number): string => formatTimeFull(at).replace(' ', 'T').slice(0, 16)
const instantOf = (field: string): number => Date.parse(`${field}:00+08:00`)

/** Asks for the time of a track; the server says when it is too long. */
export function TrackForm(props: { readonly span: Span; readonly onSpan: (span: Span) => void }) {
  const t = useText('telemetry')
  const [from, setFrom] = useState(fieldOf(props.span.from))
  const [to, setTo] = useState(fieldOf(props.span.to))
  const span = { from: instantOf(from), to: instantOf(to) }
  const whole = Number.isFinite(span.from) && Number.isFinite(span.to)
  return (
    <form
      className="tz-track-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (whole) props.onSpan(span)
      }}
    >
      <label>
        {t('track.from')}
        <Input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label>
        {t('track.to')}
        <Input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      <VerbButton type="primary" htmlType="submit" reason={whole ? null : t('track.span_rule')}>
        {t('verb.find')}
      </VerbButton>
    </form>
  )
}
