import {
  beginCase,
  change,
  closeDossier,
  dossierOf,
  grant,
  openDossier,
  say,
  tell,
  type CaseDeps,
} from '@tingzhou/casework'
import { flushBatch, type Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { sql } from 'kysely'
import { answerDue, caseKind, casePlay, type AlarmCase } from './case.ts'
import type { AlarmCaseRow } from './tables.ts'

/**
 * Opens a case for an alarm that needs action; one whose rule has a case that is open attaches to it. When the last of its alarms
 * is over the case says so, and stays open.
 * Source: own. Each event once, in the order in which things happened.
 */
export const caseOpener = (deps: CaseDeps): EventHandler => ({
  name: 'alarms.open_case',
  types: ['alarms.announced', 'alarms.returned'],
  handle: (tx, event) => (event.type === 'alarms.announced' ? announced(tx, deps, event) : returned(tx, deps, event)),
})

const findAlarm = (tx: Tx, zoneId: string, id: string) =>
  tx
    .selectFrom('alarm')
    .select([
      'id',
      'point_id',
      'node_id',
      'party_id',
      'rule_key',
      'rule',
      'level',
      'owner',
      'started_at',
      'ended_at',
      'case_id',
    ])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
type Alarm = NonNullable<Awaited<ReturnType<typeof findAlarm>>>

async function announced(tx: Tx, deps: CaseDeps, event: PlacedEvent): Promise<void> {
  const alarm = await findAlarm(tx, deps.zoneId, event.objectId)
  if (!alarm?.rule.needsAction || alarm.case_id !== null) return
  const open = await tx
    .selectFrom('alarm_case')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('point_id', '=', alarm.point_id)
    .where('rule_key', '=', alarm.rule_key)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  const caseId = open ? await attach(tx, deps, open.id, alarm, event) : await openCase(tx, deps, alarm, event)
  await tx
    .updateTable('alarm')
    .set({ case_id: caseId })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', alarm.id)
    .execute()
}

async function attach(tx: Tx, deps: CaseDeps, caseId: string, alarm: Alarm, event: PlacedEvent): Promise<string> {
  const dossier = await openDossier(tx, deps, caseKind, caseId, { by: 'event', type: event.type })
  // It was closed while this event waited for its lock.
  if (!dossier || dossier.row.closed_at !== null) return openCase(tx, deps, alarm, event)
  change(dossier, {
    alarms: dossier.row.alarms + 1,
    alarm_id: alarm.id,
    cleared_at: alarm.ended_at === null ? null : dossier.row.cleared_at,
    level: Math.min(dossier.row.level, alarm.level),
  })
  say(dossier, { verb: 'reopened', data: { alarmId: alarm.id } })
  tell(dossier, 'case_reopened')
  closeDossier(dossier)
  await flushBatch(tx, dossier.batch)
  return caseId
}

async function openCase(tx: Tx, deps: CaseDeps, alarm: Alarm, event: PlacedEvent): Promise<string> {
  const now = deps.clock()
  const { rows } = await sql<{ readonly n: number }>`select nextval('alarm_case_no') as n`.execute(tx)
  const row: AlarmCaseRow = {
    zone_id: deps.zoneId,
    id: deps.newId(),
    no: `BJ${String(rows[0]?.n ?? 0).padStart(8, '0')}`,
    state: 'responding',
    point_id: alarm.point_id,
    node_id: alarm.node_id,
    party_id: alarm.party_id,
    rule_key: alarm.rule_key,
    level: alarm.level,
    owner: alarm.owner,
    rule: alarm.rule,
    alarm_id: alarm.id,
    alarms: 1,
    opened_at: now,
    cleared_at: alarm.ended_at,
    due_at: null,
    overdue: false,
    next_step: null,
    response: null,
    responded_by: null,
    responded_name: null,
    responded_at: null,
    verdict: null,
    verified_by: null,
    verified_name: null,
    closed_at: null,
    instance_id: null,
    updated_at: now,
    updated_by: 'system',
    rev: 1,
  }
  const dossier = dossierOf<AlarmCase>(deps, caseKind, row, { by: 'event', type: event.type }, { fresh: true })
  say(dossier, { verb: 'open', data: { alarmId: alarm.id } })
  grant(dossier, [{ partyId: alarm.party_id, relation: 'enterprise' }])
  const begun = await beginCase(tx, casePlay, dossier, { outcome: null, dueAt: answerDue(alarm.level, now) })
  if (!begun.ok) throw new Error(`the case of alarm ${alarm.id} cannot begin: ${JSON.stringify(begun.error)}`)
  await flushBatch(tx, dossier.batch)
  return row.id
}

async function returned(tx: Tx, deps: CaseDeps, event: PlacedEvent): Promise<void> {
  const alarm = await findAlarm(tx, deps.zoneId, event.objectId)
  if (!alarm || alarm.case_id === null) return
  const dossier = await openDossier(tx, deps, caseKind, alarm.case_id, { by: 'event', type: event.type })
  if (!dossier || dossier.row.closed_at !== null || dossier.row.alarm_id !== alarm.id) return
  change(dossier, { cleared_at: alarm.ended_at })
  say(dossier, { verb: 'cleared', data: { alarmId: alarm.id } })
  tell(dossier, 'case_cleared')
  closeDossier(dossier)
  await flushBatch(tx, dossier.batch)
}
