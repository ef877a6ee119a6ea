import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import {
  countsRequest,
  documentsRequest,
  printCounts,
  printDocuments,
  readCounts,
  readCountsRequest,
  readDocuments,
  readDocumentsRequest,
  type MonthCounts,
} from './counts.ts'
import { trackFaultsOf, type ShippingNote, type TrackMessage, type TrackReport } from './track.ts'
import { printTrackAnswer, readTrackAnswer, readTrackRequest, trackRequest } from './track-wire.ts'

const note: ShippingNote = {
  number: 'YD20261100000001',
  serial: '0000',
  startDivisionCode: '652325',
  endDivisionCode: '652301',
  startLonDeg: 89.123456,
  startLatDeg: 44.5,
  endLonDeg: 87.25,
  endLatDeg: 44,
  startText: '合成矿区',
  endText: '合成园区',
  plate: '新B·T0001',
  driverName: '合成司机甲',
  intervalMs: 5_000,
}
const send: TrackReport = {
  action: 'send',
  plate: '新B·T0001',
  driverName: '合成司机甲',
  remark: '',
  position: { lonDeg: 88.5, latDeg: -44.25, at: epochMs(1_763_686_800_000) },
  notes: [note],
}
const auth: TrackMessage = {
  action: 'auth',
  appId: 'app.tingzhou',
  appSecurity: 'secret',
  enterpriseCode: 'XJ0001',
  environment: 'debug',
}

describe('a track', () => {
  it('is read as it was written', () => {
    const degrees = (most: number) => fc.integer({ min: -most * 1e6, max: most * 1e6 }).map((micro) => micro / 1e6)
    fc.assert(
      fc.property(
        degrees(180),
        degrees(90),
        fc.constantFrom('start', 'send', 'pause', 'restart', 'stop'),
        (lonDeg, latDeg, action) => {
          const position = { lonDeg, latDeg, at: epochMs(1_763_686_800_000) }
          const message: TrackMessage = { ...send, action: action as TrackReport['action'], position }

          expect(readTrackRequest(trackRequest('t', message).body)).toEqual({
            ok: true,
            value: { token: 't', message },
          })
        },
      ),
    )
    expect(readTrackRequest(trackRequest('', auth).body)).toEqual({ ok: true, value: { token: '', message: auth } })
  })

  it('has a fault at each field that is wrong', () => {
    const faultOf = (change: object, ofNote: object = {}) =>
      trackFaultsOf({ ...send, notes: [{ ...note, ...ofNote }], ...change } as TrackMessage).map(
        ({ field, rule }) => `${field} ${rule}`,
      )

    expect(faultOf({})).toEqual([])
    expect(faultOf({ plate: '' })).toEqual(['plate needed'])
    expect(faultOf({ driverName: '长'.repeat(31) })).toEqual(['driverName length_max 30'])
    expect(faultOf({ remark: 'x'.repeat(257) })).toEqual(['remark length_max 256'])
    expect(faultOf({ notes: [] })).toEqual(['notes rows 1 20'])
    expect(faultOf({ notes: Array.from({ length: 21 }, () => note) })).toEqual(['notes rows 1 20'])
    expect(faultOf({ position: null })).toEqual(['position needed'])
    expect(faultOf({ position: null, action: 'pause' })).toEqual([])
    expect(faultOf({ position: { lonDeg: 181, latDeg: Number.NaN, at: epochMs(0) } })).toEqual([
      'position.lonDeg -180 to 180',
      'position.latDeg -90 to 90',
    ])
    expect(faultOf({}, { serial: '1' })).toEqual(['notes.0.serial known_code serial'])
    expect(faultOf({}, { endDivisionCode: 'x' })).toEqual(['notes.0.endDivisionCode known_code division'])
    expect(faultOf({}, { startLatDeg: 91 })).toEqual(['notes.0.startLatDeg -90 to 90'])
    expect(faultOf({}, { intervalMs: -1 })).toEqual(['notes.0.intervalMs 0 to 3600000'])
    expect(faultOf({}, { number: 'x\n' })).toEqual(['notes.0.number no_control_characters'])
    expect(trackFaultsOf({ ...auth, appId: '' } as TrackMessage)).toMatchObject([{ field: 'appId', rule: 'needed' }])
  })

  it('that is none is refused by name', () => {
    const body = (change: object) => JSON.stringify({ header: { token: 't', action: 'send' }, body: change })

    expect(readTrackRequest('x')).toMatchObject({ error: { rule: 'json_object' } })
    expect(readTrackRequest('{}')).toMatchObject({ error: { field: 'header' } })
    expect(readTrackRequest(body({ shippingNotes: [[]] }))).toMatchObject({ error: { field: 'notes' } })
    expect(readTrackRequest(body({ position: 7 }))).toMatchObject({ error: { field: 'position' } })
    expect(readTrackRequest(body({ position: { dateTime: '1' } }))).toMatchObject({ error: { field: 'position.at' } })
    expect(readTrackRequest('{"header":{"action":"fly"},"body":{}}')).toMatchObject({ error: { field: 'action' } })
    expect(readTrackRequest('{"header":{"action":"auth"},"body":{}}')).toMatchObject({
      error: { field: 'environment' },
    })
  })

  it('is answered with the next interval, which is bounded, and a session', () => {
    const said = (intervalMs: number | null) =>
      readTrackAnswer('fujian-2.0', printTrackAnswer('fujian-2.0', 'accepted', '', { intervalMs, session: 's-1' }))

    expect(said(5_000)).toMatchObject({ outcome: 'accepted', intervalMs: 5_000, session: 's-1' })
    expect([0, -5, 10 ** 9].map((ms) => said(ms).intervalMs)).toEqual([1_000, 1_000, 3_600_000])
    expect(said(null).intervalMs).toBeNull()
    expect(readTrackAnswer('fujian-2.0', '{"code":1001,"data":{"interval":"1","session":"a b"}}')).toMatchObject({
      intervalMs: null,
      session: null,
    })
    expect(readTrackAnswer('fujian-2.0', '<html>')).toMatchObject({ outcome: 'broken', intervalMs: null })
  })
})

