import { caseHost, change, say, tell, type CaseDeps, type CasePlay } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { Played, Vars } from '@tingzhou/process'
import { targetKind, type TargetCase, type TargetDossier } from './case.ts'
import { givePlant } from './site.ts'
import { endStates } from './words.ts'

const ended: ReadonlySet<string> = new Set(endStates)

/** The target on its drawn process: `processes/target.bpmn`. */
export const targetPlay: CasePlay<TargetCase> = {
  kind: targetKind,
  key: 'target',
  file: 'modules/chains/processes/target.bpmn',
  handlers: { 'chains.target_remind': remind, 'chains.target_look': lookAgain },
  taskParty: () => null,
  stopped: 'dropped',
  settle,
}

export const targetHost = (deps: CaseDeps) => caseHost(deps, targetPlay)

async function settle(tx: Tx, dossier: TargetDossier, _played: Played): Promise<void | 'silent'> {
  const { row, before, fresh, now, cause } = dossier
  const { state } = row
  const hasMoved = fresh || state !== before.state
  change(dossier, {
    closed_at: ended.has(state) ? (row.closed_at ?? now) : null,
    ...(state === 'parked' ? {} : { parked_from: null, parked_why: '', look_day: null }),
  })
  // Whoever gives a target up gives its plant back.
  if (hasMoved && state === 'dropped' && row.plant_id !== null) await givePlant(tx, dossier, 'give_back')
  if (hasMoved) tell(dossier, 'target_moved', [], { from: fresh ? null : before.state })
  // What a timer finds parked is not told to anybody.
  return cause.by === 'timer' && dossier.said.length === 0 ? 'silent' : undefined
}

const told = { remind: 'remind', step_due: 'step_due', late: 'late' } as const

/** The deadline comes near or is over, or the next step is due; not while it is parked. */
async function remind(_tx: Tx, dossier: TargetDossier): Promise<Vars> {
  const { row, cause } = dossier
  if (cause.by !== 'timer' || row.state === 'parked' || ended.has(row.state)) return {}
  const what = told[cause.nodeId as keyof typeof told]
  say(dossier, { verb: what })
  tell(dossier, `target_${what}`)
  return {}
}

/** The day has come to look again at what was parked. */
async function lookAgain(_tx: Tx, dossier: TargetDossier): Promise<Vars> {
  say(dossier, { verb: 'look' })
  tell(dossier, 'target_look')
  return {}
}
