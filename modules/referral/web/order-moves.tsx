import { Checkbox, Form, Radio, Select } from 'antd'
import {
  FileField,
  FormBox,
  useCommand,
  useText,
  type UploadedFile,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
  zoneNow,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { moveNames, type MoveName } from '../order-contract.ts'
import { concludeReasons, followUpResults, urgencies } from '../words.ts'
import { api, makeMove, type Detail, type MoveInput } from './api.ts'
import { ConditionFields } from './condition-fields.tsx'
import { namedBy } from './order-parts.tsx'
import { InstitutionSelect } from './pickers.tsx'
import { instantOf, MomentField, momentOf, TextItem } from './room.tsx'

type Values = Readonly<Record<string, unknown>>
type MoveForm = {
  readonly Fields: (props: { readonly order: Detail }) => ReactNode
  readonly initial?: (order: Detail) => Values
  /** Where the form's values are not the move's fields. */
  readonly convert?: (values: Values) => Values
}

/** Moves that lead on come first as the primary verb; those that turn back stay beside it. */
const sideways: ReadonlySet<MoveName> = new Set(['decline', 'cancel', 'give_up', 'conclude'])

/** The verbs that fit the state; those of the other side stay, with the reason. */
export function MoveVerbs({ order }: { readonly order: Detail }) {
  const t = useText('referral')
  const first = order.moves.find(({ move, allowed }) => allowed && !sideways.has(move))?.move
  // What the other side does is said by the next step; only the reader's own verbs take room.
  const shown = order.moves.filter(({ allowed, reason }) => allowed || reason === 'signed_already')
  const verbs = shown.length > 0 ? shown : order.moves.slice(0, 1)
  return (
    <>
      {verbs
        .toSorted((a, b) => Number(a.move === first) - Number(b.move === first))
        .map(({ move, reason }) => (
          <OpenFormButton
            key={move}
            name={move}
            primary={move === first}
            reason={reason === null ? null : t(`reason.${reason}`)}
          >
            {t(`move.${move}`)}
          </OpenFormButton>
        ))}
    </>
  )
}

/** The form of the move that the address names, beside the order. */
export function MoveForms({ order }: { readonly order: Detail }) {
  const t = useText('referral')
  return moveNames.map((move) => (
    <FormDrawer key={move} name={move} title={t(`move.${move}`)}>
      <MoveBox order={order} move={move} />
    </FormDrawer>
  ))
}

function MoveBox({ order, move }: { readonly order: Detail; readonly move: MoveName }) {
  const t = useText('referral')
  const { close } = useOpenForm()
  const { Fields, initial, convert } = forms[move]
  const command = useCommand({ run: makeMove, invalidate: [api.orders.key()], success: t(`done.${move}`) })
  const offer = order.moves.find((entry) => entry.move === move)
  const refused = offer ? (offer.reason === null ? null : t(`reason.${offer.reason}`)) : t('reason.not_now')
  return (
    <>
      <p className="tz-second">{t(`consequence.${move}`)}</p>
      <FormBox<Values, MoveInput, Awaited<ReturnType<typeof makeMove>>>
        initial={initial?.(order) ?? {}}
        command={command}
        toInput={(values) => ({
          id: order.id,
          // The fields carry the names of the move; the contract checks them on arrival.
          move: { ...(convert ? convert(values) : values), move, rev: order.rev } as MoveInput['move'],
        })}
        submit={t(`move.${move}`)}
        done={close}
        onCancel={close}
        reason={command.pending ? null : refused}
      >
        <Fields order={order} />
      </FormBox>
    </>
  )
}

function Words({ required = false }: { readonly required?: boolean }) {
  const t = useText('referral')
  return <TextItem name="words" label={t('field.words')} max={500} rows={3} required={required} />
}

function Items({ order }: { readonly order: Detail }) {
  const t = useText('referral')
  return (
    <>
      <Form.Item name="items" label={t('checklist.found')}>
        <Checkbox.Group
          className="referral-checks"
          options={order.checklist.map((item) => ({
            value: item.code,
            label: item.paper ? `${namedBy(item)} · ${t('checklist.paper')}` : namedBy(item),
          }))}
        />
      </Form.Item>
      <Words />
    </>
  )
}

const forms: Readonly<Record<MoveName, MoveForm>> = {
  accept: {
    Fields: function Accept() {
      const t = useText('referral')
      return (
        <>
          <TextItem name="bed" label={t('field.bed')} max={40} required />
          <Form.Item name="readyAt" label={t('field.readyAt')} rules={[{ required: true }]}>
            <MomentField />
          </Form.Item>
          <Words />
        </>
      )
    },
    initial: () => ({ readyAt: momentOf(zoneNow() + 30 * 60_000) }),
    convert: (values) => ({ ...values, readyAt: instantOf(values.readyAt) }),
  },
  decline: {
    Fields: function Decline({ order }) {
      const t = useText('referral')
      return (
        <>
          <Form.Item name="reason" label={t('field.declineReason')} rules={[{ required: true }]}>
            <Select options={order.declineReasons.map((reason) => ({ value: reason.code, label: namedBy(reason) }))} />
          </Form.Item>
          <Words />
        </>
      )
    },
  },
  depart: {
    Fields: function Depart() {
      const t = useText('referral')
      return <TextItem name="transport" label={t('field.transport')} max={60} />
    },
  },
  hand_over: { Fields: Items, initial: () => ({ items: [] }) },
  take_over: { Fields: Items, initial: () => ({ items: [] }) },
  ready: {
    Fields: function Ready() {
      const t = useText('referral')
      return (
        <>
          <ConditionFields />
          <Form.Item name="urgency" label={t('column.urgency')} rules={[{ required: true }]}>
            <Radio.Group options={urgencies.map((value) => ({ value, label: t(`urgency.${value}`) }))} />
          </Form.Item>
        </>
      )
    },
    initial: () => ({ urgency: 'planned', needs: [] }),
  },
  conclude: {
    Fields: function Conclude() {
      const t = useText('referral')
      return (
        <>
          <Form.Item name="reason" label={t('field.endReason')} rules={[{ required: true }]}>
            <Select options={concludeReasons.map((value) => ({ value, label: t(`conclude.${value}`) }))} />
          </Form.Item>
          <Words />
        </>
      )
    },
  },
  summarise: {
    Fields: function Summarise({ order }) {
      const t = useText('referral')
      return (
        <>
          <TextItem name="text" label={t('field.summary')} max={4000} rows={6} required />
          {order.consentScope.includes('files') && (
            <Form.Item name="files" label={t('field.files')}>
              <FileField max={20} />
            </Form.Item>
          )}
        </>
      )
    },
    // The field holds what the upload gave.
    convert: ({ text, files }) => ({ text, fileIds: ((files ?? []) as readonly UploadedFile[]).map(({ id }) => id) }),
  },
  follow_up: {
    Fields: function FollowUp() {
      const t = useText('referral')
      return (
        <>
          <Form.Item name="result" label={t('field.follow_up')} rules={[{ required: true }]}>
            <Radio.Group options={followUpResults.map((value) => ({ value, label: t(`follow.${value}`) }))} />
          </Form.Item>
          <TextItem name="text" label={t('field.words')} max={2000} rows={4} required />
        </>
      )
    },
  },
  cancel: { Fields: () => <Words required /> },
  offer_to: {
    Fields: function OfferTo({ order }) {
      const t = useText('referral')
      return (
        <>
          <Form.Item name="institutionId" label={t('column.target')} rules={[{ required: true }]}>
            <InstitutionSelect kind={order.direction === 'up' ? 'hospital' : 'care_home'} />
          </Form.Item>
          <Words />
        </>
      )
    },
  },
  give_up: { Fields: () => <Words required /> },
}
