import { Form, Input } from 'antd'
import { StateTag, useText } from '@tingzhou/ui'
import type { ReactNode } from 'react'
import type { EnterpriseStatus, UsccStatus } from '../enterprise-contract.ts'
import { statusLooks, usccLooks } from './words.ts'

/** What a file chooser offers for an import. */
export const spreadsheets = '.xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

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
