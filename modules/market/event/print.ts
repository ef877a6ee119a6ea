import { localDateOf } from '@tingzhou/calendar'
import { fill } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import { printPdf, type PrintedDocument } from '@tingzhou/print'
import type { Reader } from '../room.ts'
import { textsOf } from '../texts.ts'
import { findEvent } from './event-view.ts'
import { allMeetings, type MeetingView } from './meeting-view.ts'

type Event = NonNullable<Awaited<ReturnType<typeof findEvent>>>

/**
 * The timetable of a day as A4, or of one firm: time by time, table by table. Null: out of reach, or nothing of it is the reader's.
 * @param publicUrl  where the zone answers, without a slash at the end
 */
export async function printTimetable(
  reader: Reader,
  { id, firmId }: { readonly id: string; readonly firmId?: string | undefined },
  { lang, publicUrl }: { readonly lang: Lang; readonly publicUrl: string },
): Promise<File | null> {
  const event = await findEvent(reader, id)
  if (!event) return null
  const meetings = (await allMeetings(reader, id, firmId)).filter(({ slot }) => slot !== null)
  const now = reader.deps.clock()
  const document = timetableDocument(event, meetings, { lang, publicUrl, today: localDateOf(now), madeAt: now, firmId })
  const bytes = await printPdf(document)
  return new File([new Uint8Array(bytes)], `${event.number}.pdf`, { type: 'application/pdf' })
}

/** The printed timetable. Pure. O(meetings). */
export function timetableDocument(
  event: Event,
  meetings: readonly MeetingView[],
  setting: {
    readonly lang: Lang
    readonly publicUrl: string
    readonly today: string
    readonly madeAt: number
    readonly firmId: string | undefined
  },
): PrintedDocument {
  const { lang, publicUrl, today, madeAt, firmId } = setting
  const text = textsOf(lang).event_sheet
  const slots = [...new Set(meetings.flatMap(({ slot }) => (slot === null ? [] : [slot])))]
  const line = ({ table, buyer, seller, need, offer }: MeetingView): string => {
    const about = (need ?? offer)?.text.slice(0, 40) ?? text.wished
    const who = firmId === undefined ? `${buyer.name} – ${seller.name}` : (buyer.id === firmId ? seller : buyer).name
    return `${fill(text.at_table, { table: String(table ?? '') })} ${who}\n${about}`
  }
  const whose =
    firmId === undefined
      ? undefined
      : meetings.flatMap(({ buyer, seller }) => [buyer, seller]).find(({ id }) => id === firmId)
  return {
    title: event.name,
    number: event.number,
    issuer: text.issuer,
    issuedOn: today,
    fields: [
      { label: text.day, value: `${event.day} ${event.from}–${event.to}` },
      { label: text.place, value: event.place },
      ...(whose ? [{ label: text.firm, value: whose.name }] : []),
      ...slots.map((slot) => {
        const then = meetings.filter((meeting) => meeting.slot === slot)
        return { label: then[0]?.from ?? '', value: then.map(line).join('\n') }
      }),
    ],
    paragraphs: slots.length === 0 ? [text.no_meetings] : [],
    verify: { url: `${publicUrl}/market-events/${event.id}`, hint: text.hint },
    foot: text.foot,
    watermark: event.synthetic ? text.watermark : null,
    lang,
    madeAt,
  }
}
