import { Drawer, Form, Input } from 'antd'
import { StateTag, useNarrow, useText, VerbButton } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import type { EnterpriseStatus, UsccStatus } from '../enterprise-contract.ts'
import { statusLooks, usccLooks } from './words.ts'

export function StatusTag({ status }: { readonly status: EnterpriseStatus }) {
  const t = useText('registry')
  return <StateTag {...statusLooks[status]}>{t(`status.${status}`)}</StateTag>
}

export function UsccTag({ status }: { readonly status: UsccStatus }) {
  const t = useText('registry')
  return <StateTag {...usccLooks[status]}>{t(`uscc.${status}`)}</StateTag>
}

/** Says that a row is invented. */
export function SyntheticTag({ when }: { readonly when: boolean }) {
  const t = useText('registry')
  return when ? (
    <StateTag tone="plain" shape="ring">
      {t('synthetic')}
    </StateTag>
  ) : null
}

/** The code in digits that line up, and what is wrong with it. */
export function Uscc(props: { readonly uscc: string | null; readonly status: UsccStatus }) {
  const t = useText('registry')
  if (props.uscc === null) return <span className="tz-second">{t('uscc.missing')}</span>
  return (
    <>
      <span className="tz-mono">{props.uscc}</span> {props.status !== 'ok' && <UsccTag status={props.status} />}
    </>
  )
}

/** Opens and closes the form that the address names: `?do=edit&item=…`. */
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
  readonly item?: string
  readonly primary?: boolean
  readonly small?: boolean
  readonly reason?: string | null
  readonly children: ReactNode
}) {
  const { open } = useOpenForm()
  return (
    <VerbButton
      type={props.primary ? 'primary' : 'default'}
      size={props.small ? 'small' : 'middle'}
      reason={props.reason ?? null}
      onClick={() => open(props.name, props.item)}
    >
      {props.children}
    </VerbButton>
  )
}

/** A line of text with its rule in words. */
export function LineItem(props: {
  readonly name: string
  readonly label: string
  readonly max: number
  readonly required?: boolean
  readonly extra?: ReactNode
  readonly rows?: number
  readonly inputMode?: 'tel' | 'email'
}) {
  const t = useText('registry')
  const rules = props.required
    ? [{ required: true, whitespace: true, message: t('rule.say', { label: props.label }) }]
    : []
  return (
    <Form.Item name={props.name} label={props.label} extra={props.extra} rules={rules}>
      {props.rows ? (
        <Input.TextArea rows={props.rows} maxLength={props.max} showCount />
      ) : (
        <Input maxLength={props.max} {...(props.inputMode ? { inputMode: props.inputMode } : {})} />
      )}
    </Form.Item>
  )
}
