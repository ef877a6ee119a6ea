import { Form, Input } from 'antd'
import { formatNumber, useText } from '@tingzhou/ui'
import { useState } from 'react'
import { textOf, wholeOf } from './scaled.ts'

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
  const [shown, setShown] = useState({ value: given, text: textOf(given, scale) })
  // What the form was given from outside replaces what was typed.
  if (!Object.is(shown.value, given)) setShown({ value: given, text: textOf(given, scale) })
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

/** A quantity, price or rate with its unit; at most so many decimals. */
export function ScaledItem(props: {
  readonly name: string
  readonly label: string
  readonly scale: number
  readonly unit: string
  readonly required?: boolean
  /** In whole numbers of the scale. */
  readonly min?: number
  readonly max?: number
  readonly extra?: string
  readonly placeholder?: string
}) {
  const t = useText('freight')
  const { name, label, scale, unit, required = false, min = 0, max = 1_000_000_000_000, extra, placeholder } = props
  const check = async (_: unknown, value: number | null | undefined) => {
    if (value === null || value === undefined) {
      if (required) throw new Error(t('rule.say', { label }))
      return
    }
    if (!Number.isSafeInteger(value)) throw new Error(t('rule.decimals', { n: scale }))
    if (value < min) throw new Error(t('rule.least', { n: textOf(min, scale), unit }))
    if (value > max) throw new Error(t('rule.most', { n: formatNumber(max / 10 ** scale), unit }))
  }
  return (
    <Form.Item
      name={name}
      label={label}
      required={required}
      rules={[{ validator: check }]}
      {...(extra === undefined ? {} : { extra })}
    >
      <ScaledInput scale={scale} unit={unit} {...(placeholder === undefined ? {} : { placeholder })} />
    </Form.Item>
  )
}
