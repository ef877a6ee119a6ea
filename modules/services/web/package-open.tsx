import { Form, Input } from 'antd'
import { FormBox, useCommand, useMe, useText, VerbButton, type Content } from '@tingzhou/ui'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { api, movedKeys } from './api.ts'
import { atWindow } from './roles.ts'
import type { Application } from './words.ts'

type Values = { readonly receiving: string; readonly deciding: string }
type Input_ = Parameters<typeof api.packages.open.call>[0]
type Output = Awaited<ReturnType<typeof api.packages.open.call>>

/** 异地代收: the package of an application, or the way to one while it is a draft. */
export function PackageOpen({ application }: { readonly application: Application }) {
  const t = useText('services')
  const me = useMe()
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  const command = useCommand({ run: api.packages.open.call, invalidate: movedKeys, success: t('package.opened') })
  if (application.packageId !== null)
    return (
      <p>
        <Link to={`/packages/${application.packageId}`}>{t('package.title')}</Link>
      </p>
    )
  if (application.state !== 'draft' || application.mode !== 'cross_region' || !atWindow(me)) return null
  if (!open) return <VerbButton onClick={() => setOpen(true)}>{t('verb.open_package')}</VerbButton>
  const must = (label: string) => [{ required: true, whitespace: true, message: t('rule.required', { label }) }]
  return (
    <FormBox<Values, Input_, Output>
      command={command}
      submit={t('verb.open_package')}
      toInput={(values): Content<Input_> => ({ applicationId: application.id, ...values })}
      done={({ id }) => navigate(`/packages/${id}`)}
      onCancel={() => setOpen(false)}
    >
      <Form.Item name="receiving" label={t('package.receiving')} rules={must(t('package.receiving'))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="deciding" label={t('package.deciding')} rules={must(t('package.deciding'))}>
        <Input maxLength={100} />
      </Form.Item>
    </FormBox>
  )
}
