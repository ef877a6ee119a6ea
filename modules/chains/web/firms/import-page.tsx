import { Form, Radio } from 'antd'
import {
  FileField,
  formatNumber,
  FormBox,
  Page,
  Panel,
  PlainTable,
  useCommand,
  useText,
  VerbButton,
  type UploadedFile,
} from '@tingzhou/ui'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { importKinds } from '../../economy/import-contract.ts'
import { api } from '../api.ts'
import { useMayEnter } from './list-parts.tsx'

const spreadsheets = '.xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

type Input = Parameters<typeof api.imports.run.call>[0]
type Report = Awaited<ReturnType<typeof api.imports.run.call>>
type Values = { readonly kind: Input['kind']; readonly files: readonly UploadedFile[] }

/** Template → upload → preview with faults by row and column → keep the good rows. */
export function ImportPage() {
  const t = useText('chains')
  const refused = useMayEnter()
  const [query] = useSearchParams()
  const [shown, setShown] = useState<{ readonly wish: Omit<Input, 'commandId'>; readonly report: Report } | null>(null)
  const asked = query.get('kind') === 'link' ? 'link' : 'position'
  const [form] = Form.useForm<Values>()
  const kind = Form.useWatch('kind', form) ?? asked
  const toWish = ({ kind: chosen, files }: Values) => ({ kind: chosen, fileId: files[0]?.id ?? '', preview: true })
  const preview = useCommand({ run: api.imports.run.call })
  const write = useCommand({
    run: api.imports.run.call,
    invalidate: [api.positions.key(), api.links.key(), api.firms.key()],
    success: ({ good }: Report) => t('firms.imported', { n: formatNumber(good) }),
  })
  const commit = async () => {
    if (!shown) return
    const outcome = await write.run({ ...shown.wish, preview: false })
    if (outcome.ok) setShown({ wish: shown.wish, report: outcome.value })
  }
  return (
    <Page title={t('firms.import_title')}>
      <Panel title={t('firms.import_upload')}>
        <p>
          {t('firms.import_how')}{' '}
          <a href={`/api/v1/chain-imports/${kind}/template.xlsx`} download>
            {t('firms.import_template')}
          </a>
        </p>
        <FormBox<Values, Input, Report>
          form={form}
          initial={{ kind: asked }}
          command={preview}
          toInput={toWish}
          fieldNames={{ fileId: 'files', file: 'files' }}
          reason={refused}
          submit={t('firms.import_preview')}
          done={(report) => setShown({ wish: toWish(form.getFieldsValue(true)), report })}
        >
          <Form.Item name="kind" label={t('firms.import_kind')}>
            <Radio.Group
              options={importKinds.map((value) => ({
                value,
                label: t(value === 'position' ? 'firms.positions' : 'firms.links'),
              }))}
            />
          </Form.Item>
          <Form.Item
            name="files"
            label={t('firms.import_file')}
            rules={[{ required: true, message: t('firms.import_file_needed') }]}
          >
            <FileField max={1} accept={spreadsheets} />
          </Form.Item>
        </FormBox>
      </Panel>
      {shown && <Said report={shown.report} writing={write.pending} write={() => void commit()} />}
    </Page>
  )
}

/** What a sheet would write or has written, with its faults by row and column. */
function Said({
  report,
  writing,
  write,
}: {
  readonly report: Report
  readonly writing: boolean
  readonly write: () => void
}) {
  const t = useText('chains')
  const { rows, good, there, faultsTotal } = report
  const counts = { rows, good, there, bad: faultsTotal }
  return (
    <Panel title={t(report.written ? 'firms.import_done' : 'firms.import_foreseen')}>
      <p>
        {t('firms.import_counts', Object.fromEntries(Object.entries(counts).map(([key, n]) => [key, formatNumber(n)])))}
      </p>
      {!report.written && (
        <VerbButton
          type="primary"
          loading={writing}
          reason={good === 0 ? t('firms.import_none') : null}
          onClick={write}
        >
          {t('firms.import_keep', { n: formatNumber(good) })}
        </VerbButton>
      )}
      <PlainTable
        name={t('firms.import_faults')}
        empty={t('firms.import_no_faults')}
        head={[t('firms.import_row'), t('firms.import_column'), t('firms.import_value'), t('firms.import_rule')]}
        rows={report.faults.map((fault, i) => ({
          key: String(i),
          cells: [String(fault.row), fault.column, fault.value || '–', fault.message],
        }))}
      />
      {report.warnings.length > 0 && (
        <PlainTable
          name={t('firms.import_warnings')}
          empty=""
          head={[t('firms.import_row'), t('firms.import_column'), t('firms.import_warning')]}
          rows={report.warnings.map((warning, i) => ({
            key: String(i),
            cells: [String(warning.row), warning.column, warning.message],
          }))}
        />
      )}
    </Panel>
  )
}
