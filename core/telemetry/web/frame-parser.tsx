import { EmptyState, Page, Panel, ProblemAlert, StateTag, useText, VerbButton } from '@tingzhou/ui'
import { useMutation } from '@tanstack/react-query'
import { Input, Segmented } from 'antd'
import { useId, useState } from 'react'
import { parsedProtocols } from '../protocol.ts'
import { api } from './api.ts'
import './devices.css'
import { FrameFields, FrameForgiven, useFrameTitle } from './frame-fields.tsx'

/**
 * A position of a terminal of the 2019 text, 44.0096 N, 87.3034 E, 62.5 km/h; a minute of a station with invented number; three
 * holding registers, as in MODBUS Application Protocol V1.1b3 clause 6.3, behind the header of TCP.
 */
const examples: Readonly<Record<Parsed, string>> = {
  jt808: '7E0200401C010000000001391234567800070000000000040003029F8880053424E8025802710113261128153000067E',
  hj212:
    '##0179QN=20260703091000200;ST=22;CN=2051;PW=654321;MN=650100C0FFEE000000000B02;Flag=7;PNUM=2;PNO=1;CP=&&DataTime=20260703090000;a34004-Avg=31,a34004-Flag=N;a34002-Avg=58,a34002-Flag=N&&3480',
  modbus: '0001 0000 0009 01 03 06 022B 0000 0064',
}
const placeholders: Readonly<Record<Parsed, string>> = {
  jt808: '7E 01 02 … 7E',
  hj212: '##0179QN=…&&3480',
  modbus: '00 01 00 00 00 06 01 03 …',
}

type Parsed = (typeof parsedProtocols)[number]

/** Headers of 2011 and 2013 are the same: only who knows the terminal can say which it is. */
const versions = ['told', '2013', '2011'] as const
type Version = (typeof versions)[number]

/** Reads frames that somebody pasted, as the platform reads those of its devices. */
export function FrameParser() {
  const t = useText('telemetry')
  const titleOf = useFrameTitle()
  const label = useId()
  const [hex, setHex] = useState('')
  const [protocol, setProtocol] = useState<Parsed>('jt808')
  const [version, setVersion] = useState<Version>('told')
  const parse = useMutation({
    mutationFn: (wish: { readonly hex: string; readonly version: Version }) =>
      api.parse.call({ protocol, hex: wish.hex, before2019: wish.version === 'told' ? null : wish.version }),
  })
  const frames = parse.data?.rows
  const read = (text: string) => {
    setHex(text)
    parse.mutate({ hex: text, version })
  }
  return (
    <Page title={t('parser.title')}>
      <p className="tz-second">{t('parser.intro')}</p>
      <Panel>
        <p>
          <Segmented
            aria-label={t('field.protocol')}
            value={protocol}
            options={parsedProtocols.map((value) => ({ value, label: t(`protocol.${value}`) }))}
            onChange={(value) => {
              setProtocol(value)
              setHex('')
              parse.reset()
            }}
          />
        </p>
        {protocol === 'jt808' && (
          <p>
            {t('parser.before2019')}{' '}
            <Segmented
              aria-label={t('parser.before2019')}
              value={version}
              options={versions.map((value) => ({ value, label: value === 'told' ? t('parser.told') : value }))}
              onChange={(value) => {
                setVersion(value)
                if (parse.data) parse.mutate({ hex, version: value })
              }}
            />
          </p>
        )}
        <label htmlFor={label}>{t(`parser.paste.${protocol}`)}</label>
        <Input.TextArea
          id={label}
          className="tz-mono"
          rows={4}
          maxLength={12_400}
          value={hex}
          spellCheck={false}
          placeholder={placeholders[protocol]}
          onChange={(event) => setHex(event.target.value)}
        />
        <p className="tz-verbs">
          <VerbButton
            type="primary"
            loading={parse.isPending}
            reason={hex.trim().length < 2 ? t('parser.empty') : null}
            onClick={() => parse.mutate({ hex, version })}
          >
            {t('verb.parse')}
          </VerbButton>
          <VerbButton onClick={() => read(examples[protocol])}>{t('verb.example')}</VerbButton>
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
            <FrameForgiven forgiven={frame.forgiven} />
            <FrameFields frame={frame} />
          </Panel>
        ))}
    </Page>
  )
}
