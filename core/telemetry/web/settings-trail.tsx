import { ProblemAlert, SkeletonLines, Trail, useText } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { isRecord } from './record.ts'

const fields = ['rawDays', 'minuteDays', 'trackDays', 'packAfterDays', 'confirmS', 'needsOther'] as const

/** Who changed settings of the zone, from what to what; the newest first. */
export function SettingsTrail({ object }: { readonly object: 'retention' | 'confirmation' }) {
  const t = useText('telemetry')
  const trail = useQuery(api.settingsTrail.queryOptions({ input: { object, order: 'desc' } }))
  const wordsOf = (field: string, value: unknown): string =>
    typeof value === 'boolean'
      ? t(value ? 'confirmation.by_other' : 'confirmation.by_same')
      : t(`settings_field.${field}`, { n: String(value) })
  const textOf = (all: unknown, changed: readonly string[]): string =>
    changed.map((field) => wordsOf(field, isRecord(all) ? all[field] : null)).join(t('comma'))
  const changesOf = (data: unknown) => {
    if (!isRecord(data)) return {}
    const { before, after } = data
    if (!isRecord(before) || !isRecord(after)) return {}
    const changed = fields.filter((field) => before[field] !== after[field])
    return changed.length === 0 ? {} : { from: textOf(before, changed), to: textOf(after, changed) }
  }
  if (trail.isPending) return <SkeletonLines lines={2} />
  if (trail.data?.rows.length === 0) return <p className="tz-caption tz-settings-note">{t('settings_page.never')}</p>
  return (
    <>
      <ProblemAlert problem={trail.error} onRetry={() => void trail.refetch()} />
      {trail.data && (
        <Trail
          entries={trail.data.rows.map(({ seq, at, actor, hash, data }) => ({
            id: String(seq),
            at,
            who: actor,
            verb: t('settings_page.saved'),
            hash,
            ...changesOf(data),
          }))}
        />
      )}
    </>
  )
}
