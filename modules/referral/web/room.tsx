import { DatePicker, Drawer, Form, Input } from 'antd'
import dayjs from 'dayjs'
import { useNarrow, useText, VerbButton } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import type { z } from 'zod'

/** The input schema of a list of the contract, so that its address is read by the same rules. */
export function inputOf<S extends z.ZodType>(procedure: { readonly '~orpc': { readonly inputSchema?: S } }): S {
  const schema = procedure['~orpc'].inputSchema
  if (!schema) throw new Error('every list of the contract has an input')
  return schema
}

/** Opens and closes the form that the address names: `?do=accept`. */
export function useOpenForm() {
  const [query, setQuery] = useSearchParams()
  const set = (name: string | null, item?: string) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now)
        next.delete('do')
        next.delete('item')
        if (name !== null) next.set('do', name)
        if (item !== undefined) next.set('item', item)
        return next
      },
      { replace: name === null },
    )
  return { name: query.get('do'), item: query.get('item'), open: set, close: () => set(null) }
}

/** A form beside its object, shown while the address names it. */
export function FormDrawer(props: {
  readonly name: string
  readonly title: string
  readonly children: ReactNode
  readonly width?: number
}) {
  const { name, close } = useOpenForm()
  const narrow = useNarrow()
  return (
    <Drawer
      open={name === props.name}
      onClose={close}
      title={props.title}
      size={narrow ? '100%' : (props.width ?? 560)}
      destroyOnHidden
    >
      {props.children}
    </Drawer>
  )
}

/** A verb that opens a form of the page. */
export function OpenFormButton(props: {
  readonly name: string
  readonly reason?: string | null
  readonly primary?: boolean
  readonly item?: string
  readonly children: ReactNode
}) {
  const { open } = useOpenForm()
  return (
    <VerbButton
      type={props.primary ? 'primary' : 'default'}
      {...(props.item === undefined ? {} : { size: 'small' as const })}
      reason={props.reason}
      onClick={() => open(props.name, props.item)}
    >
      {props.children}
    </VerbButton>
  )
}

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
