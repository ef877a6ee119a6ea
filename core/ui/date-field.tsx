import { DatePicker } from 'antd'
import dayjs from 'dayjs'

/** A calendar day as a `2026-11-22` text, which is what contracts speak and drafts can keep. For use inside `Form.Item`. */
export function DateField(props: {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (value: string | null) => void
  readonly min?: string
  readonly max?: string
}) {
  return (
    <DatePicker
      {...(props.id === undefined ? {} : { id: props.id })}
      value={props.value ? dayjs(props.value) : null}
      onChange={(date) => props.onChange?.(date?.format('YYYY-MM-DD') ?? null)}
      {...(props.min ? { minDate: dayjs(props.min) } : {})}
      {...(props.max ? { maxDate: dayjs(props.max) } : {})}
    />
  )
}
