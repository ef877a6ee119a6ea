import { useText } from '@tingzhou/ui'
import type { UploadRow } from './api.ts'

/** In one line why a document is where it is: what was refused, what it waits for, what was answered. */
export function Why({ row }: { readonly row: UploadRow }) {
  const t = useText('freight')
  const [fault] = row.faults
  if (row.state === 'rejected' && fault)
    return (
      <>
        {fault.label} {fault.message}
        {row.faults.length > 1 && <span className="tz-second"> {t('upload.more', { n: row.faults.length - 1 })}</span>}
      </>
    )
  if (row.state === 'given_up') return <>{row.why}</>
  if (row.waitsFor.length > 0)
    return (
      <>
        {t('upload.waits_for', {
          what: row.waitsFor.map(({ kind, title }) => `${t(`upload_kind.${kind}`)} ${title}`.trim()).join(t('comma')),
        })}
      </>
    )
  const said = [row.answerCode, row.answerText].filter((text) => text !== null && text !== '').join(' ')
  return <>{said === '' ? '–' : said}</>
}
