import { Form, Input } from 'antd'
import { useText } from '@tingzhou/ui'
import { useLocation } from 'react-router'

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
