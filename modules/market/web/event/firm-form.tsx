import { useQuery } from '@tanstack/react-query'
import { Form, Select } from 'antd'
import {
  ChoiceItem,
  FormBox,
  FormDrawer,
  TextItem,
  useCommand,
  useItem,
  useMe,
  useOpenForm,
  useText,
  WholeItem,
  type Choice,
  type ItemProps,
} from '@tingzhou/ui'
import { minuteOf, timeOfSlot } from '../../event/words.ts'
import { api } from '../api.ts'
import { FirmItem } from '../posting/firm-item.tsx'
import { firmsOf, isOfficer } from '../posting/rights.ts'
import type { EventDetail, Registration } from './surface.ts'

type Values = {
  readonly firmId?: string
  readonly persons?: number
  readonly away?: readonly number[]
  readonly wishes?: readonly string[]
}

/** Slots of a day as a person chooses them. */
export const slotChoices = ({ slots, from, meetingMinutes }: EventDetail): { value: number; label: string }[] =>
  Array.from({ length: slots }, (_, slot) => ({ value: slot, label: timeOfSlot(minuteOf(from), meetingMinutes, slot) }))

/** Registers a firm, or changes what it said; the address may name the firm. */
export function RegisterDrawer({ event }: { readonly event: EventDetail }) {
  const t = useText('market')
  return (
    <FormDrawer name="register" title={t('event.register')}>
      <RegisterForm event={event} />
    </FormDrawer>
  )
}

function RegisterForm({ event }: { readonly event: EventDetail }) {
  const t = useText('market')
  const me = useMe()
  const { item, close } = useOpenForm()
  const own = firmsOf(me)
  const firms = useQuery(api.events.firms.queryOptions({ input: { id: event.id, limit: 200 } }))
  const rows: readonly Registration[] = [...event.mine, ...(firms.data?.rows ?? [])]
  const firmId = item ?? (isOfficer(me) ? undefined : own[0]?.id)
  const known = rows.find(({ firm }) => firm.id === firmId)
  const command = useCommand({
    run: api.events.register.call,
    invalidate: [api.events.key()],
    success: t('event.saved'),
  })
  if (firms.isPending) return null
  const partners: readonly Choice[] = (firms.data?.rows ?? [])
    .filter(({ firm }) => firm.id !== firmId)
    .map(({ firm, postings }) => ({
      value: firm.id,
      label: [firm.name, postings[0]?.text.slice(0, 24)].filter(Boolean).join(' · '),
    }))
  return (
    <FormBox<Values, Parameters<typeof api.events.register.call>[0], { readonly rev: number }>
      key={known?.rev ?? 0}
      initial={{
        ...(firmId === undefined ? {} : { firmId }),
        persons: known?.persons ?? 2,
        away: known?.away ?? [],
        wishes: known?.wishes.map(({ id }) => id) ?? [],
      }}
      command={command}
      toInput={(values) => ({
        id: event.id,
        firmId: values.firmId ?? '',
        rev: rows.find(({ firm }) => firm.id === values.firmId)?.rev ?? 0,
        persons: values.persons ?? 1,
        away: [...(values.away ?? [])],
        wishes: [...(values.wishes ?? [])],
      })}
      submit={t('event.register')}
      done={close}
      onCancel={close}
    >
      {isOfficer(me) && !item ? (
        <FirmItem />
      ) : (
        <ChoiceItem
          name="firmId"
          label={t('event.field.firm')}
          required
          options={
            known
              ? [{ value: known.firm.id, label: known.firm.name }]
              : own.map(({ id, name }) => ({ value: id, label: name }))
          }
        />
      )}
      <WholeItem name="persons" label={t('event.field.persons')} max={20} required extra={t('event.persons_hint')} />
      <SomeItem name="away" label={t('event.field.away')} options={slotChoices(event)} extra={t('event.away_hint')} />
      <SomeItem name="wishes" label={t('event.field.wishes')} options={partners} extra={t('event.wishes_hint')} />
    </FormBox>
  )
}

function SomeItem(
  props: ItemProps & { readonly options: readonly { readonly value: string | number; readonly label: string }[] },
) {
  return (
    <Form.Item {...useItem(props)}>
      <Select mode="multiple" options={props.options.map((one) => ({ ...one }))} optionFilterProp="label" />
    </Form.Item>
  )
}

/** A firm that does not come after all says why. */
export function WithdrawDrawer({ event }: { readonly event: EventDetail }) {
  const t = useText('market')
  return (
    <FormDrawer name="withdraw" title={t('event.withdraw')}>
      <WithdrawForm event={event} />
    </FormDrawer>
  )
}

function WithdrawForm({ event }: { readonly event: EventDetail }) {
  const t = useText('market')
  const { item, close } = useOpenForm()
  // `firm.rev`: ids of firms have no dot.
  const [firmId = '', rev = '0'] = (item ?? '').split('.')
  const command = useCommand({
    run: api.events.withdraw.call,
    invalidate: [api.events.key()],
    success: t('event.saved'),
  })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.events.withdraw.call>[0], unknown>
      command={command}
      toInput={({ why }) => ({ id: event.id, firmId, rev: Number(rev), why })}
      submit={t('event.withdraw')}
      done={close}
      onCancel={close}
    >
      <p>{t('event.withdraw_means')}</p>
      <TextItem name="why" label={t('event.field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
