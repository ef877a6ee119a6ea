import { Form } from 'antd'
import {
  ChoiceItem,
  FormBox,
  FormDrawer,
  formatMoney,
  inputOf,
  ListPage,
  OpenFormButton,
  ScaledItem,
  StateTag,
  TextItem,
  useCommand,
  useOpenForm,
  useText,
} from '@tingzhou/ui'
import { Link } from 'react-router'
import { eventContract } from '../../event/event-contract.ts'
import { followViews, outcomes, type FollowDays, type Outcome } from '../../event/words.ts'
import { api } from '../api.ts'
import { useEvents } from './surface.ts'
import { OutcomeTag, ResultTag } from './tags.tsx'

const schema = inputOf(eventContract.followUps)

/** What is to be asked again, the longest due first. */
export function FollowList() {
  const t = useText('market')
  const at = useEvents()
  return (
    <>
      <ListPage
        name="market.follow_ups"
        title={t('event.follow_title')}
        schema={schema}
        source={{
          key: api.events.followUps.key(),
          load: (input, signal) => api.events.followUps.call(input, { signal }),
        }}
        rowKey={(row) => `${row.meeting.id}.${row.days}`}
        verbs={<OpenList href={at.list} />}
        searchHint={t('event.follow_search')}
        columns={[
          {
            key: 'pair',
            title: t('event.field.pair'),
            card: 'title',
            render: (row) => `${row.meeting.buyer.name} – ${row.meeting.seller.name}`,
          },
          {
            key: 'due',
            title: t('event.field.due'),
            card: 'decides',
            render: (row) => (
              <>
                {t('event.after_days', { days: row.days })} · {row.due}{' '}
                {row.isLate && (
                  <StateTag tone="bad" shape="diamond">
                    {t('event.overdue')}
                  </StateTag>
                )}
              </>
            ),
          },
          {
            key: 'event',
            title: t('event.one'),
            render: (row) => <Link to={at.one(row.event.id)}>{row.event.name}</Link>,
          },
          {
            key: 'result',
            title: t('event.field.result'),
            render: (row) => (
              <>
                <ResultTag result={row.meeting.result} /> {row.meeting.quantityText}{' '}
                {row.meeting.amountFen === null ? '' : formatMoney(row.meeting.amountFen)}
              </>
            ),
          },
          {
            key: 'outcome',
            title: t('event.field.outcome'),
            card: 'decides',
            render: (row) =>
              row.outcome === null ? (
                '–'
              ) : (
                <>
                  <OutcomeTag outcome={row.outcome} /> {row.valueFen === null ? row.reason : formatMoney(row.valueFen)}
                </>
              ),
          },
          {
            key: 'verbs',
            title: t('event.field.verbs'),
            card: 'decides',
            render: (row) => (
              <OpenFormButton
                name="follow"
                item={[row.event.id, row.meeting.id, row.days, row.rev].join('.')}
                size="small"
                reason={row.mayAnswer ? null : t('event.reason.not_due')}
              >
                {t('event.answer')}
              </OpenFormButton>
            ),
          },
        ]}
        filters={[
          {
            kind: 'choice',
            key: 'view',
            label: t('event.field.view'),
            options: followViews.map((value) => ({ value, label: t(`event.view.${value}`) })),
          },
        ]}
        live={['market_event']}
        empty={{ nothing: t('event.no_follow_ups') }}
      />
      <FormDrawer name="follow" title={t('event.follow_form')}>
        <FollowForm />
      </FormDrawer>
    </>
  )
}

function OpenList({ href }: { readonly href: string }) {
  const t = useText('market')
  return <Link to={href}>{t('event.title')}</Link>
}

type Values = { readonly outcome: Outcome; readonly valueFen?: number | null; readonly reason?: string }

function FollowForm() {
  const t = useText('market')
  const { item, close } = useOpenForm()
  const [id = '', meetingId = '', days = '30', rev = '1'] = (item ?? '').split('.')
  const [form] = Form.useForm<Values>()
  const outcome = Form.useWatch('outcome', form)
  const hasValue = outcome === 'delivered' || outcome === 'partly'
  const command = useCommand({ run: api.events.follow.call, invalidate: [api.events.key()], success: t('event.saved') })
  return (
    <FormBox<Values, Parameters<typeof api.events.follow.call>[0], unknown>
      form={form}
      command={command}
      toInput={(values) => ({
        id,
        meetingId,
        days: Number(days) as FollowDays,
        rev: Number(rev),
        outcome: values.outcome,
        valueFen: hasValue ? (values.valueFen ?? null) : null,
        reason: values.reason ?? '',
      })}
      submit={t('event.answer')}
      done={close}
      onCancel={close}
    >
      <ChoiceItem
        name="outcome"
        label={t('event.field.outcome')}
        required
        radio
        options={outcomes.map((value) => ({ value, label: t(`event.outcome.${value}`) }))}
      />
      {hasValue && (
        <ScaledItem name="valueFen" label={t('event.field.value')} scale={2} unit={t('event.yuan')} required />
      )}
      <TextItem
        name="reason"
        label={t(outcome === 'fallen' ? 'event.field.why' : 'event.field.remark')}
        max={500}
        rows={2}
        required={outcome === 'fallen'}
      />
    </FormBox>
  )
}
