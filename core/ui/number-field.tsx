import { Form, InputNumber, type InputNumberProps } from 'antd'
import { useId } from 'react'
import { useItem, type ItemProps } from './fields.tsx'
import { useText } from './i18n.ts'

/** What a number keeps to. */
export type NumberLimits = {
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** Decimals at most; 0 of a whole number. */
  readonly digits?: number | undefined
  readonly unit?: string | undefined
}

type Typed = number | null | undefined

/** Says why a number does not keep to its limits; null: it does, or there is none. */
export function useNumberFault({ min, max, digits, unit = '' }: NumberLimits): (value: Typed) => string | null {
  const t = useText('ui')
  return (value) => {
    if (value === null || value === undefined) return null
    if (digits === 0 && !Number.isInteger(value)) return t('field.whole')
    if (digits !== undefined && Number(value.toFixed(digits)) !== value) return t('field.decimals', { n: digits })
    if (min !== undefined && value < min) return t('field.least', { n: exact.format(min), unit }).trim()
    // What is larger counts no ones.
    const most = max ?? (digits === 0 ? Number.MAX_SAFE_INTEGER : Infinity)
    if (value > most) return t('field.most', { n: exact.format(most), unit }).trim()
    return null
  }
}

// A bound is told to its last digit.
const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 12 })

/** The same as a rule of a `Form.Item`. */
export function useNumberRule(limits: NumberLimits) {
  const faultOf = useNumberFault(limits)
  return {
    validator: async (_: unknown, value: Typed) => {
      const fault = faultOf(value)
      if (fault !== null) throw new Error(fault)
    },
  }
}

type Own = 'id' | 'placeholder' | 'step' | 'readOnly' | 'disabled' | 'autoFocus' | 'className' | 'inputMode'
type Said = 'aria-label' | 'aria-invalid' | 'aria-describedby' | 'status'

export type NumberFieldProps = Pick<InputNumberProps<number>, Own | Said> & {
  readonly value?: number | null
  readonly onChange?: (value: number | null) => void
  readonly unit?: string | undefined
}

/**
 * A number as it was typed. It knows no bounds: it would write the nearest instead, and say nothing. They are told by `useNumberRule` in a
 * form, by `CheckedNumber` outside of one.
 */
export function NumberField({ unit, className = 'tz-wide', ...rest }: NumberFieldProps) {
  return (
    <InputNumber<number>
      {...rest}
      className={className}
      suffix={unit}
      // Arrow keys step; its buttons would be read out in English.
      controls={false}
    />
  )
}

/** The keys that a phone offers; those of digits alone have no minus. */
const keysOf = ({ min = -1, digits }: NumberLimits): Pick<NumberFieldProps, 'inputMode'> =>
  min < 0 ? {} : { inputMode: digits === 0 ? 'numeric' : 'decimal' }

/** A number in a form, within its limits. */
export function NumberItem(
  props: ItemProps & NumberLimits & Pick<NumberFieldProps, 'placeholder' | 'step' | 'className' | 'disabled'>,
) {
  const { name, label, required, extra, min, max, digits, ...field } = props
  const { rules, ...item } = useItem({ name, label, extra, ...(required === undefined ? {} : { required }) })
  const kept = useNumberRule({ min, max, digits, unit: field.unit })
  return (
    <Form.Item {...item} rules={[...rules, kept]}>
      <NumberField {...keysOf({ min, digits })} {...field} />
    </Form.Item>
  )
}

/** A whole number in a form, 1 at least unless told otherwise. */
export function WholeItem({
  min = 1,
  max = 1_000_000_000,
  ...props
}: Omit<Parameters<typeof NumberItem>[0], 'digits'>) {
  return <NumberItem {...props} min={min} max={max} digits={0} />
}

/** A number that stands in no form and says itself what it breaks; what was typed is told in any case. */
export function CheckedNumber({ min, max, digits, ...field }: NumberFieldProps & NumberLimits) {
  const id = useId()
  const fault = useNumberFault({ min, max, digits, unit: field.unit })(field.value)
  return (
    <span className="tz-checked">
      <NumberField
        {...keysOf({ min, digits })}
        {...field}
        {...(fault === null ? {} : { status: 'error', 'aria-invalid': true, 'aria-describedby': id })}
      />
      {fault !== null && (
        <span id={id} role="alert" className="tz-fault">
          {fault}
        </span>
      )}
    </span>
  )
}
