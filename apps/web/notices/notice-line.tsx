import type { Notice } from '@tingzhou/notices/contract'
import { When } from '@tingzhou/ui'
import { Link } from 'react-router'
import type * as z from 'zod'

type NoticeRow = z.infer<typeof Notice>

/** A notice that opens what it is about; one without a place only becomes read. */
export function NoticeLine({ notice, onOpen }: { readonly notice: NoticeRow; readonly onOpen: () => void }) {
  const body = (
    <>
      <span className={notice.readAt === null ? 'tz-notice-unread' : undefined}>{notice.title}</span>
      <span className="tz-caption">
        <When at={notice.at} relative />
      </span>
    </>
  )
  if (notice.link === null)
    return (
      <button type="button" className="tz-notice" onClick={onOpen}>
        {body}
      </button>
    )
  return (
    <Link className="tz-notice" to={notice.link} onClick={onOpen}>
      {body}
    </Link>
  )
}
