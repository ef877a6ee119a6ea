import { FormBox, useCommand, useText } from '@tingzhou/ui'
import { Form, Input } from 'antd'
import { api } from './api.ts'
import type { Shown } from './instance-page.tsx'

export type PlainVerb = 'retry' | 'skip' | 'suspend' | 'resume' | 'terminate'
type Values = { readonly reason: string; readonly vars?: string }

/** Asks for the reason, and for a skipped step what it would have answered. */
export function VerbForm(props: { readonly shown: Shown; readonly verb: PlainVerb; readonly onDone: () => void }) {
  const t = useText('process')
  const { id, name } = props.shown
  const command = useCommand({
    run: api[props.verb].call,
    invalidate: [api.instance.key(), api.instances.key()],
    success: t('done', { verb: t(`verb.${props.verb}`), name }),
  })
  return (
    <FormBox<Values, Parameters<(typeof api)['skip']['call']>[0], unknown>
      command={command}
      toInput={({ reason, vars }) => ({
        id,
        reason,
        ...(props.verb === 'skip' ? { vars: JSON.parse(vars || '{}') } : {}),
      })}
      submit={t(`verb.${props.verb}`)}
      done={props.onDone}
      onCancel={props.onDone}
    >
      <p className="tz-second">{t(`explain.${props.verb}`)}</p>
      {props.verb === 'skip' && (
        <Form.Item
          name="vars"
          label={t('field.vars')}
          extra={t('field.vars_hint')}
          rules={[{ validator: isObject(t) }]}
        >
          <Input.TextArea rows={4} placeholder="{}" className="tz-mono" />
        </Form.Item>
      )}
      <Form.Item name="reason" label={t('field.reason')} rules={[{ required: true, whitespace: true }]}>
        <Input.TextArea rows={3} maxLength={1_000} showCount />
      </Form.Item>
    </FormBox>
  )
}

const isObject = (t: ReturnType<typeof useText>) => async (_rule: object, text: string | undefined) => {
  if (!text?.trim()) return
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  } catch {
    // Said below, as for every other text that is not an object.
  }
  throw new Error(t('field.vars_hint'))
}
