import type { LocalDate } from '@tingzhou/kernel'
import type { Db, Tx } from '@tingzhou/db'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { isOfficial } from './application-stand.ts'
import { answerRefusal } from './casework-offer.ts'
import type { ItemCase, ServicesDeps } from './dossier.ts'
import { itemDeskOf, type ItemDesk } from './item-desk.ts'
import { applicationOf } from './item-decide.ts'
import { urgeDayOf, urgeSideOf } from './urge-store.ts'
import type { UrgeSide } from './urge.ts'

/** What somebody is to one item case. */
export type ItemStand = {
  readonly accountId: string
  readonly head: boolean
  /** An officer of the department to whom the case is given, or who may take it because nobody has it. */
  readonly officer: boolean
  readonly supervisor: boolean
  readonly official: boolean
  /** Where the process stands; null before it runs. */
  readonly desk: ItemDesk | null
  /** For whom the reader may urge; null: for nobody. */
  readonly urges: UrgeSide | null
  /** From which day that side may urge again; null: today. */
  readonly urgeFrom: LocalDate | null
}

/** Pure. O(memberships). */
export function standOnItem(
  actor: Actor,
  { department_id, assignee_id }: Pick<ItemCase, 'department_id' | 'assignee_id'>,
  { desk, urges, urgeFrom }: Pick<ItemStand, 'desk' | 'urges' | 'urgeFrom'>,
): ItemStand {
  const of = (role: 'dept_head' | 'dept_officer') =>
    department_id !== null && partiesOf(actor, role).includes(department_id)
  const free = assignee_id === null || assignee_id === actor.accountId
  return {
    accountId: actor.accountId,
    head: of('dept_head'),
    officer: of('dept_officer') && free,
    supervisor: hasRole(actor, 'supervisor'),
    official: isOfficial(actor),
    desk,
    urges,
    urgeFrom,
  }
}

/** What somebody is to an item case, with where its process stands. At most nine statements. */
export async function standInItem(tx: Tx | Db, deps: ServicesDeps, actor: Actor, row: ItemCase): Promise<ItemStand> {
  const desk = await itemDeskOf(tx, deps, row)
  const urges = await urgeSideOf(tx, deps, actor, await applicationOf(tx, { deps, row }), row)
  // A day that nobody declared is refused by the move itself.
  const from = urges === null ? null : await urgeDayOf(tx, deps, row, urges)
  return standOnItem(actor, row, { desk, urges, urgeFrom: from?.ok ? from.value : null })
}

/** Why nobody, or somebody else, can answer the tasks of a state now; null when one of them can be answered. Pure. O(tasks). */
export function taskRefusal({ desk, head, accountId }: ItemStand, state: string, signedAfter = true): string | null {
  if (desk === null) return null
  const reasons = desk.tasks
    .filter((task) => task.state === state)
    .map((task) => {
      // The head of the department may step in for its officers, not for another head who decides.
      const who = head && !task.outcomes.includes('approve') ? (task.assignee?.id ?? accountId) : accountId
      return answerRefusal(desk, task, who, signedAfter)
    })
  return reasons.length === 0 || reasons.includes(null) ? null : (reasons[0] ?? null)
}
