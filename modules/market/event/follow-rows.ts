import { addDays } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import { localDate } from '@tingzhou/kernel'
import './tables.ts'
import { followDays, type MeetingResult } from './words.ts'

type Day = { readonly id: string; readonly day: string }

/** Meetings of which it is asked again what came of them. */
const followed: readonly MeetingResult[] = ['agreed', 'talks']

/** Asks again after 30 and 90 calendar days what came of the meetings of a day that brought something. Two statements. */
export async function openFollowUps(tx: Tx, zoneId: string, event: Day): Promise<void> {
  const meetings = await tx
    .selectFrom('market_event_meeting')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', event.id)
    .where('result', 'in', [...followed])
    .execute()
  await askAgain(
    tx,
    zoneId,
    event,
    meetings.map(({ id }) => id),
  )
}

async function askAgain(tx: Tx, zoneId: string, { id, day }: Day, meetingIds: readonly string[]): Promise<void> {
  if (meetingIds.length === 0) return
  await tx
    .insertInto('market_event_follow')
    .values(
      meetingIds.flatMap((meetingId) =>
        followDays.map((days) => ({
          zone_id: zoneId,
          meeting_id: meetingId,
          days,
          event_id: id,
          due: addDays(localDate(day), days),
        })),
      ),
    )
    .onConflict((oc) => oc.columns(['zone_id', 'meeting_id', 'days']).doNothing())
    .execute()
}

/** The questions that a result asks for, when it is entered or changed after the day: those of no use go. Two statements at most. */
export async function settleFollowUps(
  tx: Tx,
  zoneId: string,
  event: Day,
  meetingId: string,
  result: MeetingResult | null,
): Promise<void> {
  if (result !== null && followed.includes(result)) {
    await askAgain(tx, zoneId, event, [meetingId])
    return
  }
  await tx
    .deleteFrom('market_event_follow')
    .where('zone_id', '=', zoneId)
    .where('meeting_id', '=', meetingId)
    .where('outcome', 'is', null)
    .execute()
}
