import type { Bounds } from '@tingzhou/records/bounds'
import file from './data/settings.json' with { type: 'json' }

/** Numbers of matching: the weights of a score, and what a tonne costs on its way. */
export type MatchNumber = keyof typeof file

export const matchBounds: Bounds<MatchNumber> = file
