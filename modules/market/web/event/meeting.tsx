import {
  ChoiceItem,
  FactList,
  FormBox,
  FormDrawer,
  formatMoney,
  OpenFormButton,
  ScaledItem,
  TextItem,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { Form, Select } from 'antd'
import { useState } from 'react'
import { results, type MeetingResult } from '../../event/words.ts'
import { api } from '../api.ts'
import { isOfficer } from '../posting/rights.ts'
import { slotChoices } from './firm-form.tsx'
import type { EventDetail, Meeting } from './surface.ts'
import { MeetingTags, OutcomeTag } from './tags.tsx'

/** What two firms talk about: the buyer's words, or the seller's. */
export const aboutOf = ({ need, offer }: Meeting): string => (need ?? offer)?.text ?? ''

/** A meeting in few words, with the way to everything about it. */
export function MeetingCell({ meeting }: { readonly meeting: Meeting }) {
  const t = useText('market')
  const about = aboutOf(meeting)
  return (
    <div className="market-meet">
      <p>
        <strong>{meeting.buyer.name}</strong> – <strong>{meeting.seller.name}</strong>
      </p>
      <p className="tz-second">{about === '' ? t('event.wished') : about.slice(0, 48)}</p>
      <MeetingTags meeting={meeting} />
      <MeetingVerb meeting={meeting} />
    </div>
  )
}

export function MeetingVerb({ meeting }: { readonly meeting: Meeting }) {
  const t = useText('market')
  return (
    <OpenFormButton name="meeting" item={meeting.id} size="small">
      {t('event.open_meeting')}
    </OpenFormButton>
  )
}

/** Everything about one meeting, and what may be done with it; the address names it. */
export function MeetingDrawer(props: {
  readonly event: EventDetail
  readonly meetings: readonly Meeting[]
  readonly today: string
}) {
  const t = useText('market')
  const { item } = useOpenForm()
  const meeting = props.meetings.find(({ id }) => id === item)
  return (
    <FormDrawer name="meeting" title={t('event.meeting')} width={640}>
      {meeting ? <MeetingBody key={meeting.id} {...props} meeting={meeting} /> : <p>{t('event.meeting_gone')}</p>}
    </FormDrawer>
  )
}

type Props = { readonly event: EventDetail; readonly meeting: Meeting; readonly today: string }

function MeetingBody({ event, meeting, today }: Props) {
  const t = useText('market')
  const me = useMe()
  const [form, setForm] = useState<'move' | 'result' | null>(null)
  const reasons = useReasons({ event, meeting, today })
  const lock = useCommand({ run: api.events.lock.call, invalidate: [api.events.key()], success: t('event.saved') })
  const confirm = useCommand({
    run: api.events.confirm.call,
    invalidate: [api.events.key()],
    success: t('event.saved'),
  })
  const deal = useCommand({ run: api.events.deal.call, invalidate: [api.events.key()], success: t('event.deal_made') })
  const of = { id: event.id, meetingId: meeting.id, rev: meeting.rev }
  return (
    <>
      <FactList facts={useFacts(meeting)} />
      <div className="market-event-verbs">
        <VerbButton type="primary" reason={reasons.result} onClick={() => setForm('result')}>
          {t('event.enter_result')}
        </VerbButton>
        <VerbButton reason={reasons.confirm} loading={confirm.pending} onClick={() => void confirm.run(of)}>
          {t('event.confirm')}
        </VerbButton>
        <VerbButton reason={reasons.deal} loading={deal.pending} onClick={() => void deal.run(of)}>
          {t('event.make_deal')}
        </VerbButton>
        {isOfficer(me) && (
          <>
            <VerbButton reason={reasons.move} onClick={() => setForm('move')}>
              {t('event.move')}
            </VerbButton>
            <VerbButton
              reason={reasons.lock}
              loading={lock.pending}
              onClick={() => void lock.run({ ...of, locked: !meeting.locked })}
            >
              {t(meeting.locked ? 'event.unlock' : 'event.lock')}
            </VerbButton>
          </>
        )}
      </div>
      {form === 'move' && <MoveForm event={event} meeting={meeting} done={() => setForm(null)} />}
      {form === 'result' && <ResultForm event={event} meeting={meeting} done={() => setForm(null)} />}
    </>
  )
}

/** Why each verb cannot be done now, or null. */
function useReasons({ event, meeting, today }: Props) {
  const t = useText('market')
  const me = useMe()
  const officer = isOfficer(me)
  const { mine, result, slot, state, dealId, need, offer, quantity } = meeting
  const bothSaid = meeting.buyerConfirmedAt !== null && meeting.sellerConfirmedAt !== null
  const toConfirm = mine.some(
    (side) => (side === 'buyer' ? meeting.buyerConfirmedAt : meeting.sellerConfirmedAt) === null,
  )
  const first = (...rules: readonly (readonly [boolean, string])[]): string | null => {
    const broken = rules.find(([isBroken]) => isBroken)
    return broken ? t(`event.reason.${broken[1]}`) : null
  }
  const isMine = officer || mine.length > 0
  return {
    move: first([!officer, 'officer'], [event.state !== 'planned', 'planned'], [state !== 'planned', 'has_result']),
    lock: first([!officer, 'officer'], [event.state !== 'planned', 'planned'], [slot === null, 'no_slot']),
    result: first(
      [!isMine, 'of_the_two'],
      [event.state !== 'planned' && event.state !== 'held', 'not_followed'],
      [today < event.day, 'before_the_day'],
      [slot === null, 'no_slot'],
      [dealId !== null, 'has_deal'],
      [bothSaid && !officer, 'confirmed'],
    ),
    confirm: first([mine.length === 0, 'of_the_two'], [result === null, 'no_result'], [!toConfirm, 'confirmed']),
    deal: first(
      [!isMine, 'of_the_two'],
      [result !== 'agreed', 'not_agreed'],
      [dealId !== null, 'has_deal'],
      [need === null || offer === null, 'no_postings'],
      [quantity === null, 'no_quantity'],
    ),
  }
}

function useFacts(meeting: Meeting) {
  const t = useText('market')
  const { from, table, buyer, seller, need, offer, score, wishedBy, result, quantityText, amountFen, remark, follow } =
    meeting
  const said = (at: number | null) => (at === null ? t('event.not_yet') : <When at={at} />)
  const wishers = [buyer, seller].filter(({ id }) => wishedBy.includes(id)).map(({ name }) => name)
  return [
    {
      label: t('event.field.when'),
      value: from === null ? <MeetingTags meeting={meeting} /> : `${from} · ${t('event.at_table', { table })}`,
    },
    { label: t('event.field.buyer'), value: buyer.name },
    { label: t('event.field.seller'), value: seller.name },
    { label: t('event.field.need'), value: need ? `${need.number} ${need.text}` : '–' },
    { label: t('event.field.offer'), value: offer ? `${offer.number} ${offer.text}` : '–' },
    {
      label: t('event.field.score'),
      value: score === null ? t('event.wished') : t('event.of_hundred', { score: Math.round(score) }),
    },
    ...(wishers.length > 0 ? [{ label: t('event.field.wished_by'), value: wishers.join(' · ') }] : []),
    ...(from === null || (result === null && meeting.state === 'planned' && !meeting.locked)
      ? []
      : [{ label: t('event.field.result'), value: <MeetingTags meeting={meeting} /> }]),
    ...(result === 'agreed'
      ? [
          { label: t('event.field.quantity'), value: quantityText ?? '–' },
          { label: t('event.field.amount'), value: amountFen === null ? '–' : formatMoney(amountFen) },
        ]
      : []),
    ...(result === null
      ? []
      : [
          { label: t('event.field.buyer_confirmed'), value: said(meeting.buyerConfirmedAt) },
          { label: t('event.field.seller_confirmed'), value: said(meeting.sellerConfirmedAt) },
        ]),
    ...(remark === '' ? [] : [{ label: t('event.field.remark'), value: remark }]),
    ...follow.map((line) => ({
      label: t('event.after_days', { days: line.days }),
      value: line.outcome === null ? t('event.due', { day: line.due }) : <OutcomeTag outcome={line.outcome} />,
    })),
  ]
}

type FormProps = { readonly event: EventDetail; readonly meeting: Meeting; readonly done: () => void }

function MoveForm({ event, meeting, done }: FormProps) {
  const t = useText('market')
  const command = useCommand({ run: api.events.move.call, invalidate: [api.events.key()], success: t('event.moved') })
  const off = { value: -1, label: t('event.take_off') }
  const slots = [...slotChoices(event), ...(meeting.slot === null ? [] : [off])]
  const tables = Array.from({ length: event.tables }, (_, index) => ({ value: index + 1, label: String(index + 1) }))
  type Values = { readonly slot?: number; readonly table?: number; readonly why: string }
  return (
    <div className="market-event-form">
      <FormBox<Values, Parameters<typeof api.events.move.call>[0], unknown>
        initial={meeting.slot === null ? {} : { slot: meeting.slot }}
        command={command}
        toInput={({ slot = -1, table, why }) => ({
          id: event.id,
          meetingId: meeting.id,
          rev: meeting.rev,
          slot: slot < 0 ? null : slot,
          table: slot < 0 ? null : (table ?? null),
          why,
        })}
        submit={t('event.move')}
        done={done}
        onCancel={done}
      >
        <Form.Item
          name="slot"
          label={t('event.field.slot')}
          rules={[{ required: true, message: t('event.choose_slot') }]}
        >
          <Select options={slots} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
        <Form.Item name="table" label={t('event.field.table')} extra={t('event.table_hint')}>
          <Select options={tables} allowClear />
        </Form.Item>
        <TextItem name="why" label={t('event.field.why')} max={500} required rows={2} />
      </FormBox>
    </div>
  )
}

type ResultValues = {
  readonly came: MeetingResult | 'buyer' | 'seller' | 'both'
  readonly quantity?: string
  readonly amountFen?: number | null
  readonly remark?: string
}

function ResultForm({ event, meeting, done }: FormProps) {
  const t = useText('market')
  const [form] = Form.useForm<ResultValues>()
  const came = Form.useWatch('came', form)
  const command = useCommand({ run: api.events.result.call, invalidate: [api.events.key()], success: t('event.saved') })
  const options = [
    ...results.map((value) => ({ value: value as string, label: t(`event.result.${value}`) })),
    { value: 'buyer', label: t('event.absent', { firm: meeting.buyer.name }) },
    { value: 'seller', label: t('event.absent', { firm: meeting.seller.name }) },
    { value: 'both', label: t('event.no_show') },
  ]
  return (
    <div className="market-event-form">
      <FormBox<ResultValues, Parameters<typeof api.events.result.call>[0], unknown>
        form={form}
        initial={
          meeting.result === null ? {} : { came: meeting.result, amountFen: meeting.amountFen, remark: meeting.remark }
        }
        command={command}
        toInput={(values) => ({
          id: event.id,
          meetingId: meeting.id,
          rev: meeting.rev,
          ...tookOf(values.came, meeting),
          quantity: values.came === 'agreed' ? (values.quantity ?? '') : '',
          amountFen: values.came === 'agreed' ? (values.amountFen ?? null) : null,
          remark: values.remark ?? '',
        })}
        submit={t('event.save_result')}
        done={done}
        onCancel={done}
      >
        <ChoiceItem name="came" label={t('event.field.result')} required radio options={options} />
        {came === 'agreed' && (
          <>
            <TextItem name="quantity" label={t('event.field.quantity')} max={40} extra={t('event.quantity_hint')} />
            <ScaledItem name="amountFen" label={t('event.field.amount')} scale={2} unit={t('event.yuan')} />
          </>
        )}
        <TextItem name="remark" label={t('event.field.remark')} max={500} rows={2} />
      </FormBox>
    </div>
  )
}

function tookOf(came: ResultValues['came'], { buyer, seller }: Meeting) {
  if (came === 'agreed' || came === 'talks' || came === 'nothing')
    return { took: 'held' as const, result: came, absentFirmId: null }
  const absentFirmId = came === 'both' ? null : came === 'buyer' ? buyer.id : seller.id
  return { took: 'no_show' as const, result: null, absentFirmId }
}
