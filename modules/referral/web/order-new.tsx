import { useQuery } from '@tanstack/react-query'
import { Checkbox, Form, Input, Radio } from 'antd'
import { FileField, FormPage, useCommand, useText, WholeItem, type UploadedFile } from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { consentScopes, urgencies, type Urgency } from '../words.ts'
import { api } from './api.ts'
import { ConditionFields, type ConditionValues } from './condition-fields.tsx'
import { InstitutionSelect } from './pickers.tsx'
import { TextItem } from './room.tsx'

type Values = ConditionValues & {
  readonly fromId: string
  readonly urgency: Urgency
  readonly patientCode: string
  readonly birthYear: number
  readonly reason: string
  readonly consent?: boolean
  readonly consentScope?: (typeof consentScopes)[number][]
  readonly files?: readonly UploadedFile[]
}
type CreateInput = Parameters<typeof api.orders.create.call>[0]
type Standing = Awaited<ReturnType<typeof api.orders.create.call>>

/** Sends a patient: the least that the other side needs, and the consent to pass it on. */
export function OrderNew() {
  const t = useText('referral')
  const navigate = useNavigate()
  const mine = useQuery(api.institutions.list.queryOptions({ input: { mine: true, state: 'open', limit: 2 } }))
  const own = mine.data?.rows ?? []
  const only = own.length === 1 ? own[0]?.id : undefined
  const command = useCommand({
    run: api.orders.create.call,
    invalidate: [api.orders.key()],
    success: (output: Standing) => t('order.created', { code: output.code }),
  })
  if (mine.isPending) return null
  return (
    <FormPage<Values, CreateInput, Standing>
      title={t('order.create')}
      intro={t('order.intro')}
      draft="referral.new"
      initial={{
        urgency: 'planned',
        needs: [],
        consentScope: ['care'],
        ...(only === undefined ? {} : { fromId: only }),
      }}
      command={command}
      reason={mine.data && own.length === 0 ? t('pick.none_of_yours') : null}
      toInput={(values) => ({
        fromId: values.fromId,
        urgency: values.urgency,
        patientCode: values.patientCode,
        birthYear: values.birthYear,
        reason: values.reason,
        condition: values.condition,
        abilityLevel: values.abilityLevel,
        needs: values.needs ?? [],
        needsWords: values.needsWords ?? '',
        consent: values.consent ?? false,
        consentScope: values.consent ? (values.consentScope ?? []) : [],
        fileIds: (values.files ?? []).map(({ id }) => id),
      })}
      submit={t('order.send')}
      fieldNames={{ fileIds: 'files' }}
      done={({ id }) => void navigate(`/referrals/${id}`)}
    >
      <Form.Item name="fromId" label={t('column.from')} rules={[{ required: true }]}>
        <InstitutionSelect mine />
      </Form.Item>
      <Form.Item
        name="urgency"
        label={t('column.urgency')}
        extra={t('order.urgency_help')}
        rules={[{ required: true }]}
      >
        <Radio.Group options={urgencies.map((value) => ({ value, label: t(`urgency.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="patientCode"
        label={t('field.patientCode')}
        extra={t('field.patientCode_help')}
        rules={[{ required: true, pattern: /^[A-Za-z0-9-]{2,20}$/, message: t('rule.patientCode') }]}
      >
        <Input maxLength={20} autoComplete="off" />
      </Form.Item>
      <WholeItem name="birthYear" label={t('field.birthYear')} min={1880} max={2200} required />
      <TextItem name="reason" label={t('field.reason')} max={500} rows={2} required />
      <ConditionFields />
      <Form.Item name="consent" valuePropName="checked" extra={t('field.consent_help')}>
        <Checkbox>{t('field.consent')}</Checkbox>
      </Form.Item>
      <Form.Item noStyle dependencies={['consent']}>
        {({ getFieldValue }) =>
          getFieldValue('consent') === true && (
            <>
              <Form.Item name="consentScope" label={t('field.consentScope')}>
                <Checkbox.Group options={consentScopes.map((value) => ({ value, label: t(`scope.${value}`) }))} />
              </Form.Item>
              <Form.Item name="files" label={t('field.files')} extra={t('field.files_help')}>
                <FileField max={20} />
              </Form.Item>
            </>
          )
        }
      </Form.Item>
    </FormPage>
  )
}
