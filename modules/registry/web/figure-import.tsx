import { Form } from 'antd'
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
import type { FigureImportReport } from '../figure/figure-contract.ts'
import { api } from './api.ts'
import { spreadsheets } from './parts.tsx'

type Input = Parameters<typeof api.figures.importXlsx.call>[0]
type Values = { readonly files: readonly UploadedFile[] }
const counted = ['rows', 'added', 'updated', 'unchanged', 'bad'] as const

type Shown = { readonly fileId: string; readonly report: FigureImportReport }

/** Template → upload → preview with faults by row and column → keep the good rows. */
export function FigureImportPage() {
  const t = useText('registry')
  const [shown, setShown] = useState<Shown | null>(null)
  const write = useCommand({
    run: api.figures.importXlsx.call,
    invalidate: [api.figures.key(), api.enterprises.key()],
    success: ({ added, updated }: FigureImportReport) => t('figure.imported', { n: formatNumber(added + updated) }),
  })
  const commit = async ({ fileId }: Shown) => {
    const done = await write.run({ fileId, preview: false })
    if (done.ok) setShown({ fileId, report: done.value })
  }
  return (
    <Page
      title={t('figure.import')}
      verbs={shown && <VerbButton onClick={() => setShown(null)}>{t('import.another')}</VerbButton>}
    >
      {shown ? (
        <Report report={shown.report} writing={write.pending} commit={() => void commit(shown)} />
      ) : (
        <Upload done={setShown} />
      )}
    </Page>
  )
}

function Upload({ done }: { readonly done: (shown: Shown) => void }) {
  const t = useText('registry')
  const [form] = Form.useForm<Values>()
  const preview = useCommand({ run: api.figures.importXlsx.call })
  const chosen = ({ files }: Values): string => files[0]?.id ?? ''
  return (
    <Panel title={t('figure.upload')}>
      <p>
        {t('figure.import_how')}{' '}
        <a href="/api/v1/enterprise-figures/template.xlsx" download>
          {t('import.template')}
        </a>
      </p>
      <FormBox<Values, Input, FigureImportReport>
        form={form}
        command={preview}
        toInput={(values) => ({ fileId: chosen(values), preview: true })}
        fieldNames={{ fileId: 'files', file: 'files' }}
        submit={t('import.preview')}
        done={(report) => done({ fileId: chosen(form.getFieldsValue()), report })}
      >
        <Form.Item
          name="files"
          label={t('import.file')}
          extra={t('figure.import_limits')}
          rules={[{ required: true, message: t('import.file_needed') }]}
        >
          <FileField max={1} accept={spreadsheets} />
        </Form.Item>
      </FormBox>
    </Panel>
  )
}

function Report(props: {
  readonly report: FigureImportReport
  readonly writing: boolean
  readonly commit: () => void
}) {
  const t = useText('registry')
  const { report, writing, commit } = props
  const good = report.added + report.updated
  return (
    <Panel title={t(report.written ? 'figure.import_done' : 'figure.import_foreseen')}>
      <dl className="registry-counts">
        {counted.map((key) => (
          <div key={key}>
            <dt>{t(`count.${key}`)}</dt>
            <dd className="tz-number">{formatNumber(report[key])}</dd>
          </div>
        ))}
      </dl>
      {!report.written && (
        <div className="registry-above">
          <VerbButton
            type="primary"
            loading={writing}
            reason={good === 0 ? t('import.none_good') : null}
            onClick={commit}
          >
            {t('import.commit', { n: formatNumber(good) })}
          </VerbButton>
        </div>
      )}
      <PlainTable
        name={t('import.faults')}
        empty={t('figure.no_faults')}
        head={[t('import.row'), t('import.column'), t('import.value'), t('import.rule')]}
        rows={report.faults.map((fault, i) => ({
          key: String(i),
          cells: [String(fault.row), fault.column, fault.value || '–', fault.message],
        }))}
      />
    </Panel>
  )
}
