import type { Task } from '@tingzhou/bpmn'
import type { Tx } from '@tingzhou/db'
import type { Call, Handler, OpenInstance, Played, ProcessHost, Runtime } from '@tingzhou/process'
import type { CaseDeps, CaseKind, CaseShape } from './case-kind.ts'
import { closeDossier, sayAtLeast } from './close.ts'
import { change, openDossier, type Dossier } from './dossier.ts'

/** How cases of a kind are played on a drawing. */
export type CasePlay<C extends CaseShape> = {
  readonly kind: CaseKind<C>
  /** The key of its drawing, and the family of those drawn later. */
  readonly key: string
  /** The drawing, from the root of the checkout. */
  readonly file: string
  readonly handlers: Readonly<Record<string, Handler<Dossier<C>>>>
  /** The party whose members may do the task; null: anyone in the zone with the role. */
  readonly taskParty: (task: Task, dossier: Dossier<C>) => string | null
  /** The person the task is given to at once; absent: nobody. */
  readonly taskAssignee?: (task: Task, dossier: Dossier<C>) => string | null
  /** Tasks keep who answered them: that person may take the answer back, where the drawing says so, and urge the case. */
  readonly keepsDoer?: true
  /** The state of a case whose process was stopped from outside; absent: the one it was in. */
  readonly stopped?: C['row']['state']
  /** Opens a case for a call of another process; absent where nothing calls. */
  readonly open?: (
    tx: Tx,
    deps: C['deps'],
    call: Call,
  ) => Promise<{ readonly subject: Dossier<C>; readonly businessId: string }>
  /** After a step, when the row has its new state: due time, next step, what the world is told. */
  readonly settle?: (dossier: Dossier<C>, played: Played) => void
}

/**
 * The host that plays cases of a kind, for `ServerModule.processHosts` and for `feed`. After each step the state is the one
 * that the drawing marked last; then the dossier closes.
 */
export function caseHost<C extends CaseShape>(deps: C['deps'], play: CasePlay<C>): ProcessHost<Dossier<C>> {
  const { kind, open } = play
  return {
    key: play.key,
    businessKind: kind.objectKind,
    file: play.file,
    handlers: play.handlers,
    lock: (tx, businessId, cause) => openDossier(tx, deps, kind, businessId, cause),
    ...(open ? { open: (tx: Tx, call: Call) => open(tx, deps, call) } : {}),
    taskParty: play.taskParty,
    taskAssignee: play.taskAssignee ?? (() => null),
    doer: ({ doer }) => (play.keepsDoer ? (doer.actor?.accountId ?? null) : null),
    instance: takeInstance,
    batch: ({ batch }) => batch,
    settle: (_tx, dossier, played) => settle(play, dossier, played),
  }
}

/** What a process of the module runs with. O(1). */
export const runtimeOf = ({ zoneId, clock, newId, definitions }: CaseDeps): Runtime => ({
  deps: { zoneId, clock, newId },
  definitions,
})

/** A second step within the same command reads the instance anew. */
function takeInstance(dossier: Pick<Dossier, 'instance'>): OpenInstance | null {
  const { instance } = dossier
  dossier.instance = null
  return instance
}

function settle<C extends CaseShape>(play: CasePlay<C>, dossier: Dossier<C>, played: Played): void {
  const marks = played.effects.flatMap((effect) => (effect.kind === 'marked' ? [effect.state] : []))
  const wasStopped = played.effects.some((effect) => effect.kind === 'ended' && effect.how === 'terminated')
  const stopped = wasStopped ? play.stopped : undefined
  const state: string = stopped ?? marks.at(-1) ?? dossier.row.state
  // The drawing's marks are states of the contract: each module's tests read them in the shipped drawing.
  change<CaseShape['row']>(dossier, { state })
  play.settle?.(dossier, played)
  sayAtLeast(dossier, stopped === undefined ? undefined : 'stopped')
  closeDossier(dossier)
}
