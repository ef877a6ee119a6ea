import { DegreeItem, TextItem, useText, WholeItem } from '@tingzhou/ui'
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

export function PlaceItems() {
  const t = useText('freight')
  return (
    <>
      <TextItem name="name" label={t('field.name')} max={120} required />
      <CodeItem name="divisionCode" label={t('field.division')} table="division" required />
      <TextItem name="address" label={t('field.address')} max={256} required />
      <div className="freight-pair">
        <DegreeItem name="lonDeg" label={t('place.lon')} max={180} required extra={t('place.wgs')} />
        <DegreeItem name="latDeg" label={t('place.lat')} max={90} required />
      </div>
      <WholeItem
        name="fenceM"
        label={t('place.fence')}
        min={50}
        max={5_000}
        unit="m"
        required
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
