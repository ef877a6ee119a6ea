import { formatNumber, Panel, PlainTable, useText, VerbButton } from '@tingzhou/ui'
import type * as z from 'zod'
import type { ImportReport as ReportShape } from '../import-contract.ts'

export const spreadsheets = '.xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** What a sheet would write or has written, with its faults by row and column. */
export function ImportReport({
  report,
  writing,
  write,
  refused = null,
  text,
}: {
  readonly report: z.infer<typeof ReportShape>
  readonly writing: boolean
  readonly write: () => void
  /** Why it may not be written beside having no good rows. */
  readonly refused?: string | null
  /** On the button. */
  readonly text?: string
}) {
  const t = useText('freight')
  return (
    <Panel title={report.written ? t('import.done') : t('import.foreseen')}>
      <p>
        {t('import.counts', {
          rows: formatNumber(report.rows),
          good: formatNumber(report.good),
          bad: formatNumber(report.rows - report.good),
        })}
      </p>
      {!report.written && (
        <VerbButton
          type="primary"
          loading={writing}
          reason={report.good === 0 ? t('import.none_good') : refused}
          onClick={write}
        >
          {text ?? t('import.commit', { n: formatNumber(report.good) })}
        </VerbButton>
      )}
      <PlainTable
        name={t('import.faults')}
        empty={t('import.no_faults')}
        head={[t('import.row'), t('import.column'), t('import.value'), t('import.rule')]}
        rows={report.faults.map((fault, i) => ({
          key: String(i),
          cells: [String(fault.row), fault.column, fault.value || '–', fault.message],
        }))}
      />
      {report.warnings.length > 0 && (
        <PlainTable
          name={t('import.warnings')}
          empty=""
          head={[t('import.row'), t('import.column'), t('import.warning')]}
          rows={report.warnings.map((warning, i) => ({
            key: String(i),
            cells: [String(warning.row), warning.field, warning.message],
          }))}
        />
      )}
    </Panel>
  )
}
