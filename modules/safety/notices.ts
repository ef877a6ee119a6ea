import type { Tx } from '@tingzhou/db'
import type { EventHandler } from '@tingzhou/events'
import { addNotices, registerNoticeTexts, type NewNotice } from '@tingzhou/notices'
import { accountsWithRole } from '@tingzhou/parties'
import en from './locales/notices.en.json' with { type: 'json' }
import zhCN from './locales/notices.zh-CN.json' with { type: 'json' }
import type { SafetyDeps } from './unit.ts'

registerNoticeTexts('safety', { 'zh-CN': zhCN, en })

const types = ['safety.reviewer_wanted', 'safety.application_reminded', 'safety.application_moved'] as const

/** Tells reviewers, the county and the enterprise what waits for them and how it goes; after the commit, each event once. */
export const noticeHandler = (deps: SafetyDeps): EventHandler => ({
  name: 'safety.notify',
  types: [...types],
  handle: async (tx, event) => {
    const row = await tx
      .selectFrom('review_application')
      .select(['id', 'no', 'team', 'state', 'enterprise_id', 'area_id'])
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', event.objectId)
      .executeTakeFirst()
    if (!row) return
    const told = await accountsFor(tx, deps, event.type, row, event.to)
    const notices = told.accounts.map((accountId): NewNotice => ({
      accountId,
      kind: `safety.${told.needsMe ? 'to_do' : 'progress'}`,
      alarm: false,
      needsMe: told.needsMe,
      titleKey: `safety:${told.key}`,
      params: { no: row.no, team: row.team },
      objectKind: 'review_application',
      objectId: row.id,
      link: `/safety-applications/${row.id}`,
      at: event.at,
    }))
    await addNotices(tx, deps.zoneId, notices)
  },
})

type Row = {
  readonly id: string
  readonly state: string
  readonly enterprise_id: string
  readonly area_id: string
}

async function accountsFor(
  tx: Tx,
  deps: SafetyDeps,
  type: string,
  row: Row,
  to: readonly string[],
): Promise<{
  readonly accounts: readonly string[]
  readonly key: string
  readonly needsMe: boolean
  readonly counter: boolean
}> {
  if (type === 'safety.reviewer_wanted')
    return { accounts: [...new Set(to)], key: 'reviewer_wanted', needsMe: true, counter: false }
  const contacts = await accountsWithRole(tx, deps.zoneId, ['enterprise'], row.enterprise_id)
  const needsMe = row.state === 'draft' || row.state === 'returned'
  if (type === 'safety.application_moved')
    return { accounts: contacts, key: `state_${row.state}`, needsMe, counter: true }
  if (needsMe) return { accounts: contacts, key: 'late', needsMe, counter: true }
  const asked = await tx
    .selectFrom('process_task')
    .select('assignee_id')
    .where('zone_id', '=', deps.zoneId)
    .where('business_id', '=', row.id)
    .where('state', '=', 'open')
    .execute()
  const leads = row.state === 'county' ? await accountsWithRole(tx, deps.zoneId, ['area_lead'], row.area_id) : []
  const reviewers = asked.flatMap((task) => (task.assignee_id === null ? [] : [task.assignee_id]))
  return { accounts: [...new Set([...leads, ...reviewers])], key: 'late', needsMe: true, counter: false }
}
