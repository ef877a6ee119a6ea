import '../posting/posting.css'
import './event.css'
import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  formatNumber,
  ObjectPage,
  OpenFormButton,
  StateStepper,
  TextItem,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  zoneToday,
  type Step,
  HistoryTrail,
} from '@tingzhou/ui'
import { useParams } from 'react-router'
import { eventStates, type EventStep } from '../../event/words.ts'
import { api } from '../api.ts'
import { firmsOf, isOfficer, readsAll } from '../posting/rights.ts'
import { Invented } from '../posting/words.tsx'
import { EventItems, inputFrom, useProductNames, type EventValues } from './event-items.tsx'
import { RegisterDrawer, WithdrawDrawer } from './firm-form.tsx'
import { Candidates, EventFirms, LeftOut } from './firms.tsx'
import { MeetingDrawer } from './meeting.tsx'
import { Mine } from './mine.tsx'
import { EventReport } from './report.tsx'
import { useEvents, type EventDetail } from './surface.ts'
import { EventTag } from './tags.tsx'
import { Timetable } from './timetable.tsx'

/** One matchmaking day: for a firm its meetings, for officers the desk on which it is planned, kept and followed. */
export function EventPage() {
  const t = useText('market')
  const { id = '' } = useParams()
  const query = useQuery(api.events.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['market_event'], objectId: id, keys: [api.events.key()] })
  const event = query.data
  if (!event)
    return (
      <ObjectPage
        title={t('event.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return <Loaded event={event} problem={query.error} onRetry={() => void query.refetch()} />
}

type LoadedProps = { readonly event: EventDetail; readonly problem: unknown; readonly onRetry: () => void }

function Loaded({ event, problem, onRetry }: LoadedProps) {
  const t = useText('market')
  const me = useMe()
  const today = zoneToday()
  const names = useProductNames(event.products)
  const officer = isOfficer(me)
  const staff = readsAll(me)
  const own = firmsOf(me)
  const closed = today > event.registerBy ? t('event.reason.over') : null
  const registerReason =
    event.state !== 'open' && event.state !== 'planned'
      ? t('event.reason.registration')
      : officer
        ? null
        : own.length === 0
          ? t('event.reason.firm')
          : closed
  const mine =
    own.length > 0
      ? [
          {
            key: 'mine',
            label: t('event.tab.mine'),
            children: <Mine event={event} today={today} reason={registerReason} />,
          },
        ]
      : []
  const firms = {
    key: 'firms',
    label: t('event.tab.firms_n', { n: event.registered }),
    children: <EventFirms event={event} today={today} />,
  }
  const desk = staff
    ? [
        { key: 'timetable', label: t('event.tab.timetable'), children: <Timetable event={event} today={today} /> },
        firms,
        { key: 'candidates', label: t('event.tab.candidates'), children: <Candidates event={event} /> },
        {
          key: 'left',
          label: t('event.tab.left_out_n', { n: event.leftOut }),
          children: <LeftOutTab event={event} today={today} />,
        },
        { key: 'report', label: t('event.tab.report'), children: <EventReport id={event.id} /> },
      ]
    : [firms]
  return (
    <>
      <ObjectPage
        title={event.name}
        id={event.number}
        state={
          <>
            <EventTag state={event.state} /> <Invented when={event.synthetic} />
          </>
        }
        primary={officer ? <PlanVerb event={event} /> : <RegisterVerb event={event} reason={registerReason} primary />}
        verbs={<Verbs event={event} today={today} registerReason={registerReason} />}
        facts={[
          { label: t('event.field.day'), value: `${event.day} ${event.from}–${event.to}` },
          { label: t('event.field.place'), value: event.place },
          {
            label: t('event.field.theme'),
            value: names.map(({ label }) => label).join(' · ') || t('event.all_products'),
          },
          { label: t('event.field.registerBy'), value: event.registerBy },
          {
            label: t('event.field.room'),
            value: t('event.room', {
              tables: formatNumber(event.tables),
              slots: formatNumber(event.slots),
              minutes: formatNumber(event.meetingMinutes),
            }),
          },
          ...(staff && event.slotsBound !== null
            ? [{ label: t('event.field.bound'), value: t('event.bound', { n: formatNumber(event.slotsBound) }) }]
            : []),
          ...(event.remark === '' ? [] : [{ label: t('event.field.remark'), value: event.remark }]),
        ]}
        steps={<StateStepper steps={useSteps(event)} />}
        tabs={[...mine, ...desk]}
        trail={staff ? <History id={event.id} /> : undefined}
        problem={problem}
        onRetry={onRetry}
      />
      <RegisterDrawer event={event} />
      <WithdrawDrawer event={event} />
      <FormDrawer name="edit" title={t('event.edit')}>
        <EditForm event={event} />
      </FormDrawer>
      <FormDrawer name="cancel" title={t('event.cancel')}>
        <CancelForm event={event} />
      </FormDrawer>
    </>
  )
}

function useSteps({ state }: EventDetail): readonly Step[] {
  const t = useText('market')
  const way = eventStates.filter((one) => one !== 'cancelled')
  const at = state === 'cancelled' ? -1 : way.indexOf(state)
  const last = way.length - 1
  const stand = (index: number) =>
    state === 'cancelled'
      ? ('stopped' as const)
      : index < at || at === last
        ? ('done' as const)
        : index === at
          ? ('now' as const)
          : ('later' as const)
  return way.map((key, index) => ({ key, label: t(`event.state.${key}`), state: stand(index) }))
}

function RegisterVerb(props: {
  readonly event: EventDetail
  readonly reason: string | null
  readonly primary?: boolean
}) {
  const t = useText('market')
  const { event, reason, primary = false } = props
  const isIn = event.mine.some(({ state }) => state === 'registered')
  return (
    <OpenFormButton name="register" primary={primary && !isIn} reason={reason}>
      {t(isIn ? 'event.change_registration' : 'event.register')}
    </OpenFormButton>
  )
}

/** Plans the day, or what is not locked of it, in one click. */
function PlanVerb({ event }: { readonly event: EventDetail }) {
  const t = useText('market')
  const plan = useCommand({
    run: api.events.plan.call,
    invalidate: [api.events.key()],
    success: ({ planned, leftOut }) => t('event.planned_now', { planned, leftOut }),
  })
  const reason =
    event.state !== 'open' && event.state !== 'planned'
      ? t('event.reason.plan')
      : event.registered < 2
        ? t('event.reason.two_firms')
        : null
  const again = event.state === 'planned'
  return (
    <VerbButton
      type="primary"
      reason={reason}
      loading={plan.pending}
      onClick={() => void plan.run({ id: event.id, rev: event.rev })}
      {...(again
        ? {
            confirm: {
              title: t('event.plan_again_ask', { name: event.name }),
              text: t('event.plan_again_means'),
              verb: t('event.plan_again'),
              danger: false,
            },
          }
        : {})}
    >
      {t(again ? 'event.plan_again' : 'event.plan')}
    </VerbButton>
  )
}

function Verbs(props: { readonly event: EventDetail; readonly today: string; readonly registerReason: string | null }) {
  const { event, today, registerReason } = props
  const t = useText('market')
  const me = useMe()
  const at = useEvents()
  const step = useCommand({ run: api.events.step.call, invalidate: [api.events.key()], success: t('event.saved') })
  const go = (to: EventStep) => void step.run({ id: event.id, rev: event.rev, to, why: '' })
  const own = firmsOf(me)[0]
  const print = `/api/v1/market-events/${event.id}/timetable.pdf${isOfficer(me) || !own ? '' : `?firmId=${own.id}`}`
  const isOver = event.state === 'cancelled' || event.state === 'held' || event.state === 'followed'
  const noTimetable = event.planned === 0 ? t('event.no_timetable') : null
  return (
    <>
      <VerbButton reason={noTimetable} onClick={() => globalThis.open(print, '_blank', 'noopener')}>
        {t('event.print')}
      </VerbButton>
      {readsAll(me) && (
        <VerbButton onClick={() => globalThis.open(`/api/v1/market-events/${event.id}/export`, '_blank', 'noopener')}>
          {t('event.export')}
        </VerbButton>
      )}
      <VerbButton href={at.followUps}>{t('event.follow_title')}</VerbButton>
      {isOfficer(me) && (
        <>
          <RegisterVerb event={event} reason={registerReason} />
          <OpenFormButton name="edit" reason={isOver ? t('event.reason.day_over') : null}>
            {t('event.edit')}
          </OpenFormButton>
          {event.state === 'draft' && <VerbButton onClick={() => go('open')}>{t('event.open')}</VerbButton>}
          {event.state !== 'draft' && (
            <VerbButton
              reason={
                event.state !== 'planned'
                  ? t('event.reason.planned')
                  : today < event.day
                    ? t('event.reason.before_the_day')
                    : null
              }
              confirm={{
                title: t('event.hold_ask', { name: event.name }),
                text: t('event.hold_means'),
                verb: t('event.hold'),
                danger: false,
              }}
              onClick={() => go('hold')}
            >
              {t('event.hold')}
            </VerbButton>
          )}
          <OpenFormButton name="cancel" reason={isOver ? t('event.reason.day_over') : null}>
            {t('event.cancel')}
          </OpenFormButton>
        </>
      )}
    </>
  )
}

function LeftOutTab({ event, today }: { readonly event: EventDetail; readonly today: string }) {
  const { name, item } = useOpenForm()
  const found = useQuery({
    ...api.events.meetings.queryOptions({ input: { id: event.id, leftOut: true, limit: 200 } }),
    enabled: name === 'meeting' && item !== null,
  })
  return (
    <>
      <LeftOut event={event} />
      <MeetingDrawer event={event} meetings={found.data?.rows ?? []} today={today} />
    </>
  )
}

function EditForm({ event }: { readonly event: EventDetail }) {
  const t = useText('market')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.events.change.call, invalidate: [api.events.key()], success: t('event.saved') })
  return (
    <FormBox<EventValues & { readonly why: string }, Parameters<typeof api.events.change.call>[0], unknown>
      initial={event}
      command={command}
      toInput={({ why, ...values }) => ({ ...inputFrom(values), id: event.id, rev: event.rev, why })}
      submit={t('event.save')}
      done={close}
      onCancel={close}
    >
      <EventItems />
      <TextItem name="why" label={t('event.field.why')} max={500} required rows={2} />
    </FormBox>
  )
}

function CancelForm({ event }: { readonly event: EventDetail }) {
  const t = useText('market')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.events.step.call, invalidate: [api.events.key()], success: t('event.saved') })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.events.step.call>[0], unknown>
      command={command}
      toInput={({ why }) => ({ id: event.id, rev: event.rev, to: 'cancel', why })}
      submit={t('event.cancel')}
      done={close}
      onCancel={close}
    >
      <p>{t('event.cancel_means', { name: event.name })}</p>
      <TextItem name="why" label={t('event.field.why')} max={500} required rows={2} />
    </FormBox>
  )
}

function History({ id }: { readonly id: string }) {
  const history = useQuery(api.events.history.queryOptions({ input: { id } }))
  return <HistoryTrail rows={history.data?.rows} did="market:event.did" />
}
