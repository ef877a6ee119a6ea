import { inputOf, ListPage, OpenFormButton, useCommand, useMe, useText, VerbButton, When } from '@tingzhou/ui'
import { eventContract } from '../../event/event-contract.ts'
import { firmStates } from '../../event/words.ts'
import { api } from '../api.ts'
import { isOfficer, readsAll } from '../posting/rights.ts'
import type { EventDetail } from './surface.ts'
import { FirmTag, MeetingTags } from './tags.tsx'
import { MeetingVerb } from './meeting.tsx'

const firmSchema = inputOf(eventContract.firms)
const candidateSchema = inputOf(eventContract.candidates)
const meetingSchema = inputOf(eventContract.meetings)

/** The firms of a day: who comes with what, and for officers who is there. */
export function EventFirms({ event, today }: { readonly event: EventDetail; readonly today: string }) {
  const t = useText('market')
  const me = useMe()
  const officer = isOfficer(me)
  const arrive = useCommand({ run: api.events.arrive.call, invalidate: [api.events.key()], success: t('event.saved') })
  const early =
    event.state !== 'planned' ? t('event.reason.planned') : today < event.day ? t('event.reason.before_the_day') : null
  const open = event.state === 'open' || event.state === 'planned' ? null : t('event.reason.registration')
  return (
    <ListPage
      embedded
      name="market.event_firms"
      title={t('event.tab.firms')}
      schema={firmSchema}
      fixed={{ id: event.id }}
      source={{ key: api.events.firms.key(), load: (input, signal) => api.events.firms.call(input, { signal }) }}
      rowKey={(row) => row.firm.id}
      columns={[
        { key: 'firm', title: t('event.field.firm'), card: 'title', render: (row) => row.firm.name },
        {
          key: 'state',
          title: t('event.field.state'),
          card: 'decides',
          render: (row) => <FirmTag state={row.state} />,
        },
        {
          key: 'postings',
          title: t('event.field.postings'),
          card: 'decides',
          render: (row) => row.postings.map(({ text }) => text.slice(0, 32)).join(' · ') || '–',
        },
        ...(officer
          ? [
              {
                key: 'persons',
                title: t('event.field.persons'),
                align: 'right' as const,
                render: (row: Row) => row.persons ?? '–',
              },
              {
                key: 'meetings',
                title: t('event.field.planned'),
                align: 'right' as const,
                render: (row: Row) => row.meetings,
              },
              {
                key: 'arrived',
                title: t('event.field.arrived'),
                render: (row: Row) => (row.arrivedAt === null ? '–' : <When at={row.arrivedAt} />),
              },
              {
                key: 'verbs',
                title: t('event.field.verbs'),
                card: 'decides' as const,
                render: (row: Row) => (
                  <div className="market-verbs">
                    <VerbButton
                      size="small"
                      reason={early ?? (row.state === 'registered' ? null : t('event.reason.not_registered'))}
                      onClick={() =>
                        void arrive.run({
                          id: event.id,
                          firmId: row.firm.id,
                          rev: row.rev,
                          here: row.arrivedAt === null,
                        })
                      }
                    >
                      {t(row.arrivedAt === null ? 'event.check_in' : 'event.not_here')}
                    </VerbButton>
                    <OpenFormButton name="register" item={row.firm.id} size="small" reason={open}>
                      {t('event.change_registration')}
                    </OpenFormButton>
                    <OpenFormButton
                      name="withdraw"
                      item={`${row.firm.id}.${row.rev}`}
                      size="small"
                      reason={open ?? (row.state === 'withdrawn' ? t('event.reason.withdrawn') : null)}
                    >
                      {t('event.withdraw')}
                    </OpenFormButton>
                  </div>
                ),
              },
            ]
          : []),
      ]}
      filters={
        readsAll(me)
          ? [
              {
                kind: 'choice',
                key: 'state',
                label: t('event.field.state'),
                options: firmStates.map((value) => ({ value, label: t(`event.firm_state.${value}`) })),
              },
            ]
          : []
      }
      live={['market_event']}
      empty={{ nothing: t('event.no_firms') }}
    />
  )
}
type Row = Awaited<ReturnType<typeof api.events.firms.call>>['rows'][number]

/** Firms that could be invited: they have open postings of the theme. */
export function Candidates({ event }: { readonly event: EventDetail }) {
  const t = useText('market')
  const me = useMe()
  const invite = useCommand({
    run: api.events.invite.call,
    invalidate: [api.events.key()],
    success: ({ invited }) => t('event.invited', { n: invited }),
  })
  const reason = !isOfficer(me) ? t('event.reason.officer') : event.state === 'open' ? null : t('event.reason.open')
  return (
    <>
      <div className="market-event-verbs">
        <VerbButton
          reason={reason}
          loading={invite.pending}
          onClick={() => void invite.run({ id: event.id, firmIds: null })}
        >
          {t('event.invite_all')}
        </VerbButton>
      </div>
      <ListPage
        embedded
        name="market.event_candidates"
        title={t('event.tab.candidates')}
        schema={candidateSchema}
        fixed={{ id: event.id }}
        source={{
          key: api.events.candidates.key(),
          load: (input, signal) => api.events.candidates.call(input, { signal }),
        }}
        rowKey={(row) => row.firm.id}
        columns={[
          { key: 'firm', title: t('event.field.firm'), card: 'title', render: (row) => row.firm.name },
          { key: 'needs', title: t('event.field.needs'), align: 'right', card: 'decides', render: (row) => row.needs },
          {
            key: 'offers',
            title: t('event.field.offers'),
            align: 'right',
            card: 'decides',
            render: (row) => row.offers,
          },
        ]}
        selection={(rows, clear) => (
          <VerbButton
            reason={reason}
            onClick={() => void invite.run({ id: event.id, firmIds: rows.map(({ firm }) => firm.id) }).then(clear)}
          >
            {t('event.invite')}
          </VerbButton>
        )}
        live={['market_event']}
        empty={{ nothing: t('event.no_candidates') }}
      />
    </>
  )
}

/** Pairs without a slot and why; a form puts one in by hand. */
export function LeftOut({ event }: { readonly event: EventDetail }) {
  const t = useText('market')
  return (
    <ListPage
      embedded
      name="market.event_left_out"
      title={t('event.tab.left_out')}
      schema={meetingSchema}
      fixed={{ id: event.id, leftOut: true }}
      source={{ key: api.events.meetings.key(), load: (input, signal) => api.events.meetings.call(input, { signal }) }}
      rowKey={(row) => row.id}
      searchHint={t('event.meeting_search')}
      columns={[
        {
          key: 'pair',
          title: t('event.field.pair'),
          card: 'title',
          render: (row) => `${row.buyer.name} – ${row.seller.name}`,
        },
        {
          key: 'why',
          title: t('event.field.left_out'),
          card: 'decides',
          render: (row) => <MeetingTags meeting={row} />,
        },
        {
          key: 'score',
          title: t('event.field.score'),
          align: 'right',
          card: 'decides',
          render: (row) => (row.score === null ? t('event.wished') : Math.round(row.score)),
        },
        {
          key: 'verbs',
          title: t('event.field.verbs'),
          card: 'decides',
          render: (row) => <MeetingVerb meeting={row} />,
        },
      ]}
      live={['market_event']}
      empty={{ nothing: t('event.none_left_out') }}
    />
  )
}
