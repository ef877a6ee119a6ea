import { createFenceIndex } from '@tingzhou/geo'
import { describe, expect, it } from 'vitest'
import type { Geofence } from './api.ts'
import { fenceFeatures, namePlaceOf } from './fence-shapes.ts'

const at = (lon: number, lat: number) => ({ lon, lat })
const horseshoe: Geofence['shape'] = {
  kind: 'polygon',
  rings: [[at(0, 0), at(9, 0), at(9, 8), at(5, 8), at(5, 2), at(3, 2), at(3, 8), at(0, 8)]],
}
const withHole: Geofence['shape'] = {
  kind: 'polygon',
  rings: [
    [at(0, 0), at(8, 0), at(8, 8), at(0, 8), at(0, 0)],
    [at(2, 2), at(6, 2), at(6, 6), at(2, 6)],
  ],
}
const shapes: readonly Geofence['shape'][] = [
  { kind: 'circle', centre: at(87.3, 44), radiusM: 800 },
  horseshoe,
  withHole,
  { kind: 'corridor', line: [at(87, 44), at(87.5, 44.2), at(88, 44)], halfWidthM: 50 },
]

describe('the name of a fence', () => {
  it('stands once, inside of the fence', () => {
    for (const shape of shapes) {
      const place = namePlaceOf(shape)
      if (!place) throw new Error('a whole shape has a place for its name')
      const index = createFenceIndex()
      index.insert('it', shape)
      expect(index.at(place)).toEqual(['it'])
      const { features } = fenceFeatures([{ id: 'it', name: 'Yard', shape }])
      expect(
        features.filter(({ properties }) => properties?.['name'] === 'Yard').map(({ geometry }) => geometry),
      ).toEqual([{ type: 'Point', coordinates: [place.lon, place.lat] }])
    }
    expect(namePlaceOf(horseshoe)).toEqual(at(7, 4))
  })
})
