import { expect, it } from 'vitest'
import { pointChanges, type HeldPoint } from './source-points.ts'

const held = (key: string, id: number): HeldPoint => ({
  id,
  key,
  name: { zh: '电流', en: 'Current' },
  unit: 'A',
  resolution: { mantissa: 1, scale: 1 },
})
const points = [held('I', 1), held('T', 2)]

it('changes the names and units in which a source says something else than before', () => {
  const before = [{ key: 'I', name: '电流', unit: 'A' }, { key: 'T' }]
  const after = [{ key: 'I', name: '主机电流', unit: 'A' }, { key: 'T', unit: 'Cel' }, { key: 'NEW' }]

  expect(pointChanges(points, before, after)).toEqual({
    ok: true,
    value: [
      { id: 1, name: { zh: '主机电流', en: '主机电流' }, unit: 'A' },
      { id: 2, name: { zh: '电流', en: 'Current' }, unit: 'Cel' },
    ],
  })
})

it('takes back what the source says no more', () => {
  const before = [{ key: 'I', name: '电流', unit: 'A' }]

  expect(pointChanges(points, before, [{ key: 'I' }])).toEqual({
    ok: true,
    value: [{ id: 1, name: { zh: 'I', en: 'I' }, unit: null }],
  })
})

it('leaves a point its own name and unit where the source never said any', () => {
  expect(pointChanges(points, [], [{ key: 'I' }, { key: 'T' }])).toEqual({ ok: true, value: [] })
})

it('refuses another resolution of a point that is there, and takes the same or none', () => {
  expect(pointChanges(points, [], [{ key: 'I', resolution: 0.1 }, { key: 'T' }]).ok).toBe(true)
  expect(pointChanges(points, [], [{ key: 'NEW', resolution: 5 }]).ok).toBe(true)
  expect(pointChanges(points, [], [{ key: 'I' }, { key: 'T', resolution: 0.01 }])).toEqual({
    ok: false,
    error: { kind: 'resolution_fixed', field: 'source.points.1.resolution', value: 0.01, rule: '0.1' },
  })
})
