import { expect, it } from 'vitest'
import { faultsOf } from '@tingzhou/connector'
import { beginSession, newPoint, notice, standing, type Notice } from './point.ts'

const good = 0
const badNoCommunication = { value: 0x8031_0000, name: 'BadNoCommunication' }
const said = (value: number, source: number, status = { value: good, name: 'Good' }): Notice => ({
  value: { dataType: 11, arrayType: 0, value },
  statusCode: status,
  sourceTimestamp: new Date(source),
  serverTimestamp: new Date(source + 5),
})
const watched = () => ({ ...newPoint({ key: 'I', nodeId: 'ns=1;s=I', write: null }), samplingMs: 1_000 })

it('takes the time of the source, else of the server, else of the answer', () => {
  const { sourceTimestamp: _, ...byServer } = said(1, 10_000)

  expect(notice(watched(), said(1, 10_000), 20_000)?.at).toBe(10_000)
  expect(notice(watched(), byServer, 20_000)?.at).toBe(10_005)
  expect(notice(watched(), { ...byServer, serverTimestamp: new Date(0) }, 20_000)?.at).toBe(20_000)
})

it('tells what a new session repeats no second time', () => {
  const point = watched()
  expect(notice(point, said(1, 10_000), 10_100)).not.toBe(null)
  beginSession(point)

  expect(notice(point, said(1, 10_000), 90_000)).toBe(null)
  expect(notice(point, said(1, 10_000, badNoCommunication), 90_100)).toEqual({
    point: 'I',
    at: 10_005,
    value: 1,
    quality: 'bad',
  })
})

it('a bad status without a value keeps the last number, and names the point that never had one', () => {
  const [point, empty] = [watched(), watched()]
  notice(point, said(7, 10_000), 10_100)
  const nothing = { ...said(0, 11_000, badNoCommunication), value: null }

  expect(notice(point, nothing, 11_100)).toMatchObject({ at: 11_000, value: 7, quality: 'bad' })
  expect(notice(empty, nothing, 11_100)).toBe(null)
  expect(faultsOf([point, empty])).toBe('1 of 2 points are not read: I: BadNoCommunication')
})

it('a value that stands is told again when the server answers, up to where it has looked', () => {
  const point = watched()
  notice(point, said(1, 10_000), 10_200)

  expect(standing(point, 11_500)).toBe(null)
  expect(standing(point, 12_000)).toEqual({ point: 'I', at: 11_000, value: 1, quality: 'good' })
  expect(standing(point, 12_300)).toBe(null)
})

it('a value that stands goes by the clock of its point', () => {
  const [behind, ahead] = [watched(), watched()]
  for (const [point, offset] of [
    [behind, -3_600_000],
    [ahead, 3_600_000],
  ] as const) {
    notice(point, said(1, 10_000_000 + offset), 10_000_200)
    notice(point, said(2, 10_002_000 + offset), 10_002_200)
  }

  expect(standing(behind, 10_004_000)?.at).toBe(10_003_800 - 3_600_000)
  expect(standing(ahead, 10_004_000)?.at).toBe(10_003_800 + 3_600_000)
})
