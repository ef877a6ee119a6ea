import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { examples, strictExamples, toBytes, wire } from './examples.fixture.ts'
import {
  annotate,
  answerTo,
  createFramer,
  decode,
  decodeSegment,
  encode,
  explain,
  findFactor,
  frameOf,
  proposeUnit,
  qualityOf,
  splitPackets,
  versionOf,
  type Message,
  type Segment,
} from './index.ts'

const read = (frame: Uint8Array, mode: 'strict' | 'lenient' = 'lenient'): Message => {
  const message = decode(frame, { mode })
  if (!message.ok) throw new Error(explain(message.error))
  return message.value
}
const written = (segment: Segment): Uint8Array => {
  const frame = encode(segment)
  if (!frame.ok) throw new Error(explain(frame.error))
  return frame.value
}
/** A frame of a segment written by hand. */
const framed = (segment: string): Uint8Array => frameOf(toBytes(segment))
const rulesOf = (frame: Uint8Array): readonly string[] => read(frame).forgiven.map(({ rule }) => rule)
const refusal = (frame: Uint8Array, mode: 'strict' | 'lenient' = 'lenient') => {
  const message = decode(frame, { mode })
  return message.ok ? null : message.error
}

const head = 'QN=20260703081500120;ST=32;CN=2011;PW=654321;MN=650100C0FFEE00000000C0D1;Flag=5;'

describe('the examples', () => {
  it.each(strictExamples)('%s is read strictly and written byte for byte', (_name, example) => {
    expect(written(read(wire(example), 'strict').segment)).toEqual(wire(example))
  })

  it('the log is read leniently, says why, and is written byte for byte', () => {
    const message = read(wire(examples.log))

    expect(message.forgiven).toEqual([
      { rule: 'field_form', field: 'MN', value: 'A110000_XJCJ_WWTP_000001', offset: 54 },
    ])
    expect(written(message.segment)).toEqual(wire(examples.log))
  })
})

