import type { QueryKey } from '@tanstack/react-query'
import { FormBox, useCommand, useMe, useOpenForm, useText, ScaledItem } from '@tingzhou/ui'
import { Form } from 'antd'
import type { Measure } from '../../words.ts'
import { api } from '../api.ts'
import type { Sent } from './api.ts'
import { CarrierPick, DriverPick, VehiclePick } from './pickers.tsx'
import { saying } from './refusals.ts'
import { carriersOf } from './rights.ts'
import { formatQuantity, quantityScale } from './scaled.ts'

type Input = Parameters<typeof api.loads.assign.call>[0]
type Values = {
  readonly carrierId?: string
  readonly driverId: string
  readonly vehicleId: string
  readonly plan?: number | null
}

/** Who drives what for whom, and how much: a truckload of a load, or of a carrier's share of it. */
export function CrewBox(props: {
  /** The load or the share that it is taken of. */
  readonly of: { readonly id: string; readonly measure: Measure; readonly truckPlan: number }
  /** Fixed where a share says it. */
  readonly carrierId?: string
  /** What was chosen before the form was opened. */
  readonly chosen?: { readonly carrierId: string; readonly driverId: string; readonly vehicleId: string }
  /** Answers of the server that change with it, beside loads and shares. */
  readonly alsoChanged?: readonly QueryKey[]
  readonly run: (input: Input) => Promise<Sent>
  readonly submit: string
}) {
  const t = useText('freight')
  const me = useMe()
  const { close } = useOpenForm()
  const { of, run, submit } = props
  const [form] = Form.useForm<Values>()
  const only = carriersOf(me).length === 1 ? carriersOf(me)[0]?.id : undefined
  const picked = Form.useWatch('carrierId', form) ?? props.chosen?.carrierId ?? only
  const carrierId = props.carrierId ?? picked
  const command = useCommand({
    run: saying(run, () => of.measure),
    invalidate: [api.loads.key(), api.shares.key(), ...(props.alsoChanged ?? [])],
    success: ({ number, plan }: Sent) =>
      t('load.sent', { number, plan: formatQuantity(plan, of.measure), unit: t(`measure.${of.measure}`) }),
  })
  return (
    <FormBox<Values, Input, Sent>
      form={form}
      initial={props.chosen ?? (only === undefined ? {} : { carrierId: only })}
      command={command}
      toInput={({ driverId, vehicleId, plan }) => ({ driverId, vehicleId, plan: plan ?? null, id: of.id })}
      fieldNames={{ driver: 'driverId', vehicle: 'vehicleId', carrier: 'carrierId' }}
      submit={submit}
      done={close}
      onCancel={close}
    >
      {props.carrierId === undefined && <CarrierPick name="carrierId" label={t('field.carrier')} required />}
      {carrierId !== undefined && (
        // Drivers and vehicles are another carrier's after the carrier changed.
        <div key={carrierId}>
          <DriverPick name="driverId" label={t('driving.driver')} carrierId={carrierId} required />
          <VehiclePick name="vehicleId" label={t('driving.vehicle')} carrierId={carrierId} required />
        </div>
      )}
      {of.measure !== 'truck' && (
        <ScaledItem
          name="plan"
          label={t('load.plan')}
          scale={quantityScale[of.measure]}
          unit={t(`measure.${of.measure}`)}
          min={1}
          placeholder={formatQuantity(of.truckPlan, of.measure)}
          extra={t('load.plan_extra')}
        />
      )}
    </FormBox>
  )
}
