import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput } from '@tingzhou/http/contract'

const tags = ['notices']

/** A notice as its reader sees it. */
export const Notice = z.object({
  id: z.uuid(),
  kind: z.string().describe('What it can be muted by.'),
  needsMe: z.boolean().describe('Whether the reader must do something.'),
  title: z.string().describe("In the reader's language."),
  titleKey: z.string(),
  params: z.record(z.string(), z.unknown()),
  objectKind: z.string().nullable(),
  objectId: z.string().nullable(),
  link: z.string().nullable(),
  at: Instant,
  readAt: Instant.nullable(),
})

export const Unread = z.object({ needsMe: z.int(), information: z.int() })
const MutedKinds = z.array(z.string().trim().min(1).max(100)).max(100)

/** The public face of notices: the bell. */
export const noticesContract = {
  list: oc
    .route({ method: 'GET', path: '/notices', summary: '通知列表', tags })
    .input(listInput({ needsMe: z.boolean().optional(), unread: z.boolean().optional() }))
    .output(listOutput(Notice).extend({ unread: Unread })),
  unread: oc.route({ method: 'GET', path: '/notices/unread', summary: '未读数量', tags }).output(Unread),
  read: oc
    .route({ method: 'POST', path: '/notices/read', summary: '标为已读', tags })
    .input(
      z.object({ commandId: CommandId, ids: z.array(z.uuid()).min(1).max(200).optional().describe('Absent: all.') }),
    )
    .output(z.object({ read: z.int() })),
  mutes: oc
    .route({ method: 'GET', path: '/notices/mutes', summary: '已静音的通知类型', tags })
    .output(z.object({ kinds: z.array(z.string()) })),
  setMutes: oc
    .route({ method: 'PUT', path: '/notices/mutes', summary: '设置静音的通知类型(告警除外)', tags })
    .input(z.object({ commandId: CommandId, kinds: MutedKinds }))
    .output(z.object({ kinds: z.array(z.string()) })),
}
