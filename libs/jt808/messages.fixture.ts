// Random messages of every kind and version, in the form in which `decode` gives them back.
import * as fc from 'fast-check'
import type { Fix, Header, MessageKind, Position, Version } from './index.ts'
import type { AdditionalItem, AreaTime, BodyOf, KnownMessage, Parameter } from './index.ts'

const u8 = fc.nat(0xff)
const u16 = fc.nat(0xffff)
const u32 = fc.nat(0xffff_ffff)
const bytes = (max: number) => fc.uint8Array({ maxLength: max })
const exactBytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
/** A name of a table, or a number that has none. */
const named = <const N extends string>(names: readonly N[], unnamed: number) =>
  fc.constantFrom<N | number>(...names, unnamed)

const letters = [...'AZaz09 ;-_#/.', ...'新疆准东派单危险货物运输鑫喆囍', '℃', '　', '€']
export const gbkText = (bytesMax: number) =>
  fc.array(fc.constantFrom(...letters), { maxLength: Math.floor(bytesMax / 2) }).map((all) => all.join(''))
const padded = (length: number) => gbkText(length).map((text) => text.trim().replaceAll('　', ''))
/** Without the character that separates fields. */
const plainText = (bytesMax: number) => gbkText(bytesMax).map((text) => text.replaceAll(';', ''))
const digits = (length: number) =>
  fc.array(fc.constantFrom(...'0123456789'), { minLength: length, maxLength: length }).map((all) => all.join(''))

// 2000-01-01 to the end of 2099, in GMT+8.
const firstS = 946_684_800 - 8 * 3_600
const lastS = 4_102_444_799 - 8 * 3_600
const timeMs = fc.integer({ min: firstS, max: lastS }).map((second) => second * 1_000)
const openTimeMs = fc.option(timeMs)
const areaTime: fc.Arbitrary<AreaTime> = fc.oneof(
  timeMs.map((at) => ({ timeMs: at })),
  fc.nat(86_399).map((dailySecond) => ({ dailySecond })),
)
const day = fc
  .tuple(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, at]) =>
    [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(at).padStart(2, '0')].join('-'),
  )
const latitudeMicro = fc.integer({ min: -90_000_000, max: 90_000_000 })
const longitudeMicro = fc.integer({ min: -180_000_000, max: 180_000_000 })

/** Sets or clears a bit of an unsigned number. */
const withBit = (bits: number, bit: number, isSet: boolean): number =>
  isSet ? (bits | (1 << bit)) >>> 0 : (bits & ~(1 << bit)) >>> 0

export const fix: fc.Arbitrary<Fix> = fc
  .record({
    alarmBits: u32,
    statusBits: u32,
    latitude: latitudeMicro,
    longitude: longitudeMicro,
    altitudeM: fc.integer({ min: -32_768, max: 32_767 }),
    speedKmh: u16.map((tenths) => tenths / 10),
    directionDeg: fc.nat(359),
    timeMs,
  })
  .map(({ statusBits, latitude, longitude, ...rest }) => ({
    ...rest,
    statusBits: withBit(withBit(statusBits, 2, latitude < 0), 3, longitude < 0),
    latitude: latitude / 1e6 || 0,
    longitude: longitude / 1e6 || 0,
  }))

const item = <const K extends string, F extends object>(kind: K, fields: fc.Arbitrary<F>) =>
  fields.map((own) => ({ kind, ...own }))
const place = named(['none', 'circle', 'rectangle', 'polygon', 'segment'], 9)

