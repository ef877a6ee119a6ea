import { Form } from 'antd'
import {
  EmptyState,
  FileField,
  formatNumber,
  FormBox,
  useCommand,
  useOpenRow,
  useText,
  type UploadedFile,
  ScaledItem,
  TextItem,
} from '@tingzhou/ui'
import { api } from '../api.ts'
import { makeMove, type MoveInput, type Standing } from '../waybills/api.ts'
import type { BridgeDetail, Truck } from './api.ts'
import { netFault } from './net.ts'
import { TruckFacts } from './trucks.tsx'

type Values = {
  readonly grossKg: number
  readonly tareKg: number
  readonly number: string
  readonly operator?: string
  readonly photo?: readonly UploadedFile[]
}

/** A weighing that a clerk enters for the truck that the address names; it is the same step that a driver takes. */
export function WeighForm({ bridge, trucks }: { readonly bridge: BridgeDetail; readonly trucks: readonly Truck[] }) {
  const t = useText('freight')
  const { id, close } = useOpenRow()
  const command = useCommand({
    run: makeMove,
    invalidate: [api.bridges.key(), api.waybills.key()],
    success: t('bridge.weighed'),
  })
  const truck = trucks.find(({ waybillId }) => waybillId === id)
  if (!truck) return <EmptyState title={t('bridge.truck_gone')} text={t('bridge.truck_gone_text')} />
  return (
    <div className="freight-weigh">
      <TruckFacts truck={truck} />
      <FormBox<Values, MoveInput, Standing>
        command={command}
        toInput={({ grossKg, tareKg, number, operator = '', photo = [] }) => ({
          id: truck.waybillId,
          move: {
            move: truck.end,
            rev: truck.rev,
            slip: { grossKg, tareKg, number, operator, source: 'manual', photoId: photo[0]?.id ?? null },
          },
        })}
        fieldNames={{
          'slip.grossKg': 'grossKg',
          'slip.tareKg': 'tareKg',
          'slip.number': 'number',
          'slip.photoId': 'photo',
        }}
        submit={t('bridge.enter_weighing')}
        done={close}
        onCancel={close}
        reason={bridge.weighs ? null : t('bridge.reason_weigh')}
      >
        <ScaledItem name="grossKg" label={t('slip.gross')} scale={0} unit="kg" min={1} max={200_000} required />
        <ScaledItem name="tareKg" label={t('slip.tare')} scale={0} unit="kg" min={1} max={200_000} required />
        <Net truck={truck} maxKg={bridge.maxKg} />
        <TextItem name="number" label={t('slip.number')} max={35} required />
        <Form.Item
          name="photo"
          label={t('slip.photo')}
          rules={[{ required: true, message: t('rule.say', { label: t('slip.photo') }) }]}
        >
          <FileField max={1} accept="image/*" capture fields={{ purpose: 'evidence' }} />
        </Form.Item>
        <TextItem name="operator" label={t('slip.operator')} max={60} />
      </FormBox>
    </div>
  )
}

/** The net weight as it is typed, and what the waybill will refuse. */
function Net({ truck, maxKg }: { readonly truck: Truck; readonly maxKg: number }) {
  const t = useText('freight')
  const gross = Form.useWatch<number | null | undefined>('grossKg')
  const tare = Form.useWatch<number | null | undefined>('tareKg')
  const isTyped = Number.isSafeInteger(gross) && Number.isSafeInteger(tare)
  const [grossKg, tareKg] = [gross ?? 0, tare ?? 0]
  const fault = isTyped ? netFault(grossKg, tareKg, truck, maxKg) : null
  return (
    <div aria-live="polite">
      <p className="freight-net">
        {t('bridge.net')} {isTyped ? `${formatNumber(grossKg - tareKg)} kg` : '–'}
      </p>
      {fault && <p className="tz-tone-bad">{t(`bridge_fault.${fault.key}`, { limit: formatNumber(fault.limit) })}</p>}
    </div>
  )
}
