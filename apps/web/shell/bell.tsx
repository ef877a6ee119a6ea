import { BellOutlined } from '@ant-design/icons'
import { EmptyState, ProblemAlert, useCommand, useLive, useText, VerbButton } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Badge, Button, Popover } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { NoticeLine } from '../notices/notice-line.tsx'
import { noticesApi } from './api.ts'

const shownMax = 20

/** One bell: what needs the reader first, then what is good to know. */
export function Bell({ surface }: { readonly surface: 'console' | 'counter' }) {
  const t = useText('shell')
  const [open, setOpen] = useState(false)
  useLive({ kinds: ['notice'], keys: [noticesApi.key()] })
  const { data: unread } = useQuery({ ...noticesApi.unread.queryOptions(), refetchInterval: 120_000 })
  const needsMe = unread?.needsMe ?? 0
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      content={<BellList surface={surface} onClose={() => setOpen(false)} />}
      destroyOnHidden
    >
      <Button
        type="text"
        aria-label={t('bell.count', { n: needsMe })}
        icon={
          <Badge count={needsMe} dot={needsMe === 0 && (unread?.information ?? 0) > 0} size="small" overflowCount={99}>
            <BellOutlined />
          </Badge>
        }
      />
    </Popover>
  )
}

function BellList({ surface, onClose }: { readonly surface: 'console' | 'counter'; readonly onClose: () => void }) {
  const t = useText('shell')
  const { data, error, refetch } = useQuery(noticesApi.list.queryOptions({ input: { unread: true, limit: shownMax } }))
  const read = useCommand({ run: noticesApi.read.call, invalidate: [noticesApi.key()] })
  const groups = [
    { title: t('bell.needs_me'), rows: (data?.rows ?? []).filter((notice) => notice.needsMe) },
    { title: t('bell.for_information'), rows: (data?.rows ?? []).filter((notice) => !notice.needsMe) },
  ].filter((group) => group.rows.length > 0)
  return (
    <div className="tz-bell">
      <div className="tz-bell-list">
        <ProblemAlert problem={error} onRetry={() => void refetch()} />
        {data && groups.length === 0 && <EmptyState title={t('bell.empty')} text={t('bell.empty_text')} />}
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h3>{group.title}</h3>
            <ul>
              {group.rows.map((notice) => (
                <li key={notice.id}>
                  <NoticeLine
                    notice={notice}
                    onOpen={() => {
                      void read.run({ ids: [notice.id] })
                      onClose()
                    }}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div className="tz-bell-foot">
        <Link to={surface === 'counter' ? '/counter/notices' : '/notices'} onClick={onClose}>
          {t('bell.more')}
        </Link>
        <VerbButton
          type="link"
          size="small"
          onClick={() => void read.run({})}
          reason={groups.length === 0 ? t('bell.empty') : null}
        >
          {t('bell.all_read')}
        </VerbButton>
      </div>
    </div>
  )
}
