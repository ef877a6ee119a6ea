import { useQuery } from '@tanstack/react-query'
import {
  CopyId,
  FactList,
  FormBox,
  FormDrawer,
  formatNumber,
  ObjectPage,
  OpenFormButton,
  Panel,
  Trail,
  useCommand,
  useLive,
  useOpenForm,
  useText,
  VerbButton,
  When,
  NumberItem,
  type Fact,
} from '@tingzhou/ui'
import { Form, Input } from 'antd'
import { useParams } from 'react-router'
import { isWaiting, useAcknowledge } from './alarm-list.tsx'
import { api, changedKeys, nameOf } from './api.ts'
import { timeText, useConditionText } from './condition-text.ts'
import { ReasonItem } from './reason-item.tsx'
import { AlarmState, LevelTag, useWatchRefusal, valueText } from './tags.tsx'

type Shown = Awaited<ReturnType<typeof api.get.call>>

/** One alarm: what it means, what to do, what happened to it. */
export function AlarmPage() {
  const t = useText('alarms')
  const { id = '' } = useParams()
  const query = useQuery(api.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['alarm', 'alarm_case'], keys: [api.get.key()] })
  const alarm = query.data
  return (
    <>
      <ObjectPage
        title={alarm ? nameOf(alarm.title) : t('alarm.one')}
        state={
          alarm && (
            <>
              <LevelTag level={alarm.level} />
              <AlarmState state={alarm.state} />
            </>
          )
        }
        {...(alarm
          ? { primary: <Primary alarm={alarm} />, verbs: <Verbs alarm={alarm} />, facts: factsOf(alarm, t) }
          : {})}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
        tabs={alarm ? [{ key: 'meaning', label: t('tab.meaning'), children: <Meaning alarm={alarm} /> }] : []}
        {...(alarm ? { trail: <Events alarm={alarm} /> } : {})}
      />
      {alarm && <Forms alarm={alarm} />}
    </>
  )
}

function Primary({ alarm }: { readonly alarm: Shown }) {
  const t = useText('alarms')
  const refused = useWatchRefusal()
  if (alarm.case && alarm.case.state !== 'closed' && !isWaiting(alarm))
    return (
      <VerbButton type="primary" href={`/alarm-cases/${alarm.case.id}`}>
        {t('verb.case')}
      </VerbButton>
    )
  return (
    <OpenFormButton
      name="acknowledge"
      primary
      reason={refused ?? (isWaiting(alarm) ? null : t('reason.nothing_to_acknowledge'))}
    >
      {t('verb.acknowledge')}
    </OpenFormButton>
  )
}

function Verbs({ alarm }: { readonly alarm: Shown }) {
  const t = useText('alarms')
  const refused = useWatchRefusal()
  const seat = { point: alarm.point, rule: alarm.ruleKey }
  const reset = useCommand({ run: api.reset.call, invalidate: changedKeys, success: t('done.reset') })
  const unshelve = useCommand({ run: api.unshelve.call, invalidate: changedKeys, success: t('done.unshelved') })
  const putBack = useCommand({ run: api.putBack.call, invalidate: changedKeys, success: t('done.put_back') })
  return (
    <>
      {alarm.latch && (
        <VerbButton
          loading={reset.pending}
          reason={refused ?? (alarm.state === 'ack_latched' ? null : t('reason.not_latched'))}
          onClick={() => void reset.run({ ids: [alarm.id] })}
        >
          {t('verb.reset')}
        </VerbButton>
      )}
      {alarm.state === 'shelved' ? (
        <VerbButton loading={unshelve.pending} reason={refused} onClick={() => void unshelve.run(seat)}>
          {t('verb.unshelve')}
        </VerbButton>
      ) : (
        <OpenFormButton name="shelve" reason={refused ?? (alarm.shelveMaxH > 0 ? null : t('reason.not_shelvable'))}>
          {t('verb.shelve')}
        </OpenFormButton>
      )}
      {alarm.state === 'out_of_service' ? (
        <VerbButton loading={putBack.pending} reason={refused} onClick={() => void putBack.run(seat)}>
          {t('verb.put_back')}
        </VerbButton>
      ) : (
        <OpenFormButton name="take_out" reason={refused}>
          {t('verb.take_out')}
        </OpenFormButton>
      )}
      <VerbButton href={`/alarm-rules/${alarm.point}`}>{t('verb.rules')}</VerbButton>
      {alarm.isMoving ? (
        <VerbButton href={`/map?truck=${alarm.point}`}>{t('verb.map')}</VerbButton>
      ) : (
        <VerbButton href={trendPath(alarm)}>{t('verb.trend')}</VerbButton>
      )}
      {alarm.deviceId !== null && <VerbButton href={`/devices/${alarm.deviceId}`}>{t('verb.device')}</VerbButton>}
      {alarm.case && <VerbButton href={`/alarm-cases/${alarm.case.id}`}>{t('verb.case')}</VerbButton>}
    </>
  )
}

