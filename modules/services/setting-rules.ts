import { err, ok, type Result } from '@tingzhou/kernel'

/** In what a setting is counted. */
export const settingUnits = ['working_days', 'share'] as const
export type SettingUnit = (typeof settingUnits)[number]

/** What an officer may set: its bounds, and the default that stands until somebody does. */
export const settingSpecs = {
  toleranceDaysMax: { unit: 'working_days', min: 1, max: 60, byDefault: 10 },
  supplementDays: { unit: 'working_days', min: 1, max: 60, byDefault: 5 },
  hearingDays: { unit: 'working_days', min: 1, max: 60, byDefault: 3 },
  rateDays: { unit: 'working_days', min: 1, max: 60, byDefault: 5 },
  urgeDays: { unit: 'working_days', min: 1, max: 30, byDefault: 1 },
  sampledShare: { unit: 'share', min: 0, max: 1, byDefault: 0.05 },
} as const satisfies Record<string, { unit: SettingUnit; min: number; max: number; byDefault: number }>

export type SettingName = keyof typeof settingSpecs
export const settingNames = Object.keys(settingSpecs) as readonly SettingName[]
export type SettingValues = Readonly<Record<SettingName, number>>

export type SettingChange = { readonly name: SettingName; readonly before: number; readonly after: number }
export type NothingChanged = {
  readonly kind: 'nothing_changed'
  readonly field: string
  readonly value: null
  readonly rule: 'another value'
}

/**
 * What a saved form changes, in the order of the list; the contract has checked the bounds.
 * @returns the changes, or that there is none: nobody signs for what stays as it was
 * Pure. O(settings).
 */
export function settingChanges(
  before: SettingValues,
  wanted: Partial<SettingValues>,
): Result<readonly SettingChange[], NothingChanged> {
  const changes = settingNames.flatMap((name) => {
    const after = wanted[name]
    return after === undefined || after === before[name] ? [] : [{ name, before: before[name], after }]
  })
  if (changes.length > 0) return ok(changes)
  return err({ kind: 'nothing_changed', field: 'values', value: null, rule: 'another value' })
}
