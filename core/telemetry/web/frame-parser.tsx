import { EmptyState, Page, Panel, ProblemAlert, StateTag, useText, VerbButton } from '@tingzhou/ui'
import { useMutation } from '@tanstack/react-query'
import { Input } from 'antd'
import { useId, useState } from 'react'
import { api } from './api.ts'
import './devices.css'
import { FrameFields, useFrameTitle } from './frame-fields.tsx'

/** A position of a terminal of the 2019 text: 44.0096 N, 87.3034 E, 62.5 km/h. */
const example = '7E0200401C010000000001391234567800070000000000040003029F8880053424E8025802710113261128153000067E'

/** Reads frames that somebody pasted, as the platform reads those of its devices. */
export function FrameParser() {
  const t = useText('telemetry')
  const titleOf = useFrameTitle()
  const label = useId()
  const [hex, setHex] = useState('')
  const parse = useMutation({ mutationFn: (text: string) => api.parse.call({ protocol: 'jt808', hex: text }) })
  const frames = parse.data?.rows
  const read = (text: string) => {
    setHex(text)
    parse.mutate(text)
  }
  return (
    <Page title={t('parser.title')}>
      <p className="tz-second">{t('parser.intro')}</p>
      <Panel>
        <label htmlFor={label}>{t('parser.hex')}</label>
        <Input.TextArea
          id={label}
          className="tz-mono"
          rows={4}
          maxLength={8_400}
          value={hex}
          spellCheck={false}
          placeholder="7E 01 02 … 7E"
          onChange={(event) => setHex(event.target.value)}
        />
        <p className="tz-verbs">
          <VerbButton
            type="primary"
            loading={parse.isPending}
            reason={hex.trim().length < 2 ? t('parser.empty') : null}
            onClick={() => parse.mutate(hex)}
          >
            {t('verb.parse')}
          </VerbButton>
          <VerbButton onClick={() => read(example)}>{t('verb.example')}</VerbButton>
        </p>
        <ProblemAlert problem={parse.error} />
      </Panel>
      {frames?.length === 0 && <EmptyState title={t('parser.none')} />}
      {!parse.error &&
        frames?.map((frame, index) => (
          <Panel
            // Frames stay in the order they were pasted in.
            key={index}
            title={titleOf(frame)}
            aside={t('parser.count', { bytes: frame.hex.length / 2, fields: frame.fields.length })}
          >
            {frame.fault !== null && (
              <p className="tz-frame-fault">
                <StateTag tone="bad">{t('frame.fault', { fault: frame.fault })}</StateTag>
              </p>
            )}
            <FrameFields frame={frame} />
          </Panel>
        ))}
    </Page>
  )
}