describe('decode', () => {
  it('reads an hour of flue gas', () => {
    const { segment, body } = read(wire(examples.flueGas))

    expect(segment).toMatchObject({ st: '31', cn: '2061', mn: '650100C0FFEE000000000A01', packet: null })
    expect(versionOf(segment)).toBe('2017')
    if (body.type !== 'data') throw new Error(body.type)
    expect(body.period).toBe('hour')
    expect(body.at?.at).toBe(Date.parse('2026-07-03T00:00:00Z'))
    expect(body.readings.map(({ code }) => code)).toEqual(['a00000', 'a21026', 'a21002', 'a19001'])
    const [flow, sulphur] = body.readings
    expect([flow?.numbers.Cou?.number, sulphur?.numbers.ZsAvg?.text, sulphur?.numbers.Cou?.number]).toEqual([
      182_160,
      '11.6',
      2.077,
    ])
    // 11.4 mg/m³ of 182,160 m³ are 2.077 kg.
    expect(((sulphur?.numbers.Avg?.number ?? 0) * (flow?.numbers.Cou?.number ?? 0)) / 1e6).toBeCloseTo(2.077, 3)
    expect(body.rest).toEqual([])
  })

  it('reads packets, the form of 2005, a log and a heartbeat of 2025', () => {
    expect(read(wire(examples.airPart2)).segment).toMatchObject({
      flags: { version: 1, wantsAnswer: true },
      packet: { index: 2, count: 2 },
    })
    const old = read(wire(examples.of2005))
    expect(old.segment).toMatchObject({ qn: null, flags: null, mn: '88888880000001' })
    expect(old.body).toMatchObject({
      type: 'data',
      readings: [{ code: 'B01', flag: null }, { code: '011' }, { code: '060' }],
    })
    expect(read(wire(examples.log)).body).toMatchObject({
      type: 'control',
      polId: 'w01018',
      infos: [{ code: 'i11001', kind: 'Info', text: '更换试剂' }],
    })
    expect(versionOf(read(wire(examples.heartbeat)).segment)).toBe('2025')
    expect(read(wire(examples.heartbeat)).body).toEqual({ type: 'heartbeat', rest: [] })
  })

  it('reads the settings of a request and its replies', () => {
    expect(read(wire(examples.setInterval)).body).toEqual({ type: 'realtime_interval', intervalS: 60, rest: [] })
    expect(read(wire(examples.accepted)).body).toMatchObject({ answer: { text: '1', meaning: { en: 'will execute' } } })
    expect(read(wire(examples.done)).body).toMatchObject({ result: { text: '1', meaning: { en: 'done' } } })
  })

  it('keeps 18 digits of a sum as text, and calls no value missing, never 0', () => {
    const { body } = read(framed(`${head}CP=&&a-Cou=123456789012345678,a-Avg=-,a-Min=,a-Max=NaN,a-Rtd=-0.50&&`))

    expect(body).toMatchObject({
      readings: [
        {
          numbers: {
            Cou: { text: '123456789012345678', number: 123_456_789_012_345_680 },
            Avg: { text: '-', number: null },
            Min: { text: '', number: null },
            Max: { text: 'NaN', number: null },
            Rtd: { text: '-0.50', number: -0.5 },
          },
        },
      ],
    })
  })

  it('reads every decimal as Number does', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(999_999_999), fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 9 })),
        ([whole, decimals]) => {
          const text = decimals === '' ? String(whole) : `${whole}.${decimals}`
          const { body } = read(framed(`${head}CP=&&DataTime=20260703081500;a-Rtd=${text}&&`))
          return body.type === 'data' && body.readings[0]?.numbers.Rtd?.number === Number(text)
        },
      ),
    )
  })

  it('keeps what it does not know', () => {
    expect(read(framed(`${head.replace('2011', '7777')}CP=&&x=1;y-Z=2&&`)).body).toEqual({
      type: 'unknown',
      rest: [
        { name: 'x', text: '1' },
        { name: 'y-Z', text: '2' },
      ],
    })
    expect(read(framed(`${head}CP=&&DataTime=20260703081500;Colour=red;w01018-Smell=bad&&`)).body).toMatchObject({
      rest: [{ name: 'Colour', text: 'red' }],
      readings: [{ code: 'w01018', others: [{ name: 'w01018-Smell', text: 'bad' }] }],
    })
  })

  it('tells a question from its answer by the data area', () => {
    const ask = (cn: string, area: string) => read(framed(`${head.replace('2011', cn)}CP=&&${area}&&`)).body

    expect(ask('2051', 'BeginTime=20260703000000;EndTime=20260703010000')).toMatchObject({
      type: 'query',
      from: { at: Date.parse('2026-07-02T16:00:00Z') },
      to: { at: Date.parse('2026-07-02T17:00:00Z') },
    })
    expect(ask('2011', '')).toMatchObject({ type: 'switch', what: 'realtime', on: true })
    expect(ask('2012', '')).toMatchObject({ type: 'switch', what: 'realtime', on: false })
    expect(ask('2021', 'DataTime=20260703081500;SB1-RS=1;SB2-RS=0')).toMatchObject({
      states: [
        { facility: 'SB1', state: { text: '1' } },
        { facility: 'SB2', state: { meaning: { en: 'off' } } },
      ],
    })
    expect(ask('2041', 'DataTime=20260703000000;SB1-RT=23.5')).toMatchObject({ hours: [{ hours: { number: 23.5 } }] })
  })

  it.each([
    ['a comma between groups', `${head}CP=&&BeginTime=20260703000000,EndTime=20260703010000&&`, ['separator']],
    ['a comma behind QN', `${head.replace(';', ',')}CP=&&&&`, ['separator']],
    ['no semicolon before CP', `${head.slice(0, -1)}CP=&&&&`, ['separator']],
    ['spaces in an empty area', `${head}CP=&& &&`, ['area_space']],
    ['a factor that lost its letter', `${head}CP=&&01018-Rtd=1.0&&`, ['factor_letter']],
    ['a semicolon at the end', `${head}CP=&&w01018-Rtd=1.0;&&`, ['group_empty']],
    ['a key twice', `${head}CP=&&w01018-Rtd=1.0,w01018-Rtd=2.0&&`, ['field_duplicate']],
    ['a flag of its own', `${head}CP=&&w01018-Rtd=1.0,w01018-Flag=P&&`, ['code_form']],
    ['a time that does not exist', `${head}CP=&&DataTime=20260231000000&&`, ['time_form']],
    ['an interval out of range', `${head.replace('2011', '1062')}CP=&&RtdInterval=29&&`, ['number_range']],
    ['an item without a value', `${head}CP=&&w01018-Rtd&&`, ['item_form']],
    [
      'another order of fields',
      `${head.replace('QN=20260703081500120;', '')}QN=20260703081500120;CP=&&&&`,
      ['field_order'],
    ],
    ['a field of the maker', `${head}Maker=x;CP=&&&&`, ['field_unknown']],
    ['a password too long', `${head.replace('654321', '6543210')}CP=&&&&`, ['field_limit']],
    ['no QN in 2017', `${head.replace('QN=20260703081500120;', '')}CP=&&&&`, ['field_absent']],
    ['packet numbers without their bit', `${head}PNUM=2;PNO=1;CP=&&&&`, ['packet_numbers']],
    ['a version to come', `${head.replace('Flag=5', 'Flag=13')}CP=&&&&`, ['version']],
  ])('lists when it forgives %s, and is strict when strict', (_what, segment, rules) => {
    expect(rulesOf(framed(segment))).toEqual(rules)
    expect(refusal(framed(segment), 'strict')?.rule).toBe(rules[0])
  })

  it('allows zeros before packet numbers, and an MN that is still to be asked for', () => {
    const packets = read(framed(`${head.replace('Flag=5', 'Flag=7')}PNUM=0002;PNO=01;CP=&&&&`), 'strict')
    const unnamed = read(
      framed('QN=20260703081500120;ST=31;CN=1001;PW=654321;MN=;Flag=9;CP=&&i23005-Info=//x//&&'),
      'strict',
    )

    expect(packets.segment.packet).toEqual({ index: 1, count: 2 })
    const answer = answerTo(unnamed)
    expect(answer && read(written(answer)).segment).toMatchObject({ cn: '9014', mn: '' })
  })

  it('keeps the last of a key that stands there twice', () => {
    expect(read(framed(`${head}CP=&&w-Rtd=1.0,w-Rtd=2.0&&`)).body).toMatchObject({
      readings: [{ numbers: { Rtd: { number: 2 } } }],
    })
  })

  it('takes a log text as it is, separators included', () => {
    const text = 'a;b,c=d&&e//f'
    const { body, forgiven } = read(
      framed(`${head.replace('2011', '3020')}CP=&&i11001-Info=//${text}//;PolId=w01018&&`),
    )

    expect(body).toMatchObject({ infos: [{ text }], polId: 'w01018' })
    expect(forgiven).toEqual([])
  })

  it('keeps bytes that are no UTF-8, and says so', () => {
    const bytes = toBytes(`${head.replace('2011', '3020')}CP=&&i11001-Info=//x//&&`)
    bytes[bytes.indexOf(0x78)] = 0xb8

    expect(rulesOf(frameOf(bytes))).toEqual(['text_encoding'])
    expect(read(frameOf(bytes)).body).toMatchObject({ infos: [{ text: '\u00b8' }] })
  })

  it.each([
    [
      '21C1 is no value of annex A',
      wire(examples.waterAnswer.replace('21C0', '21C1')),
      { rule: 'crc_impossible', field: 'crc', value: '21C1', offset: 93 },
    ],
    [
      'a length too small by one',
      wire(examples.waterAnswer.replace('0087', '0086')),
      { rule: 'crc_digits', field: 'crc', value: '&21C', offset: 92 },
    ],
    [
      'a changed digit of a value',
      wire(examples.water.replace('28.6', '28.7')),
      { rule: 'crc_wrong', field: 'crc', value: '7340', offset: 237 },
    ],
    [
      'a length that is not there',
      wire('##00x7'),
      { rule: 'length_digits', field: 'length', value: '00x7', offset: 2 },
    ],
    ['no beginning', toBytes('hello'), { rule: 'frame_start', field: 'frame', value: 'he', offset: 0 }],
    [
      'something behind the frame',
      toBytes(`${examples.waterAnswer}!`),
      { rule: 'length_mismatch', field: 'length', value: '0087', offset: 2 },
    ],
    [
      'no ST',
      framed('CN=2011;PW=1;MN=88888880000001;CP=&&&&'),
      { rule: 'field_missing', field: 'ST', value: '', offset: 6 },
    ],
    [
      'an empty MN',
      framed('ST=32;CN=2011;PW=1;MN=;CP=&&&&'),
      { rule: 'field_missing', field: 'MN', value: '', offset: 6 },
    ],
    [
      'no CP',
      framed('ST=32;CN=2011;PW=1;MN=88888880000001'),
      { rule: 'field_missing', field: 'CP', value: '', offset: 42 },
    ],
    [
      'a Flag above 255',
      framed(`${head.replace('Flag=5', 'Flag=256')}CP=&&&&`),
      { rule: 'flag_form', field: 'Flag', value: '256', offset: 84 },
    ],
    [
      'packet 3 of 2',
      framed(`${head.replace('Flag=5', 'Flag=7')}PNUM=2;PNO=3;CP=&&&&`),
      { rule: 'packet_range', field: 'PNO', value: '3', offset: 97 },
    ],
    [
      'an area that does not end',
      framed(`${head}CP=&&a=1`),
      { rule: 'area_end', field: 'CP', value: 'a=1', offset: 91 },
    ],
    [
      'an area that ends twice',
      framed(`${head}CP=&&a=1&&b=2&&`),
      { rule: 'area_end', field: 'a', value: '1&&b=2', offset: 93 },
    ],
    [
      'a text that does not end',
      framed(`${head}CP=&&a-Info=//x&&`),
      { rule: 'text_end', field: 'CP', value: '//x', offset: 98 },
    ],
    [
      'a control character',
      framed(`${head}CP=&&a-Info=//\t//&&`),
      { rule: 'control_character', field: 'segment', value: '\t', offset: 100 },
    ],
  ])('refuses %s even when lenient, with field, value, rule and offset', (_what, frame, complaint) => {
    expect(refusal(frame)).toEqual(complaint)
  })

  it('says it in one sentence', () => {
    const complaint = refusal(wire(examples.waterAnswer.replace('21C0', '21C1')))

    expect(complaint && explain(complaint)).toBe(
      'crc "21C1" at byte 93: crc is one of the 256 values that annex A can give',
    )
  })

  it('opens and seals with the cipher of the device, and says when the key does not fit', () => {
    const turn = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x15)
    const cipher = { open: turn, seal: turn }
    const { segment } = read(wire(examples.heartbeat))
    const sealed = encode(segment, cipher)

    expect(sealed.ok && decode(sealed.value, { mode: 'strict', cipher })).toMatchObject({
      ok: true,
      value: { segment },
    })
    expect(decode(wire(examples.heartbeat), { cipher: { ...cipher, open: () => null } })).toMatchObject({
      error: { rule: 'cipher' },
    })
  })
})