export const additionalItem: fc.Arbitrary<AdditionalItem> = fc.oneof(
  item('odometer', fc.record({ odometerM: u32.map((hundreds) => hundreds * 100) })),
  item('fuel', fc.record({ fuelL: u16.map((tenths) => tenths / 10) })),
  item('recorder_speed', fc.record({ speedKmh: u16.map((tenths) => tenths / 10) })),
  item('alarm_to_confirm', fc.record({ eventId: u16 })),
  item('tyre_pressures', fc.record({ pressures: fc.array(fc.option(fc.nat(0xfe)), { minLength: 30, maxLength: 30 }) })),
  item('box_temperature', fc.record({ temperatureC: fc.integer({ min: -32_767, max: 32_767 }) })),
  item('overspeed_place', fc.record({ place, areaId: u32 }, { requiredKeys: ['place'] })),
  item('area_crossing', fc.record({ place, areaId: u32, direction: named(['in', 'out'], 2) })),
  item('segment_time', fc.record({ segmentId: u32, durationS: u16, verdict: named(['too_short', 'too_long'], 2) })),
  item('video_alarms', fc.record({ videoAlarmBits: u32 })),
  item('video_signal_lost', fc.record({ channelBits: u32 })),
  item('video_covered', fc.record({ channelBits: u32 })),
  item('storage_faults', fc.record({ storageBits: u16 })),
  item('abnormal_driving', fc.record({ drivingBits: u16 })),
  item('vehicle_signals', fc.record({ signalBits: u32 })),
  item('io_state', fc.record({ ioBits: u16 })),
  item('analog', fc.record({ ad1: u16, ad0: u16 })),
  item('radio_signal', fc.record({ signalStrength: u8 })),
  item('satellites', fc.record({ satelliteCount: u8 })),
  item('raw', fc.record({ id: fc.constantFrom(0x07, 0x19, 0x32, 0x64, 0x67, 0xe0, 0xef, 0xff), bytes: bytes(12) })),
)

export const position: fc.Arbitrary<Position> = fc
  .tuple(fix, fc.array(additionalItem, { maxLength: 10 }))
  .map(([own, items]) => ({ ...own, items }))

const dwordParameters = [
  'heartbeat_s',
  'default_interval_s',
  'speed_max_kmh',
  'alarm_mask',
  'chroma',
  'can2_sample_ms',
] as const
const wordParameters = ['fence_radius_m', 'fatigue_margin_s', 'rollover_deg', 'province_code', 'can1_upload_s'] as const
const textParameters = ['main_apn', 'main_server', 'slave_server', 'plate', 'privileged_sms_phone'] as const

const encoding = named(['cbr', 'vbr', 'abr'], 9)
const resolution = named(['qcif', '720p', '1080p'], 100)
const streams = fc.record({
  liveEncoding: encoding,
  liveResolution: resolution,
  liveKeyFrameInterval: u16,
  liveFramesPerSecond: u8,
  liveKbps: u32,
  storedEncoding: encoding,
  storedResolution: resolution,
  storedKeyFrameInterval: u16,
  storedFramesPerSecond: u8,
  storedKbps: u32,
  overlayBits: u16,
})

const parameter: fc.Arbitrary<Parameter> = fc.oneof(
  fc.record({ kind: fc.constantFrom(...dwordParameters), value: u32 }),
  fc.record({ kind: fc.constantFrom(...wordParameters), value: u16 }),
  fc.record({ kind: fc.constantFrom(...textParameters), value: gbkText(40) }),
  fc.record({ kind: fc.constantFrom('gnss_baud' as const, 'gnss_upload_mode' as const), value: u8 }),
  item('report_strategy', fc.record({ value: named(['time', 'distance', 'both'], 7) })),
  item('plate_colour', fc.record({ value: named(['none', 'yellow', 'gradient_green'], 8) })),
  item('overspeed_margin_kmh', fc.record({ value: u16.map((tenths) => tenths / 10) })),
  item('odometer_m', fc.record({ value: u32.map((hundreds) => hundreds * 100) })),
  item('collision', fc.record({ value: fc.record({ accelerationG: u8.map((tenths) => tenths / 10), duration: u8 }) })),
  item('forbidden_hours', fc.record({ value: fc.record({ fromHour: u8, fromMinute: u8, toHour: u8, toMinute: u8 }) })),
  item('raw', fc.record({ id: fc.constantFrom(0x010f, 0x0200, 0x0078, 0xf364, 0xffff_ffff), bytes: bytes(20) })),
  item(
    'can_sampling',
    fc.record({
      id: fc.integer({ min: 0x0110, max: 0x01ff }),
      intervalMs: u32,
      channel: fc.constantFrom(0, 1),
      isExtended: fc.boolean(),
      isAverage: fc.boolean(),
      canId: fc.integer({ min: 0, max: 0x1fff_ffff }),
    }),
  ),
  streams.chain((common) =>
    item(
      'video',
      fc.record({ audioOutput: named(['off', 'on'], 7) }).map((own) => ({ ...common, ...own })),
    ),
  ),
  item(
    'channel_videos',
    fc.record({
      channelCount: u8,
      channels: fc.array(
        streams.map((one) => ({ channel: 3, ...one })),
        { maxLength: 12 },
      ),
    }),
  ),
  item('alarm_recording', fc.record({ storageMaxPct: u8, durationMaxMin: u8, beforeMin: u8 })),
  item('video_alarm_mask', fc.record({ value: u32 })),
)

