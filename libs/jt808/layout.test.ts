// Each body byte for byte, written down from the printed layouts, so that a field in the wrong place cannot hide behind an
// encoder that misplaces it as well.
import { describe, expect, it } from 'vitest'
import { decode, encode, encodeBody, type Outgoing, type Version } from './index.ts'
import { hex, kinds } from './messages.fixture.ts'

type Case = readonly [kind: string, version: Version, body: string, value: object]

// 2025-11-10 16:30:05 in GMT+8.
const timeMs = 1_762_763_405_000
const fix = '00000001 00000003 029F6300 052F83C0 01F4 0258 005A 251110163005'
const place = {
  alarmBits: 1,
  statusBits: 3,
  latitude: 44,
  longitude: 87,
  altitudeM: 500,
  speedKmh: 60,
  directionDeg: 90,
  timeMs,
}
const position = { ...place, items: [{ kind: 'satellites', satelliteCount: 13 }] }
const positionBytes = `${fix} 31 01 0D`
const corner = { latitude: 44, longitude: 87 }
const night = { wakeTime: '0000', sleepTime: '0000' }
const cornerBytes = '029F6300 052F83C0'
const zeros = (count: number): string => '00'.repeat(count)
const ascii = (text: string): string => Buffer.from(text).toString('hex')
const padded = (text: string, length: number): string => ascii(text) + zeros(length - text.length)

