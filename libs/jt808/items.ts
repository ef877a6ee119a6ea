import { ioFlags, vehicleSignalFlags } from './alarm.ts'
import { bits, oneOf, per, readPart, restBytes, signedBy15, times, u16, u32, u8, type Codec } from './codec.ts'
import { hexOf } from './error.ts'
import { forgive, type Reader } from './reader.ts'
import { exactly } from './sequence.ts'
import { ifAny, struct } from './struct.ts'
import {
  indexTags,
  isCutOff,
  layoutAt,
  layoutOf,
  readTagged,
  writeTagged,
  type Raw,
  type Tag,
  type TaggedOf,
} from './tagged.ts'
import { refuse, type Writer } from './writer.ts'

const tag = <const Id extends number, F extends Codec<object>>(
  id: Id,
  lengths: readonly number[],
  fields: F,
): { readonly id: Id; readonly lengths: readonly number[]; readonly fields: F } => ({ id, lengths, fields })

/** Where an area alarm happened. */
const placeKinds = { 0: 'none', 1: 'circle', 2: 'rectangle', 3: 'polygon', 4: 'segment' } as const
/** A pressure of a wheel that has no sensor is 0xFF. The unit is the standard's print, which leaves it open. */
const tyrePressure: Codec<number | null> = {
  isLeaf: true,
  read(reader, scope) {
    const raw = u8.read(reader, scope)
    return raw === 0xff ? null : raw
  },
  write(writer, value, scope) {
    u8.write(writer, value ?? 0xff, scope)
  },
}

/** Additional items of a position (位置附加信息项) that are typed. Source: JT/T 808-2019, additional items of 0x0200; JT/T 1078-2016. */
const tags = {
  odometer: tag(0x01, [4], struct({ odometerM: times(u32, 100) })),
  fuel: tag(0x02, [2], struct({ fuelL: per(u16, 10) })),
  recorder_speed: tag(0x03, [2], struct({ speedKmh: per(u16, 10) })),
  alarm_to_confirm: tag(0x04, [2], struct({ eventId: u16 })),
  tyre_pressures: tag(0x05, [30], struct({ pressures: exactly(30, tyrePressure) })),
  box_temperature: tag(0x06, [2], struct({ temperatureC: signedBy15 })),
  overspeed_place: tag(0x11, [1, 5], struct({ place: oneOf(u8, placeKinds), areaId: ifAny(u32) })),
  area_crossing: tag(
    0x12,
    [6],
    struct({ place: oneOf(u8, placeKinds), areaId: u32, direction: oneOf(u8, { 0: 'in', 1: 'out' }) }),
  ),
  segment_time: tag(
    0x13,
    [7],
    struct({ segmentId: u32, durationS: u16, verdict: oneOf(u8, { 0: 'too_short', 1: 'too_long' }) }),
  ),
  video_alarms: tag(0x14, [4], struct({ videoAlarmBits: bits(u32, []) })),
  video_signal_lost: tag(0x15, [4], struct({ channelBits: bits(u32, []) })),
  video_covered: tag(0x16, [4], struct({ channelBits: bits(u32, []) })),
  storage_faults: tag(0x17, [2], struct({ storageBits: bits(u16, []) })),
  abnormal_driving: tag(0x18, [2], struct({ drivingBits: bits(u16, []) })),
  vehicle_signals: tag(0x25, [4], struct({ signalBits: bits(u32, vehicleSignalFlags) })),
  io_state: tag(0x2a, [2], struct({ ioBits: bits(u16, ioFlags) })),
  // The low word is AD0; big-endian puts AD1 first.
  analog: tag(0x2b, [4], struct({ ad1: u16, ad0: u16 })),
  radio_signal: tag(0x30, [1], struct({ signalStrength: u8 })),
  satellites: tag(0x31, [1], struct({ satelliteCount: u8 })),
} as const

/** One additional item of a position; what is unknown, or of an odd length, is raw. */
export type AdditionalItem = TaggedOf<typeof tags> | { readonly kind: 'fuel_share'; readonly fuelPct: number } | Raw

const index = indexTags(tags)

/** Items that have a name and no fields here: T/JSATL 12 was not at hand, the rest is the maker's. */
const untyped = new Map([
  [0x64, 'adas_event'],
  [0x65, 'dsm_event'],
  [0x66, 'tpms_event'],
  [0x67, 'bsd_event'],
  [0xe0, 'custom_length'],
])

/** Ids and kinds of the typed items, for tables and screens. */
export const itemIds: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries<Tag>(tags).map(([kind, { id }]) => [kind, id]),
)

const fuelId = 0x02
const shareBit = 0x8000

/** Items to the end of the body, in their order, doubles kept. */
export const additionalItems: Codec<readonly AdditionalItem[]> = {
  isLeaf: false,
  read(reader) {
    const { profile } = reader
    const isRaw = (id: number): boolean => profile.rawItems.includes(id)
    const items: AdditionalItem[] = []
    for (let number = 0; reader.at < reader.end; number++) {
      const layout = layoutAt(profile.itemLayouts, reader.bytes, reader.at)
      reader.path.push(number)
      if (isCutOff(reader, layout)) passOverTheRest(reader)
      else items.push(isShareOfFuel(reader) ? readShare(reader) : readTagged(reader, index, layout, isRaw, untyped))
      reader.path.pop()
    }
    return items
  },
  write(writer, items) {
    const { itemLayouts } = writer.profile
    for (const [number, item] of items.entries()) {
      writer.path.push(number)
      if (item.kind === 'fuel_share') writeShare(writer, item.fuelPct)
      else writeTagged(writer, index, item, (id) => layoutOf(itemLayouts, id))
      writer.path.pop()
    }
  },
}

/** What runs past the end has no other item behind it. @throws Jt808Error where that is not forgiven */
function passOverTheRest(reader: Reader): void {
  const { bytes, at, end } = reader
  forgive(reader, 'item_truncated', at, hexOf(bytes, at, end), 'runs past the end of what it stands in')
  readPart(reader, 'truncated', restBytes, null)
}

/** Some terminals send fuel as a percentage, told by the top bit (traccar). */
const isShareOfFuel = ({ profile, bytes, at, end }: Reader): boolean =>
  profile.fuelMayBePct && at + 4 <= end && bytes[at] === fuelId && bytes[at + 1] === 2 && (bytes[at + 2] ?? 0) >= 0x80

const share: Codec<number> = {
  isLeaf: true,
  read: (reader, scope) => u16.read(reader, scope) - shareBit,
  write: (writer, value, scope) => u16.write(writer, shareBit + value, scope),
}
const fuelShare = struct({ id: u8, length: u8, fuelPct: share })

const readShare = (reader: Reader): AdditionalItem => ({
  kind: 'fuel_share',
  fuelPct: fuelShare.read(reader, null).fuelPct,
})

function writeShare(writer: Writer, fuelPct: number): void {
  if (!writer.profile.fuelMayBePct) refuse(writer, 'not_applicable', fuelPct, 'no percentage without a profile for it')
  fuelShare.write(writer, { id: fuelId, length: 2, fuelPct }, null)
}
