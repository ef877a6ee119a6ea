import { useQuery } from '@tanstack/react-query'
import { EmptyState, ProblemAlert, SkeletonLines, useNarrow, useText, VerbButton } from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import { minuteOf, timeOfSlot } from '../../event/words.ts'
import { api } from '../api.ts'
import { MeetingCell, MeetingDrawer } from './meeting.tsx'
import type { EventDetail, Meeting } from './surface.ts'

/** Rows that the server gives at once: so many meetings stand in one window of the day. */
const rowsMax = 200

/** Who sits at which table when: tables across, times down; times below each other on a phone. */
export function Timetable({ event, today }: { readonly event: EventDetail; readonly today: string }) {
  const t = useText('market')
  const narrow = useNarrow()
  const [query, setQuery] = useSearchParams()
  const span = Math.max(1, Math.floor(rowsMax / event.tables))
  const slotFrom = Math.min(Math.max(0, Number(query.get('slot')) || 0), event.slots - 1)
  const slotTo = Math.min(event.slots, slotFrom + span) - 1
  const found = useQuery(
    api.events.meetings.queryOptions({ input: { id: event.id, leftOut: false, slotFrom, slotTo, limit: rowsMax } }),
  )
  if (found.error) return <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <SkeletonLines lines={6} />
  const meetings = found.data.rows
  const go = (slot: number) =>
    setQuery((now) => {
      const next = new URLSearchParams(now)
      next.set('slot', String(slot))
      return next
    })
  const label = (slot: number) => timeOfSlot(minuteOf(event.from), event.meetingMinutes, slot)
  const slots = Array.from({ length: slotTo - slotFrom + 1 }, (_, index) => slotFrom + index)
  const used = slots.filter((slot) => meetings.some((meeting) => meeting.slot === slot))
  if (event.planned === 0) return <EmptyState title={t('event.no_timetable')} />
  return (
    <>
      {event.slots > span && (
        <div className="market-event-verbs">
          <VerbButton
            reason={slotFrom > 0 ? null : t('event.reason.first_slots')}
            onClick={() => go(Math.max(0, slotFrom - span))}
          >
            {t('event.earlier')}
          </VerbButton>
          <span>{t('event.window', { from: label(slotFrom), to: label(slotTo) })}</span>
          <VerbButton
            reason={slotTo < event.slots - 1 ? null : t('event.reason.last_slots')}
            onClick={() => go(slotFrom + span)}
          >
            {t('event.later')}
          </VerbButton>
        </div>
      )}
      {narrow ? (
        <Times slots={used} label={label} meetings={meetings} />
      ) : (
        <Grid event={event} slots={used} label={label} meetings={meetings} />
      )}
      <MeetingDrawer event={event} meetings={meetings} today={today} />
    </>
  )
}

type Shown = {
  readonly slots: readonly number[]
  readonly label: (slot: number) => string
  readonly meetings: readonly Meeting[]
}

function Grid({ event, slots, label, meetings }: Shown & { readonly event: EventDetail }) {
  const t = useText('market')
  const at = new Map(meetings.map((meeting) => [`${meeting.slot} ${meeting.table}`, meeting]))
  const tables = Array.from({ length: event.tables }, (_, index) => index + 1)
  // Tables at which nobody ever sits only make the plan wide.
  const busy = tables.filter((table) => meetings.some((meeting) => meeting.table === table))
  return (
    <div className="tz-table-frame" tabIndex={0} role="region" aria-label={t('event.tab.timetable')}>
      <table className="tz-table market-grid" aria-label={t('event.tab.timetable')}>
        <thead>
          <tr>
            <th scope="col">{t('event.field.time')}</th>
            {busy.map((table) => (
              <th key={table} scope="col">
                {t('event.at_table', { table })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {slots.map((slot) => (
            <tr key={slot}>
              <th scope="row">{label(slot)}</th>
              {busy.map((table) => {
                const meeting = at.get(`${slot} ${table}`)
                return (
                  <td key={table}>
                    {meeting ? <MeetingCell meeting={meeting} /> : <span className="tz-second">–</span>}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Times({ slots, label, meetings }: Shown) {
  const t = useText('market')
  return (
    <ul className="tz-cards" aria-label={t('event.tab.timetable')}>
      {slots.flatMap((slot) =>
        meetings
          .filter((meeting) => meeting.slot === slot)
          .map((meeting) => (
            <li key={meeting.id} className="tz-card">
              <div className="tz-card-title">
                {label(slot)} · {t('event.at_table', { table: meeting.table })}
              </div>
              <MeetingCell meeting={meeting} />
            </li>
          )),
      )}
    </ul>
  )
}