const action = named(['delete_all', 'replace', 'append', 'modify'], 9)
const areaAction = named(['replace', 'append', 'modify'], 9)
const answer = fc.record({ answeredSerial: u16, answeredId: u16 })
const empty = fc.constant({})

/** Fields that a condition allows, else none of them: the object without the keys. */
const dropKeys = <T extends object, K extends keyof T>(
  value: T,
  keys: readonly K[],
  isKept: boolean,
): Omit<T, K> & Partial<Pick<T, K>> => {
  if (isKept) return value
  const rest = { ...value }
  for (const key of keys) delete rest[key]
  return rest
}

const bit = (bits: number, at: number): boolean => ((bits >>> at) & 1) === 1

type Corner = { readonly latitude: number; readonly longitude: number }
const corner: fc.Arbitrary<Corner> = fc.record({
  latitude: latitudeMicro.map((micro) => Math.abs(micro) / 1e6),
  longitude: longitudeMicro.map((micro) => Math.abs(micro) / 1e6),
})
const signed = ({ latitude, longitude }: Corner, isSouth: boolean, isWest: boolean): Corner => ({
  latitude: isSouth && latitude > 0 ? -latitude : latitude,
  longitude: isWest && longitude > 0 ? -longitude : longitude,
})

/** What areas have in common, by version and attributes. */
const areaParts = (version: Version) =>
  fc
    .record({
      areaId: u32,
      attributeBits: u16,
      fromTime: areaTime,
      toTime: areaTime,
      speedMaxKmh: u16,
      overspeedS: u8,
      nightSpeedMaxKmh: u16,
      name: gbkText(20),
    })
    .map((all) => {
      const timed = dropKeys(all, ['fromTime', 'toTime'], bit(all.attributeBits, 0))
      const limited = dropKeys(timed, ['speedMaxKmh', 'overspeedS'], bit(all.attributeBits, 1))
      const night = dropKeys(limited, ['nightSpeedMaxKmh'], bit(all.attributeBits, 1) && version === '2019')
      return dropKeys(night, ['name'], version === '2019')
    })

const circle = (version: Version) =>
  fc.tuple(areaParts(version), corner, u32).map(([parts, at, radiusM]) => ({
    ...parts,
    ...signed(at, bit(parts.attributeBits, 6), bit(parts.attributeBits, 7)),
    radiusM,
  }))

const rectangle = (version: Version) =>
  fc.tuple(areaParts(version), corner, corner).map(([parts, first, second]) => {
    const [isSouth, isWest] = [bit(parts.attributeBits, 6), bit(parts.attributeBits, 7)]
    const [top, bottom] = [signed(first, isSouth, isWest), signed(second, isSouth, isWest)]
    return {
      ...parts,
      topLatitude: top.latitude,
      leftLongitude: top.longitude,
      bottomLatitude: bottom.latitude,
      rightLongitude: bottom.longitude,
    }
  })

const polygon = (version: Version) =>
  fc.tuple(areaParts(version), fc.array(corner, { maxLength: 6 })).map(([parts, corners]) => ({
    ...parts,
    vertices: corners.map((at) => signed(at, bit(parts.attributeBits, 6), bit(parts.attributeBits, 7))),
  }))

