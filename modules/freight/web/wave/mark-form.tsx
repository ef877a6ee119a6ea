import { FormBox, FormDrawer, useCommand, useOpenForm, useText, zoneNow, TextItem } from '@tingzhou/ui'
import { Form, Radio } from 'antd'
import { markKinds, type MarkKind } from '../../wave/words.ts'
import { api, type Done } from '../api.ts'
import { MomentItem } from '../carriage/moment-item.tsx'
import { CarrierPick, LoadPick, VehiclePick } from '../carriage/pickers.tsx'

type Values = {
  readonly kind: MarkKind
  readonly loadId?: string
  readonly carrierId?: string
  readonly vehicleId?: string
  readonly until: number
  readonly why: string
}

const dayMs = 86_400_000

/** A truck shall take a load, or never. Opened for a pair it names both; else they are chosen. */
export function MarkDrawer() {
  const t = useText('freight')
  return (
    <FormDrawer name="mark" title={t('mark.verb')}>
      <MarkBox />
    </FormDrawer>
  )
}

function MarkBox() {
  const t = useText('freight')
  const { item, close } = useOpenForm()
  const [form] = Form.useForm<Values>()
  const carrierId = Form.useWatch('carrierId', form)
  const [loadId, vehicleId] = (item ?? '').split('~')
  const isKnown = vehicleId !== undefined
  const command = useCommand({ run: api.waves.mark.call, invalidate: [api.waves.key()], success: t('saved') })
  return (
    <FormBox<Values, Parameters<typeof api.waves.mark.call>[0], Done>
      form={form}
      initial={{ kind: isKnown ? 'forbid' : 'pin', until: zoneNow() + dayMs }}
      command={command}
      toInput={({ kind, until, why, ...picked }) => ({
        kind,
        until,
        why,
        loadId: (isKnown ? loadId : picked.loadId) ?? '',
        vehicleId: vehicleId ?? picked.vehicleId ?? '',
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('mark.means')}</p>
      <Form.Item name="kind" label={t('field.kind')}>
        <Radio.Group options={markKinds.map((value) => ({ value, label: t(`mark_kind.${value}`) }))} />
      </Form.Item>
      {!isKnown && (
        <>
          <LoadPick name="loadId" label={t('load.one')} required />
          <CarrierPick name="carrierId" label={t('field.carrier')} required />
          {carrierId !== undefined && (
            <VehiclePick key={carrierId} name="vehicleId" label={t('driving.vehicle')} carrierId={carrierId} required />
          )}
        </>
      )}
      <MomentItem name="until" label={t('mark.until')} />
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
