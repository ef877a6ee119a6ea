import { caseHost, change, say, tell, type CaseDeps, type CasePlay } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import { epochMs } from '@tingzhou/kernel'
import type { Played, Vars } from '@tingzhou/process'
import { complaintKind, type ComplaintCase, type ComplaintDossier } from './case.ts'
import type { ComplaintState } from './words.ts'

/** Which due time shows in which state. */
const dueVariable: Partial<Record<ComplaintState, string>> = {
  opened: 'acceptDueAt',
  accepted: 'answerDueAt',
  answered: 'contentDueAt',
  reviewing: 'reviewDueAt',
}

/** Every variable of a fresh complaint. */
export const freshVars = { outcome: null, answerDueAt: null, contentDueAt: null, reviewDueAt: null } as const

/** The complaint on its drawn process: `processes/complaint.bpmn`. */
export const complaintPlay: CasePlay<ComplaintCase> = {
  kind: complaintKind,
  key: 'complaint',
  file: 'modules/freight/processes/complaint.bpmn',
  handlers: { 'freight.escalate_complaint': escalate, 'freight.complaint_silent': silent },
  taskParty: ({ nodeId }, { row }) => (nodeId === 'hear' && row.side !== 'driver' ? row.party_id : null),
  taskAssignee: ({ nodeId }, { row }) => (nodeId === 'hear' && row.side === 'driver' ? row.party_id : null),
  stopped: 'withdrawn',
  settle,
}

export const complaintHost = (deps: CaseDeps) => caseHost(deps, complaintPlay)

function settle(_tx: Tx, dossier: ComplaintDossier, played: Played): void {
  const { row, before, fresh, now } = dossier
  const { state } = row
  const due = played.vars[dueVariable[state] ?? '']
  const over = state === 'closed' || state === 'withdrawn'
  change(dossier, {
    due_at: typeof due === 'number' ? epochMs(due) : null,
    next_step: played.openTasks[0]?.nodeId ?? null,
    closed_at: over ? now : null,
    ended_how: state === 'withdrawn' ? 'withdrawn' : row.ended_how,
  })
  if (fresh || state !== before.state) tell(dossier, 'complaint_moved', [], { from: fresh ? null : before.state })
}

/** The platform is late: whoever audits freight is told, and may take it. */
async function escalate(_tx: Tx, dossier: ComplaintDossier): Promise<Vars> {
  change(dossier, { escalated_at: dossier.now })
  say(dossier, { verb: 'late' })
  tell(dossier, 'complaint_late')
  return {}
}

/** Who complained said nothing to the answer in time. */
async function silent(_tx: Tx, dossier: ComplaintDossier): Promise<Vars> {
  change(dossier, { ended_how: 'silent' })
  say(dossier, { verb: 'silent' })
  return {}
}
