import {
  caseHost,
  change,
  say,
  tell,
  type CaseDeps,
  type CaseKind,
  type CasePlay,
  type Dossier,
} from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import type { Vars } from '@tingzhou/process'
import type { AlarmCaseRow } from './tables.ts'

export type AlarmCase = { readonly row: AlarmCaseRow; readonly deps: CaseDeps; readonly beside: null }
export type AlarmDossier = Dossier<AlarmCase>

export const caseKind: CaseKind<AlarmCase> = {
  module: 'alarms',
  objectKind: 'alarm_case',
  table: 'alarm_case',
  documents: ['rule'],
  isPublic: true,
  facts: ({ no, level }) => ({ no, level }),
  hearers: ({ party_id }) => [party_id],
}

const minuteMs = 60_000
// Red must be answered within a quarter of an hour, day and night; blue within a day. Own; an operator's rule may be stricter.
const answerMinutes: Readonly<Record<number, number>> = { 1: 15, 2: 60, 3: 480, 4: 1_440 }

/** Until when an alarm of a level must have been answered. O(1). */
export const answerDue = (level: number, from: EpochMs): EpochMs =>
  epochMs(from + (answerMinutes[level] ?? 1_440) * minuteMs)

/** The case of an alarm on its drawing: respond, verify, closed with proof. */
export const casePlay: CasePlay<AlarmCase> = {
  kind: caseKind,
  key: 'alarm',
  file: 'core/alarms/processes/alarm.bpmn',
  handlers: { 'alarms.overdue': noteOverdue },
  taskParty: (task, { row }) => (task.roles.includes('enterprise') ? row.party_id : null),
  settle: (_tx, dossier, played) => {
    const { row, before, fresh, now } = dossier
    const due = played.vars.dueAt
    change(dossier, {
      due_at: typeof due === 'number' && row.state === 'responding' ? epochMs(due) : null,
      next_step: played.openTasks[0]?.nodeId ?? null,
      ...(row.state === 'closed' ? { closed_at: now } : {}),
    })
    if (fresh || row.state !== before.state) tell(dossier, 'case_moved')
  },
}

async function noteOverdue(_tx: Tx, dossier: AlarmDossier): Promise<Vars> {
  change(dossier, { overdue: true })
  say(dossier, { verb: 'overdue' })
  tell(dossier, 'case_overdue')
  return {}
}

/** How the server plays cases of alarms. */
export const alarmCaseHost = (deps: CaseDeps) => caseHost(deps, casePlay)
