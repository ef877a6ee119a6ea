import { commands } from '@tingzhou/hj212'
import { formatTimeFull, PlainTable, ProblemAlert, SkeletonLines, useText, VerbButton } from '@tingzhou/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { api, nameOf, pollMs } from './api.ts'
import { usePointWords } from './device-points.tsx'
import { DeviceWhen } from './device-when.tsx'
import { useQualityWords } from './quality-words.ts'

type Revision = Awaited<ReturnType<typeof api.revisions.call>>['rows'][number]
type Change = Revision['changes'][number]
const rowsPerPage = 50

/** Records of a device that came again with other values: what was kept, and what counts since. */
export function DeviceRevisions({ id }: { readonly id: string }) {
  const t = useText('telemetry')
  const query = useInfiniteQuery(
    api.revisions.infiniteOptions({
      input: (cursor: string | undefined) => ({ id, limit: rowsPerPage, ...(cursor ? { cursor } : {}) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      refetchInterval: 5 * pollMs,
    }),
  )
  if (query.isPending) return <SkeletonLines lines={3} />
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <>
      <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      {query.data && (
        <PlainTable
          name={t('tab.revisions')}
          head={[t('revision.received'), t('revision.record'), t('revision.changes')]}
          empty={t('revision.empty')}
          rows={rows.map((revision) => ({
            key: revision.id,
            cells: [
              <DeviceWhen key="received" at={revision.receivedAt} />,
              <Record key="record" revision={revision} />,
              <Changes key="changes" changes={revision.changes} />,
            ],
          }))}
        />
      )}
      {query.hasNextPage && (
        <p className="tz-verbs">
          <VerbButton onClick={() => void query.fetchNextPage()}>{t('revision.more')}</VerbButton>
        </p>
      )}
    </>
  )
}

/** Which message, and of which time. */
function Record({ revision: { kind, changes } }: { readonly revision: Revision }) {
  const command = commands.find(({ cn }) => cn === kind)
  const at = changes[0]?.at
  return (
    <span>
      {kind} {command && nameOf(command)}
      {at !== undefined && <time className="tz-number tz-second"> {formatTimeFull(at)}</time>}
    </span>
  )
}

function Changes({ changes }: { readonly changes: readonly Change[] }) {
  const t = useText('telemetry')
  const { valueOf } = usePointWords()
  const qualityOf = useQualityWords()
  const saidOf = (change: Change, said: Change['before'], withQuality: boolean): string => {
    if (said === null) return t('revision.unknown')
    const value = valueOf({ ...change, last: { at: change.at, ...said }, lastFix: null })
    return withQuality ? t('revision.said', { value, quality: qualityOf(said.quality) }) : value
  }
  return (
    <ul className="tz-plain-list">
      {changes.map((change) => {
        const { point, before, after } = change
        const withQuality = before !== null && before.quality !== after.quality
        const words = { before: saidOf(change, before, withQuality), after: saidOf(change, after, withQuality) }
        return (
          <li key={point}>
            {nameOf(change.name)} <span className="tz-number">{t('revision.change', words)}</span>
          </li>
        )
      })}
    </ul>
  )
}
