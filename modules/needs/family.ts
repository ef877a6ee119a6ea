import { sql } from 'kysely'
import { at, flushBatch, newId, type Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { assert } from '@tingzhou/kernel'
import { feed, type Vars } from '@tingzhou/process'
import { change, concerned, openDossier, saveDossier, say, tell, type Dossier, type NeedsDeps } from './dossier.ts'
import { drawNumber } from './numbers.ts'
import { appealHost, callbackVars } from './process.ts'
import { isOpenState } from './words.ts'

/** What happens to merged followers and split parents when the appeal they hang on moves; each in its own transaction. */
export const familyHandlers = (deps: NeedsDeps): readonly EventHandler[] => [
  {
    name: 'needs.copy_reply_to_followers',
    types: ['needs.appeal_replied'],
    handle: (tx, event) => copyReply(tx, deps, event),
  },
  {
    name: 'needs.close_with_leader',
    types: ['needs.appeal_closed', 'needs.appeal_planned'],
    handle: (tx, event) => closeFollowers(tx, deps, event),
  },
  {
    name: 'needs.close_parent',
    types: ['needs.appeal_closed', 'needs.appeal_planned', 'needs.appeal_withdrawn', 'needs.appeal_declined'],
    handle: (tx, event) => closeParent(tx, deps, event),
  },
  {
    name: 'needs.mark_repeat',
    types: ['needs.appeal_registered'],
    handle: (tx, event) => markRepeat(tx, deps, event),
  },
]

/** The most appeals one may lead or have been split into. */
const familyMax = 200

/** Every follower gets the leader's latest reply as its own. */
async function copyReply(tx: Tx, deps: NeedsDeps, event: PlacedEvent): Promise<void> {
  const followers = await followersOf(tx, deps, event.objectId)
  const reply = await tx
    .selectFrom('reply')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('appeal_id', '=', event.objectId)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!reply || followers.length === 0) return
  await tx
    .insertInto('reply')
    .values(
      followers.map((appealId) => ({
        ...reply,
        id: newId(),
        appeal_id: appealId,
        order_id: null,
        at: at(reply.at),
        file_ids: [],
      })),
    )
    .execute()
  for (const appealId of followers) {
    const follower = await openDossier(tx, deps, appealId, { by: 'event', type: event.type })
    if (!follower || follower.appeal.state !== 'merged') continue
    change(follower, { result: reply.result, replied_at: reply.at })
    say(follower, { verb: 'leader_replied', data: { leaderId: event.objectId } })
    await saveDossier(tx, follower)
  }
}

/** The leader is struck off or planned: each follower is called back on its own. */
async function closeFollowers(tx: Tx, deps: NeedsDeps, event: PlacedEvent): Promise<void> {
  for (const appealId of await followersOf(tx, deps, event.objectId)) {
    const follower = await openDossier(tx, deps, appealId, { by: 'event', type: event.type })
    if (!follower || follower.appeal.state !== 'merged') continue
    say(follower, { verb: 'leader_closed', data: { leaderId: event.objectId } })
    await send(tx, follower, 'leader-closed', await callbackVars(tx, follower))
  }
}

async function followersOf(tx: Tx, deps: NeedsDeps, leaderId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('appeal')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('merged_into', '=', leaderId)
    .where('state', '=', 'merged')
    .orderBy('id')
    .limit(familyMax)
    .execute()
  return rows.map((row) => row.id)
}

/** The last child is done: the appeal that was split is struck off too. */
async function closeParent(tx: Tx, deps: NeedsDeps, event: PlacedEvent): Promise<void> {
  const child = await tx
    .selectFrom('appeal')
    .select('parent_id')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', event.objectId)
    .executeTakeFirst()
  if (!child?.parent_id) return
  const parent = await openDossier(tx, deps, child.parent_id, { by: 'event', type: event.type })
  if (!parent || parent.appeal.state !== 'split') return
  const children = await tx
    .selectFrom('appeal')
    .select('state')
    .where('zone_id', '=', deps.zoneId)
    .where('parent_id', '=', parent.appeal.id)
    .limit(familyMax)
    .execute()
  if (children.some(({ state }) => isOpenState(state) || state === 'merged')) return
  change(parent, { closing_no: await drawNumber(tx, deps.zoneId, 'closing', parent.now), closed_at: parent.now })
  say(parent, { verb: 'children_closed', data: { closingNo: parent.appeal.closing_no } })
  tell(parent, 'appeal_closed', concerned(parent))
  await send(tx, parent, 'children-closed', {})
}

async function send(tx: Tx, dossier: Dossier, name: string, vars: Vars): Promise<void> {
  const { deps, appeal } = dossier
  assert(appeal.instance_id, 'a submitted appeal has a process')
  const runtime = { deps, definitions: deps.definitions }
  const played = await feed(tx, runtime, appealHost(deps), dossier, appeal.instance_id, () => ({
    kind: 'message',
    name,
    vars,
  }))
  assert(played.ok, `the process of ${appeal.no} takes the message ${name}`)
  await flushBatch(tx, dossier.batch)
}

/**
 * Points an appeal at the one that it repeats: the same enterprise and category, closed at most 90 days before (casework.md §8). Nobody
 * decides by it, so the revision stays and whoever works on the appeal is not disturbed.
 */
async function markRepeat(tx: Tx, { zoneId }: NeedsDeps, { objectId }: PlacedEvent): Promise<void> {
  await sql`update appeal a set repeat_of = (
      select b.id from appeal b
      where b.zone_id = a.zone_id and b.enterprise_id = a.enterprise_id and b.category = a.category and b.id <> a.id
        and b.state in ('closed', 'archived') and b.closed_at between a.received_at - interval '90 days' and a.received_at
      order by b.closed_at desc limit 1)
    where a.zone_id = ${zoneId} and a.id = ${objectId} and a.enterprise_id is not null and a.parent_id is null`.execute(
    tx,
  )
}
