import { Form, Input } from 'antd'
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
