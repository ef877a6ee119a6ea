import { Form, Select } from 'antd'
import {
  FormBox,
  FormDrawer,
  OpenFormButton,
  PlainTable,
  rowItem,
  useCommand,
  useMe,
  useOpenForm,
  useOpenRow,
  useText,
  zoneToday,
  DayItem,
  TextItem,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api, type Done, type DrivingRow } from './api.ts'
import { CarrierItem } from './fields.tsx'
import { mayKeep } from './roles.ts'

const keys = [api.carriers.key(), api.drivers.key(), api.vehicles.key()]

/** Who drives for whom, with which vehicle, from when to when. */
export function Drivings({ rows }: { readonly rows: readonly DrivingRow[] }) {
  const t = useText('freight')
  const me = useMe()
  const refused = mayKeep(me) ? null : t('reason.keep')
  const today = zoneToday()
  return (
    <>
      <PlainTable
        name={t('driving.title')}
        empty={t('driving.none')}
        head={[t('driving.driver'), t('driving.carrier'), t('driving.vehicle'), t('driving.term'), t('field.verbs')]}
        rows={rows.map((row) => ({
          key: row.id,
          cells: [
            <Link key="driver" to={`/freight-drivers/${row.driver.id}`}>
              {row.driver.name}
            </Link>,
            <Link key="carrier" to={`/freight-carriers/${row.carrier.id}`}>
              {row.carrier.name}
            </Link>,
            row.vehicle ? (
              <Link key="vehicle" to={`/freight-vehicles/${row.vehicle.id}`}>
                {row.vehicle.name}
              </Link>
            ) : (
              t('driving.any')
            ),
            `${row.validFrom} – ${row.validTo ?? t('driving.open')}`,
            <OpenFormButton
              key="verb"
              name="end"
              item={rowItem(row)}
              size="small"
              reason={row.validTo !== null && row.validTo < today ? t('driving.ended') : refused}
            >
              {t('driving.end')}
            </OpenFormButton>,
          ],
        }))}
      />
      <FormDrawer name="end" title={t('driving.end')}>
        <End />
      </FormDrawer>
    </>
  )
}

type Values = { readonly carrierId: string; readonly vehicleId?: string; readonly validFrom: string }

/** Lets the driver drive for a carrier within reach. */
export function BeginDriving({ driverId }: { readonly driverId: string }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const [form] = Form.useForm<Values>()
  const carrierId = Form.useWatch('carrierId', form)
  const vehicles = useQuery({
    ...api.vehicles.list.queryOptions({ input: { limit: 200, carrierId: carrierId ?? '' } }),
    enabled: Boolean(carrierId),
  })
  const command = useCommand({ run: api.drivings.begin.call, invalidate: keys, success: t('driving.begun') })
  return (
    <FormBox<Values, Parameters<typeof api.drivings.begin.call>[0], Done>
      form={form}
      initial={{ validFrom: zoneToday() }}
      command={command}
      toInput={(values) => ({ ...values, vehicleId: values.vehicleId ?? null, driverId })}
      submit={t('driving.begin')}
      done={close}
      onCancel={close}
    >
      <CarrierItem name="carrierId" label={t('driving.carrier')} required />
      <Form.Item name="vehicleId" label={t('driving.vehicle')} extra={t('driving.vehicle_extra')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={(vehicles.data?.rows ?? []).map(({ id, plate }) => ({ value: id, label: plate }))}
        />
      </Form.Item>
      <DayItem name="validFrom" label={t('driving.from')} required />
    </FormBox>
  )
}

function End() {
  const t = useText('freight')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({ run: api.drivings.end.call, invalidate: keys, success: t('driving.ended') })
  return (
    <FormBox<{ readonly validTo: string; readonly why: string }, Parameters<typeof api.drivings.end.call>[0], Done>
      initial={{ validTo: zoneToday() }}
      command={command}
      toInput={({ validTo, why }) => ({ id, rev, validTo, why })}
      submit={t('driving.end')}
      done={close}
      onCancel={close}
    >
      <DayItem name="validTo" label={t('driving.last_day')} required />
      <TextItem name="why" label={t('field.why')} max={500} required rows={3} />
    </FormBox>
  )
}
