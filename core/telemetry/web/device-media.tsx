import { EmptyState, Photo, ProblemAlert, SkeletonLines, useText, When } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import type { Shown } from './device-page.tsx'
import { isRecord } from './record.ts'

export type Medium = Awaited<ReturnType<typeof api.media.call>>['rows'][number]
type Command = Shown['commands'][number]

// A picture takes a terminal ten seconds and more.
const mediaEveryMs = 10_000

/** What a device sent, asked for while it can be seen. */
export const useMedia = (id: string) =>
  useQuery({ ...api.media.queryOptions({ input: { id } }), refetchInterval: mediaEveryMs })

/** Pictures and sounds that a device sent, newest first. */
export function DeviceMedia({ id }: { readonly id: string }) {
  const t = useText('telemetry')
  const media = useMedia(id)
  if (media.isPending) return <SkeletonLines lines={3} />
  return (
    <>
      <ProblemAlert problem={media.error} onRetry={() => void media.refetch()} />
      {media.data?.rows.length === 0 && <EmptyState title={t('media.empty')} />}
      <ul className="tz-file-list" aria-label={t('tab.media')}>
        {media.data?.rows.map((medium) => (
          <li key={medium.id} className="tz-file">
            <MediumView medium={medium} />
          </li>
        ))}
      </ul>
    </>
  )
}

/** One of them, with when it came. */
export function MediumView({ medium }: { readonly medium: Medium }) {
  return (
    <span className="tz-medium">
      <Photo file={medium} />
      <span className="tz-caption">
        <When at={medium.at} />
      </span>
    </span>
  )
}

const afterMs = 600_000

/** What an order to take a picture brought: by the numbers that the terminal answered, else by when it came. Pure. */
export function mediaOf({ kind, sentAt, answer }: Command, media: readonly Medium[]): readonly Medium[] {
  if (kind !== 'take_picture' || sentAt === null) return []
  const ids = idsIn(answer)
  const since = media.filter(({ at }) => at >= sentAt && at <= sentAt + afterMs)
  return ids === null
    ? since
    : since.filter(({ name }) => ids.some((id) => new RegExp(`-${id}\\.[a-z0-9]+$`).test(name)))
}

function idsIn(answer: unknown): readonly number[] | null {
  const body = isRecord(answer) ? answer['body'] : null
  const ids = isRecord(body) ? body['mediaIds'] : null
  return Array.isArray(ids) && ids.length > 0 ? ids.filter((id) => typeof id === 'number') : null
}