const hourMs = 3_600_000

/** The trend of the point: up to now while the alarm stands, around it when it is over. */
function trendPath({ point, startedAt, endedAt }: Shown): string {
  if (endedAt === null) return `/trends?points=${point}`
  const span = Math.max(8 * hourMs, endedAt - startedAt + 2 * hourMs)
  return `/trends?points=${point}&span=${span}&to=${endedAt + hourMs}`
}

function Meaning({ alarm }: { readonly alarm: Shown }) {
  const t = useText('alarms')
  const conditionText = useConditionText()
  const { rule } = alarm
  return (
    <Panel title={t('alarm.meaning')}>
      <h3>{t('field.response')}</h3>
      <p className="tz-alarm-words">{nameOf(rule.response) || t('not_said')}</p>
      <h3>{t('field.consequence')}</h3>
      <p className="tz-alarm-words">{nameOf(rule.consequence) || t('not_said')}</p>
      <FactList
        facts={[
          { label: t('field.condition'), value: conditionText(rule.condition, alarm.unit) },
          ...alarm.details.map((detail) => ({ label: nameOf(detail.name), value: detailText(detail, t) })),
          ...(rule.onDelayS > 0 ? [{ label: t('field.on_delay'), value: timeText(rule.onDelayS, t) }] : []),
          ...(rule.offDelayS > 0 ? [{ label: t('field.off_delay'), value: timeText(rule.offDelayS, t) }] : []),
          { label: t('field.owner'), value: t(`owner.${rule.owner}`) },
          { label: t('field.needs_action'), value: t(rule.needsAction ? 'yes' : 'no') },
        ]}
      />
    </Panel>
  )
}

const codes = ['OVERSPEED-PLACE', 'CROSSING-PLACE', 'CROSSING-WAY', 'SEGMENT-VERDICT']

/** What a terminal said more, in words where it is a code. */
function detailText({ key, value, unit }: Shown['details'][number], t: ReturnType<typeof useText>): string {
  if (codes.includes(key)) return t(`detail.${key}.${value}`, { defaultValue: String(value) })
  // The number of an area is none to be counted with.
  return unit === null ? String(value) : `${formatNumber(value)} ${unit}`
}

function Events({ alarm }: { readonly alarm: Shown }) {
  const t = useText('alarms')
  return (
    <Trail
      entries={alarm.events
        .map((event) => ({
          id: event.id,
          at: event.at,
          who: event.actor ?? t('system'),
          verb: t(`event.${event.verb}`),
          from: event.from && t(`state.${event.from}`),
          to: event.to && t(`state.${event.to}`),
          why: event.comment,
          ...(event.value === null ? {} : { note: t('event_value', { value: formatNumber(event.value) }) }),
        }))
        .toReversed()}
    />
  )
}

function Forms({ alarm }: { readonly alarm: Shown }) {
  const t = useText('alarms')
  return (
    <>
      <FormDrawer name="acknowledge" title={t('verb.acknowledge')}>
        <AcknowledgeForm alarm={alarm} />
      </FormDrawer>
      <FormDrawer name="shelve" title={t('verb.shelve')}>
        <ShelveForm alarm={alarm} />
      </FormDrawer>
      <FormDrawer name="take_out" title={t('verb.take_out')}>
        <TakeOutForm alarm={alarm} />
      </FormDrawer>
    </>
  )
}

