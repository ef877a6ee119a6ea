import { formatNumber, useText } from '@tingzhou/ui'
import type { Condition } from '../rule.ts'

/** What is watched for, in a sentence. */
export function useConditionText(): (condition: Condition, unit: string | null) => string {
  const t = useText('alarms')
  return (condition, unit) => {
    const of = (value: number) => `${formatNumber(value)}${unit === null ? '' : ` ${unit}`}`
    switch (condition.kind) {
      case 'limit':
        return t(`condition_text.${condition.side}`, { limit: of(condition.limit) })
      case 'deviation': {
        const { reference, limit, direction } = condition
        const from = typeof reference === 'number' ? of(reference) : reference
        return t(`condition_text.deviation_${direction}`, { from, limit: of(limit) })
      }
      case 'rate':
        return t(`condition_text.rate_${condition.direction}`, {
          rate: of(condition.perMinute),
          window: condition.windowS,
        })
      case 'forecast':
        return t(`condition_text.forecast_${condition.side}`, { limit: of(condition.limit), within: condition.withinS })
      case 'stuck':
        return t('condition_text.stuck', { n: condition.forS })
      case 'no_data':
        return condition.afterS === null
          ? t('condition_text.no_data_default')
          : t('condition_text.no_data', { n: condition.afterS })
      case 'state':
        return t(`condition_text.state_${condition.is}`, { values: condition.values.join(', ') })
      case 'bit':
        return t('condition_text.bit', { bit: condition.bit })
    }
  }
}
