import { alarmFlags } from './alarm.ts'
import { canSampling, isCanSampling, type CanSampling } from './can-sampling.ts'
import { bits, oneOf, per, times, u16, u32, u8, type Codec } from './codec.ts'
import { plateColours } from './session.ts'
import { struct } from './struct.ts'
import { indexTags, readTagged, writeTagged, type Raw, type TaggedOf } from './tagged.ts'
import { text } from './text.ts'
import { videoTags } from './video-parameters.ts'

const of =
  <T>(length: number, value: Codec<T>) =>
  (id: number) => ({
    id,
    lengths: [length],
    fields: struct({ value }),
  })
const dword = of(4, u32)
const word = of(2, u16)
const byte = of(1, u8)
const mask = of(4, bits(u32, alarmFlags))
const string = (id: number) => ({ id, lengths: null, fields: struct({ value: text }) })

/**
 * Parameters of a terminal (终端参数) that are typed; the unit stands in the name.
 * Source: JT/T 808-2019 and -2013, parameter definitions of 0x8103; JT/T 1078-2016 for 0x75–0x7C.
 */
const tags = {
  heartbeat_s: dword(0x0001),
  tcp_timeout_s: dword(0x0002),
  tcp_retries: dword(0x0003),
  udp_timeout_s: dword(0x0004),
  udp_retries: dword(0x0005),
  sms_timeout_s: dword(0x0006),
  sms_retries: dword(0x0007),
  main_apn: string(0x0010),
  main_user: string(0x0011),
  main_password: string(0x0012),
  main_server: string(0x0013),
  backup_apn: string(0x0014),
  backup_user: string(0x0015),
  backup_password: string(0x0016),
  backup_server: string(0x0017),
  tcp_port: dword(0x0018),
  udp_port: dword(0x0019),
  ic_card_server: string(0x001a),
  ic_card_tcp_port: dword(0x001b),
  ic_card_udp_port: dword(0x001c),
  ic_card_backup_server: string(0x001d),
  report_strategy: of(4, oneOf(u32, { 0: 'time', 1: 'distance', 2: 'both' }))(0x0020),
  report_plan: of(4, oneOf(u32, { 0: 'acc', 1: 'login_then_acc' }))(0x0021),
  logged_out_interval_s: dword(0x0022),
  slave_apn: string(0x0023),
  slave_user: string(0x0024),
  slave_password: string(0x0025),
  slave_server: string(0x0026),
  sleep_interval_s: dword(0x0027),
  alarm_interval_s: dword(0x0028),
  default_interval_s: dword(0x0029),
  default_distance_m: dword(0x002c),
  logged_out_distance_m: dword(0x002d),
  sleep_distance_m: dword(0x002e),
  alarm_distance_m: dword(0x002f),
  corner_angle_deg: dword(0x0030),
  fence_radius_m: word(0x0031),
  forbidden_hours: of(4, struct({ fromHour: u8, fromMinute: u8, toHour: u8, toMinute: u8 }))(0x0032),
  platform_phone: string(0x0040),
  reset_phone: string(0x0041),
  factory_reset_phone: string(0x0042),
  sms_phone: string(0x0043),
  sms_alarm_phone: string(0x0044),
  answering_policy: of(4, oneOf(u32, { 0: 'automatic', 1: 'automatic_when_acc_on' }))(0x0045),
  call_max_s: dword(0x0046),
  month_call_max_s: dword(0x0047),
  listen_phone: string(0x0048),
  privileged_sms_phone: string(0x0049),
  alarm_mask: mask(0x0050),
  alarm_sms_mask: mask(0x0051),
  alarm_photo_mask: mask(0x0052),
  alarm_photo_store_mask: mask(0x0053),
  key_alarm_mask: mask(0x0054),
  speed_max_kmh: dword(0x0055),
  overspeed_s: dword(0x0056),
  driving_max_s: dword(0x0057),
  day_driving_max_s: dword(0x0058),
  rest_min_s: dword(0x0059),
  parking_max_s: dword(0x005a),
  overspeed_margin_kmh: of(2, per(u16, 10))(0x005b),
  fatigue_margin_s: word(0x005c),
  // High byte 0.1 g. The low byte counts 4 ms in 2013 and 1 ms in 2019.
  collision: of(2, struct({ accelerationG: per(u8, 10), duration: u8 }))(0x005d),
  rollover_deg: word(0x005e),
  timed_photo_bits: dword(0x0064),
  distance_photo_bits: dword(0x0065),
  picture_quality: dword(0x0070),
  brightness: dword(0x0071),
  contrast: dword(0x0072),
  saturation: dword(0x0073),
  chroma: dword(0x0074),
  ...videoTags,
  odometer_m: of(4, times(u32, 100))(0x0080),
  province_code: word(0x0081),
  city_code: word(0x0082),
  plate: string(0x0083),
  plate_colour: of(1, oneOf(u8, plateColours))(0x0084),
  gnss_mode_bits: byte(0x0090),
  gnss_baud: byte(0x0091),
  gnss_output_rate: byte(0x0092),
  gnss_sample_s: dword(0x0093),
  gnss_upload_mode: byte(0x0094),
  gnss_upload_setting: dword(0x0095),
  can1_sample_ms: dword(0x0100),
  can1_upload_s: word(0x0101),
  can2_sample_ms: dword(0x0102),
  can2_upload_s: word(0x0103),
} as const

/** One parameter; what has no name (a maker's own) or another length is raw. */
export type Parameter = TaggedOf<typeof tags> | CanSampling | Raw

const index = indexTags(tags)

/** Ids and kinds of the typed parameters, for tables and screens. */
export const parameterIds: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(tags).map(([kind, { id }]) => [kind, id]),
)

const layout = { idBytes: 4, lengthBytes: 1 } as const
const never = (): boolean => false

/** Id DWORD, length BYTE, value; the same id may come again with another value. */
export const parameter: Codec<Parameter> = {
  isLeaf: false,
  read: (reader) => (isCanSampling(reader) ? canSampling.read(reader, null) : readTagged(reader, index, layout, never)),
  write(writer, value) {
    if (value.kind === 'can_sampling') canSampling.write(writer, value, null)
    else writeTagged(writer, index, value, () => layout)
  },
}