function AcknowledgeForm({ alarm }: { readonly alarm: Shown }) {
  const t = useText('alarms')
  const { close } = useOpenForm()
  const acknowledge = useAcknowledge()
  return (
    <FormBox<
      { readonly comment?: string },
      Parameters<typeof api.acknowledge.call>[0],
      Awaited<ReturnType<typeof api.acknowledge.call>>
    >
      command={acknowledge}
      toInput={({ comment }) => ({ ids: [alarm.id], comment: comment || null })}
      submit={t('verb.acknowledge')}
      done={close}
      onCancel={close}
    >
      <p className="tz-alarm-words">{nameOf(alarm.rule.response)}</p>
      <Form.Item name="comment" label={t('field.comment')}>
        <Input.TextArea maxLength={500} rows={3} showCount />
      </Form.Item>
    </FormBox>
  )
}

function ShelveForm({ alarm }: { readonly alarm: Shown }) {
  const t = useText('alarms')
  const { close } = useOpenForm()
  const shelve = useCommand({ run: api.shelve.call, invalidate: changedKeys, success: t('done.shelved') })
  return (
    <FormBox<
      { readonly hours: number; readonly reason: string },
      Parameters<typeof api.shelve.call>[0],
      { until: number }
    >
      command={shelve}
      initial={{ hours: Math.min(1, alarm.shelveMaxH) }}
      toInput={({ hours, reason }) => ({ point: alarm.point, rule: alarm.ruleKey, hours, reason })}
      submit={t('verb.shelve')}
      done={close}
      onCancel={close}
    >
      <NumberItem
        name="hours"
        label={t('field.hours')}
        extra={t('shelve.max', { n: alarm.shelveMaxH })}
        min={0.25}
        max={alarm.shelveMaxH}
        step={0.25}
        unit={t('unit.hour')}
        required
      />
      <ReasonItem />
    </FormBox>
  )
}

function TakeOutForm({ alarm }: { readonly alarm: Shown }) {
  const t = useText('alarms')
  const { close } = useOpenForm()
  const takeOut = useCommand({ run: api.takeOut.call, invalidate: changedKeys, success: t('done.taken_out') })
  return (
    <FormBox<{ readonly reason: string }, Parameters<typeof api.takeOut.call>[0], { done: true }>
      command={takeOut}
      toInput={({ reason }) => ({ point: alarm.point, rule: alarm.ruleKey, reason })}
      submit={t('verb.take_out')}
      done={close}
      onCancel={close}
    >
      <p>{t('take_out.text')}</p>
      <ReasonItem />
    </FormBox>
  )
}

function factsOf(alarm: Shown, t: ReturnType<typeof useText>): readonly Fact[] {
  return [
    { label: t('field.place'), value: `${nameOf(alarm.placeName)} ${alarm.place}` },
    { label: t('field.point'), value: <CopyId value={alarm.code} /> },
    { label: t('field.started'), value: <When at={alarm.startedAt} /> },
    ...(alarm.startedValue === null ? [] : [{ label: t('field.value'), value: valueText(alarm) }]),
    { label: t('field.ended'), value: alarm.endedAt === null ? '–' : <When at={alarm.endedAt} /> },
    {
      label: t('field.acked_by'),
      value:
        alarm.ackedAt === null ? (
          '–'
        ) : (
          <>
            {alarm.ackedBy} <When at={alarm.ackedAt} />
          </>
        ),
    },
    ...(alarm.repeats > 0 ? [{ label: t('field.repeats'), value: t('times', { n: alarm.repeats }) }] : []),
    ...(alarm.hold
      ? [
          { label: t('field.held_by'), value: alarm.hold.by },
          { label: t('field.reason'), value: alarm.hold.reason },
          ...(alarm.hold.until === null ? [] : [{ label: t('field.until'), value: <When at={alarm.hold.until} /> }]),
        ]
      : []),
    ...(alarm.late ? [{ label: t('field.late'), value: t('late.text') }] : []),
  ]
}
