import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Form, Input, InputNumber, Radio, Select, Switch } from 'antd'
import { useDeferredValue, useState } from 'react'
import { DateField } from './date-field.tsx'
import { FileField } from './file-field.tsx'
import { formatNumber } from './format.ts'
import { useText } from './i18n.ts'
import type { Choice } from './list-url.ts'
import { scaledText, wholeOf } from './scaled.ts'
import type { UploadedFile } from './upload.ts'

/** What every item of a form has: where its value goes, its label, whether it must be filled in. */
export type ItemProps = {
  readonly name: string | readonly (string | number)[]
  readonly label: string
  readonly required?: boolean
  readonly extra?: string | undefined
}

/** The same for `Form.Item`, with its rule in words. */
export function useItem({ name, label, required = false, extra }: ItemProps) {
  const t = useText('ui')
  return {
    name: typeof name === 'string' ? name : [...name],
    label,
    ...(extra === undefined ? {} : { extra }),
    rules: required ? [{ required: true, message: t('field.say', { label }) }] : [],
  }
}

export function TextItem(props: ItemProps & { readonly max: number; readonly rows?: number }) {
  const item = useItem(props)
  return (
    <Form.Item {...item}>
      {props.rows ? (
        <Input.TextArea rows={props.rows} maxLength={props.max} showCount />
      ) : (
        <Input maxLength={props.max} autoComplete="off" />
      )}
    </Form.Item>
  )
}

export function DayItem(props: ItemProps) {
  return (
    <Form.Item {...useItem(props)}>
      <DateField />
    </Form.Item>
  )
}

/** Degrees WGS-84; `max` says of which. */
export function DegreeItem(props: ItemProps & { readonly max: 90 | 180 }) {
  const t = useText('ui')
  const { max } = props
  const { rules, ...item } = useItem(props)
  const check = async (_: unknown, value: number | null | undefined) => {
    if (Math.abs(value ?? 0) > max) throw new Error(t('field.between', { least: -max, most: max }))
  }
  return (
    <Form.Item {...item} rules={[...rules, { validator: check }]}>
      <InputNumber precision={6} suffix="°" controls={false} className="tz-wide" />
    </Form.Item>
  )
}

export function FlagItem(props: ItemProps) {
  return (
    <Form.Item {...useItem(props)} valuePropName="checked">
      <Switch />
    </Form.Item>
  )
}

export function ChoiceItem(
  props: ItemProps & { readonly options: readonly Choice[]; readonly radio?: boolean; readonly clear?: boolean },
) {
  const options = props.options.map((one) => ({ ...one }))
  return (
    <Form.Item {...useItem(props)}>
      {props.radio ? <Radio.Group options={options} /> : <Select options={options} allowClear={props.clear ?? false} />}
    </Form.Item>
  )
}

/** Files, or photographs that a phone takes; `fileIds` makes what a contract speaks of them. */
export function FilesItem(props: ItemProps & { readonly photos?: boolean }) {
  return (
    <Form.Item {...useItem(props)}>
      {props.photos ? (
        <FileField max={9} accept="image/*" capture fields={{ purpose: 'evidence' }} />
      ) : (
        <FileField max={9} />
      )}
    </Form.Item>
  )
}

/** The ids of what a `FilesItem` holds. */
export const fileIds = (files: unknown): string[] => ((files ?? []) as readonly UploadedFile[]).map(({ id }) => id)

/** Texts that are typed one after another, such as numbers of seals. */
export function TagsItem(props: ItemProps) {
  return (
    <Form.Item {...useItem(props)}>
      <Select mode="tags" tokenSeparators={[' ', ',', '，', ';', '；']} open={false} suffixIcon={null} />
    </Form.Item>
  )
}

/** Asks for what may be chosen, by what was typed. */
export type FindChoices = (q: string, signal: AbortSignal) => Promise<readonly Choice[]>

/** One of many, found by what is typed. @param among  what makes the question its own, such as the kind of object */
export function PickItem(props: ItemProps & { readonly among: readonly string[]; readonly find: FindChoices }) {
  return (
    <Form.Item {...useItem(props)}>
      <Pick among={props.among} find={props.find} />
    </Form.Item>
  )
}

function Pick(props: {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
  readonly among: readonly string[]
  readonly find: FindChoices
}) {
  const t = useText('ui')
  const { id, value, among, find } = props
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const found = useQuery({
    queryKey: ['pick', ...among, q],
    queryFn: ({ signal }) => find(q, signal),
    placeholderData: keepPreviousData,
  })
  return (
    <Select<string | null>
      {...(id === undefined ? {} : { id })}
      value={value ?? null}
      onChange={(next) => props.onChange?.(next ?? null)}
      allowClear
      loading={found.isFetching}
      showSearch={{ filterOption: false, onSearch: setWords }}
      notFoundContent={t('field.none')}
      options={(found.data ?? []).map((one) => ({ ...one }))}
    />
  )
}

/** A decimal number in a form; its value is the whole number of 10^-scale that the contract speaks, NaN of what is none. */
export function ScaledInput(props: {
  readonly id?: string
  readonly value?: number | null
  readonly onChange?: (value: number | null) => void
  readonly scale: number
  readonly unit: string
  readonly placeholder?: string
  readonly label?: string
}) {
  const { id, scale, unit, placeholder, label } = props
  const given = props.value ?? null
  const [shown, setShown] = useState({ value: given, text: scaledText(given, scale) })
  // What the form was given from outside replaces what was typed.
  if (!Object.is(shown.value, given)) setShown({ value: given, text: scaledText(given, scale) })
  const type = (text: string) => {
    const value = wholeOf(text, scale)
    setShown({ value, text })
    props.onChange?.(value)
  }
  return (
    <Input
      {...(id === undefined ? {} : { id })}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      inputMode={scale === 0 ? 'numeric' : 'decimal'}
      autoComplete="off"
      maxLength={24}
      value={shown.text}
      onChange={(event) => type(event.target.value)}
      suffix={<span className="tz-second">{unit}</span>}
    />
  )
}

/** A quantity, price or rate with its unit; at most so many decimals. Least and most in whole numbers of the scale. */
export function ScaledItem(
  props: ItemProps & {
    readonly scale: number
    readonly unit?: string
    readonly min?: number
    readonly max?: number
    readonly placeholder?: string
  },
) {
  const t = useText('ui')
  const { scale, unit = '', min = 0, max = 1_000_000_000_000, placeholder, label, required = false } = props
  const item = useItem(props)
  const check = async (_: unknown, value: number | null | undefined) => {
    if (value === null || value === undefined) {
      if (required) throw new Error(t('field.say', { label }))
      return
    }
    if (!Number.isSafeInteger(value)) throw new Error(t('field.decimals', { n: scale }))
    if (value < min) throw new Error(t('field.least', { n: scaledText(min, scale), unit }).trim())
    if (value > max) throw new Error(t('field.most', { n: formatNumber(max / 10 ** scale), unit }).trim())
  }
  return (
    <Form.Item {...item} required={required} rules={[{ validator: check }]}>
      <ScaledInput scale={scale} unit={unit} {...(placeholder === undefined ? {} : { placeholder })} />
    </Form.Item>
  )
}
