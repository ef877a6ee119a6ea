import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { formatTimeFull } from '@tingzhou/ui'

const format = 'YYYY-MM-DD HH:mm'

/** A date and time of the zone as a text, which a draft can keep; `instantOf` makes the instant of it. */
export function MomentField(props: {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
  /** The earliest instant that makes sense. */
  readonly after?: number
}) {
  return (
    <DatePicker
      {...(props.id === undefined ? {} : { id: props.id })}
      showTime={{ format: 'HH:mm', minuteStep: 10 }}
      format={format}
      value={props.value ? dayjs(props.value, format) : null}
      onChange={(moment) => props.onChange?.(moment?.format(format) ?? null)}
      {...(props.after === undefined ? {} : { minDate: dayjs(formatTimeFull(props.after)) })}
    />
  )
}

/** The instant of a text of the field. The zone's clock has been +08:00 since 1992. */
export function instantOf(value: unknown): number | null {
  return typeof value === 'string' ? Date.parse(`${value.replace(' ', 'T')}:00+08:00`) : null
}
