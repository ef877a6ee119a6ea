import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { addNotices, registerNoticeTexts, type NewNotice } from '@tingzhou/notices'
import { accountsWithRole, type Role } from '@tingzhou/parties'
import type { Appeal, NeedsDeps } from './dossier.ts'
import en from './locales/notices.en.json' with { type: 'json' }
import zhCN from './locales/notices.zh-CN.json' with { type: 'json' }

registerNoticeTexts('needs', { 'zh-CN': zhCN, en })

const departmentRoles: readonly Role[] = ['dept_head', 'dept_officer']

/** Tells people what waits for them, and the applicant how it goes; after the commit, each event once. */
export const noticeHandler = (deps: NeedsDeps): EventHandler => ({
  name: 'needs.notify',
  types: Object.keys(rules),
  handle: async (tx, event) => {
    const rule = rules[event.type]
    const appeal = await tx
      .selectFrom('appeal')
      .selectAll()
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', event.objectId)
      .executeTakeFirst()
    if (!rule || !appeal) return
    const notices = await rule({ tx, deps, appeal, event })
    await addNotices(tx, deps.zoneId, notices)
  },
})

type Told = { readonly tx: Tx; readonly deps: NeedsDeps; readonly appeal: Appeal; readonly event: PlacedEvent }
type Rule = (told: Told) => Promise<readonly NewNotice[]>

const rules: { readonly [type: string]: Rule } = {
  'needs.appeal_registered': async (told) => [...(await toNext(told)), ...(await toApplicant(told, 'registered'))],
  'needs.appeal_moved': async (told) => [...(await toNext(told)), ...(await toApplicant(told, told.appeal.state))],
  'needs.appeal_assigned': async (told) => notices(told, [textOf(told.event, 'accountId')], 'assigned', true),
  'needs.assistant_asked': async (told) => toDepartment(told, textOf(told.event, 'departmentId'), 'assistant_asked'),
  'needs.appeal_dispatched': async (told) => {
    const helpers = await told.tx
      .selectFrom('assist')
      .select('department_id')
      .where('zone_id', '=', told.deps.zoneId)
      .where('appeal_id', '=', told.appeal.id)
      .where('state', '=', 'open')
      .execute()
    const asked = await Promise.all(helpers.map((row) => toDepartment(told, row.department_id, 'assistant_asked')))
    return asked.flat()
  },
  'needs.assistant_answered': async (told) => toDepartment(told, told.appeal.owner_id, 'assistant_answered', false),
  'needs.extension_asked': async (told) => toRole(told, 'supervisor', 'extension_asked'),
  'needs.extension_decided': async (told) => toDepartment(told, told.appeal.owner_id, 'extension_decided', false),
  'needs.reminded': async (told) => notices(told, await remindedAt(told, textOf(told.event, 'rung')), 'reminded', true),
  'needs.appeal_urged': async (told) => toDepartment(told, told.appeal.owner_id, 'urged'),
  'needs.supervised': async (told) =>
    told.appeal.owner_id === null
      ? toRole(told, 'dispatcher', 'supervised')
      : [...(await toHeads(told, 'supervised', true)), ...(await toLeaders(told))],
  'needs.sample_found_unsound': async (told) => toHeads(told, 'sample_unsound'),
  'needs.supervision_answered': async (told) => toRole(told, 'supervisor', 'supervision_answered', false),
}

/** Whoever must act now, by the roles and the party of the step. */
async function toNext(told: Told): Promise<readonly NewNotice[]> {
  const { tx, deps, appeal } = told
  if (appeal.next_roles.length === 0) return []
  // The drawing names roles of the platform: checked when it was deployed.
  const accounts = await accountsWithRole(tx, deps.zoneId, appeal.next_roles as Role[], appeal.next_party)
  return notices(told, accounts, `next_${appeal.next_step}`, true)
}

/** The firm's contacts, and whoever raised it; asked for more, they must act. */
async function toApplicant(told: Told, state: string): Promise<readonly NewNotice[]> {
  const { tx, deps, appeal } = told
  const contacts = appeal.enterprise_id
    ? await accountsWithRole(tx, deps.zoneId, ['enterprise'], appeal.enterprise_id)
    : []
  return notices(told, [...contacts, appeal.raised_by], `state_${state}`, state === 'waiting')
}

/** At half the time the officer, at four fifths the head (casework.md §4); a department without officers is its head. */
async function remindedAt({ tx, deps, appeal }: Told, rung: string | null): Promise<readonly string[]> {
  const { owner_id } = appeal
  if (owner_id === null) return []
  const holding = (role: Role) => accountsWithRole(tx, deps.zoneId, [role], owner_id)
  if (rung === 'at80') return holding('dept_head')
  const order = await tx
    .selectFrom('work_order')
    .select('assignee_id')
    .where('zone_id', '=', deps.zoneId)
    .where('appeal_id', '=', appeal.id)
    .where('active', '=', true)
    .executeTakeFirst()
  if (order?.assignee_id) return [order.assignee_id]
  const officers = await holding('dept_officer')
  return officers.length > 0 ? officers : holding('dept_head')
}

/** The heads of the owner. */
async function toHeads(told: Told, key: string, alarm = false): Promise<readonly NewNotice[]> {
  const { tx, deps, appeal } = told
  if (appeal.owner_id === null) return []
  return notices(told, await accountsWithRole(tx, deps.zoneId, ['dept_head'], appeal.owner_id), key, true, alarm)
}

/** From level 2 on the leaders of the zone know (casework.md §4). */
async function toLeaders(told: Told): Promise<readonly NewNotice[]> {
  const { data } = told.event
  const level = data && typeof data === 'object' && 'level' in data ? data.level : 0
  return typeof level === 'number' && level >= 2 ? toRole(told, 'leader', 'supervised_high', false) : []
}

async function toDepartment(
  told: Told,
  departmentId: string | null,
  key: string,
  needsMe = true,
): Promise<readonly NewNotice[]> {
  if (departmentId === null) return []
  return notices(told, await accountsWithRole(told.tx, told.deps.zoneId, departmentRoles, departmentId), key, needsMe)
}

const toRole = async (told: Told, role: Role, key: string, needsMe = true): Promise<readonly NewNotice[]> =>
  notices(told, await accountsWithRole(told.tx, told.deps.zoneId, [role], null), key, needsMe)

function notices(
  { appeal, event }: Told,
  accounts: readonly (string | null)[],
  key: string,
  needsMe: boolean,
  alarm = false,
): readonly NewNotice[] {
  return [...new Set(accounts)]
    .filter((accountId): accountId is string => accountId !== null)
    .map((accountId) => ({
      accountId,
      kind: `needs.${needsMe ? 'to_do' : 'progress'}`,
      alarm,
      needsMe,
      titleKey: `needs:${key}`,
      params: { no: appeal.no ?? '', title: appeal.title },
      objectKind: 'appeal',
      objectId: appeal.id,
      link: `/appeals/${appeal.id}`,
      at: event.at,
    }))
}

function textOf(event: PlacedEvent, name: string): string | null {
  const { data } = event
  const value = data && typeof data === 'object' ? (data as Record<string, unknown>)[name] : null
  return typeof value === 'string' ? value : null
}
