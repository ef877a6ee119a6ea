import { useText, DayItem, TextItem } from '@tingzhou/ui'
import { TermsPick } from './pickers.tsx'
import { termsOf } from './terms-key.ts'

/** What the form of a contract holds; the rules of settlement by their key. */
export type FrameworkValues = {
  readonly shipperId?: string | null
  readonly number: string
  readonly terms: string
  readonly signedOn: string
  readonly validTo: string
  readonly remark?: string
}

/** What the contract takes of it. */
export function frameworkInput(values: FrameworkValues) {
  const { id, version } = termsOf(values.terms)
  return {
    number: values.number,
    termsId: id,
    termsVersion: version,
    signedOn: values.signedOn,
    validTo: values.validTo,
    remark: values.remark ?? '',
  }
}

export function FrameworkItems() {
  const t = useText('freight')
  return (
    <>
      <TextItem name="number" label={t('framework.number')} max={35} required />
      <TermsPick name="terms" label={t('field.terms')} required extra={t('framework.terms_extra')} />
      <div className="freight-pair">
        <DayItem name="signedOn" label={t('framework.signedOn')} required />
        <DayItem name="validTo" label={t('framework.validTo')} required />
      </div>
      <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
    </>
  )
}
