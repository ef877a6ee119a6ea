import { shortDistanceM, type LonLat } from '@tingzhou/geo'
import { openRing, placesMax } from '../shape.ts'
import type { Geofence } from './api.ts'

export type ShapeKind = Geofence['shape']['kind']

/** A fence that is being drawn. */
export type Draft = {
  readonly kind: ShapeKind
  /** Circle: its centre; polygon: its corners; corridor: its line. */
  readonly places: readonly LonLat[]
  /** Circle: radius; corridor: half its width. Metres. */
  readonly sizeM: number
  /** Holes of a polygon, which the map shows and nobody draws. */
  readonly holes: readonly (readonly LonLat[])[]
}

export const emptyDraft: Draft = { kind: 'circle', places: [], sizeM: 500, holes: [] }

const usualM: Readonly<Record<ShapeKind, number>> = { circle: 500, polygon: 0, corridor: 100 }

/** A place as exact as a fix is. */
export const rounded = ({ lon, lat }: LonLat): LonLat => ({
  lon: Math.round(lon * 1e6) / 1e6,
  lat: Math.round(lat * 1e6) / 1e6,
})

/** The draft of a fence as it stands. Pure. */
export function draftOf(shape: Geofence['shape']): Draft {
  switch (shape.kind) {
    case 'circle':
      return { kind: 'circle', places: [shape.centre], sizeM: shape.radiusM, holes: [] }
    case 'polygon': {
      const [border = [], ...holes] = shape.rings
      return { kind: 'polygon', places: openRing(border), sizeM: 0, holes }
    }
    case 'corridor':
      return { kind: 'corridor', places: shape.line, sizeM: shape.halfWidthM, holes: [] }
  }
}

/** The shape of a draft; null while places are missing. Pure. */
export function shapeOf({ kind, places, sizeM, holes }: Draft): Geofence['shape'] | null {
  const [first] = places
  switch (kind) {
    case 'circle':
      return first && sizeM > 0 ? { kind, centre: first, radiusM: sizeM } : null
    case 'polygon':
      return places.length >= 3 ? { kind, rings: [[...places], ...holes.map((hole) => [...hole])] } : null
    case 'corridor':
      return places.length >= 2 && sizeM > 0 ? { kind, line: [...places], halfWidthM: sizeM } : null
  }
}

/** Another kind of shape, with what fits of the one before. Pure. */
export const turned = ({ kind: before, places }: Draft, kind: ShapeKind): Draft => ({
  kind,
  // The centre of a circle is no corner of anything.
  places: kind === 'circle' ? places.slice(0, 1) : before === 'circle' ? [] : places,
  sizeM: usualM[kind],
  holes: [],
})

/** A click on the map: the next place; of a circle its centre, then its border. Pure. */
export function clicked(draft: Draft, at: LonLat): Draft {
  const place = rounded(at)
  const [centre] = draft.places
  if (draft.kind === 'circle' && centre) return { ...draft, sizeM: radiusTo(centre, place) }
  return draft.places.length >= placesMax ? draft : { ...draft, places: [...draft.places, place] }
}

/** A place that is dragged; of a circle 0 is the centre, 1 the border. Pure. */
export function dragged(draft: Draft, index: number, to: LonLat): Draft {
  const [centre] = draft.places
  if (draft.kind === 'circle' && index === 1) return centre ? { ...draft, sizeM: radiusTo(centre, to) } : draft
  return { ...draft, places: draft.places.map((place, i) => (i === index ? rounded(to) : place)) }
}

const radiusTo = (centre: LonLat, to: LonLat): number => Math.max(1, Math.round(shortDistanceM(centre, to)))

/** Without the last place. Pure. */
export const undone = (draft: Draft): Draft => ({ ...draft, places: draft.places.slice(0, -1) })

/** Places as people write them: a line each, latitude first. Pure. */
export const written = (places: readonly LonLat[]): string => places.map(({ lat, lon }) => `${lat}, ${lon}`).join('\n')

/** What was written, or the number of the first line that is no place. Pure. */
export function parsed(text: string): { readonly places: readonly LonLat[] } | { readonly wrongLine: number } {
  const places: LonLat[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const numbers = line.split(/[\s,，;；]+/).filter((part) => part !== '')
    const [lat, lon] = numbers.map(Number)
    const isPlace =
      numbers.length === 2 && lat !== undefined && lon !== undefined && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
    if (!isPlace) return { wrongLine: index + 1 }
    places.push({ lon, lat })
  }
  return { places }
}
