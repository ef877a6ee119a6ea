import type { LocalDate } from '@tingzhou/kernel'
import { isYoungerThan } from './period.ts'
import { whyNotReusable } from './reuse.ts'
import type { NeededMaterial, Selection } from './situation.ts'

/** A copy that the zone holds already. */
export type HeldCopy = { readonly material: string; readonly issuedOn: LocalDate; readonly validTo: LocalDate | null }

/** 申请人提交, 数据共享, 已有复用, 事项产出. */
export type Way = 'asked' | 'fetched' | 'held' | 'produced'

export type PlannedMaterial = NeededMaterial & { readonly way: Way }

/**
 * How each needed material is come by; what the zone holds or can fetch is not asked.
 * What another item makes is asked after all when that item is not selected and no copy of it is held.
 * @param held  copies of this applicant
 * Source: casework.md §10. O(materials × held).
 */
export function planMaterials(
  { items, materials }: Pick<Selection, 'items' | 'materials'>,
  held: readonly HeldCopy[],
  today: LocalDate,
): readonly PlannedMaterial[] {
  const selected = new Set(items.map(({ code }) => code))
  return materials.map((needed) => ({ ...needed, way: wayOf(needed, held, selected, today) }))
}

function wayOf(
  { material }: NeededMaterial,
  held: readonly HeldCopy[],
  selected: ReadonlySet<string>,
  today: LocalDate,
): Way {
  const { from } = material
  if (from.kind === 'item' && selected.has(from.item)) return 'produced'
  if (held.some((copy) => copy.material === material.code && isGood(copy, material, today))) return 'held'
  return from.kind === 'licence_store' || from.kind === 'data_service' ? 'fetched' : 'asked'
}

function isGood(copy: HeldCopy, { reuse, validFor }: NeededMaterial['material'], today: LocalDate): boolean {
  if (whyNotReusable(reuse, copy.issuedOn, today) !== null) return false
  if (copy.validTo !== null && copy.validTo < today) return false
  return validFor === null || isYoungerThan(copy.issuedOn, validFor, today)
}
