import { useText, TextItem } from '@tingzhou/ui'
import { Form, InputNumber } from 'antd'
import { CodeItem } from '../fields.tsx'
import type { PlaceDetail } from './api.ts'

/** What the form of a place holds; degrees are WGS-84. */
export type PlaceValues = Pick<
  PlaceDetail,
  'name' | 'address' | 'divisionCode' | 'lonDeg' | 'latDeg' | 'fenceM' | 'contact' | 'phone' | 'remark'
> & { readonly shipperId?: string | null }

/** What the contract takes of it. */
export const placeInput = (values: PlaceValues) => ({
  name: values.name,
  address: values.address,
  divisionCode: values.divisionCode,
  lonDeg: values.lonDeg,
  latDeg: values.latDeg,
  fenceM: values.fenceM,
  contact: values.contact ?? '',
  phone: values.phone ?? '',
  remark: values.remark ?? '',
})

function NumberItem(props: {
  readonly name: string
  readonly label: string
  readonly min: number
  readonly max: number
  readonly digits: number
  readonly unit: string
  readonly extra?: string
}) {
  const t = useText('freight')
  const { name, label, min, max, digits, unit, extra } = props
  return (
    <Form.Item
      name={name}
      label={label}
      {...(extra === undefined ? {} : { extra })}
      rules={[{ required: true, message: t('rule.say', { label }) }]}
    >
      <InputNumber min={min} max={max} precision={digits} suffix={unit} className="freight-wide" />
    </Form.Item>
  )
}

export function PlaceItems() {
  const t = useText('freight')
  return (
    <>
      <TextItem name="name" label={t('field.name')} max={120} required />
      <CodeItem name="divisionCode" label={t('field.division')} table="division" required />
      <TextItem name="address" label={t('field.address')} max={256} required />
      <div className="freight-pair">
        <NumberItem
          name="lonDeg"
          label={t('place.lon')}
          min={-180}
          max={180}
          digits={6}
          unit="°"
          extra={t('place.wgs')}
        />
        <NumberItem name="latDeg" label={t('place.lat')} min={-90} max={90} digits={6} unit="°" />
      </div>
      <NumberItem
        name="fenceM"
        label={t('place.fence')}
        min={50}
        max={5000}
        digits={0}
        unit="m"
        extra={t('place.fence_extra')}
      />
      <div className="freight-pair">
        <TextItem name="contact" label={t('field.contact')} max={60} />
        <TextItem name="phone" label={t('field.phone')} max={18} />
      </div>
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </>
  )
}
