import { instantOfLocalTime, localTimeOf, useText, VerbButton } from '@tingzhou/ui'
import { useState } from 'react'
import { Input } from 'antd'
import './span-form.css'

export type Span = { readonly from: number; readonly to: number }

/** Asks for a span of time; the server says when it is too long. */
export function SpanForm(props: { readonly span: Span; readonly onSpan: (span: Span) => void }) {
  const t = useText('telemetry')
  const [from, setFrom] = useState(localTimeOf(props.span.from))
  const [to, setTo] = useState(localTimeOf(props.span.to))
  const span = { from: instantOfLocalTime(from), to: instantOfLocalTime(to) }
  const whole = Number.isFinite(span.from) && Number.isFinite(span.to)
  return (
    <form
      className="tz-span-form"
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
