import { useQuery } from '@tanstack/react-query'
import { EmptyState, OpenFormButton, Panel, ProblemAlert, SkeletonLines, useText } from '@tingzhou/ui'
import { aboutOf, MeetingDrawer, MeetingVerb } from './meeting.tsx'
import { api } from '../api.ts'
import type { EventDetail, Registration } from './surface.ts'
import { FirmTag, MeetingTags } from './tags.tsx'

/** What a firm comes for: its registration, and its meetings with time and table, large enough to read while walking. */
export function Mine({
  event,
  today,
  reason,
}: {
  readonly event: EventDetail
  readonly today: string
  readonly reason: string | null
}) {
  const t = useText('market')
  const found = useQuery(api.events.meetings.queryOptions({ input: { id: event.id, leftOut: false, limit: 200 } }))
  if (found.error) return <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <SkeletonLines lines={6} />
  const own = new Set(event.mine.map(({ firm }) => firm.id))
  const meetings = found.data.rows.filter(({ buyer, seller }) => own.has(buyer.id) || own.has(seller.id))
  return (
    <>
      {event.mine.map((one) => (
        <Registered key={one.firm.id} registration={one} reason={reason} />
      ))}
      <h2>{t('event.my_meetings')}</h2>
      {meetings.length === 0 ? (
        <EmptyState title={t(event.state === 'open' ? 'event.not_planned_yet' : 'event.no_meetings')} />
      ) : (
        <ul className="market-mine" aria-label={t('event.my_meetings')}>
          {meetings.map((meeting) => (
            <li key={meeting.id}>
              <p className="market-mine-when">
                <span>{meeting.from}</span>
                <span>{t('event.at_table', { table: meeting.table })}</span>
              </p>
              <p className="market-mine-who">{(own.has(meeting.buyer.id) ? meeting.seller : meeting.buyer).name}</p>
              <div>{aboutOf(meeting) || t('event.wished')}</div>
              <div className="market-verbs">
                <MeetingTags meeting={meeting} />
              </div>
              <div className="market-verbs">
                <MeetingVerb meeting={meeting} />
              </div>
            </li>
          ))}
        </ul>
      )}
      <MeetingDrawer event={event} meetings={meetings} today={today} />
    </>
  )
}

function Registered({ registration, reason }: { readonly registration: Registration; readonly reason: string | null }) {
  const t = useText('market')
  const { firm, state, persons, rev, arrivedAt } = registration
  const registered = state === 'registered'
  const stays = arrivedAt === null ? null : t('event.reason.is_here')
  return (
    <Panel title={firm.name}>
      <div className="market-event-verbs">
        <FirmTag state={state} />
        {registered && <span>{t('event.comes_with', { n: persons ?? 0 })}</span>}
        <OpenFormButton name="register" item={firm.id} primary={!registered} reason={reason}>
          {t(registered ? 'event.change_registration' : 'event.register')}
        </OpenFormButton>
        {state !== 'withdrawn' && (
          <OpenFormButton name="withdraw" item={`${firm.id}.${rev}`} reason={reason ?? stays}>
            {t('event.withdraw')}
          </OpenFormButton>
        )}
      </div>
    </Panel>
  )
}
