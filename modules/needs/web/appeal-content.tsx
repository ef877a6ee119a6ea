import { EmptyState, FactList, formatTimeFull, Photo, useText, When, type Fact } from '@tingzhou/ui'
import type { z } from 'zod'
import type { FileView } from '../appeal-contract.ts'
import type { Detail, Texts } from './words.ts'

/** The facts that decide how an appeal is handled. */
export function appealFacts(t: Texts, appeal: Detail, labelOf: (code: string | null) => string): readonly Fact[] {
  return [
    { label: t('column.enterprise'), value: appeal.enterprise?.name ?? t('anonymous_or_none') },
    { label: t('column.category'), value: labelOf(appeal.category) },
    { label: t('column.nature'), value: t(`nature.${appeal.nature}`) },
    { label: t('column.area'), value: appeal.area?.name ?? '–' },
    { label: t('column.channel'), value: t(`channel.${appeal.channel}`) },
    { label: t('column.received'), value: appeal.receivedAt === null ? '–' : <When at={appeal.receivedAt} /> },
    ...(appeal.closingNo === null ? [] : [{ label: t('column.closing_no'), value: appeal.closingNo }]),
    ...(appeal.rating === null ? [] : [{ label: t('column.rating'), value: t(`rating.${appeal.rating}`) }]),
  ]
}

/** What was asked: the words, the wish, the place, the people, the files. */
export function AppealContent({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  return (
    <div className="needs-reading">
      <section className="needs-section">
        <h3>{t('field.text')}</h3>
        <p className="needs-prose">{appeal.text}</p>
      </section>
      {appeal.wanted !== '' && (
        <section className="needs-section">
          <h3>{t('field.wanted')}</h3>
          <p className="needs-prose">{appeal.wanted}</p>
        </section>
      )}
      <section className="needs-section">
        <h3>{t('content.where_who')}</h3>
        <FactList
          facts={[
            { label: t('field.occurredAt'), value: appeal.occurredAt === null ? '–' : <When at={appeal.occurredAt} /> },
            { label: t('field.address'), value: appeal.address || '–' },
            { label: t('content.point'), value: <Point lon={appeal.lon} lat={appeal.lat} /> },
            { label: t('field.contactName'), value: appeal.anonymous ? t('anonymous') : appeal.contactName || '–' },
            { label: t('field.contactPhone'), value: appeal.anonymous ? '–' : appeal.contactPhone || '–' },
          ]}
        />
      </section>
      <section className="needs-section">
        <h3>{t('field.files')}</h3>
        {appeal.files.length === 0 ? <EmptyState title={t('content.no_files')} /> : <Files files={appeal.files} />}
      </section>
    </div>
  )
}

function Point({ lon, lat }: { readonly lon: number | null; readonly lat: number | null }) {
  const t = useText('needs')
  if (lon === null || lat === null) return '–'
  return <span className="tz-number">{t('content.lonlat', { lon: lon.toFixed(5), lat: lat.toFixed(5) })}</span>
}

export type File = z.infer<typeof FileView>

/** Photos with the place and time they carry, other files as links. */
export function Files({ files }: { readonly files: readonly File[] }) {
  const t = useText('needs')
  return (
    <ul className="needs-files">
      {files.map((file) => (
        <li key={file.id}>
          <Photo
            file={{
              id: file.id,
              name: file.name,
              mediaType: file.mediaType,
              size: file.size,
              ...(file.takenAt === null ? {} : { takenAt: file.takenAt }),
              ...(file.lon === null || file.lat === null ? {} : { place: { lon: file.lon, lat: file.lat } }),
            }}
          />
          {file.evidence && (
            <span className="tz-caption">
              {file.takenAt === null && file.lon === null
                ? t('content.no_trace')
                : t('content.evidence', { at: file.takenAt === null ? '–' : formatTimeFull(file.takenAt) })}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
