import { err, ok, type Result } from '@tingzhou/kernel'
import numbers from './data/numbers.json' with { type: 'json' }
import list from './data/units.json' with { type: 'json' }
import { anyOf } from './normalise.ts'

/** A unit: its dimension and how many base units one of it is (data/README.md names them). */
export type Unit = {
  readonly unit: string
  readonly dimension: string
  readonly base: number
  readonly names: readonly string[]
}

/** Why a figure was refused: which field, what it said, which rule. */
export type TextRefusal = {
  readonly field: string
  readonly value: string
  readonly rule:
    | 'unit_known'
    | 'unit_of_the_dimension'
    | 'not_negative'
    | 'not_zero'
    | 'safe_integer'
    | 'a_day_that_exists'
    | 'product_known'
    | 'share_of_one'
}

const units: readonly Unit[] = list
const byName = new Map(
  units.flatMap((unit) => [unit.unit.toLowerCase(), ...unit.names].map((name) => [name, unit] as const)),
)
const names = [...byName.keys()]
const latinNames = names.filter((name) => /[a-z0-9]$/.test(name))
const otherNames = names.filter((name) => !/[a-z0-9]$/.test(name))
// 3个月 counts no pieces.
const notPieces = `(?!${numbers.counter} ?${anyOf(numbers.notPieces)})`
const unitAt = new RegExp(` ?(${anyOf(latinNames)}(?![a-z0-9])|${notPieces}${anyOf(otherNames)})`, 'y')

/**
 * The unit by one of its names.
 * @param name  吨, t, 公斤, MWh, 度, m³ …; any case
 * @returns null when no unit is called so
 * Source: data/units.json. O(1).
 */
export const unitOf = (name: string): Unit | null => byName.get(name.normalize('NFKC').trim().toLowerCase()) ?? null

/** The unit that stands at a place of a normalised text, after a space or none. */
export function readUnit(text: string, at: number): { readonly unit: Unit; readonly end: number } | null {
  unitAt.lastIndex = at
  const found = unitAt.exec(text)
  const unit = found?.[1] === undefined ? undefined : byName.get(found[1])
  return found && unit ? { unit, end: at + found[0].length } : null
}

/**
 * A figure in whole base units of its dimension, rounded once to the nearest.
 * @returns refusal `safe_integer` when it is too large to be counted exactly
 */
export function inBase(value: number, unit: Unit): Result<number, TextRefusal> {
  const base = Math.round(value * unit.base)
  return Number.isSafeInteger(base)
    ? ok(base === 0 ? 0 : base)
    : err({ field: 'value', value: `${value} ${unit.unit}`, rule: 'safe_integer' })
}

/**
 * Converts between units of one dimension.
 * @param value  how many of `from`
 * @returns how many of `to`; refusal `unit_known` or `unit_of_the_dimension` with field and value: 方 does not become 吨, 台 not 件
 * Source: data/units.json. O(1).
 */
export function convert(value: number, from: string, to: string): Result<number, TextRefusal> {
  const [source, target] = [unitOf(from), unitOf(to)]
  if (!source) return err({ field: 'from', value: from, rule: 'unit_known' })
  if (!target) return err({ field: 'to', value: to, rule: 'unit_known' })
  if (source.dimension !== target.dimension)
    return err({ field: 'unit', value: `${from} → ${to}`, rule: 'unit_of_the_dimension' })
  return ok((value * source.base) / target.base)
}
