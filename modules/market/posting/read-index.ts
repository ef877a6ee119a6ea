import type { ZoneCatalogue } from '@tingzhou/chains'
import { createOfferIndex, type OfferIndex } from '@tingzhou/text'

const readers = new WeakMap<ZoneCatalogue, OfferIndex>()

/** What reads texts by a catalogue, made once for each version of it. */
export function readIndex(zone: ZoneCatalogue): Pick<OfferIndex, 'read'> {
  const kept = readers.get(zone)
  if (kept) return kept
  const made = createOfferIndex(zone.catalogue)
  readers.set(zone, made)
  return made
}
