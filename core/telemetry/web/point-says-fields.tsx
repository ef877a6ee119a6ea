import { NumberField, NumberItem, useText } from '@tingzhou/ui'
import { Form, Input } from 'antd'
import type { OwnField, PointSays } from '../point.ts'
import { FormulaFields, formulaNames, formulaOfValues, valuesOfFormula, type FormulaValues } from './formula-fields.tsx'
import { formulaWords } from './formula-words.ts'
import { NameFields } from './plant-node-forms.tsx'

/** What a point says, as a form holds it: times in seconds. */
export type SaysValues = FormulaValues & {
  readonly zh: string
  readonly en?: string
  readonly unit?: string | null
  readonly euLow?: number | null
  readonly euHigh?: number | null
  readonly sampleS?: number | null
  readonly staleAfterS?: number | null
  readonly counterMax?: number | null
  readonly rawDays?: number | null
  readonly reason?: string | null
}

/** What a point says as a form holds it. Pure. */
export const valuesOfSays = ({ name, sampleMs, formula, ...says }: PointSays): SaysValues => ({
  ...name,
  ...says,
  ...valuesOfFormula(formula),
  sampleS: sampleMs === null ? null : sampleMs / 1_000,
})

/** What a form holds, as it is sent. Pure. */
export const saysOfValues = (values: SaysValues): PointSays => ({
  name: { zh: values.zh, en: values.en?.trim() ? values.en : values.zh },
  unit: values.unit?.trim() || null,
  euLow: values.euLow ?? null,
  euHigh: values.euHigh ?? null,
  sampleMs: typeof values.sampleS === 'number' ? Math.round(values.sampleS * 1_000) : null,
  staleAfterS: values.staleAfterS ?? null,
  counterMax: values.counterMax ?? null,
  rawDays: values.rawDays ?? null,
  formula: formulaOfValues(values),
})

/** Where the server calls a field otherwise than the form. */
export const saysNames = { 'name.zh': 'zh', 'name.en': 'en', sampleMs: 'sampleS', ...formulaNames('') }

/**
 * What a point says. Inside a form.
 * @param type  what the type of the point says, shown beside; null where there is none
 * @param isCounter  it has a value where it begins again
 * @param point  the point; null: an entry of a type
 * @param hasValue  it may be computed; a position may not
 * @param siblings  last parts of codes of the same equipment
 * @param unitBefore  the unit that readings are kept in: another one wants a reason; null where none are kept
 */
export function SaysFields(props: {
  readonly type: PointSays | null
  readonly isCounter: boolean
  readonly unitBefore: string | null
  readonly point: number | null
  readonly hasValue: boolean
  readonly siblings: readonly string[]
}) {
  const { type, isCounter, unitBefore, point, hasValue, siblings } = props
  const t = useText('telemetry')
  const unit = Form.useWatch<string | null | undefined>('unit')
  const isOtherUnit = unitBefore !== null && unit !== undefined && (unit ?? '') !== unitBefore
  const typeSays = (field: OwnField) => {
    if (!type) return undefined
    const value = type[field]
    if (value === null || typeof value === 'object') return value === null ? t('plant.type_none_said') : undefined
    return t('plant.type_says', { value: field === 'sampleMs' ? Number(value) / 1_000 : value })
  }
  const number = (name: keyof SaysValues, field: OwnField, least?: number) => (
    <NumberItem name={name} label={t(`plant.field.${field}`)} extra={typeSays(field)} min={least} />
  )
  return (
    <>
      <NameFields />
      <Form.Item name="unit" label={t('plant.field.unit')} extra={typeSays('unit') ?? t('plant.unit_hint')}>
        <Input maxLength={20} autoComplete="off" spellCheck={false} />
      </Form.Item>
      {isOtherUnit && (
        <Form.Item
          name="reason"
          label={t('plant.unit_reason')}
          extra={t('plant.unit_reason_hint', { unit: unitBefore })}
          rules={[{ required: true, whitespace: true, min: 2 }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      )}
      <div className="tz-plant-pair">
        {number('euLow', 'euLow')}
        <Form.Item
          name="euHigh"
          label={t('plant.field.euHigh')}
          extra={typeSays('euHigh')}
          dependencies={['euLow']}
          rules={[
            ({ getFieldValue }) => ({
              validator: async (_, high: unknown) => {
                const low: unknown = getFieldValue('euLow')
                if (typeof low === 'number' && typeof high === 'number' && low >= high)
                  throw new Error(t('plant.high_rule'))
              },
            }),
          ]}
        >
          <NumberField />
        </Form.Item>
        {number('sampleS', 'sampleMs', 0.001)}
        {number('staleAfterS', 'staleAfterS', 1)}
        {isCounter && number('counterMax', 'counterMax', 0)}
        {hasValue && (
          <Form.Item
            name="rawDays"
            label={t('plant.field.rawDays')}
            extra={typeSays('rawDays') ?? t('plant.raw_days_hint')}
            rules={[{ type: 'integer', min: 2, max: 36_500, message: t('plant.raw_days_rule') }]}
          >
            <NumberField inputMode="numeric" />
          </Form.Item>
        )}
      </div>
      {hasValue && <FormulaFields point={point} siblings={siblings} />}
      {hasValue && type?.formula && (
        <p className="tz-second">{t('plant.type_says', { value: formulaWords(type.formula) })}</p>
      )}
    </>
  )
}
