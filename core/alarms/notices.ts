import { sql } from 'kysely'
import { caseNotices, type About, type CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { registerNoticeTexts } from '@tingzhou/notices'
import { accountsWithRole, type Role } from '@tingzhou/parties'
import { floodFrom, floodMs } from './flood.ts'
import en from './locales/notices.en.json' with { type: 'json' }
import zhCN from './locales/notices.zh-CN.json' with { type: 'json' }
import type { AlarmCaseRow } from './tables.ts'

registerNoticeTexts('alarms', { 'zh-CN': zhCN, en })

/** Whoever answers for an alarm: the people of its position, and those of the enterprise that owns the machine. */
async function watchersOf(
  tx: Tx,
  zoneId: string,
  { owner, partyId }: { readonly owner: string; readonly partyId: string | null },
): Promise<readonly string[]> {
  const firm = partyId === null ? [] : await accountsWithRole(tx, zoneId, ['enterprise'], partyId)
  // A rule names one of the roles that watch.
  const role = owner as Role
  const position = role === 'enterprise' ? [] : await accountsWithRole(tx, zoneId, [role], null)
  return [...new Set([...firm, ...position])]
}

/** Tells people of alarms that need them; in a flood each once in ten minutes that there is one, for nobody reads eleven bells. */
export const alarmNotices = ({ zoneId }: Pick<CaseDeps, 'zoneId'>): EventHandler =>
  caseNotices({
    module: 'alarms',
    zoneId,
    types: ['alarms.announced', 'alarms.case_moved', 'alarms.case_overdue', 'alarms.case_reopened'],
    about: (tx, event): Promise<Told | null> =>
      event.type === 'alarms.announced' ? alarmOf(tx, zoneId, event) : caseOf(tx, zoneId, event),
    lines: (_tx, { key, to }) => [{ key, to, needsMe: key !== 'closed', alarm: key !== 'closed' }],
  })

/** The text, and who is told. */
type Told = About & { readonly key: string; readonly to: readonly string[] }

async function alarmOf(tx: Tx, zoneId: string, event: PlacedEvent): Promise<Told | null> {
  const alarm = await tx
    .selectFrom('alarm as a')
    .innerJoin('telemetry_node as n', (join) =>
      join.onRef('n.zone_id', '=', 'a.zone_id').onRef('n.id', '=', 'a.node_id'),
    )
    .select(['a.rule', 'a.level', 'a.owner', 'a.party_id as partyId', 'a.state', 'n.code', 'n.name'])
    .where('a.zone_id', '=', zoneId)
    .where('a.id', '=', event.objectId)
    .executeTakeFirst()
  // Somebody was quicker than the bell.
  if (!alarm || alarm.state !== 'unack_active') return null
  const watchers = await watchersOf(tx, zoneId, alarm)
  const params = { place: alarm.code, zh: alarm.rule.name.zh, en: alarm.rule.name.en }
  const since = sql`${new Date(event.at - floodMs)}::timestamptz`
  const { rows } = await sql<{ readonly announced: number; readonly told: readonly string[] }>`
    select (select count(*)::int from alarm where zone_id = ${zoneId} and owner = ${alarm.owner}
        and (owner <> 'enterprise' or party_id = ${alarm.partyId}) and announced_at > ${since} and announced_at <= ${new Date(event.at)}::timestamptz) as announced,
      array(select account_id from notice where zone_id = ${zoneId} and account_id = any(${[...watchers]}::text[])
        and title_key = 'alarms:flood' and at > ${since}) as told`.execute(tx)
  const { announced = 0, told = [] } = rows[0] ?? {}
  if (announced <= floodFrom || alarm.level === 1)
    return { key: `level_${alarm.level}`, to: watchers, link: `/alarms/${event.objectId}`, params }
  const to = watchers.filter((account) => !told.includes(account))
  return { key: 'flood', to, link: '/alarms', params: { ...params, n: announced } }
}

async function caseOf(tx: Tx, zoneId: string, event: PlacedEvent): Promise<Told | null> {
  const row = await tx
    .selectFrom('alarm_case')
    .select(['no', 'state', 'rule', 'owner', 'party_id as partyId'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', event.objectId)
    .executeTakeFirst()
  const key = row && caseKey(event.type, row.state)
  if (!row || !key) return null
  return {
    key,
    to: await watchersOf(tx, zoneId, row),
    link: `/alarm-cases/${event.objectId}`,
    params: { no: row.no, zh: row.rule.name.zh, en: row.rule.name.en },
  }
}

function caseKey(type: string, state: AlarmCaseRow['state']): string | null {
  if (type === 'alarms.case_overdue') return 'overdue'
  if (type === 'alarms.case_reopened') return 'reopened'
  if (state === 'verifying') return 'verify'
  // That it is there was told with its alarm.
  return state === 'closed' ? 'closed' : null
}
