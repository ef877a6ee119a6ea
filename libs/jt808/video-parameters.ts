// Parameters 0x75–0x7C: pictures and sound of a terminal with video. Source: JT/T 1078-2016, tables 2 to 10.
import { digits } from './bcd.ts'
import { bits, oneOf, u16, u32, u8 } from './codec.ts'
import { exactly, restOf } from './sequence.ts'
import { struct } from './struct.ts'

const encoding = oneOf(u8, { 0: 'cbr', 1: 'vbr', 2: 'abr' })
const resolution = oneOf(u8, { 0: 'qcif', 1: 'cif', 2: 'wcif', 3: 'd1', 4: 'wd1', 5: '720p', 6: '1080p' })

/** What is sent at once, then what is stored. */
const streams = {
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
  // What is written into the picture: time, plate, channel, place, tachograph speed, satellite speed, driving time.
  overlayBits: bits(u16, []),
} as const

const every = (first: number, step: number, most: number): readonly number[] =>
  Array.from({ length: Math.floor((most - first) / step) + 1 }, (_, at) => first + at * step)
// A length is one byte.
const lengthMax = 255

const channel = struct({
  physicalChannel: u8,
  channel: u8,
  channelContent: oneOf(u8, { 0: 'audio_video', 1: 'audio', 2: 'video' }),
  gimbal: oneOf(u8, { 0: 'none', 1: 'connected' }),
})
const timeOfDay = digits(2)

/** Ids, lengths and fields by kind. Counts stand for themselves: the lists go on to the end of the value. */
export const videoTags = {
  video: { id: 0x0075, lengths: [21], fields: struct({ ...streams, audioOutput: oneOf(u8, { 0: 'off', 1: 'on' }) }) },
  video_channels: {
    id: 0x0076,
    lengths: every(3, 4, lengthMax),
    fields: struct({ audioVideoCount: u8, audioCount: u8, videoCount: u8, channels: restOf(channel) }),
  },
  channel_videos: {
    id: 0x0077,
    lengths: every(1, 21, lengthMax),
    fields: struct({ channelCount: u8, channels: restOf(struct({ channel: u8, ...streams })) }),
  },
  alarm_recording: {
    id: 0x0079,
    lengths: [3],
    fields: struct({ storageMaxPct: u8, durationMaxMin: u8, beforeMin: u8 }),
  },
  video_alarm_mask: { id: 0x007a, lengths: [4], fields: struct({ value: bits(u32, []) }) },
  picture_analysis: { id: 0x007b, lengths: [2], fields: struct({ seatCount: u8, fatigueMax: u8 }) },
  sleep_mode: {
    id: 0x007c,
    lengths: [20],
    fields: struct({
      // By condition, by time, by hand.
      wakeBits: bits(u8, []),
      // Emergency, collision or rollover, door.
      conditionBits: bits(u8, []),
      // Monday first.
      dayBits: bits(u8, []),
      periodBits: bits(u8, []),
      // Hours and minutes.
      periods: exactly(4, struct({ wakeTime: timeOfDay, sleepTime: timeOfDay })),
    }),
  },
} as const