const routePoint = (version: Version) =>
  fc
    .record({
      cornerId: u32,
      segmentId: u32,
      at: corner,
      widthM: u8,
      segmentBits: u8,
      durationMaxS: u16,
      durationMinS: u16,
      speedMaxKmh: u16,
      overspeedS: u8,
      nightSpeedMaxKmh: u16,
    })
    .map(({ at, ...all }) => {
      const timed = dropKeys(all, ['durationMaxS', 'durationMinS'], bit(all.segmentBits, 0))
      const limited = dropKeys(timed, ['speedMaxKmh', 'overspeedS'], bit(all.segmentBits, 1))
      const night = dropKeys(limited, ['nightSpeedMaxKmh'], bit(all.segmentBits, 1) && version === '2019')
      return { ...night, ...signed(at, bit(all.segmentBits, 2), bit(all.segmentBits, 3)) }
    })

const route = (version: Version) =>
  fc
    .tuple(areaParts(version), fc.array(routePoint(version), { maxLength: 5 }))
    .map(([{ speedMaxKmh: _speed, overspeedS: _lasts, nightSpeedMaxKmh: _night, ...parts }, points]) => ({
      ...parts,
      points,
    }))

const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 4 })

const registration = (maker: number, model: number, terminal: number) =>
  fc.record({
    provinceCode: u16,
    cityCode: u16,
    maker: padded(maker),
    model: padded(model),
    terminalId: padded(terminal),
    plateColour: named(['none', 'blue', 'yellow', 'green', 'gradient_green'], 7),
    plate: gbkText(17),
  })

const mediaKind = named(['image', 'audio', 'video'], 3)
const mediaEvent = named(['platform_order', 'timer', 'distance'], 99)
const medium = {
  mediaId: u32,
  mediaKind,
  format: named(['jpeg', 'wmv'], 200),
  event: mediaEvent,
  channel: u8,
}
const search = { mediaKind, channel: u8, event: mediaEvent, fromTimeMs: openTimeMs, toTimeMs: openTimeMs }
const save = named(['upload', 'store'], 2)
const afterUpload = named(['keep', 'delete'], 2)
const deletion = fc.record({ areaIds: few(u32) })
const transparent = fc.record({
  channelKind: named(['gnss_detail', 'ic_card', 'serial_1', 'serial_2'], 0xf0),
  data: bytes(80),
})
const key = fc.record({ exponent: u32, modulus: exactBytes(128) })
const recorderCommand = fc.record({ command: u8, data: bytes(60) })

const driver = (version: Version): fc.Arbitrary<BodyOf<'driver_identity'>> => {
  if (version === '2011')
    return fc.record({ name: gbkText(20), identityNumber: padded(20), licence: padded(40), issuer: gbkText(30) })
  return fc
    .record({
      cardState: named(['inserted', 'removed'], 3),
      timeMs,
      readResult: named(['ok', 'key_failure', 'checksum'], 9),
      name: gbkText(20),
      licence: padded(20),
      issuer: gbkText(30),
      validTo: fc.option(day),
      identityNumber: padded(20),
    })
    .map((all) => {
      const isIn = all.cardState === 'inserted'
      const isRead = isIn && all.readResult === 'ok'
      const read = dropKeys(all, ['readResult'], isIn)
      const known = dropKeys(read, ['name', 'licence', 'issuer', 'validTo'], isRead)
      return dropKeys(known, ['identityNumber'], isRead && version === '2019')
    })
}

