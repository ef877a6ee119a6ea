import { sql } from 'kysely'
import { caseNotices, type About, type CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { registerNoticeTexts } from '@tingzhou/notices'
import { accountsWithRole, type Role } from '@tingzhou/parties'
import en from './locales/notices.en.json' with { type: 'json' }
import zhCN from './locales/notices.zh-CN.json' with { type: 'json' }

registerNoticeTexts('alarms', { 'zh-CN': zhCN, en })

const floodFrom = 10
const floodMs = 600_000

/** Whoever answers for an alarm: the people of its position, and those of the enterprise that owns the machine. */
export async function watchersOf(
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

/** Tells people of alarms that need them; in a flood once in ten minutes that there is one, for nobody reads eleven bells. */
export const alarmNotices = ({ zoneId }: CaseDeps): EventHandler =>
  caseNotices({
    module: 'alarms',
    zoneId,
    types: ['alarms.announced', 'alarms.case_moved', 'alarms.case_overdue', 'alarms.case_reopened'],
    about: (tx, event): Promise<Told | null> =>
      event.type === 'alarms.announced' ? alarmOf(tx, zoneId, event) : caseOf(tx, zoneId, event),
    lines: async (tx, { seat, key }) => {
      if (key === null) return []
      return [{ key, to: await watchersOf(tx, zoneId, seat), needsMe: key !== 'closed', alarm: key !== 'closed' }]
    },
  })

type Told = About & {
  readonly seat: { readonly owner: string; readonly partyId: string | null }
  /** The text; null: nobody is told. */
  readonly key: string | null
}

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
  const seat = { owner: alarm.owner, partyId: alarm.partyId }
  const { rows } = await sql<{ readonly announced: number; readonly told: number }>`
    select (select count(*)::int from alarm where zone_id = ${zoneId} and owner = ${alarm.owner}
        and announced_at > ${new Date(event.at - floodMs)}::timestamptz and announced_at <= ${new Date(event.at)}::timestamptz) as announced,
      (select count(*)::int from notice where zone_id = ${zoneId} and title_key = 'alarms:flood'
        and at > ${new Date(event.at - floodMs)}::timestamptz) as told`.execute(tx)
  const { announced = 0, told = 0 } = rows[0] ?? {}
  const isFlood = announced > floodFrom && alarm.level > 1
  return {
    seat,
    key: isFlood ? (told > 0 ? null : 'flood') : `level_${alarm.level}`,
    link: isFlood ? '/alarms' : `/alarms/${event.objectId}`,
    params: { place: alarm.code, zh: alarm.rule.name.zh, en: alarm.rule.name.en, n: announced },
  }
}

async function caseOf(tx: Tx, zoneId: string, event: PlacedEvent): Promise<Told | null> {
  const row = await tx
    .selectFrom('alarm_case')
    .select(['no', 'state', 'rule', 'owner', 'party_id as partyId'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', event.objectId)
    .executeTakeFirst()
  if (!row) return null
  const key =
    event.type === 'alarms.case_overdue'
      ? 'overdue'
      : event.type === 'alarms.case_reopened'
        ? 'reopened'
        : row.state === 'verifying'
          ? 'verify'
          : row.state === 'closed'
            ? 'closed'
            : // That it is there was told with its alarm.
              null
  return {
    seat: { owner: row.owner, partyId: row.partyId },
    key,
    link: `/alarm-cases/${event.objectId}`,
    params: { no: row.no, zh: row.rule.name.zh, en: row.rule.name.en },
  }
}
