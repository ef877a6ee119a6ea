import { DatePicker, Form, Input } from 'antd'
import dayjs from 'dayjs'
import { useText } from '@tingzhou/ui'

/** A text field of a form with its rule in words. */
export function TextItem(props: {
  readonly name: string
  readonly label: string
  readonly max: number
  readonly required?: boolean
  readonly rows?: number
  readonly extra?: string
}) {
  const t = useText('referral')
  const { name, label, max, required = false, rows, extra } = props
  return (
    <Form.Item
      name={name}
      label={label}
      {...(extra === undefined ? {} : { extra })}
      rules={required ? [{ required: true, whitespace: true, message: t('rule.say', { label }) }] : []}
    >
      {rows ? <Input.TextArea rows={rows} maxLength={max} showCount /> : <Input maxLength={max} />}
    </Form.Item>
  )
}

const format = 'YYYY-MM-DD HH:mm'

/** A date and time of the zone as a text, which a draft can keep; `instantOf` makes the instant of it. */
export function MomentField(props: {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
}) {
  return (
    <DatePicker
      {...(props.id === undefined ? {} : { id: props.id })}
      showTime={{ format: 'HH:mm', minuteStep: 5 }}
      format={format}
      value={props.value ? dayjs(props.value, format) : null}
      onChange={(moment) => props.onChange?.(moment?.format(format) ?? null)}
    />
  )
}

/** The instant of a text of the field. The zone's clock has been +08:00 since 1992. */
export function instantOf(value: unknown): number | null {
  return typeof value === 'string' ? Date.parse(`${value.replace(' ', 'T')}:00+08:00`) : null
}

/** The text of the field for an instant. */
export const momentOf = (ms: number): string =>
  new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
