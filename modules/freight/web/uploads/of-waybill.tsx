import { useQuery } from '@tanstack/react-query'
import { formatNumber, PlainTable, ProblemAlert, useLive, useText, When } from '@tingzhou/ui'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { TrackStateTag, UploadStateTag } from './tags.tsx'
import { Why } from './why.tsx'

/** What the regulator was told of a waybill, its driver, its vehicle and its flow of funds; and of the trip while it lasted. */
export function WaybillUploads({ id }: { readonly id: string }) {
  const t = useText('freight')
  const query = useQuery(api.uploads.ofWaybill.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_upload'], keys: [api.uploads.key()] })
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return null
  const { rows, track } = query.data
  return (
    <>
      <PlainTable
        name={t('upload.title')}
        empty={t('upload.none_of_waybill')}
        head={[t('upload.kind'), t('upload.subject'), t('field.state'), t('upload.why'), t('upload.accepted')]}
        rows={rows.map((row) => ({
          key: row.id,
          cells: [
            t(`upload_kind.${row.kind}`),
            <Link key="title" to={`/freight-uploads/${row.id}`}>
              {row.title}
            </Link>,
            <UploadStateTag key="state" state={row.state} />,
            <Why key="why" row={row} />,
            row.acceptedAt === null ? '–' : <When key="at" at={row.acceptedAt} />,
          ],
        }))}
      />
      {track && (
        <p className="tz-second">
          {t('upload.track')} <TrackStateTag state={track.state} />{' '}
          {t('upload.track_sent', { n: formatNumber(track.sent) })}{' '}
          {track.positionedAt !== null && <When at={track.positionedAt} />}
        </p>
      )}
    </>
  )
}
