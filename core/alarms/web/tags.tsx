import { formatNumber, holdsRole, StateTag, useMe, useText, type Shape, type Tone } from '@tingzhou/ui'
import type * as z from 'zod'
import type { AlarmRow } from '../contract.ts'
import { ruleRoles, watchRoles } from './api.ts'
import './alarms.css'

export type Row = z.output<typeof AlarmRow>

const levelShapes: Readonly<Record<number, Shape>> = { 1: 'diamond', 2: 'triangle', 3: 'dot', 4: 'square' }

/** The level of an alarm: its word and its shape; the colour repeats them. */
export function LevelTag({ level }: { readonly level: number }) {
  const t = useText('alarms')
  return (
    <span className={`tz-alarm-level tz-alarm-level-${level}`}>
      <StateTag tone="plain" shape={levelShapes[level] ?? 'ring'}>
        {t(`level.${level}`)}
      </StateTag>
    </span>
  )
}

const looks: Readonly<Record<Row['state'], readonly [Tone, Shape]>> = {
  unack_active: ['bad', 'diamond'],
  ack_active: ['attention', 'check'],
  unack_returned: ['attention', 'ring'],
  unack_latched: ['bad', 'square'],
  ack_latched: ['attention', 'square'],
  shelved: ['plain', 'pause'],
  suppressed: ['plain', 'pause'],
  out_of_service: ['plain', 'cross'],
  normal: ['good', 'check'],
}

/** Where an alarm stands, in a word and a shape; nothing blinks. */
export function AlarmState({ state }: { readonly state: Row['state'] }) {
  const t = useText('alarms')
  const [tone, shape] = looks[state]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`state.${state}`)}
    </StateTag>
  )
}

/** A value with its limit, where there is one, and their unit: each row has its own. */
export function valueText({ startedValue, limit, unit }: Pick<Row, 'startedValue' | 'limit' | 'unit'>): string {
  if (startedValue === null) return '–'
  const value = limit === null ? formatNumber(startedValue) : `${formatNumber(startedValue)} / ${formatNumber(limit)}`
  return unit === null ? value : `${value} ${unit}`
}

/** Why the reader may not act on alarms; null: they may. */
export function useWatchRefusal(): string | null {
  const t = useText('alarms')
  return holdsRole(useMe(), watchRoles) ? null : t('reason.watch')
}

/** Why the reader may not change rules; null: they may. */
export function useRuleRefusal(): string | null {
  const t = useText('alarms')
  return holdsRole(useMe(), ruleRoles) ? null : t('reason.rules')
}
