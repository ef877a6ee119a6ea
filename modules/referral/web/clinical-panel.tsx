import { Form, Select } from 'antd'
import { FactList, FormBox, useCommand, useText, VerbButton } from '@tingzhou/ui'
import { useEffect, useState } from 'react'
import { readReasons } from '../words.ts'
import { api, type Detail } from './api.ts'
import { TextItem } from './room.tsx'

type Clinical = Awaited<ReturnType<typeof api.orders.read.call>>
type ReadInput = Parameters<typeof api.orders.read.call>[0]

/** The clinical part stays shut until the reader says why; the answer lives on this page only and is kept nowhere. */
export function ClinicalPanel({ order }: { readonly order: Detail }) {
  const t = useText('referral')
  const [clinical, setClinical] = useState<Clinical | null>(null)
  // Another order, or another state of it, is another reading.
  useEffect(() => setClinical(null), [order.id, order.rev])
  const command = useCommand({ run: api.orders.read.call, invalidate: [api.orders.key()] })
  if (clinical) return <Shown clinical={clinical} close={() => setClinical(null)} />
  return (
    <>
      <p className="tz-second">{t('clinical.closed')}</p>
      <FormBox<{ why: (typeof readReasons)[number]; words?: string }, ReadInput, Clinical>
        command={command}
        toInput={({ why, words }) => ({ id: order.id, why, words: words ?? '' })}
        submit={t('clinical.open')}
        done={setClinical}
      >
        <Form.Item name="why" label={t('field.why_read')} rules={[{ required: true, message: t('rule.why') }]}>
          <Select options={readReasons.map((value) => ({ value, label: t(`why.${value}`) }))} />
        </Form.Item>
        <TextItem name="words" label={t('field.words')} max={200} />
      </FormBox>
    </>
  )
}

function Shown({ clinical, close }: { readonly clinical: Clinical; readonly close: () => void }) {
  const t = useText('referral')
  return (
    <>
      <p className="tz-second" role="status">
        {t('clinical.logged')}{' '}
        <VerbButton type="link" size="small" onClick={close}>
          {t('clinical.close')}
        </VerbButton>
      </p>
      <FactList
        facts={[
          { label: t('field.patientCode'), value: <span className="tz-mono">{clinical.patientCode}</span> },
          { label: t('field.birthYear'), value: clinical.birthYear },
          { label: t('field.abilityLevel'), value: t(`ability.${clinical.abilityLevel}`) },
          {
            label: t('field.needs'),
            value: clinical.needs.map((need) => t(`need.${need}`)).join(t('list_comma')) || '–',
          },
        ]}
      />
      <Words title={t('field.reason')} text={clinical.reason} />
      <Words title={t('field.condition')} text={clinical.condition} />
      <Words title={t('field.needsWords')} text={clinical.needsWords} />
      <Words title={t('field.summary')} text={clinical.careSummary ?? ''} />
      {clinical.followUpResult && (
        <Words
          title={`${t('field.follow_up')} · ${t(`follow.${clinical.followUpResult}`)}`}
          text={clinical.followUpWords ?? ''}
        />
      )}
      {clinical.files.length > 0 && (
        <section className="referral-section">
          <h3>{t('field.files')}</h3>
          <ul>
            {clinical.files.map(({ id, name }) => (
              <li key={id}>
                <a href={`/api/v1/files/${id}`} target="_blank" rel="noreferrer">
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function Words({ title, text }: { readonly title: string; readonly text: string }) {
  if (text === '') return null
  return (
    <section className="referral-section">
      <h3>{title}</h3>
      <p className="referral-prose">{text}</p>
    </section>
  )
}
