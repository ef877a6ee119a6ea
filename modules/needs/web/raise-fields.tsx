import { AimOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Form, Input, Select } from 'antd'
import { FileField, formatNumber, useText, type UploadedFile } from '@tingzhou/ui'
import { useEffect, useState } from 'react'
import { natures } from '../appeal-contract.ts'
import { api } from './api.ts'
import { useCategories } from './catalogue.ts'
import { instantOf, MomentField } from './moment-field.tsx'
import { AreaSelect, CategorySelect } from './pickers.tsx'

/** What the form of a new need holds; files as uploaded ones, times as texts. */
export type RaiseValues = {
  readonly title: string
  readonly text: string
  readonly nature: (typeof natures)[number]
  readonly category?: string | null
  readonly wanted?: string
  readonly occurredAt?: string | null
  readonly areaId?: string | null
  readonly address?: string
  readonly point?: { readonly lon: number; readonly lat: number } | null
  readonly contactName?: string
  readonly contactPhone?: string
  readonly anonymous?: boolean
  readonly sensitive?: boolean
  readonly files?: readonly UploadedFile[]
}

/** The fields as the contract takes them. */
export function raiseInput(values: RaiseValues) {
  return {
    title: values.title,
    text: values.text,
    nature: values.nature,
    category: values.category ?? null,
    wanted: values.wanted ?? '',
    occurredAt: instantOf(values.occurredAt),
    areaId: values.areaId ?? null,
    address: values.address ?? '',
    lon: values.point?.lon ?? null,
    lat: values.point?.lat ?? null,
    contactName: values.contactName ?? '',
    contactPhone: values.contactPhone ?? '',
    anonymous: values.anonymous ?? false,
    sensitive: values.sensitive ?? false,
    fileIds: (values.files ?? []).map(({ id }) => id),
  }
}

/** Server names of fields that the form calls otherwise. */
export const raiseFieldNames = { fileIds: 'files', lon: 'point', lat: 'point' } as const

/** The few fields a need must have, what the machine finds while they are written, and the rest folded away. */
export function RaiseFields() {
  const t = useText('needs')
  return (
    <>
      <Form.Item
        name="title"
        label={t('field.title')}
        rules={[{ required: true, whitespace: true, message: t('rule.title') }]}
      >
        <Input maxLength={60} showCount placeholder={t('hint.title')} />
      </Form.Item>
      <Form.Item
        name="text"
        label={t('field.text')}
        rules={[{ required: true, whitespace: true, message: t('rule.text') }]}
      >
        <Input.TextArea rows={5} maxLength={4000} showCount placeholder={t('hint.text')} />
      </Form.Item>
      <Also />
      <Form.Item name="nature" label={t('column.nature')} rules={[{ required: true }]}>
        <Select options={natures.map((value) => ({ value, label: t(`nature_long.${value}`) }))} />
      </Form.Item>
      <Form.Item name="category" label={t('column.category')} extra={t('hint.category')}>
        <CategorySelect allowClear />
      </Form.Item>
      <Form.Item name="files" label={t('field.photos')}>
        <FileField max={20} capture />
      </Form.Item>
      <Form.Item name="contactName" label={t('field.contactName')}>
        <Input maxLength={60} autoComplete="name" />
      </Form.Item>
      <Form.Item
        name="contactPhone"
        label={t('field.contactPhone')}
        rules={[{ pattern: /^\+?[\d -]{5,20}$/, message: t('rule.phone') }]}
      >
        <Input maxLength={20} inputMode="tel" autoComplete="tel" />
      </Form.Item>
      <details className="needs-more-fields">
        <summary>{t('raise.more')}</summary>
        <Form.Item name="wanted" label={t('field.wanted')}>
          <Input.TextArea rows={2} maxLength={500} showCount />
        </Form.Item>
        <Form.Item name="areaId" label={t('column.area')}>
          <AreaSelect allowClear />
        </Form.Item>
        <Form.Item name="address" label={t('field.address')}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="point" label={t('content.point')}>
          <PointField />
        </Form.Item>
        <Form.Item name="occurredAt" label={t('field.occurredAt')}>
          <MomentField />
        </Form.Item>
        <Form.Item name="anonymous" valuePropName="checked" extra={t('hint.anonymous')}>
          <Checkbox>{t('field.anonymous')}</Checkbox>
        </Form.Item>
        <Form.Item name="sensitive" valuePropName="checked" extra={t('hint.sensitive')}>
          <Checkbox>{t('field.sensitive')}</Checkbox>
        </Form.Item>
      </details>
    </>
  )
}

