import { FormBox, useCommand, useMe, useOpenForm, useText, ScaledItem, TextItem } from '@tingzhou/ui'
import { api, type Saved } from '../api.ts'
import { PlacePick } from '../carriage/pickers.tsx'
import { mayDispatch, shippersOf } from '../carriage/rights.ts'
import { ChangeItems } from '../fields.tsx'
import type { BridgeDetail } from './api.ts'

type Values = Pick<BridgeDetail, 'name' | 'divisionKg' | 'maxKg' | 'remark'>

const inputOf = ({ name, divisionKg, maxKg, remark }: Values) => ({ name, divisionKg, maxKg, remark: remark ?? '' })

function BridgeItems() {
  const t = useText('freight')
  return (
    <>
      <TextItem name="name" label={t('bridge.name')} max={60} required />
      <ScaledItem name="divisionKg" label={t('bridge.division')} scale={0} unit="kg" min={1} max={1_000} required />
      <ScaledItem name="maxKg" label={t('bridge.max')} scale={0} unit="kg" min={1_000} max={200_000} required />
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </>
  )
}

type NewValues = Values & { readonly placeId: string }

/** Enters a weighbridge at a place of the reader's. */
export function EnterBridge({ done }: { readonly done: (id: string) => void }) {
  const t = useText('freight')
  const me = useMe()
  const { close } = useOpenForm()
  const command = useCommand({ run: api.bridges.create.call, invalidate: [api.bridges.key()], success: t('saved') })
  const shipperId = mayDispatch(me) ? null : (shippersOf(me)[0]?.id ?? null)
  return (
    <FormBox<NewValues, Parameters<typeof api.bridges.create.call>[0], Saved>
      initial={{ divisionKg: 20, maxKg: 100_000 }}
      command={command}
      toInput={(values) => ({ ...inputOf(values), placeId: values.placeId })}
      submit={t('bridge.enter')}
      done={({ id }) => done(id)}
      onCancel={close}
    >
      <PlacePick name="placeId" label={t('bridge.place')} shipperId={shipperId} required />
      <BridgeItems />
    </FormBox>
  )
}

type EditValues = Values & { readonly state: 'open' | 'closed'; readonly why: string }

/** Changes, closes or reopens a weighbridge. */
export function ChangeBridge({ bridge }: { readonly bridge: BridgeDetail }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.bridges.change.call, invalidate: [api.bridges.key()], success: t('saved') })
  return (
    <FormBox<EditValues, Parameters<typeof api.bridges.change.call>[0], Saved>
      initial={bridge}
      command={command}
      toInput={(values) => ({
        ...inputOf(values),
        state: values.state,
        why: values.why,
        id: bridge.id,
        rev: bridge.rev,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <BridgeItems />
      <ChangeItems />
    </FormBox>
  )
}
