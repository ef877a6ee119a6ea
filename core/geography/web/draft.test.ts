import { describe, expect, it } from 'vitest'
import { clicked, dragged, draftOf, emptyDraft, parsed, shapeOf, turned, undone, written } from './draft.ts'

const at = (lon: number, lat: number) => ({ lon, lat })

describe('a fence that is being drawn', () => {
  it('is a circle after two clicks: its centre and its border; dragged, either moves', () => {
    const one = clicked(emptyDraft, at(87.3, 44))
    expect(shapeOf(one)).toEqual({ kind: 'circle', centre: at(87.3, 44), radiusM: 500 })
    const two = clicked(one, at(87.3, 44.01))
    expect(two.places).toHaveLength(1)
    expect(two.sizeM).toBeCloseTo(1_111, -1)
    expect(dragged(two, 0, at(88, 45))).toMatchObject({ places: [at(88, 45)], sizeM: two.sizeM })
    expect(dragged(two, 1, at(87.3, 44)).sizeM).toBe(1)
  })

  it('is a polygon from three corners on, and a corridor from two', () => {
    const draft = [at(1, 1), at(2, 1), at(2, 2)].reduce(clicked, turned(emptyDraft, 'polygon'))
    expect(shapeOf(draft)).toEqual({ kind: 'polygon', rings: [[at(1, 1), at(2, 1), at(2, 2)]] })
    expect(shapeOf(undone(draft))).toBeNull()
    expect(shapeOf(turned(undone(draft), 'corridor'))).toEqual({
      kind: 'corridor',
      line: [at(1, 1), at(2, 1)],
      halfWidthM: 100,
    })
    expect(turned(draft, 'circle').places).toEqual([at(1, 1)])
  })

  it('comes from a fence as it stands, its holes kept', () => {
    const shape = {
      kind: 'polygon' as const,
      rings: [
        [at(1, 1), at(4, 1), at(4, 4), at(1, 1)],
        [at(2, 2), at(3, 2), at(3, 3)],
      ],
    }
    expect(shapeOf(draftOf(shape))).toEqual({
      kind: 'polygon',
      rings: [[at(1, 1), at(4, 1), at(4, 4)], shape.rings[1]],
    })
  })

  it('is typed as well as drawn; what is no place is named by its line', () => {
    expect(parsed('44.5, 87.25\n\n44.6　87.3')).toEqual({ places: [at(87.25, 44.5), at(87.3, 44.6)] })
    expect(parsed(written([at(87.25, 44.5)]))).toEqual({ places: [at(87.25, 44.5)] })
    expect(parsed('44, 87\n144, 87')).toEqual({ wrongLine: 2 })
    expect(parsed('44, 87, 3')).toEqual({ wrongLine: 1 })
    expect(parsed('north')).toEqual({ wrongLine: 1 })
  })
})
