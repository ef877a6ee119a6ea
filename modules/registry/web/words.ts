import type { Shape, Tone } from '@tingzhou/ui'
import type { ToldFigure } from '../figure/figure.ts'
import { toldWord } from './figure-words.ts'
import type { EnterpriseStatus, HistoryEntry, UsccStatus } from '../enterprise-contract.ts'

export type Texts = (key: string, values?: Readonly<Record<string, unknown>>) => string

export const sizes = ['large', 'medium', 'small', 'micro'] as const
export const statuses = ['active', 'preparing', 'suspended', 'moved', 'closed'] as const
export const ownerships = ['state', 'collective', 'private', 'hmt', 'foreign', 'mixed', 'individual', 'other'] as const
export const usccStatuses = ['ok', 'legacy', 'missing', 'malformed'] as const

type Look = { readonly tone: Tone; readonly shape: Shape }
export const statusLooks: Readonly<Record<EnterpriseStatus, Look>> = {
  active: { tone: 'good', shape: 'dot' },
  preparing: { tone: 'busy', shape: 'ring' },
  suspended: { tone: 'attention', shape: 'pause' },
  moved: { tone: 'plain', shape: 'square' },
  closed: { tone: 'plain', shape: 'cross' },
}
export const usccLooks: Readonly<Record<UsccStatus, Look>> = {
  ok: { tone: 'good', shape: 'check' },
  legacy: { tone: 'attention', shape: 'triangle' },
  missing: { tone: 'plain', shape: 'ring' },
  malformed: { tone: 'attention', shape: 'diamond' },
}

export const choicesOf = (t: Texts, group: string, keys: readonly string[]) =>
  keys.map((value) => ({ value, label: t(`${group}.${value}`) }))

const worded = new Map([
  ['size', 'size'],
  ['status', 'status'],
  ['ownership', 'ownership'],
  ['contact.state', 'contact_state'],
  ['state', 'contact_state'],
])

/** A value of a change as a reader understands it. */
export function shownValue(t: Texts, field: string, value: unknown, areas: ReadonlyMap<string, string>): string {
  if (value === null || value === undefined || value === '') return '–'
  if (field === 'areaId') return areas.get(String(value)) ?? String(value)
  if (field === 'figure') return toldWord(t, value as ToldFigure) // the history's own form
  const group = worded.get(field)
  if (group !== undefined && typeof value === 'string') return t(`${group}.${value}`)
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(String).join(t('comma'))
  if (typeof value === 'object' && 'lon' in value && 'lat' in value) return `${value.lon}, ${value.lat}`
  return String(value)
}

/** The changes of a history entry, one line each. */
export const changeLines = (t: Texts, entry: HistoryEntry, areas: ReadonlyMap<string, string>): readonly string[] =>
  entry.changes.map(({ field, from, to }) => {
    const label = t(
      `field.${field.replace('contact.', 'contact_').replace(/^(phone|email|role|main|state|accountId)$/, 'contact_$1')}`,
    )
    const after = shownValue(t, field, to, areas)
    return from === null || from === ''
      ? `${label}: ${after}`
      : `${label}: ${shownValue(t, field, from, areas)} → ${after}`
  })
