import { EmptyState, formatTimeFull, ProblemAlert, StateTag, useText, VerbButton } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, pollMs } from './api.ts'
import { FrameFields, FrameForgiven, useFrameTitle } from './frame-fields.tsx'

/** Why a frame was kept, where nothing else is wrong with it. */
const whys: ReadonlySet<string> = new Set([
  'stranger',
  'password',
  'revised',
  'time',
  'room',
  'encrypted',
  'place',
  'unread',
])

/** What a device and the platform said to each other last, newest first. */
export function FrameLog({ id }: { readonly id: string }) {
  const t = useText('telemetry')
  const titleOf = useFrameTitle()
  const [paused, setPaused] = useState(false)
  const [open, setOpen] = useState<string | null>(null)
  const log = useQuery({ ...api.frames.queryOptions({ input: { id } }), refetchInterval: paused ? false : pollMs })
  const frames = (log.data?.rows ?? []).map((frame, place) => ({ ...frame, key: `${frame.at} ${frame.hex} ${place}` }))
  const newestFirst = frames.toSorted((a, b) => b.at - a.at)
  return (
    <section>
      <header className="tz-panel-head">
        <h2>{t('frame.log')}</h2>
        <VerbButton size="small" onClick={() => setPaused(!paused)}>
          {t(paused ? 'verb.resume' : 'verb.pause')}
        </VerbButton>
      </header>
      <ProblemAlert problem={log.error} onRetry={() => void log.refetch()} />
      {log.isSuccess && frames.length === 0 && <EmptyState title={t('frame.empty')} />}
      <ol className="tz-frames" aria-label={t('frame.log')}>
        {newestFirst.map((frame) => {
          const key = `${frame.at} ${frame.direction} ${frame.hex}`
          const shown = open === key
          return (
            <li key={frame.key}>
              <button type="button" aria-expanded={shown} onClick={() => setOpen(shown ? null : key)}>
                <time className="tz-number">{formatTimeFull(frame.at)}</time>
                <span>{t(`frame.${frame.direction}`)}</span>
                <strong>{titleOf(frame)}</strong>
                <span className="tz-mono tz-second tz-frame-hex">{frame.text ?? frame.hex}</span>
              </button>
              {frame.fault !== null && (
                <p className="tz-flush tz-frame-fault">
                  <StateTag tone="bad">
                    {t('frame.fault', { fault: whys.has(frame.fault) ? t(`kept.${frame.fault}`) : frame.fault })}
                  </StateTag>
                </p>
              )}
              <FrameForgiven forgiven={frame.forgiven} />
              {shown && <FrameFields frame={frame} />}
            </li>
          )
        })}
      </ol>
    </section>
  )
}
