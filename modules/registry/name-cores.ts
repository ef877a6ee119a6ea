import { nameCore } from '@tingzhou/names'
import places from './data/places.json' with { type: 'json' }

/** The part of an enterprise's name that tells it from others; the region's places are data. */
export const coreOf = (name: string): string => nameCore(name, places)