/** Bodies by kind; the compiler sees to it that no kind is forgotten. */
export const bodies: { readonly [K in MessageKind]: (version: Version) => fc.Arbitrary<BodyOf<K>> } = {
  terminal_answer: () =>
    fc.tuple(answer, named(['ok', 'failed', 'malformed', 'unsupported'], 4)).map(([to, result]) => ({ ...to, result })),
  platform_answer: () =>
    fc.tuple(answer, named(['ok', 'unsupported', 'alarm_handled'], 5)).map(([to, result]) => ({ ...to, result })),
  heartbeat: () => empty,
  unregister: () => empty,
  query_time: () => empty,
  time_answer: () => fc.record({ timeMs: timeMs.map((at) => at + 8 * 3_600_000) }),
  terminal_resend_request: () => fc.record({ firstSerial: u16, indexes: few(u16) }),
  platform_resend_request: () => fc.record({ firstSerial: u16, indexes: few(u16) }),
  register: (version) =>
    version === '2011' ? registration(5, 8, 7) : version === '2013' ? registration(5, 20, 7) : registration(11, 30, 30),
  register_answer: () =>
    fc
      .record({
        answeredSerial: u16,
        result: named(['ok', 'vehicle_registered', 'terminal_unknown'], 77),
        authCode: gbkText(30),
      })
      .map((all) => dropKeys(all, ['authCode'], all.result === 'ok')),
  authenticate: (version) =>
    fc
      .record({ authCode: gbkText(40), imei: padded(15), softwareVersion: padded(20) })
      .map((all) => dropKeys(all, ['imei', 'softwareVersion'], version === '2019')),
  set_parameters: (version) =>
    fc
      .record({ totalCount: u8, parameters: few(parameter) })
      .map((all) => dropKeys(all, ['totalCount'], version === '2011')),
  query_parameters: () => empty,
  query_listed_parameters: () => fc.record({ parameterIds: few(u32) }),
  parameters_answer: () => fc.record({ answeredSerial: u16, parameters: few(parameter) }),
  terminal_control: () =>
    fc.record({
      command: named(['upgrade', 'connect_to_server', 'reset'], 100),
      arguments: few(plainText(20)).filter((all) => all.length !== 1 || all[0] !== ''),
    }),
  query_attributes: () => empty,
  attributes_answer: (version) =>
    fc.record({
      terminalTypeBits: u16,
      maker: padded(5),
      model: padded(version === '2019' ? 30 : 20),
      terminalId: padded(version === '2019' ? 30 : 7),
      iccid: digits(20),
      hardwareVersion: gbkText(20),
      firmwareVersion: gbkText(20),
      gnssBits: u8,
      radioBits: u8,
    }),
  firmware_package: () =>
    fc.record({
      target: named(['terminal', 'ic_card_reader', 'gnss_module'], 1),
      maker: padded(5),
      firmwareVersion: gbkText(20),
      data: bytes(200),
    }),
  firmware_result: () =>
    fc.record({ target: named(['terminal', 'gnss_module'], 1), result: named(['ok', 'failed', 'cancelled'], 3) }),
  position: () => position,
  query_position: () => empty,
  position_answer: (version) =>
    fc.record({ answeredSerial: u16, position }).map((all) => dropKeys(all, ['answeredSerial'], version !== '2011')),
  track: () =>
    fc
      .record({ intervalS: fc.oneof(fc.constant(0), u16), validityS: u32 })
      .map((all) => dropKeys(all, ['validityS'], all.intervalS !== 0)),
  confirm_alarm: () => fc.record({ alarmSerial: u16, alarmBits: u32 }),
  link_test: () => empty,
  text: (version) =>
    fc
      .record({ flagBits: u8, textKind: named(['notice', 'service'], 3), text: gbkText(200) })
      .map((all) => dropKeys(all, ['textKind'], version === '2019')),
  set_events: () =>
    fc.record({
      action: named(['delete_all', 'delete_listed'], 9),
      events: few(fc.record({ eventId: u8, text: gbkText(30) })),
    }),
  event_report: () => fc.record({ eventId: u8 }),
  question: () =>
    fc.record({
      flagBits: u8,
      question: gbkText(60),
      answers: few(fc.record({ answerId: u8, text: gbkText(20) })),
    }),
  question_answer: () => fc.record({ answeredSerial: u16, answerId: u8 }),
  set_info_menu: () => fc.record({ action, entries: few(fc.record({ infoType: u8, text: gbkText(20) })) }),
  info_subscription: () => fc.record({ infoType: u8, subscribed: named(['cancel', 'subscribe'], 2) }),
  info_service: () => fc.record({ infoType: u8, text: gbkText(200) }),
  call_back: () => fc.record({ mode: named(['call', 'listen'], 2), phoneNumber: gbkText(20) }),
  set_phone_book: () =>
    fc.record({
      action,
      contacts: few(
        fc.record({ direction: named(['in', 'out', 'both'], 4), phoneNumber: gbkText(20), name: gbkText(20) }),
      ),
    }),
  vehicle_control: (version) =>
    version === '2019'
      ? fc
          .tuple(
            few(fc.record({ kind: fc.constant('doors' as const), doors: named(['lock', 'open'], 2) })),
            fc.option(
              fc.record({
                kind: fc.constant('raw' as const),
                id: fc.integer({ min: 2, max: 0xffff }),
                bytes: bytes(8),
              }),
            ),
          )
          .map(([doors, raw]) => ({ commands: raw ? [...doors, raw] : doors }))
      : fc.record({ controlBits: u8 }),
  vehicle_control_answer: () => fc.record({ answeredSerial: u16, position }),
  set_circles: (version) => fc.record({ action: areaAction, circles: few(circle(version)) }),
  delete_circles: () => deletion,
  set_rectangles: (version) => fc.record({ action: areaAction, rectangles: few(rectangle(version)) }),
  delete_rectangles: () => deletion,
  set_polygon: (version) => polygon(version),
  delete_polygons: () => deletion,
  set_route: (version) => route(version),
  delete_routes: () => deletion,
  query_areas: () => fc.record({ areaKind: named(['circle', 'rectangle', 'polygon', 'route'], 5), areaIds: few(u32) }),
  areas_answer: (version) =>
    fc.oneof(
      fc.record({ areaKind: fc.constant('circle' as const), areas: few(circle(version)) }),
      fc.record({ areaKind: fc.constant('rectangle' as const), areas: few(rectangle(version)) }),
      fc.record({ areaKind: fc.constant('polygon' as const), areas: few(polygon(version)) }),
      fc.record({ areaKind: fc.constant('route' as const), areas: fc.array(route(version), { maxLength: 2 }) }),
    ),
  recorder_query: () => recorderCommand,
  recorder_data: () => fc.record({ answeredSerial: u16, command: u8, data: bytes(60) }),
  recorder_write: () => recorderCommand,
  electronic_waybill: () => fc.record({ data: bytes(200) }),
  query_driver: () => empty,
  driver_identity: driver,
  position_batch: () =>
    fc.record({ batchKind: named(['normal', 'blind_area'], 2), positions: fc.array(position, { maxLength: 3 }) }),
  can_data: () =>
    fc.record({
      firstFrameMs: fc.nat(86_399_999),
      frames: few(
        fc.record({
          channel: fc.nat(1),
          isExtended: fc.boolean(),
          isAverage: fc.boolean(),
          canId: fc.nat(0x1fff_ffff),
          data: exactBytes(8),
        }),
      ),
    }),
  media_event: () => fc.record(medium),
  media_data: (version) =>
    version === '2011'
      ? fc.record({ ...medium, partCount: u32, partIndex: u32, data: bytes(200) })
      : fc.record({ ...medium, position: fix, data: bytes(200) }),
  media_answer: (version) =>
    fc
      .record({ answeredSerial: u16, mediaId: u32, indexes: few(u16) }, { requiredKeys: ['answeredSerial', 'mediaId'] })
      .map((all) => dropKeys(all, ['answeredSerial'], version === '2011')),
  take_picture: () =>
    fc.record({
      channel: u8,
      command: named(['stop', 'video'], 3),
      intervalS: u16,
      save,
      resolution: named(['320x240', '704x576'], 0xff),
      quality: u8,
      brightness: u8,
      contrast: u8,
      saturation: u8,
      chroma: u8,
    }),
  picture_answer: () =>
    fc.record(
      { answeredSerial: u16, result: named(['ok', 'failed', 'channel_unsupported'], 3), mediaIds: few(u32) },
      { requiredKeys: ['answeredSerial', 'result'] },
    ),
  search_media: () => fc.record(search),
  media_found: () =>
    fc.record({
      answeredSerial: u16,
      totalCount: u16,
      media: few(fc.record({ mediaId: u32, mediaKind, channel: u8, event: mediaEvent, position: fix })),
    }),
  upload_media: () => fc.record({ ...search, afterUpload }),
  record_audio: () =>
    fc.record({ recording: named(['stop', 'start'], 2), durationS: u16, save, sampling: named(['8k', '32k'], 4) }),
  upload_one_medium: () => fc.record({ mediaId: u32, afterUpload }),
  transparent_down: () => transparent,
  transparent_up: () => transparent,
  compressed: () => fc.record({ data: bytes(200) }),
  platform_key: () => key,
  terminal_key: () => key,
}

