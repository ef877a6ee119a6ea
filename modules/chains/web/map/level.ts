import type { Palette, Shape, Tone } from '@tingzhou/ui'
import type { Product } from './api.ts'
import { figureOf } from './figure-text.ts'

/** How well a product is supplied from here: a word, a tone and a shape each, so that colour is never alone. */
export const levels = ['enough', 'partly', 'little', 'missing', 'unneeded'] as const
export type SupplyLevel = (typeof levels)[number]

/** Pure. O(figures). */
export function levelOf(product: Product, missingBelow: number): SupplyLevel {
  const sufficiency = figureOf(product.figures, 'sufficiency')
  const value = sufficiency?.value ?? null
  if (value === null || (sufficiency?.parts['need'] ?? 0) === 0) return 'unneeded'
  if (value >= 1) return 'enough'
  if (value < missingBelow) return value === 0 ? 'missing' : 'little'
  return 'partly'
}

export const looks = {
  enough: { tone: 'good', shape: 'check', symbol: 'circle', colour: 'good' },
  partly: { tone: 'attention', shape: 'diamond', symbol: 'diamond', colour: 'attention' },
  little: { tone: 'bad', shape: 'triangle', symbol: 'triangle', colour: 'bad' },
  missing: { tone: 'bad', shape: 'cross', symbol: 'rect', colour: 'bad' },
  unneeded: { tone: 'plain', shape: 'ring', symbol: 'emptyCircle', colour: 'border' },
} as const satisfies Readonly<Record<SupplyLevel, { tone: Tone; shape: Shape; symbol: string; colour: keyof Palette }>>