const cases: readonly Case[] = [
  ['terminal_answer', '2013', '0007 8103 03', { answeredSerial: 7, answeredId: 0x8103, result: 'unsupported' }],
  ['platform_answer', '2013', '0007 0200 04', { answeredSerial: 7, answeredId: 0x0200, result: 'alarm_handled' }],
  ['heartbeat', '2011', '', {}],
  ['unregister', '2013', '', {}],
  ['query_time', '2019', '', {}],
  ['time_answer', '2019', '251110083005', { timeMs }],
  ['terminal_resend_request', '2019', '0007 0002 0003 0005', { firstSerial: 7, indexes: [3, 5] }],
  ['platform_resend_request', '2013', '0007 02 0003 0005', { firstSerial: 7, indexes: [3, 5] }],
  ['platform_resend_request', '2019', '0007 0002 0003 0005', { firstSerial: 7, indexes: [3, 5] }],
  [
    'register',
    '2011',
    `0041 08FD ${ascii('TZHOU')} ${ascii('TZ-11   ')} ${ascii('0000001')} 01 D0C242`,
    {
      provinceCode: 65,
      cityCode: 2301,
      maker: 'TZHOU',
      model: 'TZ-11',
      terminalId: '0000001',
      plateColour: 'blue',
      plate: '新B',
    },
  ],
  [
    'register',
    '2019',
    `0041 08FD ${padded('TZHOU', 11)} ${padded('TZ-BD100', 30)} ${padded('TZ00001', 30)} 5E D0C242`,
    {
      provinceCode: 65,
      cityCode: 2301,
      maker: 'TZHOU',
      model: 'TZ-BD100',
      terminalId: 'TZ00001',
      plateColour: 'gradient_green',
      plate: '新B',
    },
  ],
  ['register_answer', '2013', '0007 03', { answeredSerial: 7, result: 'terminal_registered' }],
  ['authenticate', '2011', ascii('AUTH'), { authCode: 'AUTH' }],
  [
    'set_parameters',
    '2011',
    '05 01 00000055 04 00000050',
    { totalCount: 5, parameters: [{ kind: 'speed_max_kmh', value: 80 }] },
  ],
  [
    'set_parameters',
    '2013',
    `03 00000013 04 ${ascii('host')} 0000005D 02 0A19 0000F364 01 05`,
    {
      parameters: [
        { kind: 'main_server', value: 'host' },
        { kind: 'collision', value: { accelerationG: 1, duration: 25 } },
        { kind: 'raw', id: 0xf364, bytes: hex('05') },
      ],
    },
  ],
  [
    'set_parameters',
    '2019',
    `08
      00000110 08 000003E8 E0000123
      00000075 15 01 05 0019 0F 00000400 00 06 0032 19 00000800 0003 01
      00000076 0B 01 00 01 01 01 00 01 02 02 02 00
      00000077 16 01 02 00 03 0019 0A 00000200 01 03 0019 0A 00000200 0001
      00000079 03 14 05 01
      0000007A 04 00000041
      0000007B 02 1F 50
      0000007C 14 02 00 1F 01 0730 1900 0000 0000 0000 0000 0000 0000`,
    {
      parameters: [
        {
          kind: 'can_sampling',
          id: 0x0110,
          intervalMs: 1_000,
          channel: 1,
          isExtended: true,
          isAverage: true,
          canId: 0x123,
        },
        {
          kind: 'video',
          liveEncoding: 'vbr',
          liveResolution: '720p',
          liveKeyFrameInterval: 25,
          liveFramesPerSecond: 15,
          liveKbps: 1_024,
          storedEncoding: 'cbr',
          storedResolution: '1080p',
          storedKeyFrameInterval: 50,
          storedFramesPerSecond: 25,
          storedKbps: 2_048,
          overlayBits: 3,
          audioOutput: 'on',
        },
        {
          kind: 'video_channels',
          audioVideoCount: 1,
          audioCount: 0,
          videoCount: 1,
          channels: [
            { physicalChannel: 1, channel: 1, channelContent: 'audio_video', gimbal: 'connected' },
            { physicalChannel: 2, channel: 2, channelContent: 'video', gimbal: 'none' },
          ],
        },
        {
          kind: 'channel_videos',
          channelCount: 1,
          channels: [
            {
              channel: 2,
              liveEncoding: 'cbr',
              liveResolution: 'd1',
              liveKeyFrameInterval: 25,
              liveFramesPerSecond: 10,
              liveKbps: 512,
              storedEncoding: 'vbr',
              storedResolution: 'd1',
              storedKeyFrameInterval: 25,
              storedFramesPerSecond: 10,
              storedKbps: 512,
              overlayBits: 1,
            },
          ],
        },
        { kind: 'alarm_recording', storageMaxPct: 20, durationMaxMin: 5, beforeMin: 1 },
        { kind: 'video_alarm_mask', value: 0x41 },
        { kind: 'picture_analysis', seatCount: 31, fatigueMax: 80 },
        {
          kind: 'sleep_mode',
          wakeBits: 2,
          conditionBits: 0,
          dayBits: 0x1f,
          periodBits: 1,
          periods: [{ wakeTime: '0730', sleepTime: '1900' }, night, night, night],
        },
      ],
    },
  ],
  ['query_parameters', '2013', '', {}],
  ['query_listed_parameters', '2013', '02 00000001 00000029', { parameterIds: [1, 0x29] }],
  [
    'parameters_answer',
    '2019',
    '0007 02 00000084 01 02 00000032 04 16000500',
    {
      answeredSerial: 7,
      parameters: [
        { kind: 'plate_colour', value: 'yellow' },
        { kind: 'forbidden_hours', value: { fromHour: 0x16, fromMinute: 0, toHour: 5, toMinute: 0 } },
      ],
    },
  ],
  [
    'terminal_control',
    '2013',
    `02 ${ascii('1;code;;')}`,
    { command: 'connect_to_server', arguments: ['1', 'code', '', ''] },
  ],
  ['terminal_control', '2013', '05', { command: 'factory_reset', arguments: [] }],
  ['query_attributes', '2013', '', {}],
  [
    'attributes_answer',
    '2013',
    `0005 ${ascii('TZHOU')} ${padded('TZ-BD100', 20)} ${ascii('TZ00001')} 12345678901234567890 02 ${ascii('H1')} 03 ${ascii('F12')} 03 20`,
    {
      terminalTypeBits: 5,
      maker: 'TZHOU',
      model: 'TZ-BD100',
      terminalId: 'TZ00001',
      iccid: '12345678901234567890',
      hardwareVersion: 'H1',
      firmwareVersion: 'F12',
      gnssBits: 3,
      radioBits: 0x20,
    },
  ],
  [
    'firmware_package',
    '2013',
    `34 ${ascii('TZHOU')} 02 ${ascii('V1')} 00000003 AABBCC`,
    { target: 'gnss_module', maker: 'TZHOU', firmwareVersion: 'V1', data: hex('AABBCC') },
  ],
  ['firmware_result', '2013', '0C 02', { target: 'ic_card_reader', result: 'cancelled' }],
  ['position', '2013', positionBytes, position],
  [
    'position',
    '2019',
    `${fix} 04 02 0102 05 1E ${'21'.repeat(4)}${'FF'.repeat(26)} 06 02 800C 11 01 00 11 05 01 00000009 12 06 04 00000009 01 13 07 00000009 0078 01 2B 04 0001 0002`,
    {
      ...place,
      items: [
        { kind: 'alarm_to_confirm', eventId: 0x0102 },
        {
          kind: 'tyre_pressures',
          pressures: [...Array.from({ length: 4 }, () => 0x21), ...Array.from({ length: 26 }, () => null)],
        },
        { kind: 'box_temperature', temperatureC: -12 },
        { kind: 'overspeed_place', place: 'none' },
        { kind: 'overspeed_place', place: 'circle', areaId: 9 },
        { kind: 'area_crossing', place: 'segment', areaId: 9, direction: 'out' },
        { kind: 'segment_time', segmentId: 9, durationS: 120, verdict: 'too_long' },
        { kind: 'analog', ad1: 1, ad0: 2 },
      ],
    },
  ],
  [
    'position',
    '2019',
    `${fix} 14 04 00000001 15 04 00000002 16 04 00000003 17 02 0004 18 02 0005`,
    {
      ...place,
      items: [
        { kind: 'video_alarms', videoAlarmBits: 1 },
        { kind: 'video_signal_lost', channelBits: 2 },
        { kind: 'video_covered', channelBits: 3 },
        { kind: 'storage_faults', storageBits: 4 },
        { kind: 'abnormal_driving', drivingBits: 5 },
      ],
    },
  ],
  ['query_position', '2013', '', {}],
  ['position_answer', '2011', positionBytes, { position }],
  ['position_answer', '2013', `0007 ${positionBytes}`, { answeredSerial: 7, position }],
  ['track', '2013', '001E 00000E10', { intervalS: 30, validityS: 3_600 }],
  ['track', '2013', '0000', { intervalS: 0 }],
  ['confirm_alarm', '2013', '0007 00000009', { alarmSerial: 7, alarmBits: 9 }],
  ['link_test', '2019', '', {}],
  ['text', '2013', '09 B2E2', { flagBits: 9, text: '测' }],
  ['text', '2019', '09 02 B2E2', { flagBits: 9, textKind: 'service', text: '测' }],
  [
    'set_events',
    '2013',
    '04 02 01 02 B2E2 02 01 41',
    {
      action: 'delete_listed',
      events: [
        { eventId: 1, text: '测' },
        { eventId: 2, text: 'A' },
      ],
    },
  ],
  ['event_report', '2013', '07', { eventId: 7 }],
  [
    'question',
    '2013',
    '08 02 B2E2 01 0002 B2E2 02 0001 41',
    {
      flagBits: 8,
      question: '测',
      answers: [
        { answerId: 1, text: '测' },
        { answerId: 2, text: 'A' },
      ],
    },
  ],
  ['question_answer', '2013', '0007 02', { answeredSerial: 7, answerId: 2 }],
  ['set_info_menu', '2013', '02 01 05 0002 B2E2', { action: 'append', entries: [{ infoType: 5, text: '测' }] }],
  ['info_subscription', '2013', '05 01', { infoType: 5, subscribed: 'subscribe' }],
  ['info_service', '2013', '05 0002 B2E2', { infoType: 5, text: '测' }],
  ['call_back', '2013', `01 ${ascii('110')}`, { mode: 'listen', phoneNumber: '110' }],
  [
    'set_phone_book',
    '2013',
    `01 01 03 03 ${ascii('110')} 02 B2E2`,
    { action: 'replace', contacts: [{ direction: 'both', phoneNumber: '110', name: '测' }] },
  ],
  ['vehicle_control', '2013', '01', { controlBits: 1 }],
  ['vehicle_control', '2019', '0001 0001 01', { commands: [{ kind: 'doors', doors: 'open' }] }],
  ['vehicle_control_answer', '2013', `0007 ${positionBytes}`, { answeredSerial: 7, position }],
  [
    'set_circles',
    '2013',
    `01 02 00000009 0003 ${cornerBytes} 000000C8 000000063000 251110163005 0050 0A 0000000A 00C0 ${cornerBytes} 00000064`,
    {
      action: 'append',
      circles: [
        {
          areaId: 9,
          attributeBits: 3,
          ...corner,
          radiusM: 200,
          fromTime: { dailySecond: 23_400 },
          toTime: { timeMs },
          speedMaxKmh: 80,
          overspeedS: 10,
        },
        { areaId: 10, attributeBits: 0xc0, latitude: -44, longitude: -87, radiusM: 100 },
      ],
    },
  ],
  [
    'set_circles',
    '2019',
    `02 01 00000009 0002 ${cornerBytes} 000000C8 0050 0A 003C 0002 B2E2`,
    {
      action: 'modify',
      circles: [
        {
          areaId: 9,
          attributeBits: 2,
          ...corner,
          radiusM: 200,
          speedMaxKmh: 80,
          overspeedS: 10,
          nightSpeedMaxKmh: 60,
          name: '测',
        },
      ],
    },
  ],
  ['delete_circles', '2013', '02 00000009 0000000A', { areaIds: [9, 10] }],
  [
    'set_rectangles',
    '2019',
    `00 01 00000009 0002 029F6300 052F83C0 029F5F18 052F87A8 0050 0A 003C 0000`,
    {
      action: 'replace',
      rectangles: [
        {
          areaId: 9,
          attributeBits: 2,
          topLatitude: 44,
          leftLongitude: 87,
          bottomLatitude: 43.999,
          rightLongitude: 87.001,
          speedMaxKmh: 80,
          overspeedS: 10,
          nightSpeedMaxKmh: 60,
          name: '',
        },
      ],
    },
  ],
  ['delete_rectangles', '2013', '00', { areaIds: [] }],
  [
    'set_polygon',
    '2013',
    `00000009 0003 251110163005 251110163005 0050 0A 0002 ${cornerBytes} ${cornerBytes}`,
    {
      areaId: 9,
      attributeBits: 3,
      fromTime: { timeMs },
      toTime: { timeMs },
      speedMaxKmh: 80,
      overspeedS: 10,
      vertices: [corner, corner],
    },
  ],
  [
    'set_polygon',
    '2019',
    `00000009 0002 0050 0A 0001 ${cornerBytes} 003C 0002 B2E2`,
    {
      areaId: 9,
      attributeBits: 2,
      speedMaxKmh: 80,
      overspeedS: 10,
      vertices: [corner],
      nightSpeedMaxKmh: 60,
      name: '测',
    },
  ],
  ['delete_polygons', '2013', '01 00000009', { areaIds: [9] }],
  [
    'set_route',
    '2013',
    `00000009 0001 251110163005 251110163005 0002 00000001 00000002 ${cornerBytes} 14 03 0258 003C 0050 0A 00000003 00000004 ${cornerBytes} 14 0C`,
    {
      areaId: 9,
      attributeBits: 1,
      fromTime: { timeMs },
      toTime: { timeMs },
      points: [
        {
          cornerId: 1,
          segmentId: 2,
          ...corner,
          widthM: 20,
          segmentBits: 3,
          durationMaxS: 600,
          durationMinS: 60,
          speedMaxKmh: 80,
          overspeedS: 10,
        },
        { cornerId: 3, segmentId: 4, latitude: -44, longitude: -87, widthM: 20, segmentBits: 12 },
      ],
    },
  ],
  [
    'set_route',
    '2019',
    `00000009 0000 0001 00000001 00000002 ${cornerBytes} 14 02 0050 0A 003C 0002 B2E2`,
    {
      areaId: 9,
      attributeBits: 0,
      points: [
        {
          cornerId: 1,
          segmentId: 2,
          ...corner,
          widthM: 20,
          segmentBits: 2,
          speedMaxKmh: 80,
          overspeedS: 10,
          nightSpeedMaxKmh: 60,
        },
      ],
      name: '测',
    },
  ],
  ['delete_routes', '2013', '01 00000009', { areaIds: [9] }],
  ['query_areas', '2019', '03 00000001 00000009', { areaKind: 'polygon', areaIds: [9] }],
  [
    'areas_answer',
    '2019',
    `03 00000001 00000009 0000 0001 ${cornerBytes} 0002 B2E2`,
    { areaKind: 'polygon', areas: [{ areaId: 9, attributeBits: 0, vertices: [corner], name: '测' }] },
  ],
  ['recorder_query', '2013', '08 AABB', { command: 8, data: hex('AABB') }],
  ['recorder_data', '2013', '0007 08 AABB', { answeredSerial: 7, command: 8, data: hex('AABB') }],
  ['recorder_write', '2013', '82 AABB', { command: 0x82, data: hex('AABB') }],
  ['electronic_waybill', '2013', '00000002 AABB', { data: hex('AABB') }],
  ['query_driver', '2013', '', {}],
  [
    'driver_identity',
    '2011',
    `02 B2E2 ${padded('652301', 20)} ${padded('L1', 40)} 02 B2E2`,
    { name: '测', identityNumber: '652301', licence: 'L1', issuer: '测' },
  ],
  ['driver_identity', '2013', '02 251110163005', { cardState: 'removed', timeMs }],
  ['driver_identity', '2013', '01 251110163005 02', { cardState: 'inserted', timeMs, readResult: 'locked' }],
  [
    'driver_identity',
    '2019',
    `01 251110163005 00 02 B2E2 ${padded('L1', 20)} 02 B2E2 20291231 ${padded('652301', 20)}`,
    {
      cardState: 'inserted',
      timeMs,
      readResult: 'ok',
      name: '测',
      licence: 'L1',
      issuer: '测',
      validTo: '2029-12-31',
      identityNumber: '652301',
    },
  ],
  ['position_batch', '2013', `0001 00 001F ${positionBytes}`, { batchKind: 'normal', positions: [position] }],
  [
    'can_data',
    '2013',
    '0002 1630050123 E0000123 0102030405060708 00000123 0102030405060708',
    {
      firstFrameMs: 59_405_123,
      frames: [
        { channel: 1, isExtended: true, isAverage: true, canId: 0x123, data: hex('0102030405060708') },
        { channel: 0, isExtended: false, isAverage: false, canId: 0x123, data: hex('0102030405060708') },
      ],
    },
  ],
  [
    'media_event',
    '2013',
    '00000007 02 04 06 03',
    { mediaId: 7, mediaKind: 'video', format: 'wmv', event: 'door_closed_moving', channel: 3 },
  ],
  [
    'media_data',
    '2011',
    '00000007 00 00 01 03 00000002 00000001 FFD8',
    {
      mediaId: 7,
      mediaKind: 'image',
      format: 'jpeg',
      event: 'timer',
      channel: 3,
      partCount: 2,
      partIndex: 1,
      data: hex('FFD8'),
    },
  ],
  [
    'media_data',
    '2019',
    `00000007 01 03 00 03 ${fix} AABB`,
    {
      mediaId: 7,
      mediaKind: 'audio',
      format: 'wav',
      event: 'platform_order',
      channel: 3,
      position: place,
      data: hex('AABB'),
    },
  ],
  ['media_answer', '2011', '0009 00000007', { answeredSerial: 9, mediaId: 7 }],
  ['media_answer', '2013', '00000007 02 0003 0005', { mediaId: 7, indexes: [3, 5] }],
  [
    'take_picture',
    '2013',
    '01 FFFF 000A 01 03 05 80 40 41 81',
    {
      channel: 1,
      command: 'video',
      intervalS: 10,
      save: 'store',
      resolution: '800x600',
      quality: 5,
      brightness: 0x80,
      contrast: 0x40,
      saturation: 0x41,
      chroma: 0x81,
    },
  ],
  ['picture_answer', '2013', '0007 00 0002 00000001 00000002', { answeredSerial: 7, result: 'ok', mediaIds: [1, 2] }],
  ['picture_answer', '2013', '0007 02', { answeredSerial: 7, result: 'channel_unsupported' }],
  [
    'search_media',
    '2013',
    '00 01 07 000000000000 251110163005',
    { mediaKind: 'image', channel: 1, event: 'distance', fromTimeMs: null, toTimeMs: timeMs },
  ],
  [
    'media_found',
    '2013',
    `0007 0005 00000007 00 01 07 ${fix}`,
    {
      answeredSerial: 7,
      totalCount: 5,
      media: [{ mediaId: 7, mediaKind: 'image', channel: 1, event: 'distance', position: place }],
    },
  ],
  [
    'upload_media',
    '2013',
    '00 01 07 251110163005 000000000000 01',
    { mediaKind: 'image', channel: 1, event: 'distance', fromTimeMs: timeMs, toTimeMs: null, afterUpload: 'delete' },
  ],
  ['record_audio', '2013', '01 003C 00 02', { recording: 'start', durationS: 60, save: 'upload', sampling: '23k' }],
  ['upload_one_medium', '2013', '00000007 00', { mediaId: 7, afterUpload: 'keep' }],
  ['transparent_down', '2013', '41 AABB', { channelKind: 'serial_1', data: hex('AABB') }],
  ['transparent_up', '2013', 'F0 AABB', { channelKind: 0xf0, data: hex('AABB') }],
  ['compressed', '2013', '00000002 1F8B', { data: hex('1F8B') }],
  ['platform_key', '2013', `00010001 ${'AB'.repeat(128)}`, { exponent: 65_537, modulus: hex('AB'.repeat(128)) }],
  ['terminal_key', '2013', `00010001 ${'CD'.repeat(128)}`, { exponent: 65_537, modulus: hex('CD'.repeat(128)) }],
]

/** What is asked of the codec: the table says which body a kind has, the cases are checked against it by running. */
const outgoing = ([kind, version, , body]: Case): Outgoing =>
  ({ kind, header: { version, phone: '13800138000', serial: 1 }, body }) as Outgoing

describe('layouts', () => {
  it.each(cases.map((one) => [`${one[0]} of ${one[1]}: ${one[2].slice(0, 30)}`, one] as const))('%s', (_name, one) => {
    const [kind, version, body, value] = one
    const message = outgoing(one)

    expect(Buffer.from(encodeBody(message)).toString('hex')).toBe(Buffer.from(hex(body)).toString('hex'))
    const back = decode(encode(message), version === '2011' ? { before2019: '2011' } : { before2019: '2013' })
    expect(back).toMatchObject({ kind, header: { version } })
    expect(back.body).toEqual(value)
  })

  it('are written down for every message', () => {
    const written = new Set(cases.map(([kind]) => kind))

    expect(kinds.filter((kind) => !written.has(kind))).toEqual([])
  })
})