describe('a flipped bit', () => {
  const flips = (frame: Uint8Array): readonly Uint8Array[] =>
    Array.from({ length: frame.length * 8 }, (_, bit) =>
      frame.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
    )

  it.each(Object.entries(examples))('of %s never passes a strict reader', (_name, example) => {
    const frame = wire(example)
    const passed = flips(frame).filter((flipped) => decode(flipped, { mode: 'strict' }).ok)

    expect(passed).toEqual([])
  })

  it.each(Object.entries(examples))('of %s never passes a lenient stream unseen', (_name, example) => {
    const frame = wire(example)
    const clean = decodeSegment(frame.slice(6, -6))
    if (!clean.ok) throw new Error(explain(clean.error))

    for (const flipped of flips(frame)) {
      const framer = createFramer()
      const [found] = [...framer.push(flipped), ...framer.push(wire(examples.heartbeat)), ...framer.giveUp()]
      const { noiseBytes, lineEnds, smallLetters } = framer.counts()
      // The frame behind it is found in any case; a frame that survives holds the same segment, and what was odd is counted.
      expect(found).toBeDefined()
      expect(noiseBytes > 0 || lineEnds.crlf < 2 || smallLetters > 0).toBe(true)
      if (framer.counts().frames === 2) expect(found?.segment).toEqual(frame.slice(6, -6))
    }
  })
})

