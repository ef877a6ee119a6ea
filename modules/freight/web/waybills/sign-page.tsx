import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useLate,
  usePageTitle,
  useText,
  When,
  type Fact,
  FactList,
  TextItem,
} from '@tingzhou/ui'
import { shrink } from '@tingzhou/ui/shrink'
import { Form, Input as TextInput, Radio } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { api } from '../api.ts'
import { formatQuantity } from '../carriage/scaled.ts'

type Input = Parameters<typeof api.waybills.sign.call>[0]
type Signed = Awaited<ReturnType<typeof api.waybills.sign.call>>
/** What the server takes without an account. */
const pictureMax = 650_000
type Values = { readonly signer: string; readonly signedBy: 'code' | 'photo'; readonly code?: string }

/** What a consignee signs by a link, without an account: what came, how much, by whom. */
export function SignPage() {
  const t = useText('freight')
  const { secret = '' } = useParams()
  usePageTitle(t('sign.title'))
  const query = useQuery({ ...api.waybills.signPage.queryOptions({ input: { secret } }), retry: false })
  const late = useLate(query.isPending)
  const [signed, setSigned] = useState<Signed | null>(null)
  const [picture, setPicture] = useState<Input['picture']>(null)
  const command = useCommand({
    run: api.waybills.sign.call,
    invalidate: [],
    success: t('sign.done'),
  })
  if (signed)
    return (
      <section className="tz-panel freight-sign" role="status">
        <h1>{t('sign.done')}</h1>
        <p>{t('sign.thanks', { number: signed.number })}</p>
      </section>
    )
  if (query.isPending) return late ? <SkeletonLines lines={6} /> : null
  const page = query.data
  if (!page)
    return (
      <section className="tz-panel freight-sign">
        <h1>{t('sign.title')}</h1>
        <ProblemAlert problem={query.error} />
        <p className="tz-second">{t('sign.spent_hint')}</p>
      </section>
    )
  const tons = (kg: number | null) => (kg === null ? '–' : `${formatQuantity(kg, 'ton')} t`)
  const facts: readonly Fact[] = [
    { label: t('waybill.number'), value: page.number },
    { label: t('field.goods'), value: page.goods },
    { label: t('load.route'), value: `${page.from} → ${page.to}` },
    { label: t('field.shipper'), value: page.shipper },
    { label: t('field.consignee'), value: page.consignee },
    { label: t('field.plate'), value: `${page.plate} ${page.driver}` },
    { label: t('waybill.load_net'), value: tons(page.loadNetKg) },
    { label: t('waybill.unload_net'), value: tons(page.unloadNetKg) },
    ...(page.unloadedAt === null ? [] : [{ label: t('sign.unloaded_at'), value: <When at={page.unloadedAt} /> }]),
  ]
  return (
    <section className="tz-panel freight-sign">
      <h1>{t('sign.title')}</h1>
      <FactList facts={facts} />
      <FormBox<Values, Input, Signed>
        initial={{ signedBy: 'photo' }}
        command={command}
        toInput={({ signer, signedBy, code }) => ({
          secret,
          signer,
          signedBy,
          code: signedBy === 'code' ? (code ?? null) : null,
          picture: signedBy === 'photo' ? (picture ?? null) : null,
        })}
        fieldNames={{ fileId: 'image', picture: 'image' }}
        submit={t('sign.verb')}
        done={setSigned}
        reason={page.mayBeSigned ? null : t('sign.not_yet')}
      >
        <TextItem name="signer" label={t('waybill.signer')} max={60} required />
        <Form.Item name="signedBy" label={t('waybill.signed_by')}>
          <Radio.Group
            options={(['photo', 'code'] as const).map((value) => ({ value, label: t(`sign_kind.${value}`) }))}
          />
        </Form.Item>
        <Form.Item noStyle shouldUpdate>
          {({ getFieldValue }) =>
            getFieldValue('signedBy') === 'code' ? (
              <Form.Item name="code" label={t('waybill.sign_code')} rules={[{ required: true, pattern: /^\d{8}$/ }]}>
                <TextInput maxLength={8} inputMode="numeric" autoComplete="one-time-code" />
              </Form.Item>
            ) : (
              <Form.Item
                name="image"
                label={t('waybill.receipt')}
                rules={[{ required: true, message: t('rule.say', { label: t('waybill.receipt') }) }]}
                // A file's field shows its name by itself.
                getValueProps={() => ({})}
              >
                <input
                  type="file"
                  accept="image/jpeg,image/png"
                  capture="environment"
                  onChange={(event) => void taken(event.target.files?.[0]).then(setPicture)}
                />
              </Form.Item>
            )
          }
        </Form.Item>
        <p className="tz-caption">{t('sign.means')}</p>
      </FormBox>
    </section>
  )
}

/** A photo as the link takes it: small enough, as text. */
async function taken(file: File | undefined): Promise<NonNullable<Input['picture']> | null> {
  if (!file) return null
  const sizes = [1_600, 1_000, 600]
  for (const px of sizes) {
    const photo = await shrink(file, px)
    if (photo.size > pictureMax) continue
    const bytes = new Uint8Array(await photo.arrayBuffer())
    const base64 = btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''))
    return { mediaType: photo.type === 'image/png' ? 'image/png' : 'image/jpeg', base64 }
  }
  return null
}
