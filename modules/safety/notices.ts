import { caseNotices, type CaseDeps, type NoticeLine } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler } from '@tingzhou/events'
import { registerNoticeTexts } from '@tingzhou/notices'
import { accountsWithRole } from '@tingzhou/parties'
import en from './locales/notices.en.json' with { type: 'json' }
import zhCN from './locales/notices.zh-CN.json' with { type: 'json' }

registerNoticeTexts('safety', { 'zh-CN': zhCN, en })

/** Tells reviewers, the county and the enterprise what waits for them and how it goes. */
export const noticeHandler = (deps: CaseDeps): EventHandler =>
  caseNotices({
    module: 'safety',
    zoneId: deps.zoneId,
    types: ['safety.reviewer_wanted', 'safety.application_reminded', 'safety.application_moved'],
    about: async (tx, { objectId }) => {
      const row = await tx
        .selectFrom('review_application')
        .select(['id', 'no', 'team', 'state', 'enterprise_id', 'area_id'])
        .where('zone_id', '=', deps.zoneId)
        .where('id', '=', objectId)
        .executeTakeFirst()
      if (!row) return null
      return { row, link: `/safety-applications/${row.id}`, params: { no: row.no, team: row.team } }
    },
    lines: async (tx, { row }, { type, to }) => [await lineFor(tx, deps, type, row, to)],
  })

type Row = {
  readonly id: string
  readonly state: string
  readonly enterprise_id: string
  readonly area_id: string
}

async function lineFor(tx: Tx, deps: CaseDeps, type: string, row: Row, asked: readonly string[]): Promise<NoticeLine> {
  if (type === 'safety.reviewer_wanted') return { to: asked, key: 'reviewer_wanted', needsMe: true }
  const contacts = await accountsWithRole(tx, deps.zoneId, ['enterprise'], row.enterprise_id)
  const needsMe = row.state === 'draft' || row.state === 'returned'
  if (type === 'safety.application_moved') return { to: contacts, key: `state_${row.state}`, needsMe }
  if (needsMe) return { to: contacts, key: 'late', needsMe }
  const tasks = await tx
    .selectFrom('process_task')
    .select('assignee_id')
    .where('zone_id', '=', deps.zoneId)
    .where('business_id', '=', row.id)
    .where('state', '=', 'open')
    .execute()
  const leads = row.state === 'county' ? await accountsWithRole(tx, deps.zoneId, ['area_lead'], row.area_id) : []
  return { to: [...leads, ...tasks.map((task) => task.assignee_id)], key: 'late', needsMe: true }
}
