// 0x0800–0x0805, 0x8800–0x8805: pictures, sound, video files.
import { openInstant } from './bcd.ts'
import { oneOf, restBytes, u16, u32, u8 } from './codec.ts'
import { fix } from './position.ts'
import { list, restOf } from './sequence.ts'
import { byVersion, ifAny, only, struct } from './struct.ts'

const mediaKind = oneOf(u8, { 0: 'image', 1: 'audio', 2: 'video' })
const mediaEvent = oneOf(u8, {
  0: 'platform_order',
  1: 'timer',
  2: 'robbery',
  3: 'collision_rollover',
  4: 'door_open',
  5: 'door_close',
  6: 'door_closed_moving',
  7: 'distance',
})

const medium = {
  mediaId: u32,
  mediaKind,
  format: oneOf(u8, { 0: 'jpeg', 1: 'tif', 2: 'mp3', 3: 'wav', 4: 'wmv' }),
  event: mediaEvent,
  channel: u8,
} as const

/** 0x0800 */
export const mediaEventReport = struct(medium)

const placed = struct({ ...medium, position: fix, data: restBytes })

/** 0x0801; 2011 counts its packages in the body and has no position. */
export const mediaData = byVersion({
  2011: struct({ ...medium, partCount: u32, partIndex: u32, data: restBytes }),
  2013: placed,
  2019: placed,
})

/** 0x8800; no list of packages when all have come. */
export const mediaAnswer = struct({
  answeredSerial: only('2011', u16),
  mediaId: u32,
  indexes: ifAny(list(u8, u16)),
})

/** 0x8801 */
export const takePicture = struct({
  channel: u8,
  // 0 stops, 0xFFFF is video, the rest is a number of pictures.
  command: oneOf(u16, { 0: 'stop', 0xffff: 'video' }),
  intervalS: u16,
  save: oneOf(u8, { 0: 'upload', 1: 'store' }),
  resolution: oneOf(u8, {
    1: '320x240',
    2: '640x480',
    3: '800x600',
    4: '1024x768',
    5: '176x144',
    6: '352x288',
    7: '704x288',
    8: '704x576',
  }),
  quality: u8,
  brightness: u8,
  contrast: u8,
  saturation: u8,
  chroma: u8,
})
/** 0x0805 */
export const pictureAnswer = struct({
  answeredSerial: u16,
  result: oneOf(u8, { 0: 'ok', 1: 'failed', 2: 'channel_unsupported' }),
  mediaIds: ifAny(list(u16, u32)),
})

const search = {
  mediaKind,
  channel: u8,
  event: mediaEvent,
  fromTimeMs: openInstant,
  toTimeMs: openInstant,
} as const

/** 0x8802 */
export const searchMedia = struct(search)
/** 0x0802; the total counts what was found, the items are those of this message. */
export const mediaFound = struct({
  answeredSerial: u16,
  totalCount: u16,
  media: restOf(struct({ mediaId: u32, mediaKind, channel: u8, event: mediaEvent, position: fix })),
})

const afterUpload = oneOf(u8, { 0: 'keep', 1: 'delete' })

/** 0x8803 */
export const uploadMedia = struct({ ...search, afterUpload })
/** 0x8805 */
export const uploadOneMedium = struct({ mediaId: u32, afterUpload })
/** 0x8804 */
export const recordAudio = struct({
  recording: oneOf(u8, { 0: 'stop', 1: 'start' }),
  durationS: u16,
  save: oneOf(u8, { 0: 'upload', 1: 'store' }),
  sampling: oneOf(u8, { 0: '8k', 1: '11k', 2: '23k', 3: '32k' }),
})
