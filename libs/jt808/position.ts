import { alarmFlags, statusFlags } from './alarm.ts'
import { atMost, bits, i16, per, u16, u32, type Codec, type ValueOf } from './codec.ts'
import { instant } from './bcd.ts'
import { additionalItems } from './items.ts'
import { forgive } from './reader.ts'
import { hasBit, struct, type Condition } from './struct.ts'
import { refuse } from './writer.ts'

/**
 * Degrees WGS-84 as a DWORD of millionths; the sign stands in a bit of another field.
 * @param limitDeg  90 or 180
 */
export const coordinate = (limitDeg: number, isNegative: Condition): Codec<number> => ({
  isLeaf: true,
  read(reader, scope) {
    const offset = reader.at
    const raw = u32.read(reader, scope)
    if (raw > limitDeg * 1e6) forgive(reader, 'range', offset, raw, `must be at most ${limitDeg}000000`)
    return isNegative.holds(scope) && raw > 0 ? -raw / 1e6 : raw / 1e6
  },
  write(writer, value, scope) {
    const raw = Math.round(Math.abs(value) * 1e6)
    if (!(raw <= limitDeg * 1e6)) refuse(writer, 'range', value, `must be from -${limitDeg} to ${limitDeg} degrees`)
    if (raw > 0 && value < 0 !== isNegative.holds(scope))
      refuse(writer, 'range', value, `is below zero exactly when ${isNegative.says}`)
    u32.write(writer, raw, scope)
  },
})

export const latitude = (key: string, bit: number): Codec<number> => coordinate(90, hasBit(key, bit))
export const longitude = (key: string, bit: number): Codec<number> => coordinate(180, hasBit(key, bit))

const fixFields = {
  alarmBits: bits(u32, alarmFlags),
  statusBits: bits(u32, statusFlags),
  latitude: latitude('statusBits', 2),
  longitude: longitude('statusBits', 3),
  // Signed: there is land below the sea, Turpan for one.
  altitudeM: i16,
  speedKmh: per(u16, 10),
  directionDeg: atMost(u16, 359),
  timeMs: instant,
} as const

/** The 28 bytes that every position has (位置基本信息). Source: JT/T 808-2019, position report 0x0200. */
export const fix = struct(fixFields)

/** A position and its additional items (位置信息汇报); read by way of `position-fast.ts`. */
export const describedPosition = struct({ ...fixFields, items: additionalItems })

/** A place, a time, and what the vehicle said of itself there. `timeMs` is UTC; null only when lenient reading met no time. */
export type Fix = ValueOf<typeof fix>
export type Position = ValueOf<typeof describedPosition>
