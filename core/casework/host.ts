import type { Task } from '@tingzhou/bpmn'
import type { Tx } from '@tingzhou/db'
import type { Call, CaseworkDone, Handler, OpenInstance, Opened, Played, ProcessHost, Runtime } from '@tingzhou/process'
import type { CaseDeps, CaseKind, CaseShape } from './case-kind.ts'
import { closeDossier, sayAtLeast } from './close.ts'
import { change, openDossier, type Dossier } from './dossier.ts'

type Settled = void | 'silent'

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
  readonly open?: (tx: Tx, deps: C['deps'], call: Call) => Promise<Opened<Dossier<C>>>
  /**
   * After a step, when the row has its new state and before it is written: due time, next step, what the world is told.
   * @returns 'silent' when a step of which nothing was said needs no line in the history
   */
  readonly settle?: (tx: Tx, dossier: Dossier<C>, played: Played) => Settled | Promise<Settled>
  /** After a verb of casework: whose the case is now, who may see it. Where tokens moved, the dossier is closed by then. */
  readonly casework?: (tx: Tx, dossier: Dossier<C>, done: CaseworkDone) => void | Promise<void>
}

/**
 * The host that plays cases of a kind, for `ServerModule.processHosts` and for `feed`. After each step the state is the one
 * that the drawing marked last; then the dossier closes.
 */
export function caseHost<C extends CaseShape>(deps: C['deps'], play: CasePlay<C>): ProcessHost<Dossier<C>> {
  const { kind, open, casework } = play
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
    settle: (tx, dossier, played) => settle(tx, play, dossier, played),
    ...(casework
      ? {
          casework: async (tx: Tx, dossier: Dossier<C>, done: CaseworkDone) => {
            await casework(tx, dossier, done)
            if (!dossier.closed) closeDossier(dossier)
          },
        }
      : {}),
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

async function settle<C extends CaseShape>(
  tx: Tx,
  play: CasePlay<C>,
  dossier: Dossier<C>,
  played: Played,
): Promise<void> {
  const marks = played.effects.flatMap((effect) => (effect.kind === 'marked' ? [effect.state] : []))
  const wasStopped = played.effects.some((effect) => effect.kind === 'ended' && effect.how === 'terminated')
  const stopped = wasStopped ? play.stopped : undefined
  const state: string = stopped ?? marks.at(-1) ?? dossier.row.state
  // The drawing's marks are states of the contract: each module's tests read them in the shipped drawing.
  change<CaseShape['row']>(dossier, { state })
  const settled = await play.settle?.(tx, dossier, played)
  if (settled !== 'silent') sayAtLeast(dossier, stopped === undefined ? undefined : 'stopped')
  closeDossier(dossier)
}
