import { useQuery } from '@tanstack/react-query'
import { Form, Select } from 'antd'
import { FactList, FileField, FormPage, useCommand, useMe, useText, type UploadedFile, TextItem } from '@tingzhou/ui'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { api } from '../api.ts'
import { useChoices } from './choices.ts'
import { DisputeHint } from './dispute-hint.tsx'
import { useComplaintPlaces } from './places.ts'
import { mayComplain } from './rights.ts'

type Values = {
  readonly kind: string
  readonly words: string
  readonly contact?: string
  readonly photos?: readonly UploadedFile[]
}
type Input = Parameters<typeof api.complaints.create.call>[0]
type Opened = Awaited<ReturnType<typeof api.complaints.create.call>>

/** Complains about the waybill that the address names, or about the platform. */
export function ComplaintNew() {
  const t = useText('freight')
  const me = useMe()
  const navigate = useNavigate()
  const at = useComplaintPlaces()
  const [query] = useSearchParams()
  const waybillId = query.get('waybillId')
  const waybill = useQuery({
    ...api.waybills.get.queryOptions({ input: { id: waybillId ?? '' } }),
    enabled: waybillId !== null,
  }).data
  const { kinds, kindOptions } = useChoices()
  // What is about the other side of a waybill starts on that waybill's page.
  const options = kindOptions.filter(
    ({ value }) => waybillId !== null || kinds.some(({ code, about }) => code === value && about === 'platform'),
  )
  const command = useCommand<Input, Opened>({
    run: api.complaints.create.call,
    invalidate: [api.complaints.key()],
    success: t('complaint.sent'),
  })
  return (
    <FormPage<Values, Input, Opened>
      title={t('complaint.open')}
      command={command}
      reason={mayComplain(me) ? null : t('complaint.sides_only')}
      toInput={({ kind, words, contact, photos }) => ({
        kind,
        waybillId,
        words,
        contact: contact ?? '',
        photoIds: (photos ?? []).map(({ id }) => id),
      })}
      fieldNames={{ photoIds: 'photos', waybillId: 'kind' }}
      submit={t('complaint.send')}
      done={({ id }) => void navigate(at.one(id))}
    >
      {waybill && (
        <div className="freight-about">
          <FactList
            facts={[
              { label: t('complaint.waybill'), value: <Link to={at.waybill(waybill.id)}>{waybill.number}</Link> },
              { label: t('load.route'), value: `${waybill.from.name} → ${waybill.to.name}` },
            ]}
          />
        </div>
      )}
      {waybillId === null && <p className="tz-second">{t('complaint.without_waybill')}</p>}
      <Form.Item
        name="kind"
        label={t('complaint.kind')}
        rules={[{ required: true, message: t('complaint.choose_kind') }]}
      >
        <Select options={options} />
      </Form.Item>
      <KindHint waybillId={waybillId} />
      <TextItem name="words" label={t('complaint.words')} max={2_000} rows={5} required />
      <TextItem name="contact" label={t('complaint.contact')} max={60} extra={t('complaint.contact_extra')} />
      <Form.Item name="photos" label={t('complaint.photos')}>
        <FileField max={9} accept="image/*" capture fields={{ purpose: 'evidence' }} />
      </Form.Item>
    </FormPage>
  )
}

/** Who is told of such a complaint, and where money is changed. */
function KindHint({ waybillId }: { readonly waybillId: string | null }) {
  const t = useText('freight')
  const { kinds } = useChoices()
  const code = Form.useWatch<string | undefined>('kind')
  const kind = kinds.find((one) => one.code === code)
  if (!kind) return null
  return (
    <div role="note" className="tz-second">
      <p>{t(`complaint.about_${kind.about}`)}</p>
      {kind.money && waybillId !== null && <DisputeHint waybillId={waybillId} />}
    </div>
  )
}
