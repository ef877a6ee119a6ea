import { Drawer, Form, Input } from 'antd'
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

/** Opens and closes the form that the address names: `?do=edit`. */
export function useOpenForm() {
  const [query, setQuery] = useSearchParams()
  const set = (name: string | null, extra: Readonly<Record<string, string>> = {}) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now)
        for (const key of ['do', 'item']) next.delete(key)
        if (name !== null) for (const [key, value] of Object.entries({ do: name, ...extra })) next.set(key, value)
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
  readonly size?: 'small'
  readonly item?: string
  readonly children: ReactNode
}) {
  const { open } = useOpenForm()
  return (
    <VerbButton
      type={props.primary ? 'primary' : 'default'}
      {...(props.size ? { size: props.size } : {})}
      reason={props.reason}
      onClick={() => open(props.name, props.item === undefined ? {} : { item: props.item })}
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
  const t = useText('needs')
  return (
    <Form.Item
      name={props.name}
      label={props.label}
      {...(props.extra === undefined ? {} : { extra: props.extra })}
      rules={
        props.required ? [{ required: true, whitespace: true, message: t('rule.say', { label: props.label }) }] : []
      }
    >
      {props.rows ? (
        <Input.TextArea rows={props.rows} maxLength={props.max} showCount />
      ) : (
        <Input maxLength={props.max} />
      )}
    </Form.Item>
  )
}

/** Lines of a text area as a list, empty ones left out. Pure. */
export function linesOf(text: unknown): string[] {
  if (typeof text !== 'string') return []
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
