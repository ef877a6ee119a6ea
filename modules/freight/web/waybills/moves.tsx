import { useQuery } from '@tanstack/react-query'
import { Form, Input, Radio, Select } from 'antd'
import {
  FileField,
  FormBox,
  FormDrawer,
  MoveVerbs,
  useCommand,
  useOpenForm,
  useText,
  type UploadedFile,
  ScaledItem,
  TextItem,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { decisions, disputeKinds } from '../../words.ts'
import { moveNames, type MoveName } from '../../waybill/waybill-contract.ts'
import { api } from '../api.ts'
import { makeMove, type MoveInput, type Standing, type WaybillDetail } from './api.ts'
import { CarrierPick, DriverPick, PlacePick, VehiclePick } from '../carriage/pickers.tsx'

type Values = Readonly<Record<string, unknown>>
type MoveForm = {
  readonly Fields: (props: { readonly waybill: WaybillDetail }) => ReactNode
  readonly initial?: Values
  /** Where the form's values are not the move's fields. */
  readonly convert?: (values: Values) => Values
}

/** Moves that lead on; of these the first that may be made is the primary verb. */
const onward: readonly MoveName[] = [
  'accept',
  'arrive_load',
  'load',
  'depart',
  'arrive_unload',
  'unload',
  'sign',
  'resume',
  'decide',
  'audit',
  // A settled waybill may be settled anew; what leads on is its payment.
  'pay',
  'settle',
]
/** What machines do. */
const unseen: ReadonlySet<MoveName> = new Set(['report'])

export function WaybillVerbs({ waybill }: { readonly waybill: WaybillDetail }) {
  const t = useText('freight')
  // Of a paid waybill there is something to audit only where its payment breached a rule.
  const offered = waybill.moves.filter(
    ({ move, allowed }) => !unseen.has(move) && (allowed || move !== 'audit' || waybill.state !== 'paid'),
  )
  return (
    <MoveVerbs
      moves={offered}
      onward={onward}
      verb={(move) => t(`move.${move}`)}
      why={(reason) => t(`waybill_reason.${reason}`)}
    />
  )
}

/** The form of the move that the address names, beside the waybill. */
export function MoveForms({ waybill }: { readonly waybill: WaybillDetail }) {
  const t = useText('freight')
  return moveNames
    .filter((move) => !unseen.has(move))
    .map((move) => (
      <FormDrawer key={move} name={move} title={t(`move.${move}`)}>
        <MoveBox waybill={waybill} move={move} />
      </FormDrawer>
    ))
}

function MoveBox({ waybill, move }: { readonly waybill: WaybillDetail; readonly move: MoveName }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const { Fields, initial = {}, convert } = forms[move]
  const command = useCommand({
    run: makeMove,
    invalidate: [api.waybills.key(), api.loads.key()],
    success: t(`move_done.${move}`),
  })
  const offer = waybill.moves.find((one) => one.move === move)
  const reason = offer ? offer.reason : 'not_now'
  return (
    <>
      <p className="tz-second">{t(`move_means.${move}`)}</p>
      <FormBox<Values, MoveInput, Standing>
        initial={initial}
        command={command}
        toInput={(values) => ({
          id: waybill.id,
          // The fields carry the names of the move; the contract checks them on arrival.
          move: { ...(convert ? convert(values) : values), move, rev: waybill.rev } as MoveInput['move'],
        })}
        fieldNames={{ 'slip.grossKg': 'grossKg', 'slip.tareKg': 'tareKg', 'slip.photoId': 'photo', position: 'reason' }}
        submit={t(`move.${move}`)}
        done={close}
        onCancel={close}
        reason={command.pending || reason === null ? null : t(`waybill_reason.${reason}`)}
      >
        <Fields waybill={waybill} />
      </FormBox>
    </>
  )
}

const idsOf = (files: unknown): string[] => ((files ?? []) as readonly UploadedFile[]).map(({ id }) => id)

function Photos({
  name,
  label,
  required = false,
}: {
  readonly name: string
  readonly label: string
  readonly required?: boolean
}) {
  const t = useText('freight')
  return (
    <Form.Item
      name={name}
      label={label}
      rules={required ? [{ required: true, message: t('rule.say', { label }) }] : []}
    >
      <FileField max={required ? 1 : 9} accept="image/*" capture fields={{ purpose: 'evidence' }} />
    </Form.Item>
  )
}

function Reason({ required = true }: { readonly required?: boolean }) {
  const t = useText('freight')
  return <TextItem name="reason" label={t('field.why')} max={500} rows={3} required={required} />
}
function Words() {
  const t = useText('freight')
  return <TextItem name="words" label={t('waybill.words')} max={2_000} rows={4} required />
}

function SlipFields() {
  const t = useText('freight')
  return (
    <>
      <TextItem name="number" label={t('slip.number')} max={35} required />
      <ScaledItem name="grossKg" label={t('slip.gross')} scale={0} unit="kg" min={1} max={200_000} required />
      <ScaledItem name="tareKg" label={t('slip.tare')} scale={0} unit="kg" min={1} max={200_000} required />
      <TextItem name="operator" label={t('slip.operator')} max={60} />
      <Photos name="photo" label={t('slip.photo')} required />
    </>
  )
}
const slip: MoveForm = {
  Fields: SlipFields,
  convert: ({ number, grossKg, tareKg, operator, photo }) => ({
    slip: { number, grossKg, tareKg, operator: operator ?? '', source: 'manual', photoId: idsOf(photo)[0] ?? null },
  }),
}
const arrival: MoveForm = {
  Fields: function Arrival() {
    const t = useText('freight')
    return (
      <>
        <Reason />
        <Photos name="photos" label={t('slip.photo')} required />
      </>
    )
  },
  convert: ({ reason, photos }) => ({ reason, photoIds: idsOf(photos) }),
}
const nothing: MoveForm = { Fields: () => null }
const reason: MoveForm = { Fields: () => <Reason /> }

const forms: Readonly<Record<MoveName, MoveForm>> = {
  accept: nothing,
  refuse: reason,
  arrive_load: arrival,
  load: slip,
  depart: nothing,
  arrive_unload: arrival,
  unload: slip,
  sign: {
    Fields: function Sign() {
      const t = useText('freight')
      const by = Form.useWatch<string | undefined>('signedBy')
      return (
        <>
          <TextItem name="signer" label={t('waybill.signer')} max={60} required />
          <Form.Item name="signedBy" label={t('waybill.signed_by')}>
            <Radio.Group
              options={(['code', 'photo'] as const).map((value) => ({ value, label: t(`sign_kind.${value}`) }))}
            />
          </Form.Item>
          {by === 'code' ? (
            <Form.Item name="code" label={t('waybill.sign_code')} rules={[{ required: true, pattern: /^\d{8}$/ }]}>
              <Input maxLength={8} inputMode="numeric" autoComplete="off" />
            </Form.Item>
          ) : (
            <Photos name="receipt" label={t('waybill.receipt')} required />
          )}
        </>
      )
    },
    initial: { signedBy: 'code' },
    convert: ({ signer, signedBy, code, receipt }) => ({
      signer,
      signedBy,
      code: code ?? null,
      fileId: idsOf(receipt)[0] ?? null,
    }),
  },
  cancel: reason,
  accident: {
    Fields: function Accident() {
      const t = useText('freight')
      return (
        <>
          <Words />
          <Photos name="photos" label={t('slip.photo')} />
        </>
      )
    },
    convert: ({ words, photos }) => ({ words, photoIds: idsOf(photos) }),
  },
  resume: { Fields: Words },
  divert: {
    Fields: function Divert({ waybill }) {
      const t = useText('freight')
      return (
        <>
          <PlacePick name="placeId" label={t('waybill.other_place')} shipperId={waybill.shipper.id} required />
          <Reason />
        </>
      )
    },
  },
  transload: {
    Fields: function Transload() {
      const t = useText('freight')
      const carrierId = Form.useWatch<string | undefined>('carrierId')
      return (
        <>
          <CarrierPick name="carrierId" label={t('field.carrier')} required />
          {carrierId !== undefined && (
            <div key={carrierId}>
              <DriverPick name="driverId" label={t('driving.driver')} carrierId={carrierId} required />
              <VehiclePick name="vehicleId" label={t('driving.vehicle')} carrierId={carrierId} required />
            </div>
          )}
          <Reason />
        </>
      )
    },
  },
  unweigh: reason,
  unsign: reason,
  dispute: {
    Fields: function Dispute() {
      const t = useText('freight')
      return (
        <>
          <Form.Item name="kind" label={t('dispute.kind')} rules={[{ required: true }]}>
            <Select options={disputeKinds.map((value) => ({ value, label: t(`dispute_kind.${value}`) }))} />
          </Form.Item>
          <Words />
          <ScaledItem name="askedFen" label={t('dispute.asked')} scale={2} unit={t('unit.yuan')} required />
          <Photos name="photos" label={t('slip.photo')} />
        </>
      )
    },
    convert: ({ photos, ...values }) => ({ ...values, photoIds: idsOf(photos) }),
  },
  decide: {
    Fields: function Decide() {
      const t = useText('freight')
      const decision = Form.useWatch<string | undefined>('decision')
      return (
        <>
          <Form.Item name="decision" label={t('dispute.decision')} rules={[{ required: true }]}>
            <Radio.Group options={decisions.map((value) => ({ value, label: t(`decision.${value}`) }))} />
          </Form.Item>
          {decision === 'upheld' && (
            <ScaledItem name="upheldFen" label={t('dispute.upheld')} scale={2} unit={t('unit.yuan')} required />
          )}
          <Words />
        </>
      )
    },
  },
  audit: {
    Fields: function AuditFields({ waybill }) {
      const t = useText('freight')
      const blocking = useBlocking(waybill)
      return (
        <>
          <Form.Item name="rules" label={t('audit.override')} extra={t('audit.override_extra')}>
            <Select
              mode="multiple"
              notFoundContent={t('waybill_reason.nothing_blocks')}
              options={blocking.map((value) => ({
                value,
                label: `${value} ${t(`audit_rule.${value}`)}`,
              }))}
            />
          </Form.Item>
          <Reason required={false} />
        </>
      )
    },
    convert: ({ rules, reason: why }) => ({
      overrides: ((rules ?? []) as readonly string[]).map((rule) => ({ rule, reason: why })),
    }),
  },
  settle: {
    Fields: function Settle({ waybill }) {
      const t = useText('freight')
      return (
        <>
          <ScaledItem name="loading" label={t('sheet_line.loading_fee')} scale={2} unit={t('unit.yuan')} />
          <ScaledItem name="penalty" label={t('sheet_line.penalty')} scale={2} unit={t('unit.yuan')} />
          <ScaledItem name="fuel" label={t('pay.fuel_card')} scale={2} unit={t('unit.yuan')} />
          <TextItem name="why" label={t('field.why')} max={500} rows={2} required={waybill.settlementVersion > 0} />
        </>
      )
    },
    convert: ({ loading, penalty, fuel, why }) => ({
      items: [...itemOf('loading_fee', 'both', loading), ...itemOf('penalty', 'carrier', penalty)],
      parts: typeof fuel === 'number' && fuel > 0 ? [{ to: 'fuel_card', amount: { by: 'sum', fen: fuel } }] : [],
      why: why ?? '',
    }),
  },
  pay: nothing,
  report: nothing,
}

/** The rules that block now; of a paid waybill those that its payment breached. */
function useBlocking({ id, state, audit }: WaybillDetail): readonly string[] {
  const query = { ...api.waybills.findings.queryOptions({ input: { id } }), enabled: state === 'signed' }
  const { data } = useQuery(query)
  const found = state === 'signed' ? data : audit
  if (!found) return []
  const passed = new Set(found.overrides.map(({ rule }) => rule))
  return found.findings.flatMap(({ rule, result }) => (result === 'block' && !passed.has(rule) ? [rule] : []))
}

const itemOf = (kind: string, side: 'both' | 'carrier', fen: unknown) =>
  typeof fen === 'number' && fen > 0 ? [{ kind, side, amount: { by: 'sum', fen } }] : []