export const versions = ['2011', '2013', '2019'] as const
export const kinds = Object.keys(bodies) as MessageKind[]

const phoneOf = (version: Version) => digits(version === '2019' ? 20 : 12).map((all) => all.replace(/^0+(?=\d)/, ''))

export const headerOf = (version: Version): fc.Arbitrary<Header> =>
  fc.record({
    version: fc.constant(version),
    protocolVersion: version === '2019' ? fc.integer({ min: 1, max: 0xff }) : fc.constant(0),
    phone: phoneOf(version),
    serial: u16,
    encryption: fc.constant('none' as const),
    package: fc.constant(null),
  })

/** A message of a kind and a version, without what only reading adds. */
export const messageOf = (kind: MessageKind, version: Version): fc.Arbitrary<Omit<KnownMessage, 'forgiven' | 'id'>> => {
  const body: (version: Version) => fc.Arbitrary<KnownMessage['body']> = bodies[kind]
  return fc.record({ kind: fc.constant(kind), header: headerOf(version), body: body(version) })
}

/** Hex with spaces as bytes. */
export const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replaceAll(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

// Made after the printed layouts; phone 13800138000.
export const frames = {
  registerOf2013: hex(
    '7E 0100 002D 013800138000 0000 0041 08FD 545A484F55 545A2D4244313030000000000000000000000000 545A3030303031 02 D0C2423132333435 26 7E',
  ),
  registerAnswer: hex('7E 8100 000B 013800138000 0000 0000 00 545A415554483031 27 7E'),
  authenticateOf2019: hex(
    '7E 0102 402C 01 00000000013800138000 0001 08 545A415554483031 383638313230333030303031323334 56312E302E330000000000000000000000000000 9C 7E',
  ),
  platformAnswer: hex('7E 8001 4005 01 00000000013800138000 0000 0001 0102 00 6D 7E'),
  position: hex(
    '7E 0200 403A 01 00000000013800138000 0002 00000002 000C0303 029F817D02 05342C7D01 0241 028A 010F 251110163005 01040012D687 02020C71 0302028A 250400000010 2A020000 30011B 31010D A3 7E',
  ),
  positionBatch: hex(
    '7E 0704 0045 013800138000 0003 0002 01 001C 00000000000C0003029F6300052F83C001F40258005A251110160000 0022 00000000000C0003029F66E8052FAAD001F50267005B251110160010 01040012D68A 62 7E',
  ),
  setParameters: hex('7E 8103 0013 013800138000 0005 02 00000001 04 0000003C 00000029 04 0000000A 22 7E'),
  text: hex('7E 8300 4008 01 00000000013800138000 0006 0D 01 D2D1C5C9B5A5 75 7E'),
  media1: hex(
    '7E 0801 2028 013800138000 0009 0002 0001 00000007 00 00 00 01 0000000000000003029F6300052F83C001F400000000251110160000 FFD8FFE0 CC 7E',
  ),
  media2: hex('7E 0801 2004 013800138000 000A 0002 0002 0102FFD9 A8 7E'),
  mediaAnswer: hex('7E 8800 0004 013800138000 0007 00000007 26 7E'),
} as const
