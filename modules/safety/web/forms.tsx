import { Drawer, Form, Input } from 'antd'
import { useNarrow, useText, VerbButton } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { useLocation, useSearchParams } from 'react-router'

/** Opens and closes the form that the address names: `?do=pay`. */
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
export function FormDrawer(props: { readonly name: string; readonly title: string; readonly children: ReactNode }) {
  const { name, close } = useOpenForm()
  const narrow = useNarrow()
  return (
    <Drawer open={name === props.name} onClose={close} title={props.title} size={narrow ? '100%' : 560} destroyOnHidden>
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
  readonly size?: 'small'
  readonly children: ReactNode
}) {
  const { open } = useOpenForm()
  return (
    <VerbButton
      type={props.primary ? 'primary' : 'default'}
      {...(props.size ? { size: props.size } : {})}
      reason={props.reason}
      onClick={() => open(props.name, props.item)}
    >
      {props.children}
    </VerbButton>
  )
}

/** A text field with its rule in words. */
export function TextItem(props: {
  readonly name: string
  readonly label: string
  readonly max: number
  readonly required?: boolean
  readonly rows?: number
}) {
  const t = useText('safety')
  return (
    <Form.Item
      name={props.name}
      label={props.label}
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

/** The addresses of this module on the surface that the reader is on: enterprises read it at the counter. */
export function usePlaces() {
  const counter = useLocation().pathname.startsWith('/counter')
  const base = counter ? '/counter/safety' : ''
  return {
    counter,
    campaigns: counter ? '/counter/safety' : '/safety-campaigns',
    campaign: (id: string) => (counter ? `${base}/campaigns/${id}` : `/safety-campaigns/${id}`),
    application: (id: string) => (counter ? `${base}/applications/${id}` : `/safety-applications/${id}`),
    apply: (campaignId: string) => `/counter/safety/apply?campaignId=${campaignId}`,
    honours: counter ? '/counter/safety/honours' : '/safety-honours',
  }
}
