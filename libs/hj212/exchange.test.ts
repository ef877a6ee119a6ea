import { epochMs } from '@tingzhou/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { examples, wire } from './examples.fixture.ts'
import {
  answerRequest,
  answerTo,
  beginExchange,
  checkClock,
  createAssembler,
  decode,
  encode,
  explain,
  hear,
  isOver,
  isSamePassword,
  item,
  requestOf,
  resultTo,
  tick,
  uploadKey,
  type Message,
  type Segment,
} from './index.ts'

const now = epochMs(Date.parse('2026-07-03T02:00:00Z'))
const after = (ms: number) => epochMs(now + ms)
const read = (example: string): Message => {
  const message = decode(wire(example))
  if (!message.ok) throw new Error(explain(message.error))
  return message.value
}
const bytesOf = (segment: Segment | null) => {
  const frame = segment && encode(segment)
  return frame?.ok ? frame.value : null
}

describe('answerTo', () => {
  it('answers an upload with 9014, byte for byte', () => {
    expect(bytesOf(answerTo(read(examples.water)))).toEqual(wire(examples.waterAnswer))
  })

  it('answers each packet with its own QN', () => {
    const answers = [examples.airPart1, examples.airPart2].map((example) => answerTo(read(example)))

    expect(answers.map((answer) => answer?.qn)).toEqual(['20260703091000200', '20260703091000201'])
    expect(answers.map((answer) => answer?.packet)).toEqual([null, null])
  })

  it('answers a heartbeat with 9013 and its version', () => {
    expect(answerTo(read(examples.heartbeat))).toMatchObject({
      cn: '9013',
      st: '91',
      flags: { version: 2, wantsAnswer: false },
    })
  })

  it('answers a log that the device sends unasked with 9014', () => {
    expect(answerTo(read(examples.log))).toMatchObject({ cn: '9014', mn: 'A110000_XJCJ_WWTP_000001' })
  })

  it('leaves unanswered what wants no answer, replies, requests and what it does not know', () => {
    const unwanted = [examples.of2005, examples.accepted, examples.done, examples.setInterval, examples.waterAnswer]

    expect(unwanted.map((example) => answerTo(read(example)))).toEqual(unwanted.map(() => null))
    expect(
      answerTo({
        ...read(examples.water),
        segment: { ...read(examples.water).segment, cn: '7777' },
        body: { type: 'unknown', rest: [] },
      }),
    ).toBeNull()
  })

  it('writes the request and both replies of the example byte for byte', () => {
    const address = { st: '31', pw: '654321', mn: '650100C0FFEE000000000A01', version: 1 }
    const request = requestOf(address, '20260703100000000', '1062', [item('RtdInterval', '60')])

    expect(bytesOf(request)).toEqual(wire(examples.setInterval))
    expect(bytesOf(answerRequest(request, '1'))).toEqual(wire(examples.accepted))
    expect(bytesOf(resultTo(request, '1'))).toEqual(wire(examples.done))
  })
})

describe('an exchange', () => {
  const begun = beginExchange({ mn: '650100C0FFEE000000000A01', qn: '20260703100000000', kind: 'request' }, now)

  it('goes from sent over accepted to done', () => {
    const accepted = hear(begun, read(examples.accepted), after(1_000))
    const done = hear(accepted, read(examples.done), after(2_000))

    expect([begun.state, accepted.state, done.state]).toEqual(['sent', 'accepted', 'done'])
    expect(done).toMatchObject({ answer: '1', result: '1' })
  })

  it('is running while the device uploads what was asked for', () => {
    const upload = read(examples.flueGas)
    const running = hear(hear(begun, read(examples.accepted), after(1_000)), upload, after(30_000))

    expect(running).toMatchObject({ state: 'running', deadline: after(90_000) })
    expect(hear(begun, upload, after(1_000))).toBe(begun)
  })

  it('is refused with the code of the device', () => {
    const refusal = read(examples.accepted)
    const answer = {
      ...refusal,
      body: { type: 'request_answer' as const, answer: { text: '3', meaning: null }, rest: [] },
    }

    expect(hear(begun, answer, now)).toMatchObject({ state: 'refused', answer: '3' })
  })

  it('is sent again three times, ten seconds apart, and then times out', () => {
    let exchange = begun
    const sent: number[] = []
    for (let ms = 0; ms <= 60_000; ms += 1_000) {
      const step = tick(exchange, after(ms))
      if (step.send) sent.push(ms)
      exchange = step.exchange
    }

    expect(sent).toEqual([10_000, 20_000, 30_000])
    expect(exchange).toMatchObject({ state: 'timed_out', sends: 4 })
    expect(hear(exchange, read(examples.done), after(61_000))).toBe(exchange)
    expect(isOver(exchange)).toBe(true)
  })

  it('does not hear another device or another request', () => {
    const other = { ...begun, qn: '20260703100000001' }

    expect(hear(other, read(examples.accepted), now)).toBe(other)
    expect(hear({ ...begun, mn: 'x' }, read(examples.accepted), now)).toMatchObject({ state: 'sent' })
  })
})

