import { meaningNames, type AdditionalItem } from '@tingzhou/jt808'
import { alarmItems, type Name, type PointKind, type PointTemplate } from '@tingzhou/telemetry'

/** One value that an additional item of a position says, and the point that it belongs to. */
export type ItemValue = { readonly template: PointTemplate; readonly value: number }

const template = (
  key: string,
  kind: PointKind,
  name: Name,
  unit: string | null = null,
  resolution = 1,
): PointTemplate => ({
  key,
  kind,
  name,
  unit,
  resolution,
  euLow: null,
  euHigh: null,
  sampleMs: null,
  staleAfterS: null,
  counterMax: null,
})

const nameOf = (kind: AdditionalItem['kind']): Name => meaningNames[kind] ?? { zh: kind, en: kind }
const analog = (key: string, kind: AdditionalItem['kind'], unit: string | null = null, resolution = 1): PointTemplate =>
  template(key, 'analog', nameOf(kind), unit, resolution)
/** A word of bits, kept as the number that it is. */
const bits = (key: string, kind: AdditionalItem['kind']): PointTemplate => template(key, 'discrete', nameOf(kind))

const fuel = analog('FUEL', 'fuel', 'L', 0.1)
const fuelShare = analog('FUEL-PCT', 'fuel_share', '%')
const recorderSpeed = analog('RECORDER-SPEED', 'recorder_speed', 'km/h', 0.1)
const boxTemperature = analog('BOX-T', 'box_temperature', '°C')
const radioSignal = analog('SIGNAL', 'radio_signal')
const satellites = analog('SATELLITES', 'satellites')
const alarmToConfirm = bits('ALARM-EVENT', 'alarm_to_confirm')
const vehicleSignals = bits('VEHICLE-SIGNALS', 'vehicle_signals')
const ioState = bits('IO', 'io_state')
const videoAlarms = bits('VIDEO-ALARMS', 'video_alarms')
const videoLost = bits('VIDEO-LOST', 'video_signal_lost')
const videoCovered = bits('VIDEO-COVERED', 'video_covered')
const storageFaults = bits('STORAGE-FAULTS', 'storage_faults')
const abnormalDriving = bits('ABNORMAL-DRIVING', 'abnormal_driving')
const ad0 = template('AD0', 'analog', { zh: '模拟量AD0', en: 'analog input 0' })
const ad1 = template('AD1', 'analog', { zh: '模拟量AD1', en: 'analog input 1' })

const code = (key: string, zh: string, en: string): PointTemplate => template(key, 'discrete', { zh, en })
const overspeedPlace = code(alarmItems.overspeedPlace, '超速位置类型', 'overspeed, kind of place')
const overspeedArea = code(alarmItems.overspeedArea, '超速区域或路段编号', 'overspeed, area or segment')
const crossingPlace = code(alarmItems.crossingPlace, '进出位置类型', 'crossing, kind of place')
const crossingArea = code(alarmItems.crossingArea, '进出区域或路线编号', 'crossing, area or route')
const crossingWay = code(alarmItems.crossingWay, '进出方向', 'crossing, in or out')
const segment = code(alarmItems.segment, '路段编号', 'segment')
const segmentTime = template(alarmItems.segmentTime, 'analog', { zh: '路段行驶时间', en: 'time on the segment' }, 's')
const segmentVerdict = code(alarmItems.segmentVerdict, '路段时间不足或过长', 'segment, too short or too long')
// As the standard numbers them.
const places = ['none', 'circle', 'rectangle', 'polygon', 'segment']
const ways = ['in', 'out']
const verdicts = ['too_short', 'too_long']
/** A code that has no name comes as it was sent. */
const codeIn = (names: readonly string[], said: string | number): number =>
  typeof said === 'number' ? said : names.indexOf(said)

const tyresMax = 30
/** Front left first. The standard leaves the unit open: the numbers are as sent. */
const tyres = Array.from({ length: tyresMax }, (_, at) =>
  template(`TYRE-${at + 1}`, 'analog', { zh: `胎压 ${at + 1}`, en: `tyre pressure ${at + 1}` }),
)

/**
 * What the additional items of a position measure, and the points that these values belong to: a fixed set of 54, so that no
 * terminal can invent any. The odometer stands in the fix itself; items of makers measure nothing.
 * Source: JT/T 808-2019, additional items of 0x0200; JT/T 1078-2016. O(items).
 */
export function valuesOf(items: readonly AdditionalItem[]): readonly ItemValue[] {
  const values: ItemValue[] = []
  for (const item of items) addValues(values, item)
  return values
}

// No closure for each item: every report passes here.
function add(values: ItemValue[], of: PointTemplate, value: number): void {
  values.push({ template: of, value })
}

function addValues(values: ItemValue[], item: AdditionalItem): void {
  switch (item.kind) {
    case 'fuel':
      return add(values, fuel, item.fuelL)
    case 'fuel_share':
      return add(values, fuelShare, item.fuelPct)
    case 'recorder_speed':
      return add(values, recorderSpeed, item.speedKmh)
    case 'alarm_to_confirm':
      return add(values, alarmToConfirm, item.eventId)
    case 'tyre_pressures':
      for (const [at, of] of tyres.entries()) {
        const pressure = item.pressures[at] ?? null
        if (pressure !== null) add(values, of, pressure)
      }
      return
    case 'box_temperature':
      return add(values, boxTemperature, item.temperatureC)
    case 'video_alarms':
      return add(values, videoAlarms, item.videoAlarmBits)
    case 'video_signal_lost':
      return add(values, videoLost, item.channelBits)
    case 'video_covered':
      return add(values, videoCovered, item.channelBits)
    case 'storage_faults':
      return add(values, storageFaults, item.storageBits)
    case 'abnormal_driving':
      return add(values, abnormalDriving, item.drivingBits)
    case 'vehicle_signals':
      return add(values, vehicleSignals, item.signalBits)
    case 'io_state':
      return add(values, ioState, item.ioBits)
    case 'analog':
      add(values, ad0, item.ad0)
      return add(values, ad1, item.ad1)
    case 'radio_signal':
      return add(values, radioSignal, item.signalStrength)
    case 'satellites':
      return add(values, satellites, item.satelliteCount)
    case 'overspeed_place':
      add(values, overspeedPlace, codeIn(places, item.place))
      if (item.areaId !== undefined) add(values, overspeedArea, item.areaId)
      return
    case 'area_crossing':
      add(values, crossingPlace, codeIn(places, item.place))
      add(values, crossingArea, item.areaId)
      return add(values, crossingWay, codeIn(ways, item.direction))
    case 'segment_time':
      add(values, segment, item.segmentId)
      add(values, segmentTime, item.durationS)
      return add(values, segmentVerdict, codeIn(verdicts, item.verdict))
    case 'odometer':
    case 'raw':
      return
  }
}
