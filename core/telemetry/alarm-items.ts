import { alarmFlags } from '@tingzhou/jt808'

/**
 * Points that say more of an alarm of a terminal, as numbers: where it was too fast, which area or route it crossed, on which segment
 * it was too short or too long.
 * Source: JT/T 808-2013 and -2019, additional items 0x11–0x13 of 0x0200.
 */
export const alarmItems = {
  /** 0 none, 1 circle, 2 rectangle, 3 polygon, 4 segment. */
  overspeedPlace: 'OVERSPEED-PLACE',
  overspeedArea: 'OVERSPEED-AREA',
  /** 0 none, 1 circle, 2 rectangle, 3 polygon, 4 route. */
  crossingPlace: 'CROSSING-PLACE',
  crossingArea: 'CROSSING-AREA',
  /** 0 in, 1 out. */
  crossingWay: 'CROSSING-WAY',
  segment: 'SEGMENT',
  /** Seconds. */
  segmentTime: 'SEGMENT-TIME',
  /** 0 too short, 1 too long. */
  segmentVerdict: 'SEGMENT-VERDICT',
} as const

const crossing = [alarmItems.crossingPlace, alarmItems.crossingArea, alarmItems.crossingWay]
const byBit: ReadonlyMap<number, readonly string[]> = new Map(
  Object.entries({
    overspeed: [alarmItems.overspeedPlace, alarmItems.overspeedArea],
    area_in_out: crossing,
    route_in_out: crossing,
    segment_time: [alarmItems.segment, alarmItems.segmentTime, alarmItems.segmentVerdict],
  } satisfies { readonly [F in (typeof alarmFlags)[number]]?: readonly string[] }).map(([flag, keys]) => [
    alarmFlags.findIndex((name) => name === flag),
    keys,
  ]),
)

/** The points that say more of an alarm, by its bit in the alarm word. O(1). */
export const alarmItemsOf = (bit: number): readonly string[] => byBit.get(bit) ?? []