const typingPauseMs = 600
const wordsMin = 4

/** Likely categories and answers that already exist, while the words are being written. */
function Also() {
  const t = useText('needs')
  const form = Form.useFormInstance()
  const title: unknown = Form.useWatch('title', form)
  const text: unknown = Form.useWatch('text', form)
  const chosen: unknown = Form.useWatch('category', form)
  const { labelOf } = useCategories()
  const asked = useSettled(
    `${typeof title === 'string' ? title.trim() : ''}\n${typeof text === 'string' ? text.trim() : ''}`,
  )
  const [askedTitle = '', ...rest] = asked.split('\n')
  const { data } = useQuery({
    ...api.appeals.similar.queryOptions({
      input: { title: askedTitle.slice(0, 60), text: rest.join('\n').slice(0, 4000) },
    }),
    enabled: asked.trim().length >= wordsMin,
    placeholderData: (before) => before,
    staleTime: 60_000,
  })
  if (!data || asked.trim().length < wordsMin || (data.categories.length === 0 && data.articles.length === 0))
    return null
  return (
    <div className="needs-also" role="status">
      {data.categories.length > 0 && (
        <>
          <h3>{t('raise.likely')}</h3>
          <div className="needs-chips">
            {data.categories.slice(0, 3).map(({ code, share }) => (
              <Button
                key={code}
                size="small"
                aria-pressed={chosen === code}
                type={chosen === code ? 'primary' : 'default'}
                onClick={() => form.setFieldsValue({ category: code })}
              >
                {labelOf(code)} {share > 0 && <span className="tz-number">{formatNumber(share * 100, 0)} %</span>}
              </Button>
            ))}
          </div>
        </>
      )}
      {data.articles.length > 0 && (
        <>
          <h3 className="needs-also-second">{t('raise.also')}</h3>
          {data.articles.map(({ id, question, answer }) => (
            <details key={id}>
              <summary>{question}</summary>
              <p className="needs-prose">{answer}</p>
            </details>
          ))}
        </>
      )}
    </div>
  )
}

/** A value that has stood still for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), typingPauseMs)
    return () => window.clearTimeout(timer)
  }, [value])
  return settled
}

type Place = { readonly lon: number; readonly lat: number }

/** Where it is: taken from the device when the reader asks for it. */
function PointField(props: {
  readonly id?: string
  readonly value?: Place | null
  readonly onChange?: (value: Place | null) => void
}) {
  const t = useText('needs')
  const [state, setState] = useState<'idle' | 'asking' | 'refused'>('idle')
  const locate = () => {
    setState('asking')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setState('idle')
        props.onChange?.({ lon: coords.longitude, lat: coords.latitude })
      },
      () => setState('refused'),
      { timeout: 10_000, maximumAge: 60_000 },
    )
  }
  return (
    <span className="needs-help-line">
      <Button id={props.id ?? 'point'} icon={<AimOutlined />} loading={state === 'asking'} onClick={locate}>
        {t('raise.locate')}
      </Button>
      {props.value && (
        <>
          <span className="tz-number">
            {t('content.lonlat', { lon: props.value.lon.toFixed(5), lat: props.value.lat.toFixed(5) })}
          </span>
          <Button type="link" size="small" onClick={() => props.onChange?.(null)}>
            {t('raise.forget_point')}
          </Button>
        </>
      )}
      {state === 'refused' && <span className="tz-second">{t('raise.no_point')}</span>}
    </span>
  )
}