describe('the counts of a month', () => {
  const query = { token: 't', enterpriseCode: 'XJ0001', month: '2026-11' }
  const one = { count: 3, sumFen: 9_007_199_254_740_991 }
  const counts: MonthCounts = { month: '2026-11', kinds: { driver: one, vehicle: one, waybill: one, fund_flow: one } }

  it('are asked for and told', () => {
    expect(readCountsRequest(countsRequest(query).body)).toEqual({ ok: true, value: query })
    expect(readCounts(printCounts(counts))).toEqual({ ok: true, value: counts })
  })

  it('are whole numbers of a month, or none', () => {
    expect(readCountsRequest('{"token":"t","enterpriseCode":"X","month":"2026-13"}')).toMatchObject({
      error: { field: 'month' },
    })
    for (const odd of [-1, 1.5, '3', null, 2 ** 53])
      expect(
        readCounts(
          JSON.stringify({ month: '2026-11', kinds: { ...counts.kinds, waybill: { count: odd, sumFen: 0 } } }),
        ),
      ).toMatchObject({
        error: { field: 'kinds.waybill', rule: 'whole_numbers' },
      })
    expect(readCounts('{"code":2001,"msg":"token"}')).toMatchObject({ error: { field: 'month' } })
    expect(readCounts('<!DOCTYPE x>')).toMatchObject({ error: { rule: 'json_object' } })
  })

  it('and tracks of hostile depth or without a text are refused, not thrown at', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const odd = '{"toString":1,"valueOf":1}'
    const asked = (kind: string) => `{"token":"t","enterpriseCode":"X","month":"2026-11","after":"","kind":${kind}}`

    expect(readCounts(`{"month":"2026-11","kinds":{"driver":${deep}}}`)).toMatchObject({
      error: { field: 'kinds.driver', value: '[…]' },
    })
    for (const value of [deep, odd]) {
      expect(readDocumentsRequest(asked(value))).toMatchObject({ error: { field: 'kind' } })
      expect(readTrackRequest(`{"header":{"action":${value}},"body":{}}`)).toMatchObject({ error: { field: 'action' } })
      expect(readTrackRequest(`{"header":{"action":"auth"},"body":{"environment":${value}}}`)).toMatchObject({
        error: { field: 'environment' },
      })
    }
  })

  it('have their documents behind them, a page at a time', () => {
    const row = { key: 'YD1 0000', sumFen: 1 }
    const page = { rows: [row], next: 'YD1 0000' }
    const asked = { ...query, kind: 'waybill', after: '' } as const

    expect(readDocumentsRequest(documentsRequest(asked).body)).toEqual({ ok: true, value: asked })
    expect(readDocumentsRequest(JSON.stringify({ ...asked, kind: 'x' }))).toMatchObject({ error: { field: 'kind' } })
    expect(readDocuments(printDocuments(page))).toEqual({ ok: true, value: page })
    expect(readDocuments(printDocuments({ rows: Array.from({ length: 501 }, () => row), next: null }))).toMatchObject({
      error: { rule: 'rows_max 500' },
    })
    expect(readDocuments('{"rows":[{"key":1,"sumFen":1}],"next":null}')).toMatchObject({ error: { field: 'rows' } })
    expect(readDocuments('{"rows":[],"next":7}')).toMatchObject({ error: { field: 'next' } })
  })
})
