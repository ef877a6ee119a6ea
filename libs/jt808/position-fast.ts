import { bcdInstantOfZone } from './bcd.ts'
import type { Codec } from './codec.ts'
import { itemIds, type AdditionalItem } from './items.ts'
import { describedPosition, type Position } from './position.ts'
import type { Profile } from './profile.ts'

const fixLength = 28
const latitudeMax = 90_000_000
const longitudeMax = 180_000_000
const southBit = 4
const westBit = 8

/** A position as it stands in 0x0200, 0x0201, 0x0500 and 0x0704: by the short way where that can be gone. */
export const position: Codec<Position> = {
  ...describedPosition,
  read(reader, scope) {
    const { bytes, at, end, notes, profile } = reader
    const quick = notes === null && isPlain(profile) ? readPositionFast(bytes, at, end) : null
    if (quick === null) return describedPosition.read(reader, scope)
    reader.at = end
    return quick
  },
}

/** Nothing in the profile concerns the items of a position. */
const isPlain = ({ rawItems, itemLayouts, fuelMayBePct }: Profile): boolean =>
  rawItems.length === 0 && itemLayouts.length === 0 && !fuelMayBePct

/**
 * Reads the body of a 0x0200 that is in order, written out by hand: positions are nearly all that a gateway hears. Whatever
 * is not in order, and every item that is rare, is left to the description in `position.ts`, which alone decides what is an
 * error and what is forgiven; a test holds the two against each other.
 * @param bytes  content; the body is between `at` and `end`
 * @returns the same as the description, or null when it has to be asked
 * Source: JT/T 808-2019, position report 0x0200. O(end − at).
 */
function readPositionFast(bytes: Uint8Array, at: number, end: number): Position | null {
  if (end - at < fixLength) return null
  const statusBits = dword(bytes, at + 4)
  const latitude = dword(bytes, at + 8)
  const longitude = dword(bytes, at + 12)
  const directionDeg = word(bytes, at + 20)
  const timeMs = bcdInstantOfZone(bytes, at + 22)
  if (latitude > latitudeMax || longitude > longitudeMax || directionDeg > 359 || timeMs < 0) return null
  const items = readItems(bytes, at + fixLength, end)
  if (items === null) return null
  return {
    alarmBits: dword(bytes, at),
    statusBits,
    latitude: statusBits & southBit && latitude > 0 ? -latitude / 1e6 : latitude / 1e6,
    longitude: statusBits & westBit && longitude > 0 ? -longitude / 1e6 : longitude / 1e6,
    altitudeM: (word(bytes, at + 16) << 16) >> 16,
    speedKmh: word(bytes, at + 18) / 10,
    directionDeg,
    timeMs,
    items,
  }
}

function readItems(bytes: Uint8Array, from: number, end: number): AdditionalItem[] | null {
  const items: AdditionalItem[] = []
  let at = from
  while (at < end) {
    if (at + 2 > end) return null
    const length = bytes[at + 1] as number
    if (at + 2 + length > end) return null
    const item = readItem(bytes, at, length)
    if (item === null) return null
    items.push(item)
    at += 2 + length
  }
  return items
}

/** One item that is a number or two, or one that is not typed; null for the others and for an odd length. */
function readItem(bytes: Uint8Array, at: number, length: number): AdditionalItem | null {
  const id = bytes[at] as number
  if (isTyped[id] === 0) return { kind: 'raw', id, bytes: bytes.slice(at + 2, at + 2 + length) }
  if (length === 4) return readFour(id, dword(bytes, at + 2))
  if (length === 2) return readTwo(id, word(bytes, at + 2))
  return length === 1 ? readOne(id, bytes[at + 2] as number) : null
}

function readFour(id: number, value: number): AdditionalItem | null {
  switch (id) {
    case 0x01:
      return { kind: 'odometer', odometerM: value * 100 }
    case 0x14:
      return { kind: 'video_alarms', videoAlarmBits: value }
    case 0x15:
      return { kind: 'video_signal_lost', channelBits: value }
    case 0x16:
      return { kind: 'video_covered', channelBits: value }
    case 0x25:
      return { kind: 'vehicle_signals', signalBits: value }
    case 0x2b:
      return { kind: 'analog', ad1: value >>> 16, ad0: value & 0xffff }
    default:
      return null
  }
}

function readTwo(id: number, value: number): AdditionalItem | null {
  switch (id) {
    case 0x02:
      return { kind: 'fuel', fuelL: value / 10 }
    case 0x03:
      return { kind: 'recorder_speed', speedKmh: value / 10 }
    case 0x04:
      return { kind: 'alarm_to_confirm', eventId: value }
    case 0x17:
      return { kind: 'storage_faults', storageBits: value }
    case 0x18:
      return { kind: 'abnormal_driving', drivingBits: value }
    case 0x2a:
      return { kind: 'io_state', ioBits: value }
    default:
      return null
  }
}

function readOne(id: number, value: number): AdditionalItem | null {
  switch (id) {
    case 0x30:
      return { kind: 'radio_signal', signalStrength: value }
    case 0x31:
      return { kind: 'satellites', satelliteCount: value }
    default:
      return null
  }
}

/** By id: 1 where the description types the item. */
const isTyped = new Uint8Array(256)
for (const id of Object.values(itemIds)) isTyped[id] = 1

// Whoever asks has looked at the length: there is a byte, and a default for it would cost more than the reading.
const word = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number)

const dword = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)) >>>
  0