const name = fc.stringMatching(/^[a-z]\d{5}-(Rtd|Avg|Min|Max|Cou|ZsAvg)$/)
const numberText = fc.oneof(
  fc.nat(999_999).map(String),
  fc.tuple(fc.nat(9_999), fc.nat(999)).map(([a, b]) => `${a}.${b}`),
  fc.constantFrom('', '-'),
)
const note = fc
  .string({ maxLength: 20 })
  .filter((text) => !/[\p{Cc}\p{Cs}/]/u.test(text))
  .map((text) => `//${text}//`)
const group = fc.oneof(
  fc.tuple(name, numberText).map(([name, text]) => [{ name, text }]),
  fc.tuple(name, numberText, fc.constantFrom('N', 'D')).map(([name, text, flag]) => [
    { name, text },
    { name: `${name.split('-')[0]}-Flag`, text: flag },
  ]),
  note.map((text) => [{ name: 'i11001-Info', text }]),
)
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })
const segment: fc.Arbitrary<Segment> = fc.record({
  qn: fc.integer({ min: 10, max: 59 }).map((second) => `202607030815${second}120`),
  st: digits(2),
  cn: fc.constantFrom('2011', '2051', '2061', '3020', '7777'),
  pw: digits(6),
  mn: fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: 24, maxLength: 24 }),
  flags: fc.record({ version: fc.nat(2), wantsAnswer: fc.boolean() }),
  packet: fc.option(
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9)).map(([index, more]) => ({ index, count: index + more })),
  ),
  area: fc.uniqueArray(group, { maxLength: 12, selector: (items) => items[0]?.name.split('-')[0] ?? '' }),
  extra: fc.constant([]),
})

