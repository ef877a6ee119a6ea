import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { decode, encode, type Position } from '@tingzhou/jt808'
import { createFleet } from './fleet.ts'
import { identityOf, maker, model } from './identity.ts'
import { readMemory, writeMemory } from './memory.ts'
import { createOutbox } from './outbox.ts'
import { createParameters } from './parameters.ts'
import { createWheel } from './wheel.ts'

describe('the wheel', () => {
  it('wakes each at its time, once, however long it slept', () => {
    const wish = fc.record({ id: fc.nat(20), inMs: fc.nat(40_000), thenMs: fc.nat(9_000) })
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 60 }), (wishes) => {
        let now = 1_700_000_000_123
        const wheel = createWheel(21, 50, 64, now)
        const expected = new Map<number, number>()
        const turn = () => {
          const found = wheel.due(now)
          expect(new Set(found).size).toBe(found.length)
          for (const id of found) {
            expect(expected.get(id) ?? Infinity).toBeLessThanOrEqual(now)
            expected.delete(id)
          }
          for (const at of expected.values()) expect(at).toBeGreaterThan(now - 50)
        }
        for (const { id, inMs, thenMs } of wishes) {
          wheel.wakeAt(id, now + inMs)
          expected.set(id, Math.min(expected.get(id) ?? Infinity, now + inMs))
          now += thenMs
          turn()
        }
        for (let i = 0; i < 60; i++) {
          now += 1_000
          turn()
        }
        expect([...expected]).toEqual([])
      }),
    )
  })
})

describe('the outbox', () => {
  const at = (second: number): Position => ({
    alarmBits: 0,
    statusBits: 2,
    latitude: 44,
    longitude: 87,
    altitudeM: 1,
    speedKmh: 0,
    directionDeg: 0,
    timeMs: second * 1_000,
    items: [],
  })
  const frame = Uint8Array.of(0x7e)
  const open = (keptMax = 10) => {
    let lost = 0
    const outbox = createOutbox({ keptMax, answerMs: () => 10_000, retries: () => 3, onLost: (n) => (lost += n) })
    return { outbox, lost: () => lost }
  }

  it('sends again after 10, 20, 60 and gives up after 240 seconds more', () => {
    const { outbox } = open()
    outbox.sent(1, [frame], [at(1)], false, 0)
    const resentAtS: number[] = []
    let second = 0
    for (let again = outbox.again(0); again !== 'given_up'; again = outbox.again(++second * 1_000))
      if (again.length > 0) resentAtS.push(second)

    expect(resentAtS).toEqual([10, 30, 90])
    expect(second).toBe(330)
  })

  it('keeps what was not answered when the connection goes, in the order of time', () => {
    const { outbox } = open()
    outbox.keep(at(3))
    outbox.sent(1, [frame], [at(1)], false, 0)
    outbox.sent(2, [frame], [at(2)], false, 0)
    outbox.sent(3, [frame], [at(4)], false, 0)
    expect(outbox.answered(1)?.positions).toEqual([at(1)])
    expect(outbox.answered(1)).toBeNull()

    outbox.disconnected()

    expect(outbox.takeKept(10)).toEqual([at(2), at(3), at(4)])
    expect(outbox.again(1e9)).toEqual([])
  })

  it('throws the oldest away when it is full, and says how many', () => {
    const { outbox, lost } = open(2)
    for (const second of [1, 2, 3]) outbox.keep(at(second))

    expect([outbox.takeKept(9).map(({ timeMs }) => timeMs), lost()]).toEqual([[2_000, 3_000], 1])
  })
})

describe('an identity', () => {
  it('is told from every other, and mixes the versions 1 : 4 : 5', () => {
    const all = Array.from({ length: 20_000 }, (_, id) => identityOf(id))
    for (const key of ['phone', 'plate', 'segment', 'terminalId'] as const)
      expect(new Set(all.map((identity) => identity[key])).size).toBe(20_000)
    const share = (version: string) => all.filter((identity) => identity.version === version).length / 2_000
    expect([share('2011'), share('2013'), share('2019')]).toEqual([1, 4, 5])
    expect(all.every(({ phone }) => /^999\d{8}$/.test(phone))).toBe(true)
  })

  it('can be written in a registration of its version', () => {
    for (const id of [0, 1, 9, 19_999]) {
      const { version, phone, plate, terminalId } = identityOf(id)
      const body = { provinceCode: 65, cityCode: 2301, maker, model: model.slice(0, 8), terminalId, plate } as const
      const header = { version, phone, serial: 0 }
      const frame = encode({ kind: 'register', header, body: { ...body, plateColour: 'yellow' } })
      expect(decode(frame)).toMatchObject({ header: { version, phone }, body })
    }
  })
})

describe('parameters', () => {
  it('are returned as they were set, those of the maker among them', () => {
    const parameters = createParameters(identityOf(4), 10_000)
    expect(parameters.number('default_interval_s', 0)).toBe(10)

    parameters.set([
      { kind: 'default_interval_s', value: 30 },
      { kind: 'raw', id: 0xf364, bytes: Uint8Array.of(1, 2) },
    ])

    expect(parameters.number('default_interval_s', 0)).toBe(30)
    expect(parameters.listed([0x29, 0xf364, 0x9999])).toEqual([
      { kind: 'default_interval_s', value: 30 },
      { kind: 'raw', id: 0xf364, bytes: Uint8Array.of(1, 2) },
    ])
    parameters.reset()
    expect(parameters.all()).toEqual(createParameters(identityOf(4), 10_000).all())
  })
})

describe('what a fleet remembers', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tingzhou-fleet-'))
  afterAll(() => rmSync(dir, { recursive: true }))

  it('is read back as it was, by the same fleet only; a spoilt file is nothing', () => {
    const fleet = createFleet({ port: 1, count: 5, codes: new Map([['99900000001', 'secret']]) })
    fleet.close()
    writeMemory(dir, 'a', fleet)

    expect(readMemory(dir, 'a')).toEqual({
      fleet: 'a',
      codes: { '99900000001': 'secret' },
      trucks: fleet.terminals.map((terminal) => terminal.truck()),
    })
    expect(readMemory(dir, 'b').trucks).toEqual([])
    writeFileSync(join(dir, 'simpark-fleet.json'), '{"fleet":"a"')
    expect(readMemory(dir, 'a')).toEqual({ fleet: 'a', codes: {}, trucks: [] })
  })
})