describe('createAssembler', () => {
  const [part1, part2] = [read(examples.airPart1).segment, read(examples.airPart2).segment]

  it.each([
    ['in order', [part1, part2]],
    ['the other way round', [part2, part1]],
  ])('makes one record of four factors of two packets that come %s', (_how, [first, second]) => {
    const assembler = createAssembler()

    expect(first && assembler.add(first, now)).toMatchObject({ kind: 'part' })
    const whole = second && assembler.add(second, now)
    if (whole?.kind !== 'whole') throw new Error(whole?.kind)
    expect(whole.segment).toMatchObject({ qn: '20260703091000200', packet: null })
    expect(whole.segment.area.map(([item]) => item?.name)).toEqual([
      'DataTime',
      'a34004-Avg',
      'a34002-Avg',
      'a21026-Avg',
      'a21005-Avg',
    ])
  })

  it('knows a repeat, also after the set was complete, and a revision', () => {
    const assembler = createAssembler()
    for (const part of [part1, part2]) assembler.add(part, now)
    const changed = { ...part2, area: [part2.area[0] ?? [], [{ name: 'a21026-Avg', text: '7' }]] }

    expect(assembler.add(part1, now).kind).toBe('repeat')
    expect(assembler.add(changed, now)).toMatchObject({ kind: 'revised', before: part2, segment: { packet: null } })
  })

  it('gives a set up after five minutes and says what is missing', () => {
    const assembler = createAssembler()
    assembler.add(part2, now)

    expect(assembler.expire(after(299_999))).toEqual([])
    expect(assembler.expire(after(300_000))).toMatchObject([{ why: 'time', missing: [1], parts: [part2] }])
    expect(assembler.size()).toEqual({ sets: 0, characters: 0 })
  })

  it('passes on what is not split, and refuses another number of packets and too many', () => {
    const assembler = createAssembler({ countMax: 8 })
    assembler.add(part1, now)

    expect(assembler.add(read(examples.water).segment, now).kind).toBe('single')
    expect(assembler.add({ ...part2, packet: { index: 3, count: 3 } }, now)).toMatchObject({ why: 'count_differs' })
    expect(assembler.add({ ...part2, packet: { index: 9, count: 9 } }, now)).toMatchObject({ why: 'count_limit' })
  })

  it('stays within its bounds whatever arrives, gives the oldest up first and says which', () => {
    const packets = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 6 })), { maxLength: 300 })

    fc.assert(
      fc.property(packets, (packets) => {
        const assembler = createAssembler({ setsMax: 5, charactersMax: 400 })
        const given: string[] = []
        for (const [device, index] of packets) {
          assembler.add({ ...part1, mn: `device ${device}`, packet: { index, count: 6 } }, now)
          const { sets, characters } = assembler.size()
          expect(sets).toBeLessThanOrEqual(5)
          expect(sets === 1 || characters <= 400).toBe(true)
          given.push(...assembler.crowdedOut().map(({ why }) => why))
        }
        expect(given.every((why) => why === 'memory')).toBe(true)
      }),
    )
  })

  it('makes the same record of every order of the packets', () => {
    const count = 5
    const parts = Array.from({ length: count }, (_, i) => ({
      ...part1,
      packet: { index: i + 1, count },
      area: [part1.area[0] ?? [], [{ name: `a${10_000 + i}-Avg`, text: '1' }]],
    }))

    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: count, maxLength: count }), (order) => {
        const assembler = createAssembler()
        const last = order.map((part) => assembler.add(part, now)).at(-1)
        return (
          last?.kind === 'whole' &&
          last.segment.area.map(([item]) => item?.name).join() ===
            'DataTime,a10000-Avg,a10001-Avg,a10002-Avg,a10003-Avg,a10004-Avg'
        )
      }),
    )
  })

  it('stores a packet under one key however often it comes', () => {
    expect(uploadKey(part1)).toBe('650100C0FFEE000000000B02|22|2051|20260703090000|1')
    expect(uploadKey(part2)).not.toBe(uploadKey(part1))
  })

  it('refuses a bound of nothing', () => {
    expect(() => createAssembler({ waitMs: 0 })).toThrow('waitMs must be above 0, got 0')
  })
})

describe('isSamePassword', () => {
  it.each([
    ['654321', '654321', true],
    ['654320', '654321', false],
    ['6543216543', '654321', false],
    ['65432', '654321', false],
    ['', '654321', false],
    [null, '', false],
    ['', '', true],
    ['111', '1', false],
  ])('says of %j for %j: %j', (given, expected, verdict) => {
    expect(isSamePassword(given, expected)).toBe(verdict)
  })
})

describe('checkClock', () => {
  it.each([
    [600_000, 'fits'],
    [600_001, 'future'],
    [-604_800_000, 'fits'],
    [-604_800_001, 'late'],
  ])('says of a time that is %d ms ahead: %s', (ms, verdict) => {
    expect(checkClock(after(ms), now)).toBe(verdict)
  })
})