describe('encode', () => {
  it('writes what a strict reader reads back, for any segment', () => {
    fc.assert(
      fc.property(segment, (segment) => {
        expect(read(written(segment), 'strict').segment).toEqual(segment)
      }),
      { numRuns: 200 },
    )
  })

  it('echoes the odd QN, PW and MN of a device', () => {
    const { segment } = read(wire(examples.heartbeat))
    const odd = { ...segment, qn: '2026', pw: 'secret-long', mn: 'a_b' }

    expect(read(written(odd)).segment).toEqual(odd)
  })

  it.each([
    ['a separator in a field', { pw: '1;ST=99' }, 'field_duplicate'],
    ['a separator in a value', { area: [[{ name: 'w01018-Rtd', text: '1;w01018-Flag=N' }]] }, 'separator'],
    ['an end of the area in a value', { area: [[{ name: 'PolId', text: 'x&&y' }]] }, 'area_end'],
    ['a line end', { area: [[{ name: 'PolId', text: 'x\r\n##' }]] }, 'control_character'],
    ['a value that is no number', { area: [[{ name: 'w01018-Rtd', text: 'high' }]] }, 'number_form'],
    [
      'an area above 950 bytes',
      { qn: null, flags: null, mn: '88888880000001', area: [[{ name: 'PolId', text: 'x'.repeat(945) }]] },
      'area_limit',
    ],
    ['a segment above 1,024 bytes', { area: [[{ name: 'PolId', text: 'x'.repeat(1_024) }]] }, 'length_limit'],
    ['a factor without its letter', { area: [[{ name: '01018-Rtd', text: '1' }]] }, 'factor_letter'],
  ])('refuses %s', (_what, change, rule) => {
    const { segment } = read(wire(examples.heartbeat))

    expect(encode({ ...segment, ...change })).toMatchObject({ ok: false, error: { rule } })
  })
})

describe('splitPackets', () => {
  it('spreads a long area over packets of at most 950 bytes, each with its own QN and the time', () => {
    const { segment } = read(wire(examples.airPart1))
    const groups = Array.from({ length: 100 }, (_, i) => [{ name: `a${String(10_000 + i)}-Avg`, text: String(i) }])
    const area = [[{ name: 'DataTime', text: '20260703090000' }], ...groups]
    const packets = splitPackets({ ...segment, packet: null, area }, (index) => `2026070309100020${index}`)
    if (!packets.ok) throw new Error(explain(packets.error))

    expect(packets.value.map(({ packet }) => packet)).toEqual([1, 2].map((index) => ({ index, count: 2 })))
    expect(packets.value.map(({ qn }) => qn)).toEqual(['20260703091000201', '20260703091000202'])
    for (const packet of packets.value) expect(read(written(packet), 'strict').segment.area[0]).toEqual(area[0])
    expect(packets.value.flatMap((packet) => packet.area.slice(1))).toEqual(groups)
  })

  it('leaves a short area whole and refuses a group that fits no packet', () => {
    const { segment } = read(wire(examples.water))

    expect(splitPackets(segment, () => segment.qn)).toEqual({ ok: true, value: [segment] })
    expect(splitPackets(segment, () => null, 40)).toMatchObject({ ok: false, error: { rule: 'area_limit' } })
  })
})

