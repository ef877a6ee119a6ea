/** Bits of the alarm word of a position, lowest first. Source: JT/T 808-2013 and -2019, alarm flags of the position report. */
export const alarmFlags = [
  'sos',
  'overspeed',
  'fatigue',
  'danger',
  'gnss_fault',
  'antenna_open',
  'antenna_short',
  'main_power_low',
  'main_power_off',
  'display_fault',
  'tts_fault',
  'camera_fault',
  'ic_card_fault',
  'overspeed_warning',
  'fatigue_warning',
  'forbidden_hours',
  'tyre_pressure',
  'blind_spot',
  'day_driving_exceeded',
  'parking_too_long',
  'area_in_out',
  'route_in_out',
  'segment_time',
  'off_route',
  'vss_fault',
  'fuel_abnormal',
  'stolen',
  'illegal_ignition',
  'illegal_movement',
  'collision',
  'rollover',
  'illegal_door_open',
] as const

/** Alarms that the terminal takes back once the platform has answered; the others stay until their cause ends. Source: as above, 2013. */
export const alarmsResetByAnswer = [
  'sos',
  'danger',
  'area_in_out',
  'route_in_out',
  'segment_time',
  'illegal_ignition',
  'illegal_movement',
  'illegal_door_open',
] as const

/**
 * Alarms that a person at the platform can confirm, 0x8203: bits 0, 3, 20, 21, 22, 27 and 28. Source: JT/T 808-2013 and -2019.
 */
export const confirmableAlarms = alarmsResetByAnswer.filter((name) => name !== 'illegal_door_open')

/** Bits of the status word, lowest first. Source: JT/T 808-2019, status bits of the position report. */
export const statusFlags = [
  'acc_on',
  'fixed',
  'south',
  'west',
  'out_of_service',
  'encrypted',
  'forward_collision',
  'lane_departure',
  'load_low',
  'load_high',
  'oil_cut',
  'power_cut',
  'doors_locked',
  'door_1_open',
  'door_2_open',
  'door_3_open',
  'door_4_open',
  'door_5_open',
  'gps',
  'beidou',
  'glonass',
  'galileo',
  'moving',
] as const

/** Load by bits 8 and 9 of the status word; 2 is reserved. */
export type LoadState = 'empty' | 'half' | 'full' | 'reserved'

/**
 * How full the vehicle says it is, by hand or by sensor.
 * @param statusBits  the status word of a position
 * Source: JT/T 808-2019, status bits 8–9 of the position report. O(1).
 */
export const loadOf = (statusBits: number): LoadState =>
  (['empty', 'half', 'reserved', 'full'] as const)[(statusBits >>> 8) & 3] ?? 'reserved'

/** Vehicle signals of item 0x25, lowest first. Source: JT/T 808-2019, extended vehicle signals. */
export const vehicleSignalFlags = [
  'low_beam',
  'high_beam',
  'turn_right',
  'turn_left',
  'brake',
  'reverse',
  'fog_lamp',
  'width_lamps',
  'horn',
  'air_conditioner',
  'neutral',
  'retarder',
  'abs',
  'heater',
  'clutch',
] as const

/** Item 0x2A. Source: JT/T 808-2019, IO status. */
export const ioFlags = ['deep_sleep', 'sleep'] as const

/** Attributes of an area or a route, lowest first. Source: JT/T 808-2019, area attributes of 0x8600 and 0x8606. */
export const areaFlags = [
  'has_time',
  'has_speed',
  'in_alarm_driver',
  'in_alarm_platform',
  'out_alarm_driver',
  'out_alarm_platform',
  'south',
  'west',
  'doors_forbidden',
  null,
  null,
  null,
  null,
  null,
  'radio_off',
  'gnss_detail',
] as const

/** Attributes of a segment of a route. Source: JT/T 808-2019, segment attributes of 0x8606. */
export const segmentFlags = ['has_time', 'has_speed', 'south', 'west'] as const

/** What kind of vehicle the terminal is for, 0x0107. */
export const terminalTypeFlags = [
  'passenger',
  'dangerous_goods',
  'freight',
  'taxi',
  null,
  null,
  'disk_recorder',
  'split_unit',
  'trailer',
] as const
export const gnssFlags = ['gps', 'beidou', 'glonass', 'galileo'] as const
export const radioFlags = ['gprs', 'cdma', 'td_scdma', 'wcdma', 'cdma2000', 'td_lte', null, 'other'] as const

/** Flags of a text, 0x8300: until 2013 each bit stands alone, in 2019 bits 0–1 are a class. */
export const textFlags = ['urgent', 'bit1', 'display', 'tts', 'advertising_screen', 'can_fault_code'] as const
export const questionFlags = ['urgent', null, null, 'tts', 'advertising_screen'] as const
