import { type Notice, noticesContract } from '@tingzhou/notices/contract'
import { i18n, ListPage, Panel, StateTag, useCommand, useText, VerbButton, When } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Tag } from 'antd'
import { useNavigate } from 'react-router'
import * as z from 'zod'
import { noticesApi } from '../shell/api.ts'

const listSchema = noticesContract.list['~orpc'].inputSchema ?? z.object({})
type NoticeRow = z.infer<typeof Notice>

/** All notices, and which kinds the reader does not want. */
export function NoticesPage() {
  const t = useText('shell')
  const navigate = useNavigate()
  const read = useCommand({ run: noticesApi.read.call, invalidate: [noticesApi.key()] })
  const { data: muted } = useQuery(noticesApi.mutes.queryOptions())
  const setMutes = useCommand({
    run: noticesApi.setMutes.call,
    invalidate: [noticesApi.key()],
    success: t('notices.mutes_saved'),
  })
  const mute = (rows: readonly NoticeRow[]) => [...new Set([...(muted?.kinds ?? []), ...rows.map(({ kind }) => kind)])]
  const open = (notice: NoticeRow) => {
    if (notice.readAt === null) void read.run({ ids: [notice.id] })
    if (notice.link !== null) void navigate(notice.link)
  }
  return (
    <ListPage<NoticeRow, typeof listSchema>
      name="notices"
      title={t('bell.title')}
      schema={listSchema}
      source={{ key: noticesApi.list.key(), load: (input, signal) => noticesApi.list.call(input, { signal }) }}
      rowKey={(notice) => notice.id}
      onOpen={open}
      searchable={false}
      columns={[
        { key: 'title', title: t('notices.what'), render: (notice) => notice.title, card: 'title' },
        {
          key: 'needsMe',
          title: t('notices.group'),
          render: ({ needsMe }) =>
            needsMe ? <StateTag tone="attention">{t('bell.needs_me')}</StateTag> : t('bell.for_information'),
          card: 'decides',
        },
        { key: 'at', title: t('notices.at'), render: ({ at }) => <When at={at} />, card: 'decides' },
        {
          key: 'readAt',
          title: t('notices.read'),
          render: ({ readAt }) =>
            readAt === null ? <StateTag tone="busy">{t('notices.unread')}</StateTag> : <When at={readAt} />,
          card: 'decides',
        },
      ]}
      filters={[
        { kind: 'flag', key: 'needsMe', label: t('bell.needs_me') },
        { kind: 'flag', key: 'unread', label: t('notices.unread') },
      ]}
      primary={<VerbButton onClick={() => void read.run({})}>{t('bell.all_read')}</VerbButton>}
      selection={(rows, clear) => (
        <>
          <VerbButton size="small" onClick={() => void read.run({ ids: rows.map(({ id }) => id) }).then(clear)}>
            {t('notices.mark_read')}
          </VerbButton>
          <VerbButton size="small" onClick={() => void setMutes.run({ kinds: mute(rows) }).then(clear)}>
            {t('notices.mute')}
          </VerbButton>
        </>
      )}
      live={['notice']}
      empty={{ nothing: t('bell.empty') }}
    >
      {muted && muted.kinds.length > 0 && (
        <Panel title={t('notices.muted')}>
          <span className="tz-muted-kinds">
            {muted.kinds.map((kind) => (
              <Tag
                key={kind}
                closable={{ 'aria-label': t('notices.unmute', { kind: kindName(kind) }) }}
                onClose={() => void setMutes.run({ kinds: muted.kinds.filter((other) => other !== kind) })}
              >
                {kindName(kind)}
              </Tag>
            ))}
          </span>
        </Panel>
      )}
    </ListPage>
  )
}

/** `needs.dispatched` is worded by its module under `notice_kind.dispatched`. */
function kindName(kind: string): string {
  const [module = '', ...rest] = kind.split('.')
  const key = `${module}:notice_kind.${rest.join('_')}`
  return i18n.exists(key) ? i18n.t(key) : kind
}