describe('annotate', () => {
  it('gives every field with offset, length, name, raw text and value', () => {
    const { spans, complaints } = annotate(wire(examples.water))

    expect(complaints).toEqual([])
    expect(spans.find(({ name }) => name === 'CP.w01018-Rtd')).toEqual({
      offset: examples.water.indexOf('w01018-Rtd'),
      length: 15,
      name: 'CP.w01018-Rtd',
      raw: '28.6',
      value: { kind: 'decimal', text: '28.6', number: 28.6 },
    })
  })

  it.each(Object.entries(examples))('leaves only separators of %s uncovered, without overlap', (_name, example) => {
    const bytes = wire(example)
    const { spans } = annotate(bytes)
    let at = 0
    let between = ''
    for (const { offset, length } of spans) {
      expect(offset).toBeGreaterThanOrEqual(at)
      between += new TextDecoder().decode(bytes.slice(at, offset))
      at = offset + length
    }

    expect(at).toBe(bytes.length)
    expect(between.replaceAll(/[;,]|CP=&&|&&/g, '')).toBe('')
  })

  it('goes on after a wrong check value and lists everything', () => {
    const { complaints, message } = annotate(toBytes(examples.water.replace('28.6', 'high')))

    expect(complaints.map(({ rule }) => rule)).toEqual(['crc_wrong', 'line_end', 'number_form'])
    expect(message?.segment.cn).toBe('2011')
  })

  it('answers something for any bytes and never throws; so does decode', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(
          fc.constantFrom(...Object.values(examples)),
          fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 6 }),
        )
        .map(([example, changes]) => {
          const frame = wire(example)
          for (const [at, byte] of changes) frame[at % frame.length] = byte
          return frame
        }),
      fc
        .array(fc.constantFrom(';', ',', '=', '&&', '&', '//', 'CP=&&', 'Flag=', 'a-', '更', '\t'))
        .map((parts) => frameOf(toBytes(`ST=1;CN=1;MN=1;${parts.join('').slice(0, 1_000)}`))),
    )

    fc.assert(
      fc.property(bytes, (frame) => {
        const { complaints, message } = annotate(frame)
        const strict = decode(frame, { mode: 'strict' })
        expect(strict.ok).toBe(message !== null && complaints.length === 0)
        if (decode(frame).ok) expect(message).not.toBeNull()
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the catalogues', () => {
  it('find factors by code, by the code of 2005 and without their letter', () => {
    expect(findFactor('w01018')?.en).toBe('chemical oxygen demand')
    expect(findFactor('011')?.code).toBe('w01018')
    expect(findFactor('01018')?.code).toBe('w01018')
    // w01012 and a01012 share their digits.
    expect(findFactor('01012')).toBeNull()
    expect(findFactor('zz')).toBeNull()
  })

  it('propose micrograms for air stations, carbon monoxide excepted', () => {
    expect(proposeUnit('22', 'a34004')).toBe('µg/m³')
    expect(proposeUnit('22', 'a21005')).toBe('mg/m³')
    expect(proposeUnit('31', 'a21026')).toBe('mg/m³')
    expect(proposeUnit('32', 'w01001')).toBeNull()
  })

  it('judge data flags', () => {
    expect(['N', 'C', 'M', 'S', 'D', 'F', 'P', '3', '', null].map(qualityOf)).toEqual([
      'good',
      'substituted',
      'substituted',
      'substituted',
      'bad',
      'bad',
      'bad',
      'bad',
      'unflagged',
      'unflagged',
    ])
  })
})
