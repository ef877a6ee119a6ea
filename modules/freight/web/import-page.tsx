import { Form, Radio } from 'antd'
import {
  FileField,
  formatNumber,
  FormBox,
  Page,
  Panel,
  useCommand,
  useMe,
  useText,
  type UploadedFile,
} from '@tingzhou/ui'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { importRowsMax } from '../words.ts'
import { api } from './api.ts'
import { CarrierItem } from './fields.tsx'
import { ImportReport, spreadsheets } from './import-report.tsx'
import { mayKeep } from './roles.ts'

type Input = Parameters<typeof api.imports.run.call>[0]
type Report = Awaited<ReturnType<typeof api.imports.run.call>>
type Values = { readonly carrierId: string; readonly kind: Input['kind']; readonly files: readonly UploadedFile[] }

/** Template → upload → preview with faults by row and column → keep the good rows. */
export function ImportPage() {
  const t = useText('freight')
  const me = useMe()
  const [query] = useSearchParams()
  const [shown, setShown] = useState<{ readonly wish: Omit<Input, 'commandId'>; readonly report: Report } | null>(null)
  const asked = query.get('kind') === 'driver' ? 'driver' : 'vehicle'
  const [form] = Form.useForm<Values>()
  const kind = Form.useWatch('kind', form) ?? asked
  const toWish = ({ carrierId, kind: chosen, files }: Values, preview: boolean) => ({
    kind: chosen,
    carrierId,
    fileId: files[0]?.id ?? '',
    preview,
  })
  const preview = useCommand({ run: api.imports.run.call })
  const write = useCommand({
    run: api.imports.run.call,
    invalidate: [api.vehicles.key(), api.drivers.key(), api.carriers.key()],
    success: ({ good }: Report) => t('import.written', { n: formatNumber(good) }),
  })
  const commit = async () => {
    if (!shown) return
    const outcome = await write.run({ ...shown.wish, preview: false })
    if (outcome.ok) setShown({ wish: shown.wish, report: outcome.value })
  }
  return (
    <Page title={t('import.title')}>
      <Panel title={t('import.upload')}>
        <p>
          {t('import.how', { n: formatNumber(importRowsMax) })}{' '}
          <a href={`/api/v1/freight-imports/${kind}/template.xlsx`} download>
            {t('import.template')}
          </a>
        </p>
        <FormBox<Values, Input, Report>
          form={form}
          initial={{ kind: asked }}
          command={preview}
          toInput={(values) => toWish(values, true)}
          fieldNames={{ fileId: 'files', file: 'files' }}
          reason={mayKeep(me) ? null : t('reason.keep')}
          submit={t('import.preview')}
          done={(report) => setShown({ wish: toWish(form.getFieldsValue(true), true), report })}
        >
          <Form.Item name="kind" label={t('import.kind')}>
            <Radio.Group
              options={(['vehicle', 'driver'] as const).map((value) => ({ value, label: t(`${value}.title`) }))}
            />
          </Form.Item>
          <CarrierItem name="carrierId" label={t('field.carrier')} required />
          <Form.Item
            name="files"
            label={t('import.file')}
            rules={[{ required: true, message: t('import.file_needed') }]}
          >
            <FileField max={1} accept={spreadsheets} />
          </Form.Item>
        </FormBox>
      </Panel>
      {shown && <ImportReport report={shown.report} writing={write.pending} write={() => void commit()} />}
    </Page>
  )
}
