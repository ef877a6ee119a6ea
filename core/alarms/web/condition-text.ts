import { formatDuration, formatNumber, useText } from '@tingzhou/ui'
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
          window: timeText(condition.windowS, t),
        })
      case 'forecast':
        return t(`condition_text.forecast_${condition.side}`, {
          limit: of(condition.limit),
          within: timeText(condition.withinS, t),
        })
      case 'stuck':
        return t('condition_text.stuck', { time: timeText(condition.forS, t) })
      case 'no_data':
        return condition.afterS === null
          ? t(condition.byValue ? 'condition_text.no_data_by_value' : 'condition_text.no_data_default')
          : t('condition_text.no_data', { time: timeText(condition.afterS, t) })
      case 'state':
        return t(`condition_text.state_${condition.is}`, { values: condition.values.join(', ') })
      case 'bit':
        return t('condition_text.bit', { bit: condition.bit })
    }
  }
}

/** A time that a rule names, to the second: in minutes and hours only where nothing is lost. O(1). */
export function timeText(seconds: number, t: ReturnType<typeof useText>): string {
  const isWhole = seconds >= 60 && seconds % (seconds < 86_400 ? 60 : 3_600) === 0
  return isWhole ? formatDuration(seconds) : t('seconds', { n: formatNumber(seconds) })
}
