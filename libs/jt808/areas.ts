// 0x8600–0x8608, 0x0608: areas and routes.
import { areaFlags, segmentFlags } from './alarm.ts'
import { areaTime } from './bcd.ts'
import { bits, oneOf, u16, u32, u8, type Codec, type ValueOf } from './codec.ts'
import { latitude, longitude } from './position.ts'
import { list, sized } from './sequence.ts'
import { hasBit, lookUp, since, sinceWhen, struct, when } from './struct.ts'
import { text } from './text.ts'

const hasTime = hasBit('attributeBits', 0)
const hasSpeed = hasBit('attributeBits', 1)
const south = 6
const west = 7

const times = { fromTime: when(hasTime, areaTime), toTime: when(hasTime, areaTime) } as const
const speed = { speedMaxKmh: when(hasSpeed, u16), overspeedS: when(hasSpeed, u8) } as const
const night = { nightSpeedMaxKmh: sinceWhen('2019', hasSpeed, u16) } as const
const name = { name: since('2019', sized(u16, text)) } as const
const head = { areaId: u32, attributeBits: bits(u16, areaFlags) } as const

const circle = struct({
  ...head,
  latitude: latitude('attributeBits', south),
  longitude: longitude('attributeBits', west),
  radiusM: u32,
  ...times,
  ...speed,
  ...night,
  ...name,
})

const rectangle = struct({
  ...head,
  topLatitude: latitude('attributeBits', south),
  leftLongitude: longitude('attributeBits', west),
  bottomLatitude: latitude('attributeBits', south),
  rightLongitude: longitude('attributeBits', west),
  ...times,
  ...speed,
  ...night,
  ...name,
})

const vertex = struct({ latitude: latitude('attributeBits', south), longitude: longitude('attributeBits', west) })

/** 0x8604: one polygon. */
export const polygon = struct({ ...head, ...times, ...speed, vertices: list(u16, vertex), ...night, ...name })

const segmentHasTime = hasBit('segmentBits', 0)
const segmentHasSpeed = hasBit('segmentBits', 1)

/** The bits that give a corner its signs stand behind it: see `routePoint`. */
const corner = struct({
  cornerId: u32,
  segmentId: u32,
  latitude: latitude('segmentBits', 2),
  longitude: longitude('segmentBits', 3),
  widthM: u8,
  segmentBits: bits(u8, segmentFlags),
  durationMaxS: when(segmentHasTime, u16),
  durationMinS: when(segmentHasTime, u16),
  speedMaxKmh: when(segmentHasSpeed, u16),
  overspeedS: when(segmentHasSpeed, u8),
  nightSpeedMaxKmh: sinceWhen('2019', segmentHasSpeed, u16),
})

/** Bytes from the start of a corner to its attribute: two ids, two coordinates, the width. */
const attributeOffset = 17

/** A corner and the segment that begins there; its signs are looked up ahead. */
const routePoint: typeof corner = {
  ...corner,
  read(reader, scope) {
    const at = reader.at + attributeOffset
    const segmentBits = at < reader.end ? (reader.bytes[at] ?? 0) : 0
    return corner.read(reader, { values: { segmentBits }, parent: scope })
  },
}

/** 0x8606: one route. */
export const route = struct({ ...head, ...times, points: list(u16, routePoint), ...name })

export type Circle = ValueOf<typeof circle>
export type Rectangle = ValueOf<typeof rectangle>
export type Polygon = ValueOf<typeof polygon>
export type Route = ValueOf<typeof route>

const action = oneOf(u8, { 0: 'replace', 1: 'append', 2: 'modify' })

/** 0x8600 */
export const setCircles = struct({ action, circles: list(u8, circle) })
/** 0x8602 */
export const setRectangles = struct({ action, rectangles: list(u8, rectangle) })
/** 0x8601, 0x8603, 0x8605, 0x8607; none listed means all. */
export const deleteAreas = struct({ areaIds: list(u8, u32) })

const areaKinds = { 1: 'circle', 2: 'rectangle', 3: 'polygon', 4: 'route' } as const

/** 0x8608; none listed means all. */
export const queryAreas = struct({ areaKind: oneOf(u8, areaKinds), areaIds: list(u32, u32) })

type Area = Circle | Rectangle | Polygon | Route

const areaOf = { circle, rectangle, polygon, route } as const

/** The layout that the kind before the areas asks for. */
const anyArea: Codec<Area> = {
  isLeaf: false,
  read: (reader, scope) => layoutFor(scope).read(reader, scope),
  write: (writer, value, scope) => layoutFor(scope).write(writer, value, scope),
}

/** What has a kind that the standard does not know is read as a circle would be: the count then decides whether it fits. */
function layoutFor(scope: Parameters<Codec<Area>['read']>[1]): Codec<Area> {
  const kind = lookUp(scope, 'areaKind')
  return typeof kind === 'string' && kind in areaOf ? areaOf[kind as keyof typeof areaOf] : circle
}

/** 0x0608 */
export const areasAnswer = struct({ areaKind: oneOf(u8, areaKinds), areas: list(u32, anyArea) })
