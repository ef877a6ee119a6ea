import type { Actor } from '@tingzhou/parties'
import { holdsOneOf } from '@tingzhou/process'
import { offerCasework } from './casework-offer.ts'
import type { ItemDesk } from './item-desk.ts'
import type { Reader } from './reader.ts'

/** The tasks of an item case and what the reader may do with them. Pure. O(tasks × verbs). */
export function deskView(desk: ItemDesk, actor: Actor) {
  const worker = {
    accountId: actor.accountId,
    holdsRole: (task: Pick<ItemDesk['tasks'][number], 'roles' | 'partyId'>) =>
      holdsOneOf(actor.memberships, task.roles, task.partyId),
  }
  return {
    status: desk.status,
    tasks: desk.tasks.map(({ id, nodeId, name, state, form, outcomes, assignee, delegatedBy, ...task }) => ({
      id,
      nodeId,
      name,
      state,
      form,
      outcomes: [...outcomes],
      assignee,
      delegatedBy,
      openedAt: task.openedAt,
      dueAt: task.dueAt,
      held: task.held,
      signs: task.signs.map((sign) => ({ ...sign })),
    })),
    passed: desk.passed.map((one) => ({ ...one })),
    verbs: offerCasework(desk, worker).map((offer) => ({ ...offer })),
  }
}

/** Who urged an item case, newest first. One statement. */
export async function urgesOf({ deps }: Pick<Reader, 'deps'>, itemCaseId: string) {
  const rows = await deps.db
    .selectFrom('item_urge')
    .select(['urged_at', 'urged_by_name', 'side', 'words'])
    .where('zone_id', '=', deps.zoneId)
    .where('item_case_id', '=', itemCaseId)
    .orderBy('urged_at', 'desc')
    .limit(50)
    .execute()
  return rows.map((row) => ({ at: row.urged_at, by: row.urged_by_name, side: row.side, words: row.words }))
}
