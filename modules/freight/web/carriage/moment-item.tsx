import { DatePicker, Form } from 'antd'
import dayjs from 'dayjs'
import { instantOfLocalTime, localTimeOf, useText } from '@tingzhou/ui'

/** Date and time of the zone in a form; its value is the instant, epoch ms. */
export function MomentItem({ name, label }: { readonly name: string; readonly label: string }) {
  const t = useText('freight')
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, message: t('rule.say', { label }) }]}>
      <MomentField />
    </Form.Item>
  )
}

function MomentField(props: {
  readonly id?: string
  readonly value?: number | null
  readonly onChange?: (value: number | null) => void
}) {
  return (
    <DatePicker
      {...(props.id === undefined ? {} : { id: props.id })}
      className="freight-wide"
      allowClear={false}
      needConfirm={false}
      showTime={{ format: 'HH:mm', minuteStep: 10 }}
      format="YYYY-MM-DD HH:mm"
      // What the clock of the zone shows, wherever the desk stands.
      value={props.value ? dayjs(localTimeOf(props.value)) : null}
      onChange={(moment) => props.onChange?.(moment ? instantOfLocalTime(moment.format('YYYY-MM-DDTHH:mm')) : null)}
    />
  )
}
