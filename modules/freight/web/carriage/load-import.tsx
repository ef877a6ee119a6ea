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
import { Form, Radio, Select } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { loadRowsMax } from '../../load/load-import-contract.ts'
import { api } from '../api.ts'
import { ImportReport, spreadsheets } from '../import-report.tsx'
import { useContracts } from './load-lane.tsx'
import { mayShip } from './rights.ts'
import { useSurface } from './surface.ts'

type Input = Parameters<typeof api.loadImports.run.call>[0]
type Report = Awaited<ReturnType<typeof api.loadImports.run.call>>
type Values = { readonly contractId: string; readonly publish: boolean; readonly files: readonly UploadedFile[] }

/** Many loads of a contract at once: template, upload, preview with faults by row and column, then all of them or none. */
export function LoadImportPage() {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const contracts = useContracts()
  const [shown, setShown] = useState<{ readonly wish: Omit<Input, 'commandId'>; readonly report: Report } | null>(null)
  const [form] = Form.useForm<Values>()
  const toWish = ({ contractId, publish, files }: Values) => ({
    contractId,
    publish,
    fileId: files[0]?.id ?? '',
    preview: true,
  })
  const preview = useCommand({ run: api.loadImports.run.call })
  const write = useCommand({
    run: api.loadImports.run.call,
    invalidate: [api.loads.key()],
    success: ({ good, written }: Report) =>
      written ? t('load_import.written', { n: formatNumber(good) }) : t('load_import.all_or_none'),
  })
  const commit = async () => {
    if (!shown) return
    const outcome = await write.run({ ...shown.wish, preview: false })
    if (!outcome.ok) return
    setShown({ wish: shown.wish, report: outcome.value })
    if (outcome.value.written) void navigate(at.loads)
  }
  const [only, ...others] = contracts.rows
  const hasNone = !contracts.isPending && !contracts.error && contracts.rows.length === 0
  const refused = mayShip(me) ? (hasNone ? t('framework.empty_counter') : null) : t('reason.post')
  return (
    <Page title={t('load_import.title')}>
      <Panel title={t('import.upload')}>
        <p>
          {t('load_import.how', { n: formatNumber(loadRowsMax) })}{' '}
          <a href="/api/v1/freight-load-imports/template.xlsx" download>
            {t('import.template')}
          </a>
        </p>
        <FormBox<Values, Input, Report>
          key={only?.id ?? ''}
          form={form}
          initial={{ publish: false, ...(only && others.length === 0 ? { contractId: only.id } : {}) }}
          command={preview}
          toInput={toWish}
          fieldNames={{ fileId: 'files', file: 'files' }}
          reason={refused}
          submit={t('import.preview')}
          done={(report) => setShown({ wish: toWish(form.getFieldsValue(true)), report })}
        >
          <Form.Item
            name="contractId"
            label={t('framework.one')}
            extra={t('load_import.contract_extra')}
            rules={[{ required: true, message: t('rule.say', { label: t('framework.one') }) }]}
          >
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              options={contracts.rows.map(({ id, number, shipper }) => ({
                value: id,
                label: `${shipper.name} · ${number}`,
              }))}
            />
          </Form.Item>
          <Form.Item name="publish" label={t('load_import.then')}>
            <Radio.Group
              options={[
                { value: false, label: t('load_import.draft') },
                { value: true, label: t('load_import.publish') },
              ]}
            />
          </Form.Item>
          <Form.Item
            name="files"
            label={t('import.file')}
            rules={[{ required: true, message: t('import.file_needed') }]}
          >
            <FileField max={1} accept={spreadsheets} />
          </Form.Item>
        </FormBox>
      </Panel>
      {shown && (
        <ImportReport
          report={shown.report}
          writing={write.pending}
          write={() => void commit()}
          refused={shown.report.faults.length > 0 ? t('load_import.all_or_none') : null}
          text={t(shown.wish.publish ? 'load_import.commit_publish' : 'load_import.commit', {
            n: formatNumber(shown.report.good),
          })}
        />
      )}
    </Page>
  )
}
