import '../posting/posting.css'
import './event.css'
import { FormPage, formatNumber, inputOf, ListPage, useCommand, useMe, useText, VerbButton } from '@tingzhou/ui'
import { useNavigate } from 'react-router'
import { eventContract } from '../../event/event-contract.ts'
import { eventStates } from '../../event/words.ts'
import { api } from '../api.ts'
import { isOfficer } from '../posting/rights.ts'
import { Invented } from '../posting/words.tsx'
import { EventItems, inputFrom, type EventValues } from './event-items.tsx'
import { useEvents } from './surface.ts'
import { EventTag } from './tags.tsx'

const schema = inputOf(eventContract.list)

/** Matchmaking days, the latest first. */
export function EventList() {
  const t = useText('market')
  const me = useMe()
  const at = useEvents()
  const create = at.counter ? undefined : (
    <VerbButton type="primary" href={at.new} reason={isOfficer(me) ? null : t('event.reason.officer')}>
      {t('event.new')}
    </VerbButton>
  )
  return (
    <ListPage
      name="market.events"
      title={t('event.title')}
      schema={schema}
      source={{ key: api.events.list.key(), load: (input, signal) => api.events.list.call(input, { signal }) }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.one(row.id)}
      primary={create}
      verbs={<VerbButton href={at.followUps}>{t('event.follow_title')}</VerbButton>}
      searchHint={t('event.search_hint')}
      columns={[
        {
          key: 'name',
          title: t('event.field.name'),
          card: 'title',
          render: (row) => (
            <>
              {row.name} <Invented when={row.synthetic} />
            </>
          ),
        },
        {
          key: 'day',
          title: t('event.field.day'),
          card: 'decides',
          render: (row) => `${row.day} ${row.from}–${row.to}`,
        },
        { key: 'place', title: t('event.field.place'), card: 'decides', render: (row) => row.place },
        {
          key: 'registered',
          title: t('event.field.registered'),
          align: 'right',
          render: (row) => formatNumber(row.registered),
        },
        { key: 'planned', title: t('event.field.planned'), align: 'right', render: (row) => formatNumber(row.planned) },
        {
          key: 'state',
          title: t('event.field.state'),
          card: 'decides',
          render: (row) => <EventTag state={row.state} />,
        },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('event.field.state'),
          options: eventStates.map((value) => ({ value, label: t(`event.state.${value}`) })),
        },
      ]}
      live={['market_event']}
      empty={{ nothing: t('event.empty'), verb: create }}
    />
  )
}

/** Prepares a day. */
export function EventNew() {
  const t = useText('market')
  const me = useMe()
  const at = useEvents()
  const navigate = useNavigate()
  const command = useCommand({ run: api.events.create.call, invalidate: [api.events.key()], success: t('event.saved') })
  return (
    <FormPage<EventValues, Parameters<typeof api.events.create.call>[0], { readonly id: string }>
      title={t('event.new')}
      draft="market.event"
      initial={{ from: '09:00', to: '12:00', meetingMinutes: 15, tables: 10, meetingsMax: 8, products: [] }}
      command={command}
      reason={isOfficer(me) ? null : t('event.reason.officer')}
      toInput={inputFrom}
      submit={t('event.create')}
      done={({ id }) => void navigate(at.one(id))}
    >
      <EventItems />
    </FormPage>
  )
}
